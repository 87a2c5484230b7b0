"""The FHIR door, read by a real client over HTTP."""

import json
import re

import httpx
import msgspec
import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome, ResourceNotFound
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.wards import PUBLIC, a_house, bearer, patient_bundle, served

from openward.access.access import HOUSE
from openward.domain.errors import TrailError
from openward.doors.fhir.app import fhir_app

LOINC = "http://loinc.org"


def person(id, family, given, born, gender="female"):
    return {"resourceType": "Patient", "id": id, "gender": gender, "birthDate": born, "active": True,
            "identifier": [{"system": "urn:mrn", "value": f"mrn-{id}"}],
            "name": [{"family": family, "given": given}]}  # fmt: skip


PEOPLE = [
    person("ada", "Example", ["Ada", "Maria"], "1970-05-01"),
    person("bo", "Example Smith", ["Bo"], "1985-01-01", "male"),
]
URN = "urn:uuid:6f1cbbd4-57b8-4b60-8d3b-17b0a0d3a00"
ORDER = {
    "resourceType": "MedicationRequest", "id": "order", "status": "active", "intent": "order",
    "authoredOn": "2026-01-05", "subject": {"reference": f"{URN}1"},
    "medicationReference": {"reference": "Medication/drug"},
}  # fmt: skip
LINKED = {
    "resourceType": "Bundle", "type": "transaction",
    "entry": [
        {"fullUrl": f"{URN}1", "resource": person("cy", "Li", ["小明"], "1999-09-09"),
         "request": {"method": "PUT", "url": "Patient/cy"}},
        {"fullUrl": f"{URN}2", "resource": ORDER,
         "request": {"method": "PUT", "url": "MedicationRequest/order"}},
        {"fullUrl": "http://x/Medication/drug",
         "resource": {"resourceType": "Medication", "id": "drug", "code": {"text": "aspirin"}},
         "request": {"method": "PUT", "url": "Medication/drug"}},
    ],
}  # fmt: skip
CODES = {"a": "2160-0", "b": "2160-0", "c": "718-7"}
RESULTS = [
    {"resourceType": "Observation", "id": f"lab-{n}", "status": "final" if n != "c" else "preliminary",
     "subject": {"reference": "Patient/ada"}, "encounter": {"reference": "Encounter/visit"},
     "code": {"coding": [{"system": LOINC, "code": CODES[n]}]}, "effectiveDateTime": f"2026-01-0{day}T10:00:00Z",
     "valueQuantity": {"value": day, "unit": "mg/dL"}}
    for day, n in enumerate("abc", 1)
]  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        record = opened.ward.record
        record.import_resources([*PEOPLE, *RESULTS], source="test")
        record.import_bytes("linked.json", json.dumps(LINKED).encode())
        record.import_resources([PEOPLE[0] | {"maritalStatus": {"text": "married"}}], source="again")
        yield opened


@pytest.fixture(scope="module")
def base(house):
    with served(house.ward, app=Starlette(routes=[Mount("/fhir", fhir_app(house.ward))])) as address:
        yield f"{address}/fhir"


@pytest.fixture(scope="module")
def client(house, base):
    with httpx.Client(base_url=base, headers=bearer(house.program), timeout=30) as opened:
        yield opened


@pytest.fixture
def stranger(house, base):
    """Somebody else's FHIR client."""
    return SyncFHIRClient(base, authorization=f"Bearer {house.program}")


def trail(house, after=0):
    return [msgspec.json.decode(e.event) for e in house.ward.trail.entries(after, 1000)]


def ids(bundle):
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def link(bundle, relation):
    return next((one["url"] for one in bundle["link"] if one["relation"] == relation), None)


def outcome(response, status, code):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/fhir+json"
    body = response.json()
    assert (body["resourceType"], body["issue"][0]["code"]) == ("OperationOutcome", code)
    return body["issue"][0]["diagnostics"]


def test_a_strangers_client_reads_searches_counts_and_pages(stranger):
    ada = stranger.reference("Patient", "ada").to_resource()
    assert ada.get_by_path(["name", 0, "family"]) == "Example"
    found = stranger.resources("Observation").search(patient="Patient/ada", code=f"{LOINC}|2160-0").sort("-date")
    assert [o.id for o in found.fetch()] == ["lab-b", "lab-a"]
    assert [o.id for o in found.limit(1).fetch_all()] == ["lab-b", "lab-a"]
    assert stranger.resources("Observation").search(patient="ada").count() == 3
    assert stranger.resources("Patient").search(family="example", given="ada").get().id == "ada"
    everything = stranger.execute("Patient/ada/$everything", method="get")
    assert {e["resource"]["resourceType"] for e in everything["entry"]} == {"Patient", "Observation"}


def test_a_strangers_client_understands_the_errors(stranger, base):
    with pytest.raises(ResourceNotFound):
        stranger.reference("Patient", "nobody").to_resource()
    with pytest.raises(AuthorizationError):
        SyncFHIRClient(base, authorization="Bearer wrong").resources("Patient").fetch()
    with pytest.raises(OperationOutcome):
        stranger.resource("Patient", id="new").save()


def test_the_statement_of_capability_needs_no_credential_and_tells_what_there_is(base):
    statement = httpx.get(f"{base}/metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"], statement["kind"]) == (
        "CapabilityStatement",
        "4.0.1",
        "instance",
    )
    resources = {r["type"]: r for r in statement["rest"][0]["resource"]}
    assert len(resources) > 100
    declared = {(name, p["name"], p["type"]) for name, r in resources.items() for p in r["searchParam"]}
    assert declared >= {("Observation", "patient", "reference"), ("Patient", "birthdate", "date")}
    assert "Provenance:target" in resources["Patient"]["searchRevInclude"]
    assert "MedicationRequest:medication" in resources["MedicationRequest"]["searchInclude"]
    assert resources["Patient"]["operation"][0]["name"] == "everything"
    assert statement["implementation"]["url"] == base


def test_a_resource_goes_out_as_it_was_received_with_its_version(client, house):
    response = client.get("/Observation/lab-a")
    assert response.json() == RESULTS[0]
    assert response.content == house.ward.record.resource("Observation/lab-a").body
    assert response.headers["etag"] == 'W/"1"'
    assert response.headers["last-modified"].endswith("GMT")


def test_references_that_only_the_source_could_read_are_made_plain(client):
    assert client.get("/MedicationRequest/order").json()["subject"] == {"reference": "Patient/cy"}


def test_every_version_can_be_read_and_the_history_lists_them(client):
    assert "maritalStatus" not in client.get("/Patient/ada/_history/1").json()
    assert client.get("/Patient/ada").headers["etag"] == 'W/"2"'
    history = client.get("/Patient/ada/_history").json()
    assert (history["type"], history["total"]) == ("history", 2)
    assert [e["response"]["etag"] for e in history["entry"]] == ['W/"2"', 'W/"1"']
    first = client.get("/Patient/ada/_history?_count=1").json()
    second = client.get(link(first, "next")).json()
    assert [len(ids(first)), len(ids(second)), link(second, "next")] == [1, 1, None]
    assert second["entry"][0]["response"]["etag"] == 'W/"1"'


def test_who_has_a_version_already_is_told_so(client):
    assert client.get("/Patient/ada", headers={"If-None-Match": 'W/"2"'}).status_code == 304
    assert client.get("/Patient/ada", headers={"If-None-Match": 'W/"1"'}).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Patient?_id=ada", ["ada"]),
        ("Patient?_id=ada,bo", ["ada", "bo"]),
        ("Patient?_id=ada&_id=bo", []),
        ("Patient?identifier=urn:mrn|mrn-bo", ["bo"]),
        ("Patient?identifier=mrn-bo", ["bo"]),
        ("Patient?family=EXAMPLE", ["ada", "bo"]),
        ("Patient?family=example smith", ["bo"]),
        ("Patient?given=maria,bo", ["ada", "bo"]),
        ("Patient?name=ada", ["ada"]),
        ("Patient?name=小明", ["cy"]),
        ("Patient?gender=male", ["bo"]),
        ("Patient?active=true&gender=http://hl7.org/fhir/administrative-gender|male", ["bo"]),
        ("Patient?birthdate=1970-05-01", ["ada"]),
        ("Patient?birthdate=ge1980&birthdate=lt1990", ["bo"]),
        ("Patient?birthdate=sa1990", ["cy"]),
        ("Observation?patient=ada", ["lab-a", "lab-b", "lab-c"]),
        ("Observation?subject=Patient/ada&status=final", ["lab-a", "lab-b"]),
        ("Observation?subject:Patient=ada&code=718-7", ["lab-c"]),
        ("Observation?patient=http://server/fhir/Patient/ada&code=718-7,2160-0&status=preliminary", ["lab-c"]),
        ("Observation?code=2160-0&patient=ada&date=ge2026-01-02", ["lab-b"]),
        ("Observation?date=2026-01-02T10:00:00%2B00:00&patient=ada", ["lab-b"]),
        ("Observation?date=2026-01&patient=ada&_sort=-date", ["lab-c", "lab-b", "lab-a"]),
        ("Observation?encounter=visit", ["lab-a", "lab-b", "lab-c"]),
        ("Observation?encounter=Encounter/visit&code=718-7", ["lab-c"]),
        ("Observation?patient=ada&patient=bo", []),
        ("Observation?patient=nobody", []),
        ("Observation?patient=ada&_lastUpdated=gt2020-01-01", ["lab-a", "lab-b", "lab-c"]),
        ("MedicationRequest?medication=Medication/drug", ["order"]),
        ("MedicationRequest?intent=order&authoredon=2026-01-05&status=active", ["order"]),
        ("MedicationRequest?patient=cy", ["order"]),
        ("Observation?patient=ada&code=", ["lab-a", "lab-b", "lab-c"]),
    ],
)
def test_the_common_parameters_find_what_they_should(client, query, found):
    bundle = client.get(f"/{query}").json()
    assert (ids(bundle), bundle["total"]) == (found, len(found))
    assert all(entry["search"] == {"mode": "match"} for entry in bundle.get("entry", []))


def test_a_search_by_post_is_the_same_search(client):
    posted = client.post("/Observation/_search?patient=ada", data={"code": f"{LOINC}|2160-0"})
    assert ids(posted.json()) == ["lab-a", "lab-b"]


def test_pages_are_linked_to_the_end_and_hold_everything_once(client, base):
    seen, url = [], f"{base}/Observation?patient=ada&_count=1&_sort=date"
    while url:
        bundle = client.get(url).json()
        seen += ids(bundle)
        url = link(bundle, "next")
    assert seen == ["lab-a", "lab-b", "lab-c"]


def test_the_self_link_holds_what_was_understood_only(client, base):
    bundle = client.get("/Observation?patient=ada&colour=red&_format=json").json()
    assert link(bundle, "self") == f"{base}/Observation?patient=ada&_format=json"


def test_counting_gives_a_total_and_no_entries(client):
    for query in ("_summary=count", "_count=0"):
        bundle = client.get(f"/Observation?patient=ada&{query}").json()
        assert (bundle["total"], "entry" in bundle, link(bundle, "next")) == (3, False, None)


def test_strict_handling_refuses_what_is_not_known(client):
    strict = {"Prefer": "handling=strict"}
    refused = client.get("/Observation?colour=red&patient=ada", headers=strict)
    assert "colour" not in outcome(refused, 400, "not-supported")
    assert client.get("/Observation?_sort=value&patient=ada", headers=strict).status_code == 400
    assert client.get("/Observation?patient=ada", headers=strict).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Observation?code:above=1", "not-supported"),
        ("Observation?code:text=1", "not-supported"),
        ("Observation?_id:not=1", "not-supported"),
        ("Observation?date:missing=true", "not-supported"),
        ("Observation?subject.name=x", "not-supported"),
        ("Observation?_has:x:y=z", "not-supported"),
        ("Observation?status=http://x|", "not-supported"),
        ("Observation?code=|", "invalid"),
        ("Observation?code=,", "invalid"),
        ("Observation?date=yesterday", "invalid"),
        ("Observation?date=ap2026,2025", "not-supported"),
        ("Observation?_lastUpdated=2026,2025", "not-supported"),
        ("Observation?encounter=a b", "invalid"),
        ("Observation?encounter:Patient=a", "not-supported"),
        ("Provenance?target=a", "invalid"),
        ("Observation?_include=Observation:value", "not-supported"),
        ("Observation?code=" + ",".join("x" * 201), "invalid"),
        ("Patient?name=" + "x" * 101, "invalid"),
        ("Patient?name=%CC%81", "invalid"),
        ("Patient?name=" + ",".join(["a b c d"] * 5), "not-supported"),
        ("Patient/_history", "not-supported"),
        ("_history", "not-supported"),
        ("Observation?patient=Group/a", "not-supported"),
        ("Observation?_count=many", "invalid"),
        ("Observation?_count=-1", "invalid"),
        ("Observation?_cursor=x&patient=ada", "invalid"),
        ("Patient/ada/$everything?start=2020-01-01", "not-supported"),
        ("Patient/ada/_history?_since=x", "invalid"),
        ("Patient/ada/_history?_cursor=x", "invalid"),
        ("Patient/ada/$everything?_cursor=x", "invalid"),
        ("Patient/ada/$everything?_type=Foo", "invalid"),
        ("Patient/ada/$everything?_since=x", "invalid"),
        ("Patient/ada/_history?_count=x", "invalid"),
        ("Observation?" + "&".join(f"a{n}=1" for n in range(200)), "invalid"),
    ],
)
def test_what_would_find_something_else_is_refused(client, query, code):
    assert outcome(client.get(f"/{query}"), 400, code)


@pytest.mark.parametrize(
    "path",
    ["Patient/nobody", "Patient/ada/_history/9", "Patient/ada/_history/x",
     "Patient/ada/_history/99999999999999999999", "Patient/nobody/_history",
     "Patient/nobody/$everything", "Starship", "Starship/1", "Starship/1/_history", "a/b/c/d", ""],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, path):
    assert outcome(client.get(f"/{path}"), 404, "not-found")


def test_this_door_only_reads(client):
    for method, path in (
        ("POST", "/Patient"),
        ("PUT", "/Patient/ada"),
        ("DELETE", "/Patient/ada"),
        ("PATCH", "/Patient/ada"),
    ):
        words = outcome(client.request(method, path, json={}), 405, "not-supported")
        assert "only reads" in words


@pytest.mark.parametrize(
    ("asked", "accept", "status"),
    [
        ("", "application/fhir+json", 200),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("", "application/fhir+xml", 200),
        ("", "application/fhir+turtle", 406),
        ("", "application/fhir+json;q=0.5, text/html", 200),
        ("", "application/fhir+json; fhirVersion=4.0", 200),
        ("", "application/fhir+json; fhirVersion=3.0", 406),
        ("?_format=json", "application/fhir+xml", 200),
        ("?_format=application/fhir%2Bjson", "text/plain", 200),
        ("?_format=application/fhir+json", "text/plain", 200),
        ("?_format=xml", "application/json", 200),
        ("?_format=ttl", "application/json", 406),
    ],
)
def test_json_and_xml_are_what_this_door_writes(client, asked, accept, status):
    assert client.get(f"/Patient/ada{asked}", headers={"Accept": accept}).status_code == status
    assert client.get(f"/metadata{asked}", headers={"Accept": accept}).status_code == status


def test_everything_is_the_compartment_and_its_medications_page_by_page(client, base):
    assert set(ids(client.get("/Patient/cy/$everything").json())) == {"cy", "order", "drug"}
    seen, url = [], f"{base}/Patient/ada/$everything?_count=2"
    while url:
        bundle = client.get(url).json()
        assert bundle["total"] == 4
        seen += ids(bundle)
        url = link(bundle, "next")
    assert sorted(seen) == ["ada", "lab-a", "lab-b", "lab-c"]
    assert ids(client.get("/Patient/ada/$everything?_type=Observation&_since=2020-01-01T00:00:00Z").json()) == [
        "lab-a",
        "lab-b",
        "lab-c",
    ]
    assert "entry" not in client.get("/Patient/ada/$everything?_since=2999-01-01").json()


def test_later_pages_of_everything_show_the_record_as_it_was_at_the_first(client, house, base):
    house.ward.record.import_bytes("p7.json", json.dumps(patient_bundle("p7")).encode())
    first = client.get(f"{base}/Patient/p7/$everything?_count=3").json()
    late = RESULTS[0] | {"id": "late", "subject": {"reference": "Patient/p7"}}
    house.ward.record.import_resources([late], source="later")
    second = client.get(link(first, "next")).json()
    assert (len(ids(first)), len(ids(second)), "late" in ids(second)) == (3, 3, False)
    assert "late" in ids(client.get(f"{base}/Patient/p7/$everything").json())


@pytest.mark.parametrize("path", ["/Patient/ada", "/Patient", "/Patient/ada/_history", "/Patient/ada/$everything"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer token-1.wrong"}])
def test_without_a_valid_credential_nothing_is_told(base, path, headers):
    response = httpx.get(base + path, headers=headers)
    assert outcome(response, 401, "login")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_credential_opens_what_its_scopes_name(house, base):
    _, token = house.ward.access.issue(HOUSE, label="labs only", scopes=["system/Observation.r"])
    with httpx.Client(base_url=base, headers=bearer(token)) as narrow:
        assert narrow.get("/Observation/lab-a").status_code == 200
        assert outcome(narrow.get("/Observation?patient=ada"), 403, "forbidden")
        assert outcome(narrow.get("/Patient/ada"), 403, "forbidden")
        assert outcome(narrow.get("/Patient/ada/$everything"), 403, "forbidden")
    assert trail(house)[-1]["outcome"] == "refused"
    _, token = house.ward.access.issue(HOUSE, label="two types", scopes=["system/Observation.rs", "system/Patient.rs"])
    with httpx.Client(base_url=base, headers=bearer(token)) as narrow:
        assert narrow.get("/Patient/ada/$everything?_type=Observation").status_code == 200
        assert outcome(narrow.get("/Patient/ada/$everything"), 403, "forbidden")


def test_every_access_to_a_patient_is_in_the_trail_by_pseudonym(client, house):
    pseudonym = house.ward.signer.pseudonym("ada")
    for path, what in (
        ("/Patient/ada", "fhir.read"),
        ("/Observation/lab-a", "fhir.read"),
        ("/Patient/ada/_history", "fhir.history"),
        ("/Observation?patient=ada", "fhir.search"),
        ("/Patient/ada/$everything", "fhir.everything"),
    ):
        before = len(trail(house))
        assert client.get(path).status_code == 200
        (event,) = trail(house, before)
        assert (event["what"], event["patient"], event["door"], event["action"]) == (what, pseudonym, "fhir", "read")
    before = len(trail(house))
    client.get("/Patient?family=example")
    assert {e["patient"] for e in trail(house, before)} == {pseudonym, house.ward.signer.pseudonym("bo")}
    assert re.search(r"\bada\b", json.dumps(trail(house))) is None


def test_when_the_trail_cannot_be_written_nothing_is_shown(client, house, monkeypatch):
    def refuse(*_args, **_more):
        raise TrailError("the trail cannot be written")

    monkeypatch.setattr(house.ward.trail, "write_each", refuse)
    response = client.get("/Patient/ada")
    assert "Example" not in response.text
    assert outcome(response, TrailError.status, "transient")


def test_a_surprise_tells_its_class_only(base, house, monkeypatch):
    def fail(*_args, **_more):
        raise ValueError("Ada Example")

    monkeypatch.setattr(house.ward.record, "rewrite", fail)
    response = httpx.get(f"{base}/Patient/ada", headers=bearer(house.program))
    assert "Ada" not in response.text
    assert "ValueError" in outcome(response, 500, "exception")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a=" + b"x" * 70_000, {}, 413),
        (b"\xff=\xff", {}, 400),
        (b"&".join(b"a=1" for _ in range(200)), {}, 400),
        (b"{}", {"Content-Type": "application/json"}, 400),
    ],
)
def test_a_wrong_body_of_a_search_is_refused(client, body, headers, status):
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    assert client.post("/Observation/_search", content=body, headers=headers).status_code == status


def test_every_public_resource_comes_back_and_nothing_is_missing(tmp_path):
    path = PUBLIC / "fhir" / "synthea-085e81c0-7a95-ef02-16ef-aa1b4344deed.json.gz"
    if not path.exists():
        pytest.skip("the public cases are not there: ../shared/data/fhir")
    with a_house(tmp_path / "home") as house:
        house.ward.record.import_paths([path])
        with served(house.ward, app=Starlette(routes=[Mount("/fhir", fhir_app(house.ward))])) as address:
            stranger = SyncFHIRClient(f"{address}/fhir", authorization=f"Bearer {house.program}")
            for name, count in house.ward.stores.record.counts().items():
                found = stranger.resources(name).limit(20).fetch_all()
                assert len({r.id for r in found}) == len(found) == count
            patient = next(p for p in stranger.resources("Patient") if p.id != "p1")
            assert all(
                "urn:uuid" not in o["subject"]["reference"]
                for o in stranger.resources("Observation").search(patient=patient.id).limit(50).fetch_all()
            )
