"""What a search through the FHIR door finds, brings along and leaves out; parts, formats and conditional reads."""

import base64
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.wards import a_house, bearer, served

from openward.access.access import HOUSE
from openward.doors.fhir import including
from openward.doors.fhir.app import fhir_app
from openward.record.xml import to_json

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
LOINC = "http://loinc.org"


def person(id, **more):
    return {"resourceType": "Patient", "id": id, "gender": "female"} | more


def reference(to):
    return {"reference": to}


def lab(id, patient, *codings, **more):
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": reference(f"Patient/{patient}"),
        "code": {"coding": list(codings)},
    } | more  # fmt: skip


def order(id, patient, drug):
    return {
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order",
        "subject": reference(f"Patient/{patient}"), "medicationReference": reference(f"Medication/{drug}"),
        "encounter": reference("Encounter/stay"),
    }  # fmt: skip


NARRATIVE = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Seen &amp; well</p></div>'
RESOURCES = [
    person("garcia", name=[{"family": "García Márquez", "given": ["José"]}], address=[{"city": "São Paulo"}]),
    person("li", name=[{"family": "李", "given": ["小明"]}, {"text": "Li Xiaoming"}], birthDate="1990-02"),
    person("oneil", name=[{"family": "O'Neil", "given": ["Mary Ann"]}], active=True, maritalStatus={"text": "single"},
           meta={"profile": ["http://x/profile"], "tag": [{"system": "urn:t", "code": "kept"}]},
           text={"status": "generated", "div": NARRATIVE},
           _birthDate={"extension": [{"url": "urn:x", "valueCode": "y"}]}),
    lab("l1", "garcia", {"system": LOINC, "code": "1-1"}, encounter=reference("Encounter/stay"),
        effectiveDateTime="2026-01-05T10:00:00Z", valueQuantity={"value": 1.10, "unit": "mg"}),
    lab("l2", "garcia", {"system": "urn:local", "code": "1-1"}, effectiveDateTime="2026-01"),
    lab("l3", "li", {"code": "1-1"}, {"system": LOINC, "code": "a,b|c$d\\e"}, effectiveDateTime="2025"),
    lab("l4", "li", effectivePeriod={"start": "2024-06-01", "end": "2024-07-01"}),
    {"resourceType": "Encounter", "id": "stay", "status": "finished", "class": {"code": "IMP"},
     "subject": reference("Patient/garcia")},
    order("m1", "garcia", "drug"), order("m2", "li", "drug"), order("m3", "li", "not-held"),
    {"resourceType": "Medication", "id": "drug", "code": {"text": "aspirin"}},
    {"resourceType": "Provenance", "id": "pr", "recorded": "2026-01-01T00:00:00Z",
     "target": [reference("Observation/l1"), reference("MedicationRequest/m1")],
     "agent": [{"who": {"display": "somebody"}}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        opened.ward.record.import_resources(RESOURCES, source="test")
        yield opened


@pytest.fixture(scope="module")
def base(house):
    with served(house.ward, app=Starlette(routes=[Mount("/fhir", fhir_app(house.ward))])) as address:
        yield f"{address}/fhir"


@pytest.fixture(scope="module")
def client(house, base):
    with httpx.Client(base_url=base, headers=bearer(house.program), timeout=30) as opened:
        yield opened


def by_mode(bundle, mode):
    return [e["resource"]["id"] for e in bundle.get("entry", []) if e["search"]["mode"] == mode]


MINE = "_id=garcia,li,oneil"
LABS = "_id=l1,l2,l3,l4"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"Patient?{MINE}&family=garc", "garcia"),
        (f"Patient?{MINE}&family=MÁRQ", "garcia"),
        (f"Patient?{MINE}&family=arquez", ""),
        (f"Patient?{MINE}&family=garcia mar", "garcia"),
        (f"Patient?{MINE}&family:contains=arqu", "garcia"),
        (f"Patient?{MINE}&family:exact=García Márquez", "garcia"),
        (f"Patient?{MINE}&family:exact=garcía márquez", ""),
        (f"Patient?{MINE}&family:exact=García", ""),
        (f"Patient?{MINE}&name=jose garcia", "garcia"),
        (f"Patient?{MINE}&name=neil", "oneil"),
        (f"Patient?{MINE}&name=o'neil", "oneil"),
        (f"Patient?{MINE}&given=mary a", "oneil"),
        (f"Patient?{MINE}&given=ann", "oneil"),
        (f"Patient?{MINE}&name=李", "li"),
        (f"Patient?{MINE}&name=李小明", "li"),
        (f"Patient?{MINE}&given=小明,mary", "li oneil"),
        (f"Patient?{MINE}&name:contains=明", "li"),
        (f"Patient?{MINE}&given:exact=小明", "li"),
        (f"Patient?{MINE}&name=li x,jose", "garcia li"),
        (f"Patient?{MINE}&address-city=sao", "garcia"),
        (f"Patient?{MINE}&birthdate=1990-02", "li"),
        (f"Observation?{LABS}&code=1-1", "l1 l2 l3"),
        (f"Observation?{LABS}&code={LOINC}|1-1", "l1"),
        (f"Observation?{LABS}&code=|1-1", "l3"),
        (f"Observation?{LABS}&code={LOINC}|", "l1 l3"),
        (f"Observation?{LABS}&code=urn:local|,|1-1", "l2 l3"),
        (f"Observation?{LABS}&code={LOINC}|1-1&code=urn:local|1-1", ""),
        (f"Observation?{LABS}&code:not={LOINC}|1-1", "l2 l3 l4"),
        (f"Observation?{LABS}&code:not=1-1", "l4"),
        (f"Observation?{LABS}&code:not={LOINC}|1-1,urn:local|", "l3 l4"),
        (f"Observation?{LABS}&code:not={LOINC}|&code=1-1", "l2"),
        (f"Observation?{LABS}&code={LOINC}|a\\,b\\|c\\$d\\\\e", "l3"),
        (f"Observation?{LABS}&status=|final", "l1 l2 l3 l4"),
        (f"Observation?{LABS}&status:not=final", ""),
        (f"Observation?{LABS}&patient=garcia,Patient/li", "l1 l2 l3 l4"),
        (f"Observation?{LABS}&patient=garcia,nobody", "l1 l2"),
        (f"Observation?{LABS}&patient=garcia,li&subject=Patient/li", "l3 l4"),
        (f"Observation?{LABS}&encounter:Encounter=stay", "l1"),
        (f"Observation?{LABS}&date=sa2025", "l1 l2"),
        (f"Observation?{LABS}&date=sa2026-01-04", "l1"),
        (f"Observation?{LABS}&date=eb2025", "l4"),
        (f"Observation?{LABS}&date=eb2026-01-05", "l3 l4"),
        (f"Observation?{LABS}&date=2025,2024", "l3 l4"),
        (f"Observation?{LABS}&_lastUpdated=sa2020&_lastUpdated=eb2999", "l1 l2 l3 l4"),
        (f"Observation?{LABS}&_lastUpdated=eb2020", ""),
        ("Provenance?target=Observation/l1", "pr"),
        ("Provenance?target:Observation=l1", "pr"),
        ("Provenance?target=Observation/l2", ""),
        ("MedicationRequest?medication=Medication/drug&patient=li", "m2"),
        ("MedicationRequest?medication=drug", "m1 m2"),
        ("Binary?_id=x", ""),
    ],
)
def test_every_form_of_value_finds_what_it_says(client, query, expected):
    bundle = client.get(f"/{query}", headers={"Prefer": "handling=strict"}).json()
    assert sorted(by_mode(bundle, "match")) == expected.split()
    assert bundle["total"] == len(expected.split())


def test_approximately_now_is_a_narrow_time(client, house):
    year = house.ward.clock.now().year
    far = client.get(f"/Observation?{LABS}&date=ap{year + 3000}").json()
    assert far["total"] == 0
    assert client.get(f"/Observation?{LABS}&date=ap2025-06").json()["total"] >= 1


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", "l4 l3 l2 l1"),
        ("-date", "l1 l2 l3 l4"),
        ("-_id", "l4 l3 l2 l1"),
        ("-date,_id", "l1 l2 l3 l4"),
        ("_lastUpdated", "l1 l2 l3 l4"),
        ("-_lastUpdated", "l4 l3 l2 l1"),
    ],
)
def test_pages_follow_the_order_asked_for(client, sort, expected):
    seen, url = [], f"/Observation?{LABS}&_sort={sort}&_count=1"
    while url:
        bundle = client.get(url).json()
        seen += by_mode(bundle, "match")
        url = next((one["url"] for one in bundle["link"] if one["relation"] == "next"), None)
    assert seen == expected.split()


@pytest.mark.parametrize(
    ("query", "matches", "included"),
    [
        ("MedicationRequest?patient=li&_include=MedicationRequest:medication", "m2 m3", "drug"),
        ("MedicationRequest?_id=m1&_include=MedicationRequest:patient&_include=MedicationRequest:encounter", "m1",
         "garcia stay"),
        ("Observation?_id=l1,l2&_include=Observation:subject&_include=Observation:encounter:Encounter", "l1 l2",
         "garcia stay"),
        ("Observation?_id=l1&_include=Observation:encounter:Group", "l1", ""),
        ("Patient?_id=li&_revinclude=Observation:patient&_revinclude=MedicationRequest:subject", "li", "l3 l4 m2 m3"),
        ("Encounter?_id=stay&_revinclude=Observation:encounter", "stay", "l1"),
        ("Medication?_id=drug&_revinclude=MedicationRequest:medication", "drug", "m1 m2"),
        ("Observation?_id=l1,l2&_revinclude=Provenance:target", "l1 l2", "pr"),
        ("Medication?_id=drug&_revinclude=MedicationRequest:medication&_include:iterate=MedicationRequest:patient",
         "drug", "garcia li m1 m2"),
        ("Patient?_id=li&_revinclude=MedicationRequest:patient&_include:iterate=MedicationRequest:medication", "li",
         "drug m2 m3"),
        ("Patient?_id=nobody&_revinclude=Observation:patient", "", ""),
    ],
)  # fmt: skip
def test_what_matches_point_at_or_what_points_at_them_comes_along(client, query, matches, included):
    bundle = client.get(f"/{query}").json()
    assert sorted(by_mode(bundle, "match")) == matches.split()
    assert sorted(by_mode(bundle, "include")) == included.split()
    assert bundle["total"] == len(matches.split())


def test_when_too_much_is_to_be_included_the_answer_says_so(client, monkeypatch):
    monkeypatch.setattr(including, "MOST_INCLUDED", 1)
    bundle = client.get("/Patient?_id=li&_revinclude=Observation:patient").json()
    assert len(by_mode(bundle, "include")) == 1
    last = bundle["entry"][-1]
    assert (last["search"]["mode"], last["resource"]["issue"][0]["code"]) == ("outcome", "incomplete")
    assert "fullUrl" not in last


def test_what_is_included_needs_the_scope_of_its_type(house, base):
    _, token = house.ward.access.issue(HOUSE, label="labs", scopes=["system/Observation.rs"])
    with httpx.Client(base_url=base, headers=bearer(token)) as narrow:
        assert narrow.get("/Observation?_id=l1").status_code == 200
        assert narrow.get("/Observation?_id=l1&_include=Observation:patient").status_code == 403
        assert narrow.get("/Observation?_id=l1&_revinclude=Provenance:target").status_code == 403


def test_patients_who_come_along_are_in_the_trail(client, house):
    before = len(house.ward.trail.entries(0, 10_000))
    client.get("/Medication?_id=drug&_revinclude=MedicationRequest:medication")
    written = [json.loads(bytes(e.event)) for e in house.ward.trail.entries(before, 100)]
    assert {(e["patient"], e["detail"]["resources"]) for e in written if e.get("patient")} == {
        (house.ward.signer.pseudonym("garcia"), 1),
        (house.ward.signer.pseudonym("li"), 1),
    }


WHOLE = RESOURCES[2]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("_elements=name", {"name", "active"}),
        ("_elements=birthDate", {"active", "_birthDate"}),
        ("_elements=name,nothing", {"name", "active"}),
        ("_summary=text", {"text", "active"}),
        ("_summary=data", {"name", "active", "gender", "maritalStatus", "_birthDate"}),
        ("_summary=true", {"name", "active", "gender", "_birthDate"}),
        ("_summary=false", set(WHOLE)),
    ],
)
def test_a_part_of_a_resource_has_what_it_may_not_lack_and_says_that_it_is_a_part(client, asked, kept):
    found = client.get(f"/Patient?_id=oneil&{asked}").json()["entry"][0]["resource"]
    assert found == client.get(f"/Patient/oneil?{asked}").json()
    assert set(found) == kept | {"resourceType", "id", "meta"}
    assert all(found[name] == WHOLE[name] for name in set(found) - {"meta"})
    expected = WHOLE["meta"] | ({} if asked.endswith("false") else {"tag": [*WHOLE["meta"]["tag"], SUBSETTED]})
    assert found["meta"] == expected


def test_a_part_keeps_the_digits_of_numbers(client, house):
    body = b'{"resourceType":"Observation","id":"exact","status":"final","code":{},"valueQuantity":{"value":1.10e0}}'
    house.ward.record.import_resources([body], source="exact")
    assert '"value":1.10e0' in client.get("/Observation/exact?_elements=valueQuantity").text
    assert '"1.10e0"' in client.get("/Observation?_id=exact&_elements=valueQuantity&_format=xml").text


def test_what_had_no_meta_has_the_tag_alone(client):
    assert client.get("/Observation/l1?_summary=true").json()["meta"] == {"tag": [SUBSETTED]}


def test_named_elements_are_those_of_the_type_searched(client):
    bundle = client.get("/MedicationRequest?_id=m1&_include=MedicationRequest:patient&_elements=subject").json()
    order, patient = (entry["resource"] for entry in bundle["entry"])
    assert "medicationReference" in order  # a request may not lack it
    assert "encounter" not in order
    assert patient == RESOURCES[0]


@pytest.mark.parametrize("path", [
    "Patient/oneil", "Patient/oneil/_history/1", "Patient/oneil/_history", f"Patient?{MINE}&_count=2",
    "Patient/garcia/$everything", "metadata", "Observation?_id=l1&_summary=count",
])  # fmt: skip
@pytest.mark.parametrize("header", [True, False])
def test_everything_is_there_in_xml_too(client, path, header):
    more = "" if header else f"{'&' if '?' in path else '?'}_format=xml"
    headers = {"Accept": "application/fhir+xml"} if header else {}
    response = client.get(f"/{path}{more}", headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/fhir+xml")
    found = json.loads(to_json(response.content))
    expected = client.get(f"/{path}").json()
    for one in (found, expected):
        one.pop("date", None)
        for link in one.get("link", []):
            link["url"] = link["url"].replace("&_format=xml", "").replace("?_format=xml", "")
    assert found == expected


def test_errors_are_told_in_the_format_of_the_caller(client):
    response = client.get("/Patient/nobody", headers={"Accept": "application/fhir+xml"})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/fhir+xml")
    assert json.loads(to_json(response.content))["issue"][0]["code"] == "not-found"


def test_the_format_goes_along_with_the_links(client):
    bundle = json.loads(to_json(client.get(f"/Patient?{MINE}&_count=1&_format=xml").content))
    following = next(one["url"] for one in bundle["link"] if one["relation"] == "next")
    assert client.get(following).headers["content-type"] == "application/fhir+xml"


def test_what_xml_cannot_hold_is_refused_without_its_words(client, house):
    house.ward.record.import_resources([{"resourceType": "Basic", "id": "odd", "secretName": "Ada"}], source="odd")
    assert client.get("/Basic/odd").json()["secretName"] == "Ada"
    response = client.get("/Basic/odd?_format=xml")
    assert response.status_code == 422
    assert "Ada" not in response.text
    assert "secretName" not in response.text


def test_pretty_json_is_the_same_json(client):
    plain, pretty = client.get("/Patient/oneil"), client.get("/Patient/oneil?_pretty=true")
    assert pretty.json() == plain.json()
    assert '\n  "id"' in pretty.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": '"1"'}, 304),
        ({"If-None-Match": 'W/"7", W/"1"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": 'W/"2"'}, 200),
        ({"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "never"}, 200),
        ({"If-None-Match": 'W/"2"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
    ],
)
def test_who_has_it_already_is_not_sent_it_again(client, headers, status):
    response = client.get("/Patient/li", headers=headers)
    assert response.status_code == status
    assert response.headers["etag"] == 'W/"1"'
    if status == 304:
        assert response.content == b""
        same = {"If-Modified-Since": response.headers["last-modified"]}
        assert client.get("/Patient/li", headers=same).status_code == 304


def test_a_head_is_a_get_without_the_body(client):
    for path in ("/Patient/li", f"/Patient?{MINE}", "/metadata", "/Patient/nobody"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers.get("etag") == get.headers.get("etag")


def test_what_is_not_allowed_says_what_is(client):
    for method, path in (
        ("PUT", "/Patient/li"),
        ("DELETE", "/Patient/li"),
        ("POST", "/Patient"),
        ("PATCH", "/metadata"),
    ):
        response = client.request(method, path)
        assert response.status_code == 405
        assert {m.strip() for m in response.headers["allow"].split(",")} == {"GET", "HEAD"}
        assert response.json()["resourceType"] == "OperationOutcome"


def test_a_history_can_begin_at_a_time_or_be_of_a_time(client, house):
    house.ward.record.import_resources([person("changed")], source="1")
    house.ward.record.import_resources([person("changed", active=True)], source="2")

    def versions(query):
        return [e["response"]["etag"] for e in client.get(f"/Patient/changed/_history?{query}").json().get("entry", [])]

    first, second = client.get("/Patient/changed/_history").json()["entry"][::-1]
    assert versions("") == ['W/"2"', 'W/"1"']
    assert versions("_since=2999-01-01T00:00:00Z") == versions("_at=2001-01-01") == []
    assert versions("_since=2001-01-01") == ['W/"2"', 'W/"1"']
    assert versions("_at=2999-01-01") == ['W/"2"']
    assert versions("_at=" + second["response"]["lastModified"][:4]) == ['W/"2"', 'W/"1"']
    assert first["response"]["status"] == "201"


def test_a_page_of_two_hundred_patients_is_one_write_to_the_trail(client, house, monkeypatch):
    house.ward.record.import_resources(
        [person(f"many-{n:03}", birthDate="1901-01-01") for n in range(200)], source="many"
    )
    appended = []
    store = house.ward.stores.trail
    monkeypatch.setattr(type(store), "append_all", _counted(type(store).append_all, appended))
    bundle = client.get("/Patient?birthdate=1901-01-01&_count=200").json()
    assert (len(bundle["entry"]), appended) == (200, [200])
    assert len(house.ward.trail.entries(patient="many-007")) == 1
    assert house.ward.trail.verify().ok


def _counted(append_all, appended):
    def counted(self, seals):
        appended.append(len(seals))
        return append_all(self, seals)

    return counted


def test_a_forged_cursor_shows_nothing_that_the_search_would_not(client):
    forged = base64.urlsafe_b64encode(json.dumps(["_id", 1, "", None, 0]).encode()).decode().rstrip("=")
    bundle = client.get(f"/Observation?_id=l1&_cursor={forged}").json()
    assert by_mode(bundle, "match") == ["l1"]
