"""`Patient/$everything` of one ward, page by page, taken in by another: the chart is the same."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.record.test_foreign import FOREIGN, NAMES, alike, expected
from tests.wards import a_house, bearer, served

from openward.adapters.memory import FixedClock, memory_stores
from openward.doors.fhir.app import fhir_app
from openward.record.record import Record


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        opened.ward.record.import_paths([FOREIGN / f"{name}.json" for name in NAMES])
        yield opened


@pytest.fixture(scope="module")
def base(house):
    with served(house.ward, app=Starlette(routes=[Mount("/fhir", fhir_app(house.ward))])) as address:
        yield f"{address}/fhir"


def pages(house, url: str, accept: str) -> list[bytes]:
    found = []
    while url:
        answer = httpx.get(url, headers={**bearer(house.program), "Accept": accept})
        assert answer.status_code == 200, answer.text
        found.append(answer.content)
        url = _next(house, url, answer, accept)
    return found


def _next(house, url: str, answer: httpx.Response, accept: str) -> str:
    if "xml" in accept:
        answer = httpx.get(url, headers=bearer(house.program))
    return next((link["url"] for link in answer.json()["link"] if link["relation"] == "next"), "")


# What these hold beyond R4 cannot be XML.
NOT_XML = {"conditions", "primitives"}
CASES = [(name, kind) for name in NAMES for kind in ("json", "xml") if kind == "json" or name not in NOT_XML]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_everything_of_a_patient_is_the_same_in_a_second_ward(house, base, name: str, kind: str):
    patient = expected(name).patient
    here = house.ward.record.chart(patient)
    there = Record(memory_stores().record, FixedClock(here.as_of))
    for page in pages(house, f"{base}/Patient/{patient}/$everything?_count=10", f"application/fhir+{kind}"):
        assert there.import_bytes(f"everything.{kind}", page).refused == 0
    assert alike(there.chart(patient)) == alike(here)
