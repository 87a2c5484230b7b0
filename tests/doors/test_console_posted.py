"""Forms: what is too long or came from another site gets a page of the ward, in the visitor's language."""

import httpx
import pytest
from tests.opened import address, house

__all__ = ["address", "house"]

SIGN_IN = "/console/sign-in"
MANY = {f"field{n}": "x" for n in range(301)}
LONG = {"person": "x" * (600 * 1024)}


@pytest.fixture
def visitor(address, house):
    with httpx.Client(base_url=address, cookies={"openward_session": house.session()}) as client:
        yield client


@pytest.mark.parametrize("form", [MANY, LONG])
def test_a_form_that_is_too_long_is_told_so_on_a_page(address, form):
    answer = httpx.post(address + SIGN_IN, data=form)
    assert answer.status_code == 413
    assert "at most 300 fields and 512 kB" in answer.text
    assert "Nothing of it was read or kept" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "最多 300 个字段" in httpx.post(address + SIGN_IN, data=form, headers={"accept-language": "zh"}).text


def test_a_form_of_another_site_is_told_so_on_a_page(visitor):
    answer = visitor.post("/console/desk", data={"run": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "/console/sign-out" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "text/plain", None])
def test_what_is_no_form_runs_nothing(visitor, house, kind):
    before = len(house.ward.stores.runs.list(limit=100))
    headers = {"content-type": kind} if kind else {}
    answer = visitor.post("/console/patients/p1/run/prescription-review", content=b'{"orders": []}', headers=headers)
    assert answer.status_code == 415
    assert "nothing was read or run" in answer.text
    assert len(house.ward.stores.runs.list(limit=100)) == before


def test_who_is_not_signed_in_is_asked_to_before_the_form_is_read(address):
    answer = httpx.post(address + "/console/desk", data=LONG)
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)


def test_an_agent_is_asked_by_who_is_signed_in_before_the_question_is_read(address, visitor):
    path = "/console/assistant/ask-triage/ask"
    long = b"x" * (3 * 1024 * 1024)
    assert httpx.post(address + path, content=long).status_code == 401
    answer = visitor.post(path, content=long)
    assert answer.status_code == 400
    assert "2,097,152 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("depth", [400, 900, 5000])
@pytest.mark.parametrize("path", ["/console/desk", "/console/desk/{run}/difference"])
def test_an_amendment_that_nests_too_deeply_is_told_so_and_kept_as_typed(visitor, house, depth, path):
    run = house.ward.run("prescription-review", {"orders": ["ibuprofen 400 mg oral three times daily"]}, patient="p1")
    typed = '{"a":' * depth + "1" + "}" * depth
    form = {"run": run.id, "choice": "amend", "json": typed, "reason": "as agreed on the round"}
    answer = visitor.post(path.format(run=run.id), data=form)
    assert answer.status_code < 500
    assert house.ward.stores.runs.decision(run.id) is None
    if path == "/console/desk":
        assert "as agreed on the round" in answer.text
        assert typed in answer.text.replace("&#34;", '"')


def test_a_report_is_given_as_a_file(visitor, house):
    sent = {"input.pdf": ("report.pdf", b"%PDF-1.4 no report", "application/pdf")}
    page = visitor.post("/console/patients/p1/run/lab-report", data={"input.sex": "female"}, files=sent, timeout=60)
    assert page.status_code == 400
    assert "not base64" not in page.text
    assert '<option value="female" selected>' in page.text
    empty = visitor.post("/console/patients/p1/run/lab-report", files={"input.pdf": ("", b"", "")}, timeout=60)
    assert 'aria-invalid="true"' in empty.text or empty.status_code == 303
