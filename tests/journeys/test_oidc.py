"""A hospital's identity provider vouches for a person, who signs with a fresh sign-in instead of a passphrase."""

import json
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.wards import a_house, bearer, served

ISSUER, AUDIENCE = "https://id.hospital.example", "openward"


@pytest.fixture(scope="module")
def key():
    return ECKey.generate_key("P-256", parameters={"kid": "k1", "use": "sig"})


@pytest.fixture(scope="module")
def opened(tmp_path_factory, key):
    home = tmp_path_factory.mktemp("home")
    (home / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    settings = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks": str(home / "jwks.json")}
    with a_house(home, **settings) as house, served(house.ward) as url:
        yield house, url


def token(key, **claims):
    now = int(time.time())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-77", "name": "Dr Example", "roles": ["pharmacist"], "sid": "s1",
            "iat": now, "exp": now + 3600, "auth_time": now, **claims}  # fmt: skip
    return jwt.encode({"alg": "ES256", "kid": "k1"}, told, key)


def decide(url, credential, run):
    with httpx.Client(base_url=url, headers=bearer(credential), timeout=60) as person:
        shown = person.post(f"/v1/runs/{run}/showing")
        if shown.status_code != 201:
            return shown
        showing = shown.json()["showing"]
        body = {"showing": showing["id"], "digest": showing["digest"], "choice": "reject", "reason": "not now"}
        return person.post(f"/v1/runs/{run}/decision", json=body)


@pytest.fixture
def run(opened):
    house, _ = opened
    return house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg"]}, patient="p1").id


def test_a_pharmacist_who_signed_in_just_now_decides(opened, key, run):
    answer = decide(opened[1], token(key), run)
    assert answer.status_code == 201, answer.text


def test_a_sign_in_of_an_hour_ago_is_not_fresh(opened, key, run):
    assert decide(opened[1], token(key, auth_time=int(time.time()) - 3600), run).status_code == 403


@pytest.mark.parametrize("claims", [{"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1}])
def test_a_token_of_another_house_is_no_credential(opened, key, claims):
    answer = httpx.get(opened[1] + "/v1/services", headers=bearer(token(key, **claims)))
    assert answer.status_code == 401


def test_a_token_signed_by_somebody_else_is_no_credential(opened):
    stranger = ECKey.generate_key("P-256", parameters={"kid": "k1", "use": "sig"})
    assert httpx.get(opened[1] + "/v1/services", headers=bearer(token(stranger))).status_code == 401
