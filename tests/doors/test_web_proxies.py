"""Behind a proxy: https is believed of the proxies that the settings name, and of nobody else."""

import asyncio

import httpx
import pytest
from tests.wards import PASSPHRASE, a_house

from openward.doors.web import web_app


def cookie(ward, client, headers):
    """The session cookie that a sign-in from an address sets."""

    async def ask():
        transport = httpx.ASGITransport(web_app(ward), client=(client, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://ward.example") as browser:
            form = {"person": "a.pharmacist", "passphrase": PASSPHRASE}
            return await browser.post("/console/sign-in", data=form, headers=headers)

    answer = asyncio.run(ask())
    assert answer.status_code == 303
    return answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("trusted", "client", "secure"),
    [("", "127.0.0.1", False), ("10.0.0.9", "127.0.0.1", False), ("10.0.0.9", "10.0.0.9", True),
     ("10.0.0.0/24, 192.168.1.1", "10.0.0.7", True), ("10.0.0.0/24", "10.0.1.7", False)],
)  # fmt: skip
def test_a_cookie_is_for_https_only_when_a_trusted_proxy_says_that_it_came_so(tmp_path, trusted, client, secure):
    with a_house(tmp_path, trusted_proxies=trusted) as house:
        told = cookie(house.ward, client, {"X-Forwarded-Proto": "https"})
    assert ("Secure" in told) is secure
    for part in ("HttpOnly", "SameSite=strict", "Path=/console"):
        assert part in told


def test_the_way_back_from_the_identity_provider_is_the_address_that_the_browser_knows(tmp_path):
    given = {
        "oidc_issuer": "https://id.example", "oidc_client_id": "ward", "trusted_proxies": "10.0.0.9",
        "oidc_authorization_endpoint": "https://id.example/a", "oidc_token_endpoint": "https://id.example/t",
    }  # fmt: skip

    async def ask(ward):
        transport = httpx.ASGITransport(web_app(ward), client=("10.0.0.9", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://ward.example") as browser:
            return await browser.get("/console/sign-in/elsewhere", headers={"X-Forwarded-Proto": "https"})

    with a_house(tmp_path, **given) as house:
        answer = asyncio.run(ask(house.ward))
    assert "redirect_uri=https%3A%2F%2Fward.example%2Fconsole%2Fsign-in%2Fback" in answer.headers["location"]
    assert "Secure" in answer.headers["set-cookie"]
