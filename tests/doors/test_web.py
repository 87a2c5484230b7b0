"""What every answer of the web server has, and what none lets in."""

import gzip

import httpx
import pytest
from tests.opened import address, house
from tests.wards import bearer

__all__ = ["address", "house"]

STATIC = "/console/static/console.css"
SAFE = {"x-content-type-options": "nosniff", "x-frame-options": "DENY"}


@pytest.mark.parametrize(
    "path", [STATIC, "/", "/nothing", "/console", "/console/nothing", "/fhir/metadata", "/openapi.json", "/healthz"]
)
def test_every_answer_may_load_nothing_and_stands_in_no_frame(address, path):
    headers = httpx.get(address + path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert {name: headers[name] for name in SAFE} == SAFE


def test_a_browser_keeps_what_pages_are_drawn_with_and_asks_by_its_etag(address):
    first = httpx.get(address + STATIC)
    assert first.headers["cache-control"] == "public, max-age=300"
    again = httpx.get(address + STATIC, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_are_kept_by_nobody(address, house):
    page = httpx.get(f"{address}/console/patients/p1", cookies={"openward_session": house.session()})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"


def test_a_page_travels_compressed(address, house):
    cookies = {"openward_session": house.session()}
    with httpx.stream("GET", f"{address}/console", cookies=cookies, headers={"accept-encoding": "gzip"}) as page:
        raw = b"".join(page.iter_raw())
    assert page.headers["content-encoding"] == "gzip"
    assert b"<html" in gzip.decompress(raw)
    plain = httpx.get(f"{address}/console", cookies=cookies, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_what_is_small_or_not_asked_so_stays_as_it_is(address, house):
    answer = httpx.get(f"{address}/healthz", headers={"accept-encoding": "gzip"} | bearer(house.program))
    assert "content-encoding" not in answer.headers
