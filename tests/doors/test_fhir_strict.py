"""The FHIR door held to the specification: by the schema of R4 and by a client that takes nothing for granted."""

import functools
import gzip
import importlib
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.wards import PUBLIC, a_house, bearer, served

from openward.adapters.memory import memory_stores
from openward.adapters.system import SystemClock
from openward.domain.resource import SearchQuery
from openward.doors.fhir.app import fhir_app
from openward.doors.fhir.capability import capability
from openward.doors.fhir.parameters import parameters, resource_types
from openward.doors.fhir.query import asked_of
from openward.record.index import known, places
from openward.record.record import Record

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SYNTHEA = PUBLIC / "fhir" / "synthea-085e81c0-7a95-ef02-16ef-aa1b4344deed.json.gz"


@functools.cache
def model(type):
    return getattr(importlib.import_module(f"fhir.resources.R4B.{type.lower()}"), type)


def is_r4(resource):
    model(resource["resourceType"]).model_validate(resource)
    return True


def served_fhir(ward):
    return served(ward, app=Starlette(routes=[Mount("/fhir", fhir_app(ward))]))


def test_the_statement_of_capability_is_a_valid_one():
    assert is_r4(capability("http://example.org/fhir", NOW))


def test_the_statement_lists_every_type_that_the_record_can_hold_once_with_what_it_is_searched_by():
    listed = capability("http://example.org/fhir", NOW)["rest"][0]["resource"]
    assert [r["type"] for r in listed] == list(resource_types())
    assert len(listed) == 145
    for resource in listed:
        assert [p["name"] for p in resource["searchParam"]] == list(parameters(resource["type"]))
    inexact = {
        r["type"] for r in listed for p in r["searchParam"] if "compared by its start" in p.get("documentation", "")
    }
    assert {"Encounter", "Condition", "Observation"} <= inexact
    assert not {"Patient", "MedicationRequest"} & inexact


ELEMENTS = {
    "concept": {"coding": [{"system": "urn:s", "code": "c"}]}, "coding": {"system": "urn:s", "code": "c"},
    "identifier": {"system": "urn:s", "value": "c"}, "name": {"family": "Word", "given": ["Word"]}, "code": "c",
    "string": "Word", "boolean": True, "date": "2020-02-03", "period": {"start": "2020-02-03"},
    "timing": {"event": ["2020-02-03"]},
}  # fmt: skip
TARGETS = {"encounter": "Encounter/x", "medication": "Medication/x", "target": "Basic/x"}


def put(resource, path, value):
    """Puts a value at a path such as `participant*.actor`."""
    step, _, rest = path.partition(".")
    name, many = step.removesuffix("*"), step.endswith("*")
    if not rest:
        resource.setdefault(name, [value] if many else value)
        return
    inner = resource.setdefault(name, [{}] if many else {})
    put(inner[0] if many else inner, rest, value)


def example(type, name):
    """A resource of a type that one parameter should find, and the value that should find it."""
    rows = places(type)
    resource = {"resourceType": type, "id": "x"}
    if name in {"patient", "subject"}:
        put(resource, (*rows.patient, *rows.others)[0], {"reference": "Patient/p"})
        return resource, "Patient/p"
    if name == rows.date_param:
        path, kind = rows.date[0]
        put(resource, path, ELEMENTS[kind])
        return resource, "2020-02-03"
    if name in {"_id", "_lastUpdated"}:
        return resource, "x" if name == "_id" else "gt2000"
    path, kind = rows.tokens["name" if name in {"family", "given"} else name][0]
    put(resource, path, {"reference": TARGETS[name]} if kind == "reference" else ELEMENTS[kind])
    values = {"reference": TARGETS.get(name), "name": "wor", "string": "wor", "boolean": "true", "code": "c"}
    return resource, values.get(kind, "urn:s|c")


@pytest.mark.parametrize("type", [type for type in resource_types() if known(type)])
def test_every_declared_parameter_finds_what_has_it_and_nothing_else(type):
    for name in parameters(type):
        resource, value = example(type, name)
        store = memory_stores().record
        bare = {"resourceType": type, "id": "bare"}
        report = Record(store, SystemClock()).import_resources([resource, bare], source="test")
        assert store.counts() == {type: 2}, report
        found = store.search(asked_of(type, [(name, value)], now=NOW, strict=True).query)
        assert [kept.id for kept in found.items] == (["bare", "x"] if name == "_lastUpdated" else ["x"])


class StrictClient:
    """A client that believes the statement of capability, and checks every answer against the specification."""

    def __init__(self, base, token):
        self.base = base
        self.http = httpx.Client(headers={**bearer(token), "Accept": "application/fhir+json"}, timeout=60)
        self.statement = self.get(f"{base}/metadata")
        self.types = {r["type"]: r for r in self.statement["rest"][0]["resource"]}

    def get(self, url, status=200):
        response = self.http.get(url, headers={"Prefer": "handling=strict"})
        assert response.status_code == status, response.text
        assert response.headers["content-type"].partition(";")[0] == "application/fhir+json"
        body = response.json()
        assert is_r4(body)
        return body

    def pages(self, type, **asked):
        """Every page of a search: self and next links, total, modes and addresses as the specification has them."""
        names = {p["name"] for p in self.types[type]["searchParam"]}
        assert {key.partition(":")[0] for key in asked if not key.startswith("_")} <= names
        url, total, visited = str(httpx.URL(f"{self.base}/{type}", params=asked)), None, set()
        while url:
            assert url not in visited, "the links run in a circle"
            visited.add(url)
            bundle = self.get(url)
            assert bundle["type"] == "searchset"
            assert total in (None, bundle["total"])
            total = bundle["total"]
            links = {one["relation"]: one["url"] for one in bundle["link"]}
            assert dict(parse_qsl(urlsplit(links["self"]).query)).items() >= asked.items()
            yield bundle
            url = links.get("next")

    def each(self, type, **asked):
        """Every match, once."""
        seen, total = {}, 0
        for bundle in self.pages(type, **asked):
            total = bundle["total"]
            for entry in bundle.get("entry", []):
                resource = entry["resource"]
                assert entry["search"]["mode"] == "match"
                assert entry["fullUrl"] == f"{self.base}/{type}/{resource['id']}"
                assert resource["resourceType"] == type
                assert resource["id"] not in seen, "a resource came twice"
                seen[resource["id"]] = resource
        assert len(seen) == total
        return seen


@pytest.fixture(scope="module")
def synthea(tmp_path_factory):
    if not SYNTHEA.exists():
        pytest.skip("the public cases are not there: ../shared/data/fhir")
    with a_house(tmp_path_factory.mktemp("home")) as house:
        house.ward.record.import_paths([SYNTHEA])
        with served_fhir(house.ward) as address:
            yield house, StrictClient(f"{address}/fhir", house.program)


def test_a_strict_client_gets_each_resource_exactly_once(synthea):
    house, client = synthea
    sent = json.loads(gzip.decompress(SYNTHEA.read_bytes()))["entry"]
    expected = {}
    for entry in sent:
        expected.setdefault(entry["resource"]["resourceType"], set()).add(entry["resource"]["id"])
    assert house.ward.stores.record.counts().keys() == expected.keys() | {"AllergyIntolerance", "MedicationRequest"}
    for type, ids in expected.items():
        assert {id for id in client.each(type, _count="37") if not id.startswith("p1")} == ids


def test_a_strict_client_gets_the_same_in_every_order_and_through_every_filter(synthea):
    _, client = synthea
    patient = next(id for id in client.each("Patient") if id != "p1")
    whole = client.each("Observation", patient=f"Patient/{patient}", _count="200")
    for sort in ("date", "-date", "_id", "-_id", "_lastUpdated", "-date,_id"):
        assert client.each("Observation", patient=patient, _sort=sort, _count="150").keys() == whole.keys()
    by_year = [client.each("Observation", patient=patient, date=str(year)) for year in range(1930, 2027)]
    assert sum(len(found) for found in by_year) == len(whole)
    category = "http://terminology.hl7.org/CodeSystem/observation-category|"
    with_it = client.each("Observation", category=f"{category}vital-signs", patient=patient)
    without = client.each("Observation", **{"category:not": f"{category}vital-signs"}, patient=patient)
    assert with_it
    assert with_it.keys().isdisjoint(without)
    assert with_it.keys() | without.keys() == whole.keys()


def test_every_reference_to_what_is_held_can_be_followed(synthea):
    _, client = synthea
    for resource in client.each("MedicationRequest").values():
        for target in re.findall(r'"reference": "([A-Z][A-Za-z]+/[^"]+)"', json.dumps(resource)):
            assert client.get(f"{client.base}/{target}")["id"] == target.partition("/")[2]


def test_included_resources_are_all_that_are_spoken_of(synthea):
    _, client = synthea
    asked = {"_include": "Observation:encounter", "_count": "50"}
    for bundle in client.pages("Observation", **asked):
        entries = bundle["entry"]
        matches = [e["resource"] for e in entries if e["search"]["mode"] == "match"]
        brought = [e["resource"]["id"] for e in entries if e["search"]["mode"] == "include"]
        wanted = {m["encounter"]["reference"].partition("/")[2] for m in matches if "encounter" in m}
        assert sorted(brought) == sorted(wanted)


def test_everything_of_the_patient_comes_once_too(synthea):
    house, client = synthea
    patient = next(id for id in client.each("Patient") if id != "p1")
    seen, url = [], f"{client.base}/Patient/{patient}/$everything?_count=150"
    while url:
        bundle = client.get(url)
        seen += [(e["resource"]["resourceType"], e["resource"]["id"]) for e in bundle["entry"]]
        url = {one["relation"]: one["url"] for one in bundle["link"]}.get("next")
    assert len(set(seen)) == len(seen) == bundle["total"]
    assert len(seen) >= len(house.ward.stores.record.compartment(patient))


def test_histories_and_errors_are_valid_too(synthea):
    _, client = synthea
    patient = next(iter(client.each("Patient")))
    assert client.get(f"{client.base}/Patient/{patient}/_history")["type"] == "history"
    for path, status in (("Patient/nobody", 404), ("Starship", 404), ("Patient?colour=red", 400), ("x/y/z/u/v", 404)):
        assert client.get(f"{client.base}/{path}", status)["resourceType"] == "OperationOutcome"


def test_a_search_without_conditions_finds_all(synthea):
    house, client = synthea
    page = house.ward.stores.record.search(SearchQuery(type="Condition", count=1))
    assert len(client.each("Condition")) == page.total
