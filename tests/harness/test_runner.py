"""Whatever a service does, there is a whole proposal or a failed run, and the trail says so."""

import json
import time
from pathlib import Path

import msgspec
import pytest

from openward.access.access import HOUSE, Access
from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, memory_stores
from openward.domain.actor import Actor
from openward.domain.card import Budget, Card
from openward.domain.code import Code
from openward.domain.errors import AccessError, InputError, NotFoundError, ServiceError, TrailError
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.domain.proposal import Examined, Finding, Proposal
from openward.domain.run import RunRequest, Verdict
from openward.domain.study import Study
from openward.domain.text import Text
from openward.harness.runner import Runner
from openward.harness.service import Service
from openward.record.record import Record
from openward.trail.trail import Trail

SECRET = "Zebulon Quartermaine"
WEIGHT = {
    "resourceType": "Observation", "id": "w", "status": "final", "subject": {"reference": "Patient/p"},
    "code": {"text": SECRET}, "valueQuantity": {"value": 70, "unit": "kg"},
}  # fmt: skip
ENTRIES = [{"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": WEIGHT}]
BUNDLE = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": ENTRIES}).encode()


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str = ""


class Body(msgspec.Struct, frozen=True):
    echo: str


def finding(*evidence, id="f"):
    return Finding(
        id=id, code=Code(code="c"), severity="low", present="passive", headline="A headline", why="w", advice="a",
        evidence=evidence or (InputEvidence("word", "hello"),),
    )  # fmt: skip


def proposal(*findings, echo="x", **more):
    return Proposal(
        summary="s", body=Body(echo=echo), findings=findings, examined=(Examined(what="words", count=1),), **more
    )


TEXT = Text("en", "zh")


WORDS = dict.fromkeys(("title", "intended_use", "not_for", "population", "without_model"), TEXT)


def service(engine, *, checks=(), reads=("Patient", "Observation"), budget=None, subject="optional"):
    card = Card(
        id="test", version="1.0.0", audience=("clinician",), kind="engine", risk="informs", subject=subject,
        reads=reads, signs="nobody", unit="review", owner="o", budget=budget or Budget(seconds=5), **WORDS,
    )  # fmt: skip
    study = Study(id="s", title="t", endpoints=())
    return Service(card=card, reads=Reads, body=Body, engine=engine, checks=checks, study=study, folder=Path())


class World:
    def __init__(self, subject):
        self.stores, clock, signer, ids = memory_stores(), FixedClock(), MemorySigner(), CountingIds()
        self.trail = Trail(self.stores.trail, signer, clock)
        self.access = Access(self.stores.access, self.trail, clock, ids)
        self.runner = Runner(
            services={"test": subject}, record=Record(self.stores.record, clock), runs=self.stores.runs,
            trail=self.trail, access=self.access, clock=clock, ids=ids, site="here",
        )  # fmt: skip

    def run(self, word="hello", actor=HOUSE, bundle=None, **more):
        given = msgspec.Raw(json.dumps({"word": word}).encode())
        whole = msgspec.Raw(bundle) if bundle else None
        return self.runner.run("test", RunRequest(input=given, bundle=whole, **more), actor=actor, door="python")


def run(engine, *, bundle=None, word="hello", **more):
    world = World(service(engine, **more))
    return world.run(word, bundle=bundle), world


def test_a_good_run_is_kept_whole_with_what_made_it():
    done, world = run(lambda reads, _chart, _context: proposal(finding(), echo=reads.word))
    assert done.status == "proposed"
    told = json.loads(bytes(done.proposal))
    assert told["body"] == {"echo": "hello"}
    assert told["made_by"]["service_version"] == "1.0.0"
    assert world.stores.runs.get(done.id) == done
    assert [v.outcome for v in done.verdicts] == ["pass", "pass"]


def boom(_reads, _chart, _context):
    raise ValueError(f"the patient {SECRET} broke it")


def test_an_engine_that_raises_gives_a_failed_run_that_names_place_and_no_patient():
    done, world = run(boom)
    assert (done.status, done.proposal, done.proposal_digest) == ("failed", None, None)
    assert "ValueError at test_runner.py" in done.failure.message
    assert SECRET not in done.failure.message
    assert world.stores.runs.get(done.id).status == "failed"
    assert b"failure" in bytes(world.trail.entries(what="service.run")[0].event)


def forever(_reads, _chart, _context):
    while True:
        time.sleep(0.001)


FAILING = {
    "nothing": (lambda *_: None, {}, "NoneType"),
    "another body": (lambda *_: Proposal(summary="", body=Reads()), {}, "Body"),
    "a body of wrong types": (lambda *_: proposal(finding(), echo=7), {}, "echo"),
    "too slow": (forever, {"budget": Budget(seconds=0.05)}, "budget"),
    "too many findings": (
        lambda *_: proposal(*(finding(id=str(n)) for n in range(3))), {"budget": Budget(findings=2)}, "3 findings"),
    "too large": (lambda *_: proposal(echo="x" * 2000), {"budget": Budget(proposal_bytes=1000)}, "bytes"),
    "evidence of nowhere": (lambda *_: proposal(finding(ChartEvidence("Observation/none"))), {}, "was not given"),
    "a false quotation": (lambda *_: proposal(finding(InputEvidence("word", "goodbye"))), {}, "not the value"),
    "a check that refuses": (
        lambda *_: proposal(finding()),
        {"checks": (lambda *_: [Verdict(check="own", outcome="refuse", reason="no")],)}, "own: no"),
    "a check that raises": (lambda *_: proposal(finding()), {"checks": (lambda *_: 1 / 0,)}, "ZeroDivisionError"),
    "an error of the house": (lambda *_: (_ for _ in ()).throw(ServiceError("said so")), {}, "said so"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_service_yields_a_failed_run_and_never_half_a_proposal(name):
    engine, more, words = FAILING[name]
    done, _ = run(engine, **more)
    assert (done.status, done.proposal) == ("failed", None)
    assert words in done.failure.message or words in str(done.failure)


def test_a_check_that_holds_keeps_the_proposal_for_a_person():
    held = (lambda *_: [Verdict(check="own", outcome="hold", reason="look first", finding="f")],)
    done, _ = run(lambda *_: proposal(finding()), checks=held)
    assert done.status == "held"
    assert done.proposal is not None


def test_a_section_that_the_card_does_not_name_is_withheld_and_reading_it_fails():
    def reads_allergies(_reads, chart, _context):
        return proposal(echo=str(len(list(chart.allergies))))

    done, _ = run(reads_allergies, bundle=BUNDLE)
    assert done.status == "failed"
    assert "withheld" in done.failure.message


def test_evidence_of_a_resource_that_came_with_the_request_holds():
    def weight(_reads, chart, _context):
        reading = next(iter(chart.observations))
        return proposal(finding(reading.source.cite(reading.path, 70.0, unit="kg")))

    done, _ = run(weight, bundle=BUNDLE)
    assert done.status == "proposed", done.failure
    assert done.chart_version.startswith("sha256:")


def test_an_input_error_of_the_engine_is_the_callers():
    def complains(_reads, _chart, _context):
        raise InputError("word: too odd")

    with pytest.raises(InputError, match="too odd"):
        run(complains)


def test_a_request_that_cannot_be_read_leaves_no_run():
    world = World(service(lambda *_: proposal(finding())))
    with pytest.raises(InputError, match="word"):
        world.run(word=7)
    with pytest.raises(NotFoundError):
        world.runner.run("none", RunRequest(), actor=HOUSE, door="python")
    with pytest.raises(NotFoundError):
        world.run(patient="nobody")
    assert world.stores.runs.list() == ()


def test_a_service_about_a_patient_needs_one():
    with pytest.raises(InputError, match="patient"):
        run(lambda *_: proposal(finding()), subject="patient")


def test_who_may_not_run_it_leaves_no_run_and_a_refusal():
    world = World(service(lambda *_: proposal(finding())))
    with pytest.raises(AccessError):
        world.run(actor=Actor(id="t", kind="service", role="service", scopes=frozenset({"service/other.run"})))
    assert world.stores.runs.list() == ()
    assert world.trail.entries(what="access.denied")


@pytest.mark.parametrize("scopes", [{"service/*.run"}, {"service/test.run", "patient/*.rs"}])
def test_who_may_not_look_into_the_record_runs_on_what_comes_along_and_names_nobody(scopes):
    engine = lambda _reads, chart, _context: proposal(echo=str(chart.patient if chart else None))  # noqa: E731
    world = World(service(engine))
    world.runner._record.import_bytes("b.json", BUNDLE)
    researcher = Actor(id="r", kind="service", role="researcher", scopes=frozenset(scopes))
    assert json.loads(bytes(world.run(actor=researcher, bundle=BUNDLE).proposal))["body"] == {"echo": "p"}
    for more in ({"patient": "p"}, {"patient": "p", "bundle": BUNDLE}, {"patient": "nobody"}):
        with pytest.raises(AccessError):
            world.run(actor=researcher, **more)
    guest = msgspec.structs.replace(researcher, patient="p")
    assert world.run(actor=guest, patient="p").status == "proposed"
    with pytest.raises(AccessError):
        world.run(actor=guest, patient="p2")


def test_a_run_that_the_trail_cannot_take_is_not_kept(monkeypatch):
    world = World(service(lambda *_: proposal(finding())))

    def refuse(*_arguments, **_more):
        raise TrailError("full")

    monkeypatch.setattr(world.trail, "write", refuse)
    with pytest.raises(TrailError):
        world.run()
    assert world.stores.runs.list() == ()


def test_thinking_alone_keeps_nothing():
    world = World(service(lambda *_: proposal(finding())))
    done = world.runner.think("test", RunRequest(input=msgspec.Raw(b'{"word": "hello"}')), actor=HOUSE, door="batch")
    assert done.status == "proposed"
    assert world.stores.runs.list() == ()
