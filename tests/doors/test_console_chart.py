"""The page of a chart over HTTP: light however large the record, whole when asked, plain about what it lacks."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.domain.run import Failure
from openward.doors.console.pages import chart

HTMX = {"HX-Request": "true"}
END = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def large(patient="large", size=5000):
    """A made-up record of so many resources."""
    subject = {"reference": f"Patient/{patient}"}

    def made(kind, number, ago, **fields):
        return {"resourceType": kind, "id": f"{patient}-{kind.lower()}-{number}", "subject": subject, **fields,
                "ago": (END - timedelta(days=ago)).isoformat()}  # fmt: skip

    found = [{"resourceType": "Patient", "id": patient, "gender": "male", "name": [{"text": "Large Record"}]}]
    for n in range(150):
        state = {"coding": [{"code": "active" if n % 3 else "resolved"}]}
        found.append(made("Condition", n, n * 30, code={"text": f"Problem {n}"}, clinicalStatus=state))
    for n in range(400):
        drug = {"text": f"Drug {n % 90} 40 mg tablet"}
        status = "active" if n % 4 == 0 else "completed"
        found.append(made("MedicationRequest", n, n * 5, status=status, intent="order", medicationCodeableConcept=drug))
    for n in range(250):
        text = base64.b64encode(("A line of a note. " * (4000 if n == 0 else 60)).encode()).decode()
        content = [{"attachment": {"contentType": "text/plain", "data": text}}]
        found.append(made("DocumentReference", n, n * 9, status="current", type={"text": "Note"}, content=content))
    for n in range(size - len(found)):
        value = {"value": 5 + n * 37 % 23 / 10, "unit": "mmol/L"}
        limits = [{"low": {"value": 5}, "high": {"value": 6.5}}]
        found.append(made("Observation", n, n // 70 * 20, status="final", code={"text": f"Test {n % 70}"},
                          valueQuantity=value, referenceRange=limits))  # fmt: skip
    dated = {"Condition": "onsetDateTime", "MedicationRequest": "authoredOn", "DocumentReference": "date",
             "Observation": "effectiveDateTime"}  # fmt: skip
    for resource in found[1:]:
        resource[dated[resource["resourceType"]]] = resource.pop("ago")
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in found]}


@pytest.fixture(scope="module")
def record(house):
    house.ward.record.import_bytes("large.json", json.dumps(large()).encode())
    assert house.ward.record.chart("large").resources == 5000


def weight(visitor, page):
    """What a browser fetches for a page, in bytes, before anything is compressed."""
    assets = set(re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text))
    return len(page.content) + sum(len(visitor.get(path).content) for path in assets)


def test_a_chart_of_five_thousand_resources_weighs_at_most_500_kb(visitor, record):
    page = visitor.get("/console/patients/large")
    assert page.status_code == 200
    assert weight(visitor, page) <= 500_000
    assert len(visitor.get("/console/patients/large/timeline?span=all&rows=all").content) <= 400_000


def test_all_of_a_large_section_is_reached_part_by_part(visitor, record):
    for section, kind, count in (("problems", "condition", 150), ("drugs", "medicationrequest", 400),
                                 ("papers", "documentreference", 250)):  # fmt: skip
        page, seen = visitor.get("/console/patients/large").text, set()
        for _ in range(20):
            seen |= set(re.findall(rf'id="\w+/(large-{kind}-\d+)"', page))
            following = re.search(rf'hx-get="([^"]+/section/{section}\?[^"]+)"', page)
            if following is None:
                break
            page = visitor.get(following[1].replace("&amp;", "&"), headers=HTMX).text
            assert "<html" not in page
        assert len(seen) == count


def test_without_script_more_of_a_section_is_a_page_of_its_own(visitor, record):
    page = visitor.get("/console/patients/large/section/problems?after=60").text
    assert "<html" in page
    assert 'href="/console/patients/large"' in page
    assert visitor.get("/console/patients/large/section/secrets").status_code == 404
    assert visitor.get("/console/patients/large/section/drugs?after=x").status_code == 404


def test_a_huge_text_comes_in_parts(visitor, record):
    path = "/console/patients/large/documents/DocumentReference/large-documentreference-0"
    read, page = 0, visitor.get(f"{path}?part").text
    for _ in range(20):
        read += page.count("A line of a note.")
        following = re.search(r'hx-get="([^"]+from=[^"]+)"', page)
        if following is None:
            break
        page = visitor.get(following[1].replace("&amp;", "&")).text
    assert read >= 3990, "words at the end of a part may be cut in two"
    assert "<html" in visitor.get(path).text
    assert visitor.get("/console/patients/large/documents/DocumentReference/none").status_code == 404


def test_an_entry_that_is_asked_for_is_on_the_page(visitor, record):
    old = "Observation/large-observation-4100"
    assert f'id="{old}"' not in visitor.get("/console/patients/large").text
    assert f'id="{old}"' in visitor.get("/console/patients/large", params={"entry": old}).text


def test_the_span_of_the_timeline_is_a_link_that_works_without_script(visitor):
    page = visitor.get("/console/patients/p1", params={"span": "year"}).text
    assert re.search(r'span=year"[^>]*aria-current="true"', page)
    part = visitor.get("/console/patients/p1/timeline", params={"span": "all"}).text
    assert part.lstrip().startswith("<section")
    assert "Warfarin" in part


def test_panels_are_links_that_work_without_script(visitor):
    for panel in ("findings", "assistant", "services"):
        page = visitor.get("/console/patients/p1", params={"panel": panel}).text
        hidden = re.findall(r'<section id="panel-(\w+)"[^>]* hidden', page)
        assert panel not in hidden
        assert len(hidden) == 2


def test_a_form_that_cannot_be_read_comes_back_as_it_was_filled(visitor):
    typed = {"input.text": "chest pain <b>", "input.age": "old", "input.sex": "male", "input.pregnant": "no"}
    page = visitor.post("/console/patients/p1/run/differential-diagnosis", data=typed)
    assert page.status_code == 400
    form = page.text[page.text.index('id="service-differential-diagnosis"') :].partition("</form>")[0]
    assert 'role="alert"' in form
    assert "age" in form
    assert "chest pain &lt;b&gt;" in form
    assert 'value="old"' in form
    assert '<option value="male" selected>' in form
    assert '<option value="no" selected>' in form


def test_a_run_that_fails_is_told_beside_its_form(visitor, house, monkeypatch):
    done = house.ward.run("triage", {"complaint": "cough"}, patient="p1")
    failed = msgspec.structs.replace(
        done, status="failed", proposal=None, failure=Failure("ServiceError", "the budget of 10 s is used up")
    )
    monkeypatch.setattr(chart, "_run", lambda *_: failed)
    page = visitor.post("/console/patients/p1/run/triage", data={"input.complaint": "cough for a week"})
    assert page.status_code == 400
    assert "the budget of 10 s is used up" in page.text
    assert f'href="/console/runs/{done.id}"' in page.text
    assert "cough for a week" in page.text


def test_an_empty_record_says_so_and_never_that_there_is_nothing(visitor, house):
    bare = {"resourceType": "Patient", "id": "bare"}
    house.ward.record.import_bytes("bare.json", json.dumps(bare).encode())
    page = visitor.get("/console/patients/bare").text
    assert "Nothing is recorded of this patient yet." in page
    assert "Allergies not recorded" in page
    assert page.count("That does not mean that there is none.") >= 4
    assert 'id="timeline"' not in page


def test_an_unknown_patient_and_one_without_the_right_are_told_apart(visitor, house, address):
    assert visitor.get("/console/patients/nobody").status_code == 404
    house.ward.access.add_person(HOUSE, id="r.searcher", name="R", role="researcher", passphrase=PASSPHRASE)
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as other:
        other.post("/console/sign-in", data={"person": "r.searcher", "passphrase": PASSPHRASE})
        for path in ("", "/timeline", "/section/drugs", "/documents/DocumentReference/x"):
            answer = other.get(f"/console/patients/p1{path}")
            assert answer.status_code == 403
            assert "Warfarin" not in answer.text


def test_every_code_of_a_status_is_said_in_chinese(visitor, house):
    page = visitor.get("/console/patients/p1", params={"lang": "zh"}).text
    main = page[page.index("<main") :]
    assert "执行中" in main
    assert not re.search(r">\s*(active|resolved|completed|final|confirmed)\s*[<·]", main)


def test_a_finding_says_its_service_its_time_and_that_it_is_not_validated(visitor, house):
    orders = {"orders": ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]}
    house.ward.run("prescription-review", orders, patient="p1")
    run = house.ward.run("prescription-review", orders, patient="p1")
    page = visitor.get("/console/patients/p1").text
    panel = page[page.index('id="panel-findings"') : page.index('id="panel-assistant"')]
    cards = re.findall(r"<details class=\"finding concern (\w+)\"[^>]*?( open)?>", panel)
    ranks = ["critical", "high", "moderate", "low", "info"]
    assert [ranks.index(severity) for severity, _ in cards] == sorted(ranks.index(severity) for severity, _ in cards)
    assert sum(bool(opened) for _, opened in cards) == min(3, len(cards))
    assert panel.count("not validated here") == len(cards)
    reviewed = panel.count(">Prescription review</a>")
    assert panel.count(f"/console/runs/{run.id}#finding-") == reviewed > 0, "only the newest run counts"


def test_drafts_that_no_review_looked_at_are_told_until_one_does(visitor, house):
    subject = {"reference": "Patient/drafted"}
    draft = {"resourceType": "MedicationRequest", "id": "drafted-1", "status": "draft", "intent": "order",
             "subject": subject, "medicationCodeableConcept": {"text": "Metformin 500 mg tablet"}}  # fmt: skip
    for one in ({"resourceType": "Patient", "id": "drafted"}, draft):
        house.ward.record.import_bytes("drafted.json", json.dumps(one).encode())
    home = "/console/patients/drafted"
    page = visitor.get(home).text
    assert "1 draft order not reviewed yet" in page
    assert "Metformin 500 mg tablet" in page[page.index("not reviewed yet") :][:80]
    house.ward.run("prescription-review", {"orders": ["ibuprofen 400 mg oral three times daily"]}, patient="drafted")
    assert "not reviewed yet" in visitor.get(home).text, "a review of what was typed is none of the drafts"
    done = visitor.post(f"{home}/run/prescription-review")
    assert "/console/runs/" in str(done.url)
    assert "not reviewed yet" not in visitor.get(home).text


def test_a_finding_on_what_was_typed_says_so(visitor, house):
    house.ward.run("prescription-review", {"orders": ["ibuprofen 400 mg oral three times daily"]}, patient="p1")
    page = visitor.get("/console/patients/p1").text
    cards = re.findall(r'<details class="finding concern .*?class="small by"', page, re.DOTALL)
    typed = [card for card in cards if "ibuprofen" in card.partition("</summary>")[0]]
    assert typed
    assert all("About what was typed, not about the chart" in card for card in typed)


def test_a_timeline_of_a_chart_without_dates_says_that_nothing_is_there(visitor, house):
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": {"resourceType": "Patient", "id": "undated"}}]}  # fmt: skip
    house.ward.record.import_bytes("undated.json", json.dumps(bundle).encode())
    for query in ("", "?span=all&rows=all"):
        part = visitor.get(f"/console/patients/undated/timeline{query}")
        assert part.status_code == 200
        assert 'id="timeline"' in part.text
        assert "Nothing in this chart has a date" in part.text


def test_a_finding_in_another_language_says_in_which_and_how_to_have_it_in_this_one(visitor, house):
    house.ward.record.import_bytes("spoken.json", json.dumps({"resourceType": "Patient", "id": "spoken"}).encode())
    house.ward.run(
        "triage",
        {"complaint": "胸痛半小时，出汗", "age": {"value": 60, "unit": "years"}},
        patient="spoken",
        language="zh",
    )
    page = visitor.get("/console/patients/spoken").text
    assert re.search(r'<strong lang="zh-CN">[^<]*胸痛', page)
    assert "Written in Chinese" in page
    assert 'href="/console/patients/spoken?panel=services&amp;service=triage#service-triage">Fill in again' in page
    same = visitor.get("/console/patients/spoken", params={"lang": "zh"}).text
    assert "以中文写成" not in same
