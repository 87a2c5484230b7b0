"""A NUL is refused at every door before a store sees it, and no answer names a database."""

import asyncio
import json

import httpx
import pytest
from tests.opened import address, house
from tests.wards import bearer

from openward.domain.errors import StoreError
from openward.doors.nul import NulError, watched

__all__ = ["address", "house"]

ADDRESSES = [
    "/console/patients?q=a%00b", "/console/patients/a%00b", "/console/runs?patient=a%00", "/console/runs?service=%00",
    "/console/runs?after=%00", "/console/desk?run=%00", "/console/search?find=a%00b", "/console/a%00b", "/i/a%00b",
    "/v1/runs/a%00b", "/v1/runs?patient=%00", "/fhir/Patient/a%00b", "/fhir/Patient?name=%00",
]  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_with_a_nul_is_refused(address, house, path):
    answer = httpx.get(address + path, cookies={"openward_session": house.session()}, headers=bearer(house.program))
    assert answer.status_code == 400
    assert "ward.db" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_each_door_says_so_in_its_own_way(address):
    assert "<html" in httpx.get(address + "/console/patients?q=%00").text
    assert "空字符" in httpx.get(address + "/console/%00", headers={"accept-language": "zh-CN"}).text
    assert httpx.get(address + "/fhir/Patient/%00").json()["resourceType"] == "OperationOutcome"
    assert httpx.get(address + "/v1/runs/%00").json()["type"] == "urn:openward:error:NulError"


def test_a_form_with_a_nul_is_refused_before_sign_in(address):
    form = {"person": "a\0b", "passphrase": "x"}
    for answer in (
        httpx.post(address + "/console/sign-in", data=form),
        httpx.post(address + "/console/sign-in", files={"person": (None, "a\0b")}),
    ):
        assert answer.status_code == 400
        assert "NUL" in answer.text
        assert "<html" in answer.text


def test_other_bodies_are_refused_too(address, house):
    given, headers = {"person": "a\0b", "passphrase": "x"}, bearer(house.program)
    assert httpx.post(address + "/v1/sessions", json=given).status_code == 400
    search = httpx.post(address + "/fhir/Patient/_search", data={"name": "a\0b"}, headers=headers)
    assert (search.status_code, search.json()["resourceType"]) == (400, "OperationOutcome")


def body_read(kind, *pieces):
    """The body that comes through."""
    waiting = [*pieces]

    async def receive():
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def read():
        receiving = watched({"type": "http", "headers": [(b"content-type", kind)]}, receive)
        return b"".join([(await receiving())["body"] for _ in pieces])

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("kind", "pieces"),
    [(b"application/x-www-form-urlencoded", (b"a=%0", b"0b")), (b"application/json", (rb'"a\u0', rb'000"')),
     (b"application/fhir+json", (rb'"\\\u0000"',)), (b"multipart/form-data; boundary=x", (b"a", b"\0"))],
)  # fmt: skip
def test_a_nul_is_seen_across_the_pieces_of_a_body(kind, pieces):
    with pytest.raises(NulError):
        body_read(kind, *pieces)


def test_what_only_looks_like_one_passes():
    told = json.dumps({"a": "\\u0000", "b": "5%00"}).encode()
    assert body_read(b"application/json", told) == told
    assert body_read(b"application/x-www-form-urlencoded", b"a=5%2500") == b"a=5%2500"


def test_no_answer_says_where_the_store_is(address, house, monkeypatch):
    def locked(*_given, **_more):
        raise StoreError("postgresql://…@db.inside:5432/ward: is locked")

    monkeypatch.setattr(house.ward.stores.runs, "get", locked)
    monkeypatch.setattr(house.ward.stores.record, "read", locked)
    cookies = {"openward_session": house.session()}
    for path in ("/v1/runs/x", "/console/runs/x", "/fhir/Patient/p1"):
        answer = httpx.get(address + path, headers=bearer(house.program), cookies=cookies)
        assert answer.status_code == 503
        assert "db.inside" not in answer.text
