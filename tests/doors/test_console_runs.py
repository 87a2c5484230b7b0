"""The pages of runs: filters, what a run says of itself, what is shown to whom, and its exports."""

import io
import re
from contextlib import contextmanager

import httpx
import msgspec
import pytest
from pypdf import PdfReader
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.domain.run import Failure, Verdict

ORDERS = ["clarithromycin 500 mg oral twice daily", "ibuprofen 400 mg oral three times daily"]


@contextmanager
def signed_in(address, person):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": person, "passphrase": PASSPHRASE})
        yield client


@pytest.fixture(scope="module")
def visitor(address, house):
    with signed_in(address, house.pharmacist) as client:
        yield client


@pytest.fixture(scope="module")
def review(house):
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1")


def kept(house, run, **more):
    other = msgspec.structs.replace(run, id=house.ward.ids.new("run"), **more)
    house.ward.stores.runs.add(other)
    return other


def told(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_evidence_is_a_tree_that_says_what_it_is_first(visitor, review):
    page = visitor.get(f"/console/runs/{review.id}").text
    assert 'data-lights="MedicationRequest/p1-m2">Drug ordered: Simvastatin 40 mg tablet' in page
    assert "From what was given: Orders, line 1" in page
    assert re.search(r'href="/console/knowledge/\w+/row\?id=[\w/%-]+"', page)
    assert "valueQuantity.value = " not in page


def test_what_a_run_said_carries_its_own_language(visitor, house, review):
    headline = msgspec.json.decode(review.proposal)["findings"][0]["headline"]
    chinese = {"Accept-Language": "zh-CN"}
    for path in (f"/console/runs/{review.id}", f"/console/desk?run={review.id}"):
        assert f'<strong lang="en">{headline}</strong>' in visitor.get(path, headers=chinese).text
    summary = msgspec.json.decode(review.proposal)["summary"]
    for path in ("/console", "/console/runs", "/console/desk"):
        assert re.search(rf'lang="en"[^>]*>{re.escape(summary)}<', visitor.get(path, headers=chinese).text), path


def test_a_run_about_a_patient_says_who_it_is_in_one_line(visitor, review):
    line = re.search(r'<span class="identity">.*</span>', visitor.get(f"/console/runs/{review.id}").text)
    assert line
    words = re.sub(r"<[^>]+>", " ", line[0])
    for part in ("Synthetic Example", "female", "76 years", "born 2 Mar 1950", "Id p1"):
        assert part in words


def test_where_an_evidence_stands_exactly_opens_beneath_it(visitor, review):
    page = visitor.get(f"/console/runs/{review.id}").text
    assert re.search(r"<details class=\"exactly\"><summary>Where exactly</summary>[^/]*MedicationRequest/p1-m2", page)


def test_every_page_has_a_title_of_its_own(visitor):
    paths = ("", "/desk", "/runs", "/literature", "/knowledge", "/patients", "/assistant", "/calculators", "/rare")
    titles = [re.search("<title>(.*)</title>", visitor.get(f"/console{path}").text) for path in paths]
    said = [title[1] for title in titles if title]
    assert len(set(said)) == len(paths)
    assert all(title.endswith(" · OpenWard") for title in said)


def test_in_chinese_evidence_checks_and_steps_are_chinese(visitor, review):
    page = told(visitor.get(f"/console/runs/{review.id}", headers={"Accept-Language": "zh-CN"}))
    for words in (
        "用药医嘱：Simvastatin 40 mg tablet",
        "来自录入内容：医嘱第1行",
        "每条医嘱是否都已处理？",
        "读取病历",
        "录入内容",
    ):
        assert words in page


def test_what_went_in_is_counted_and_the_page_says_why_the_request_is_not_kept(visitor, review):
    page = told(visitor.get(f"/console/runs/{review.id}"))
    assert "The request itself is not kept" in page
    assert "Drug ordered 2" in page
    assert "“clarithromycin 500 mg oral twice daily”" in page


def test_what_was_not_checked_leads_back_to_the_field_that_would_help(visitor, house):
    run = house.ward.run("triage", {"complaint": "cough for two days"}, patient="p1")
    page = visitor.get(f"/console/runs/{run.id}").text
    assert 'href="/console/patients/p1?panel=services&amp;service=triage&amp;field=vitals#service-triage"' in page
    score = house.ward.run("clinical-calculator", {"calculator": "cha2ds2-vasc"}, patient="p1")
    page = visitor.get(f"/console/runs/{score.id}").text
    assert re.search(r'href="/console/calculators/cha2ds2-vasc\?patient=p1#field-[a-z_]+"', page)


def test_a_search_for_a_calculator_leads_to_each_that_was_found_and_to_the_room_with_the_patient(visitor, house):
    unknown = house.ward.run("clinical-calculator", {"calculator": "creatinine"}, patient="p1")
    searched = house.ward.run("clinical-calculator", {"search": "creatinine"}, patient="p1")
    for run in (unknown, searched):
        page = visitor.get(f"/console/runs/{run.id}").text
        assert 'href="/console/calculators/cockcroft-gault?patient=p1"' in page
        assert 'href="/console/calculators?patient=p1"' in page
        assert "creatinine_ratio" not in page.partition("<aside")[0]
        for address in set(re.findall(r'href="(/console/calculators[^"]*)"', page)):
            assert visitor.get(address.replace("&amp;", "&")).status_code == 200


def test_a_kept_calculation_leads_back_to_its_form_with_the_patient(visitor, house):
    run = house.ward.run("clinical-calculator", {"calculator": "bmi"}, patient="p1")
    assert 'href="/console/calculators/bmi?patient=p1"' in visitor.get(f"/console/runs/{run.id}").text


def test_a_signature_is_checked_and_a_changed_decision_is_seen(visitor, house, review):
    ward = house.ward
    run = kept(house, review)
    person = ward.access.identify(house.session())
    _, showing = ward.desk.show(run.id, person)
    decision = ward.desk.decide(
        run.id, showing=showing.id, digest=showing.digest, choice="reject", reason="allergy", amended=None,
        actor=person, passphrase=PASSPHRASE, door="console",
    )  # fmt: skip
    page = told(visitor.get(f"/console/runs/{run.id}"))
    assert "Rejected by Test pharmacist" in page
    assert "Signature valid" in page
    forged = kept(house, review)
    _, other = ward.desk.show(forged.id, person)
    forgery = msgspec.structs.replace(decision, id="d", run=forged.id, showing=other.id, reason="none")
    assert ward.stores.runs.decide(forgery)
    assert "Signature does not fit" in told(visitor.get(f"/console/runs/{forged.id}"))


def test_feedback_of_another_door_stands_with_the_decision(visitor, house, review):
    finding = msgspec.json.decode(review.proposal)["findings"][0]
    house.ward.feedback(review.id, finding=finding["id"], outcome="overridden", actor=HOUSE, door="cds-hooks",
                        reason_code="benefit", comment="INR is checked daily")  # fmt: skip
    page = told(visitor.get(f"/console/runs/{review.id}"))
    assert f"not followed {finding['headline']}" in page
    assert "INR is checked daily" in page


def test_a_run_that_failed_or_is_held_says_why_in_the_list_and_on_its_page(visitor, house, review):
    failed = kept(house, review, status="failed", proposal=None, failure=Failure("CheckError", "form: too long"))
    why = Verdict(check="safety-words", outcome="hold", reason="it says that something is safe")
    held = kept(house, review, status="held", verdicts=(why,))
    listed = told(visitor.get("/console/runs"))
    assert "form: too long" in listed
    assert "Held by a check: it says that something is safe" in listed
    page = told(visitor.get(f"/console/runs/{failed.id}"))
    assert "This run failed" in page
    assert "Run it again" in page
    page = told(visitor.get(f"/console/runs/{held.id}"))
    assert "0 of 1 check passed" in page
    assert "Held back" in page


def test_runs_are_found_by_service_state_patient_and_day(visitor, house, review):
    def ids(**asked):
        return set(
            re.findall(
                r'class="runs-link" href="/console/runs/([\w-]+)"', visitor.get("/console/runs", params=asked).text
            )
        )

    day = review.started.date().isoformat()
    assert review.id in ids(service="prescription-review", patient="p1", day=day, status="proposed")
    assert ids(day="2001-01-01") == ids(patient="nobody") == set()
    assert review.id not in ids(service="lab-report")
    assert "No run fits" in visitor.get("/console/runs", params={"day": "2001-01-01"}).text
    assert visitor.get("/console/runs", params={"day": "yesterday"}).status_code == 400


def test_the_list_is_paged_and_keeps_its_filters(visitor, house, review):
    for _ in range(41):
        kept(house, review, service="lab-report")
    first = visitor.get("/console/runs", params={"service": "lab-report"})
    after = re.search(r'href="(/console/runs\?[^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&")
    assert "service=lab-report" in after
    assert 1 <= visitor.get(after).text.count('class="runs-link"') <= 40


def test_a_run_of_an_agent_leads_to_the_runs_that_it_asked_for_and_back(visitor, house):
    said = {"messages": [{"role": "user", "text": "Review the prescription: clarithromycin 500 mg oral twice daily"}]}
    run = house.ward.run("ward-assistant", said, patient="p1")
    children = [r for r in house.ward.stores.runs.list(limit=20) if r.parent == run.id]
    page = visitor.get(f"/console/runs/{run.id}").text
    assert children
    for child in children:
        assert f'href="/console/runs/{child.id}"' in page
        assert f'href="/console/runs/{run.id}"' in visitor.get(f"/console/runs/{child.id}").text


def test_who_may_not_look_at_charts_sees_no_name_and_no_count(address, house, review):
    house.ward.access.add_person(HOUSE, id="r.auditor", name="Auditor", role="auditor", passphrase=PASSPHRASE)
    with signed_in(address, "r.auditor") as client:
        page = client.get(f"/console/runs/{review.id}")
    assert page.status_code == 200
    assert "Synthetic Example" not in page.text
    assert "/console/patients/p1" not in page.text
    assert "shown to those who may look at the chart" in told(page)


def test_the_pdf_is_a_file_of_the_visitors_language_and_stands_in_the_trail(visitor, house, review):
    answer = visitor.get(f"/console/runs/{review.id}/export/pdf", headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="{review.id}.pdf"' in answer.headers["content-disposition"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace(" ", "")
    assert "处方审核" in text
    assert "SyntheticExample" in text
    last = house.ward.stores.trail.entries(after=house.ward.stores.trail.entries(limit=10**6)[-1].seq - 1)[0]
    assert b'"run.export"' in bytes(last.event)
    assert b'"pdf"' in bytes(last.event)


def test_hostile_words_are_escaped_and_no_style_or_script_stands_in_the_page(visitor, house):
    run = house.ward.run(
        "prescription-review", {"orders": ['warfarin <img src=x onerror="alert(1)"> 5 mg']}, patient="p1"
    )
    page = visitor.get(f"/console/runs/{run.id}").text
    assert "<img src=x" not in page
    assert " style=" not in page
    assert "onerror=&#34;" in page or "onerror=" not in page
