"""The tokens of an identity provider; its keys are made here, nothing is fetched."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from openward.access.access import HOUSE, Access
from openward.access.oidc import Oidc
from openward.access.passphrase import Cost
from openward.adapters.memory import START, CountingIds
from openward.domain.errors import AccessError, SettingsError, UnknownCallerError

ISSUER, AUDIENCE = "https://id.hospital.example", "openward"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa-1"})
NEW = ECKey.generate_key("P-256", {"kid": "ec-2"})
PUBLIC = KeySet([RSA, EC]).as_dict(private=False)


def claims(**changes):
    told = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u-17", "sid": "s-1", "name": "Ada Lin", "roles": ["pharmacist"],
        "exp": START.timestamp() + 600, "iat": START.timestamp(), "auth_time": START.timestamp() - 60,
    }  # fmt: skip
    return {name: value for name, value in (told | changes).items() if value is not None}


def token(key=RSA, alg="RS256", *, header=None, **changes):
    return jwt.encode({"alg": alg, "kid": key.kid} | (header or {}), claims(**changes), key, algorithms=[alg])


def unsigned(header, told):
    parts = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in (header, told))
    return ".".join(parts)


@pytest.fixture
def oidc():
    return Oidc(ISSUER, AUDIENCE, PUBLIC)


@pytest.fixture
def access(store, trail, clock, oidc):
    return Access(store, trail, clock, CountingIds(), provider=oidc, cost=Cost(4, 1, 1))


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_a_genuine_token_tells_who_with_which_role_and_since_when(oidc, key, alg):
    identity = oidc.verify(token(key, alg), START)
    assert (identity.subject, identity.name, identity.role, identity.session) == (
        "u-17",
        "Ada Lin",
        "pharmacist",
        "s-1",
    )
    assert identity.authenticated == START - timedelta(seconds=60)
    assert identity.expires == START + timedelta(seconds=600)


@pytest.mark.parametrize(
    "forged",
    [
        unsigned({"alg": "none", "kid": "rsa-1"}, claims()) + ".",
        unsigned({"alg": "None", "kid": "rsa-1"}, claims()) + ".",
        token(OTHER),
        token(header={"kid": "never-seen"}),
        token(NEW, "ES256"),
        token()[:-6] + "AAAAAA",
        "a.b.c",
        "..",
        token() + ".x.y",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0.eyJ9.AA",
    ],
    ids=["none", "None", "other-key", "unknown-kid", "unknown-key", "signature", "abc", "dots", "five", "payload"],
)
def test_a_forged_token_is_refused_without_quoting_it(oidc, forged):
    with pytest.raises(UnknownCallerError, match="is not accepted") as caught:
        oidc.verify(forged, START)
    assert "u-17" not in str(caught.value)


def test_the_public_key_is_no_shared_secret(oidc):
    """The classic confusion: HS256 with the provider's public key as the secret."""
    head = unsigned({"alg": "HS256", "kid": "rsa-1"}, claims())
    for secret in (RSA.as_pem(private=False), json.dumps(PUBLIC["keys"][0]).encode()):
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        forged = f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
        with pytest.raises(UnknownCallerError, match=r"\(UnsupportedAlgorithmError\)"):
            oidc.verify(forged, START)


def test_a_shared_secret_among_the_keys_is_left_out():
    secret = OctKey.import_key("x" * 32, {"kid": "oct-1"})
    oidc = Oidc(ISSUER, AUDIENCE, {"keys": [*PUBLIC["keys"], secret.as_dict()]})
    with pytest.raises(UnknownCallerError):
        oidc.verify(token(secret, "HS256"), START)


def test_a_key_for_encryption_signs_nothing():
    oidc = Oidc(ISSUER, AUDIENCE, {"keys": [PUBLIC["keys"][1], PUBLIC["keys"][0] | {"use": "enc"}]})
    with pytest.raises(UnknownCallerError):
        oidc.verify(token(), START)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": START.timestamp() - 31}, {"exp": None}, {"nbf": START.timestamp() + 31}, {"iss": "https://evil.example"},
        {"iss": None}, {"aud": "another"}, {"aud": ["another", "third"]}, {"aud": None}, {"sub": None}, {"sub": ""},
        {"exp": "tomorrow"}, {"exp": True},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_for_another_time_place_or_person_is_refused(oidc, changes):
    with pytest.raises(UnknownCallerError, match="is not accepted"):
        oidc.verify(token(**changes), START)


def test_a_token_without_a_key_id_is_refused(oidc):
    with pytest.raises(UnknownCallerError, match="ValueError"):
        oidc.verify(jwt.encode({"alg": "RS256"}, claims(), RSA), START)


@pytest.mark.parametrize(
    "changes", [{"sub": "x" * 256}, {"exp": 1e300}, {"auth_time": "now"}, {"name": 7}, {"sid": []}]
)
def test_a_claim_of_the_wrong_type_is_refused(oidc, changes):
    with pytest.raises(UnknownCallerError, match="wrong type"):
        oidc.verify(token(**changes), START)


def test_a_sign_in_that_is_yet_to_come_is_refused(oidc):
    with pytest.raises(UnknownCallerError, match="yet to come"):
        oidc.verify(token(auth_time=START.timestamp() + 31), START)
    assert oidc.verify(token(auth_time=START.timestamp() + 29), START)


def test_one_of_several_audiences_is_enough(oidc):
    assert oidc.verify(token(aud=["another", AUDIENCE]), START)


class TestRoles:
    @pytest.mark.parametrize(
        "roles", [None, [], ["visitor"], "visitor", 7, {"pharmacist": True}, ["service"], [["nurse"]]]
    )
    def test_who_has_no_role_here_is_refused(self, oidc, roles):
        with pytest.raises(AccessError, match="gives you no role here: it must be in the claim roles"):
            oidc.verify(token(roles=roles), START)

    def test_a_role_may_be_one_word(self, oidc):
        assert oidc.verify(token(roles="nurse"), START).role == "nurse"

    def test_the_first_role_of_the_table_that_fits_counts(self):
        oidc = Oidc(
            ISSUER, AUDIENCE, PUBLIC, role_claim="realm_access.roles", roles={"Apo": "pharmacist", "Arzt": "clinician"}
        )
        told = token(roles=None, realm_access={"roles": ["Arzt", "Apo"]})
        assert oidc.verify(told, START).role == "pharmacist"
        with pytest.raises(AccessError, match=r"realm_access\.roles"):
            oidc.verify(token(realm_access=["Apo"]), START)


class TestKeys:
    def test_are_read_from_a_file_and_again_when_a_new_one_is_named(self, tmp_path):
        path = tmp_path / "jwks.json"
        path.write_text(json.dumps(PUBLIC))
        oidc = Oidc(ISSUER, AUDIENCE, path)
        with pytest.raises(UnknownCallerError):
            oidc.verify(token(NEW, "ES256"), START)
        path.write_text(json.dumps(KeySet([NEW]).as_dict(private=False)))
        assert oidc.verify(token(NEW, "ES256"), START)
        with pytest.raises(UnknownCallerError):
            oidc.verify(token(), START)

    def test_that_cannot_be_read_again_stay_as_they_were(self, tmp_path):
        path = tmp_path / "jwks.json"
        path.write_text(json.dumps(PUBLIC))
        oidc = Oidc(ISSUER, AUDIENCE, path)
        path.write_text("half a fi")
        with pytest.raises(UnknownCallerError):
            oidc.verify(token(NEW, "ES256"), START)
        assert oidc.verify(token(), START)
        with pytest.raises(SettingsError):
            oidc.reload()

    @pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [1]}, {"keys": None}, {"keys": [{"kid": "a"}]}, []])
    def test_that_are_none_are_a_wrong_setting(self, keys):
        with pytest.raises(SettingsError, match="keys cannot be read"):
            Oidc(ISSUER, AUDIENCE, keys)

    def test_that_are_not_there_are_a_wrong_setting(self, tmp_path):
        with pytest.raises(SettingsError, match="FileNotFoundError"):
            Oidc(ISSUER, AUDIENCE, tmp_path / "none.json")


class TestSessions:
    def test_a_person_of_the_provider_is_a_person_in_a_session(self, access, store):
        actor = access.identify(f"Bearer {token()}")
        assert (actor.id, actor.kind, actor.role, actor.display) == ("oidc-u-17", "person", "pharmacist", "Ada Lin")
        assert actor.confirmed_at == START - timedelta(seconds=60)
        assert "run.decide" in actor.scopes
        assert access.present(actor) == actor
        assert store.person("oidc-u-17").hash == ""

    def test_a_token_that_names_no_sign_in_is_a_programs(self, access, store):
        actor = access.identify(token(auth_time=None))
        assert actor.kind == "service"
        assert "run.decide" not in actor.scopes
        assert store.persons() == store.tokens() == ()

    def test_a_fresh_sign_in_confirms_and_a_stale_one_does_not(self, access, clock, trail):
        actor = access.identify(token())
        assert access.confirm(actor, None) == actor
        assert access.freshly_provided(actor)
        assert access.confirm(actor, "any words") == actor
        clock.advance(timedelta(minutes=4, seconds=1))
        with pytest.raises(AccessError, match="fresh sign-in at your identity provider"):
            access.confirm(actor, "any words")
        assert trail.words()[-1] == ("access.denied", "refused", "not-confirmed")

    def test_a_renewed_token_lengthens_the_session_and_confirms_nothing(self, access, store, clock):
        actor = access.identify(token())
        clock.advance(timedelta(minutes=9))
        again = access.identify(token(exp=START.timestamp() + 1200))
        assert again == actor
        assert [t.expires for t in store.tokens()] == [START + timedelta(seconds=1200)]
        access.identify(token(exp=START.timestamp() + 700))
        assert [t.expires for t in store.tokens()] == [START + timedelta(seconds=1200)]

    def test_a_new_sign_in_is_a_new_session(self, access, store):
        access.identify(token())
        access.identify(token(auth_time=START.timestamp()))
        assert len(store.tokens()) == 2

    def test_a_session_can_be_revoked_and_stays_so_when_the_token_is_renewed(self, access):
        actor = access.identify(token())
        access.revoke(actor, actor.credential)
        for told in (token(), token(exp=START.timestamp() + 1200)):
            with pytest.raises(UnknownCallerError, match="was revoked"):
                access.identify(told)

    def test_a_person_can_be_disabled_here_whatever_the_provider_says(self, access, store):
        access.identify(token())
        access.disable(HOUSE, "oidc-u-17")
        for told in (token(), token(name="Ada Wu"), token(roles=["nurse"])):
            with pytest.raises(UnknownCallerError, match="may no longer sign in"):
                access.identify(told)
        assert store.person("oidc-u-17").disabled

    def test_a_disabled_person_does_not_come_back_as_a_program(self, access):
        access.identify(token())
        access.disable(HOUSE, "oidc-u-17")
        with pytest.raises(UnknownCallerError, match="may no longer sign in"):
            access.identify(token(auth_time=None))

    def test_a_role_that_changed_at_the_provider_counts_at_once(self, access):
        access.identify(token())
        actor = access.identify(token(roles=["nurse"]))
        assert actor.role == "nurse"
        assert access.present(actor).role == "nurse"

    def test_no_passphrase_signs_such_a_person_in(self, access):
        access.identify(token())
        with pytest.raises(UnknownCallerError):
            access.sign_in("oidc-u-17", "")

    def test_the_id_of_a_session_is_no_credential(self, access):
        actor = access.identify(token())
        with pytest.raises(UnknownCallerError):
            access.identify(f"{actor.credential}.{'x' * 43}")

    def test_tokens_of_the_ward_still_count(self, access):
        assert access.identify(access.first_start()).role == "administrator"

    def test_without_a_provider_such_a_token_is_nobodys(self, store, trail, clock):
        with pytest.raises(UnknownCallerError, match="not known"):
            Access(store, trail, clock, CountingIds()).identify(token())
