"""Content that was changed in the database is never shown, printed or exported as what was made or signed."""

import io
import re
import sqlite3
from contextlib import closing, contextmanager
from datetime import timedelta

import httpx
import msgspec
import pytest
from pypdf import PdfReader
from tests.wards import PASSPHRASE

from openward.domain.run import Decision, Showing, digest_of
from openward.doors import account
from openward.review import desk
from openward.review.signature import sign
from openward.trail import decisions

ORDERS = ["clarithromycin 500 mg oral twice daily"]
LOUD = "This content was changed after it was made"


@pytest.fixture(scope="module")
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.pharmacist, "passphrase": PASSPHRASE})
        yield client


@pytest.fixture
def run(house):
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1")


def signed(house, run, **more):
    """A decision that the ward's key signed."""
    runs, now = house.ward.stores.runs, house.ward.clock.now()
    shown = Showing(id=house.ward.ids.new("showing"), run=run.id, person=house.pharmacist, digest="", shown=now,
                    expires=now)  # fmt: skip
    runs.show(shown)
    bare = Decision(
        id=house.ward.ids.new("decision"), run=run.id, showing=shown.id, digest=run.proposal_digest, choice="accept",
        reason="", person=house.pharmacist, role="pharmacist", decided=now,
    )  # fmt: skip
    return sign(msgspec.structs.replace(bare, **more), house.ward.signer)


def write(house, statement, *values):
    with closing(sqlite3.connect(house.ward.settings.home / "ward.db")) as database, database:
        assert database.execute(statement, values).rowcount == 1


def alter(house, run):
    """Another summary in the stored bytes; gives them."""
    other = bytes(run.proposal).replace(b'"summary":"', b'"summary":"All is well. ', 1)
    assert other != bytes(run.proposal)
    write(house, "UPDATE run SET proposal = ? WHERE id = ?", other, run.id)
    return other


@contextmanager
def later():
    """An hour from now for the trail, which takes a decision of these seconds for one that is just being kept."""
    real = decisions.being_kept
    with pytest.MonkeyPatch.context() as patched:
        for module in (decisions, desk, account):
            patched.setattr(module, "being_kept", lambda event, now: real(event, now + timedelta(hours=1)))
        yield


def told(visitor, path):
    page = visitor.get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def printed(visitor, run):
    pdf = visitor.get(f"/console/runs/{run.id}/export/pdf").content
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def exported(visitor, run, form):
    return visitor.get(f"/console/runs/{run.id}/export/{form}").json()


def test_what_nobody_touched_says_valid_everywhere(visitor, house, run):
    decision = signed(house, run)
    assert house.ward.stores.runs.decide(decision)
    page = told(visitor, f"/console/runs/{run.id}")
    assert "Signature valid" in page
    assert LOUD not in page
    assert "Signature valid" in printed(visitor, run)
    whole = exported(visitor, run, "json")
    assert (whole["content"], whole["seals"]) == ("as_made", {decision.id: "valid"})
    assert "extension" not in exported(visitor, run, "fhir")


def test_an_altered_proposal_is_told_on_the_page_on_paper_and_in_what_is_exported(visitor, house, run):
    decision = signed(house, run)
    assert house.ward.stores.runs.decide(decision)
    alter(house, run)
    page = told(visitor, f"/console/runs/{run.id}")
    assert "All is well." in page
    assert LOUD in page
    assert "Content changed afterwards" in page
    assert "Signature valid" not in page
    paper = printed(visitor, run)
    assert "CONTENT CHANGED AFTER SIGNING" in paper
    assert "DO NOT ACT ON IT" in paper
    assert "Signature valid" not in paper
    whole = exported(visitor, run, "json")
    assert (whole["content"], whole["seals"]) == ("changed", {decision.id: "changed"})
    assert exported(visitor, run, "fhir")["extension"] == [{"url": "urn:openward:altered", "valueBoolean": True}]


def test_a_digest_that_was_changed_along_does_not_help(visitor, house, run):
    assert house.ward.stores.runs.decide(signed(house, run))
    other = alter(house, run)
    digests = run.proposal_digest, digest_of(other)
    write(house, "UPDATE run SET body = replace(body, ?, ?) WHERE id = ?", *digests, run.id)
    page = told(visitor, f"/console/runs/{run.id}")
    assert "Content changed afterwards" in page
    assert "Signature valid" not in page + printed(visitor, run)


def test_an_altered_amended_body_fits_no_signature(visitor, house, run):
    amended = msgspec.Raw(b'{"orders":[]}')
    decision = signed(house, run, choice="amend", reason="kidney", amended=amended)
    assert house.ward.stores.runs.decide(decision)
    write(house, "UPDATE decision SET amended = ? WHERE run = ?", b'{"orders":[1]}', run.id)
    page = told(visitor, f"/console/runs/{run.id}")
    assert "The decision or its signature was changed after signing" in page
    assert "Signature valid" not in page + printed(visitor, run)
    assert exported(visitor, run, "json")["seals"] == {decision.id: "invalid"}


def test_where_two_signed_each_is_held_to_what_they_were_shown(visitor, house, run):
    runs, amended = house.ward.stores.runs, msgspec.Raw(b'{"orders":[]}')
    first = signed(house, run, choice="amend", reason="kidney", amended=amended, awaits="pharmacist")
    second = signed(house, run, choice="amend", reason="yes", amended=amended, digest=digest_of(bytes(amended)))
    assert runs.sign_first(first)
    assert runs.decide(second)
    assert exported(visitor, run, "json")["seals"] == {first.id: "valid", second.id: "valid"}
    write(house, "UPDATE first_decision SET amended = ? WHERE run = ?", b'{"orders":[1]}', run.id)
    assert exported(visitor, run, "json")["seals"] == {first.id: "invalid", second.id: "changed"}
    assert "Content changed afterwards" in told(visitor, f"/console/runs/{run.id}")
    assert "Signature valid" not in printed(visitor, run)


@pytest.mark.parametrize("service", ["prescription-review", "lab-report"])
def test_a_run_that_nobody_signed_is_told_too(visitor, house, service):
    given = {"orders": ORDERS} if service == "prescription-review" else {"text": "Potassium 6.9 mmol/L (3.5-5.3)"}
    run = house.ward.run(service, given)
    assert LOUD not in told(visitor, f"/console/runs/{run.id}")
    alter(house, run)
    assert LOUD in told(visitor, f"/console/runs/{run.id}")
    assert "DO NOT ACT ON IT" in printed(visitor, run)
    assert exported(visitor, run, "json")["content"] == "changed"


def test_the_desk_shows_it_as_altered_and_takes_no_signature(visitor, house, run):
    alter(house, run)
    page = told(visitor, f"/console/desk?run={run.id}")
    assert LOUD in page
    assert "so it cannot be signed" in page
    assert 'name="passphrase"' not in visitor.get(f"/console/desk?run={run.id}").text


def test_what_is_no_proposal_any_more_is_told_and_not_a_fault_of_the_server(visitor, house, run):
    write(house, "UPDATE run SET proposal = ? WHERE id = ?", b"\xffnot json", run.id)
    for path in (f"/console/runs/{run.id}", f"/console/desk?run={run.id}"):
        assert LOUD in told(visitor, path)
    assert "DO NOT ACT ON IT" in printed(visitor, run)
    assert exported(visitor, run, "json")["content"] == "changed"
    assert visitor.get("/console/runs").status_code == 200


def test_a_decision_that_was_taken_away_is_missed_everywhere_and_cannot_be_taken_again(visitor, house, run):
    ward, pharmacist = house.ward, house.ward.access.identify(house.session(house.pharmacist))
    _, shown = ward.desk.show(run.id, pharmacist)
    kept = ward.desk.decide(run.id, showing=shown.id, digest=shown.digest, choice="accept", actor=pharmacist,
                            passphrase=PASSPHRASE)  # fmt: skip
    write(house, "DELETE FROM decision WHERE run = ?", run.id)
    with later():
        page = told(visitor, f"/console/runs/{run.id}")
        assert "A decision on this is missing: accepted" in page
        assert "tampering or a partial restore" in page
        assert "waits for" not in page.lower()
        assert "MISSING FROM THE STORE" in printed(visitor, run)
        (missing,) = exported(visitor, run, "json")["lost"]
        assert (missing["decision"], missing["choice"]) == (kept.id, "accept")
        paper = visitor.get(f"/console/desk?run={run.id}").text
        assert "It cannot be decided on again" in paper
        assert 'name="passphrase"' not in paper
        assert house.ward.trail.verify().lost is not None
        assert "决定缺失" in visitor.get(f"/console/runs/{run.id}", headers={"Accept-Language": "zh-CN"}).text
    assert ward.stores.runs.decide(kept)
    assert house.ward.trail.verify().ok


def test_in_chinese_it_is_as_loud(visitor, house, run):
    alter(house, run)
    page = visitor.get(f"/console/runs/{run.id}", headers={"Accept-Language": "zh-CN"}).text
    assert "此内容生成后被改动" in page
