"""What services found, beside the chart: of the runs that speak, ranked, one for each concern, with its places."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from openward.domain.code import Code, Concept
from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    InputEvidence,
    KnowledgeEvidence,
    RunEvidence,
)
from openward.domain.proposal import Finding, NotChecked, Proposal
from openward.domain.run import Cost, Failure, Outline, Run, RunRequest, digest_of
from openward.doors.console.concerns import heard, worst
from openward.doors.console.places import Places
from openward.doors.console.standing import standing
from openward.record.chart import Chart, Document, Measure, Reading, Section, Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROW = KnowledgeEvidence("lab_patterns", "1", "aki-2", "KDIGO 2012", NOW.date())


TYPED = InputEvidence("orders[0]", "simvastatin")


class Body(msgspec.Struct):
    orders: tuple[dict[str, object], ...] = ()
    results: tuple[dict[str, str], ...] = ()


def finding(headline, severity="high", evidence=(), about=(), advice=""):
    return Finding(
        id=headline.lower().replace(" ", "-"), code=Code("s", "c"), severity=severity, present="passive",
        headline=headline, why="why", advice=advice or f"do of {headline}",
        evidence=evidence, about=about,
    )  # fmt: skip


def given(what, language="en"):
    """The digest of a request, as the runner keeps it; nothing given is the chart alone."""
    return digest_of(msgspec.json.encode(RunRequest(input=msgspec.Raw(what or b"{}"), language=language)))


def run(service, *findings, ago=0, gaps=(), orders=(), results=(), typed=b"", language="en", **more):
    body = Body(
        orders=tuple({"reference": at, "ingredients": [drug] if drug else []} for at, drug in dict(orders).items()),
        results=tuple({"place": at, "analyte": id, "flag": "high", "taken": day} for at, id, day in results),
    )
    proposal = Proposal(summary="s", body=body, findings=findings, not_checked=gaps)
    failed = more.get("status") == "failed"
    return Run(
        id=more.pop("id", f"{service}-{ago}"), site="w", service=service, service_version="1", door="console",
        status=more.pop("status", "proposed"), actor="a", started=NOW - timedelta(hours=ago), language=language,
        cost=Cost(seconds=0.1, unit="run"), input_digest=given(typed, language),
        proposal=None if failed else msgspec.Raw(msgspec.json.encode(proposal)),
        failure=Failure("ServiceError", "it broke") if failed else None, **more,
    )  # fmt: skip


def chart(*readings, documents=()):
    return Chart(
        patient="p", version="1", as_of=NOW, observations=Section("observations", "present", readings),
        documents=Section("documents", "present", documents),
    )  # fmt: skip


def creatinine(number, value):
    return Reading(
        source=Source(f"Observation/{number}"), concept=Concept(text="Creatinine"), value=Measure(value, "umol/L"),
        at=NOW,
    )  # fmt: skip


def said(*runs, held=None, **choices):
    stands = standing([Outline(one, choices.get(one.id.replace("-", "_"))) for one in runs], NOW)
    return heard(stands, runs, Places(held or chart(), "en"))


def headlines(found):
    return [concern.finding.headline for concern in found.concerns]


def test_the_worst_stands_first_and_of_those_alike_the_newest():
    found = said(
        run("a", finding("A low", "low"), finding("A high"), ago=1), run("b", finding("B critical", "critical"), ago=9),
        run("c", finding("C high"), ago=0),
    )  # fmt: skip
    assert headlines(found) == ["B critical", "C high", "A high", "A low"]


def test_of_runs_over_the_chart_only_the_newest_of_a_service_counts():
    found = said(run("a", finding("Old"), ago=5), run("a", finding("New"), ago=1), run("a", ago=9))
    assert headlines(found) == ["New"]
    nothing = said(run("a", finding("Old"), ago=5), run("a", ago=1))
    assert headlines(nothing) == []
    assert [(quiet.run.id, quiet.charted) for quiet in nothing.quiet] == [("a-1", True)]


def test_what_is_so_in_the_chart_stands_before_what_was_typed_and_the_latter_is_marked():
    found = said(
        run("a", finding("Of typed", evidence=(TYPED,)), finding("Worse", "critical", evidence=(TYPED,))),
        run("b", finding("Of the chart"), ago=5),
    )
    assert [(c.finding.headline, c.typed) for c in found.concerns] == [
        ("Worse", True), ("Of the chart", False), ("Of typed", True),
    ]  # fmt: skip


def test_a_run_over_what_was_typed_takes_nothing_back_but_what_was_said_of_the_same():
    drafts = run("a", finding("Of a draft"), ago=2, orders={"MedicationRequest/1": ""})
    typed = run("a", finding("Of typed", evidence=(TYPED,)), ago=1, orders={"orders[0]": ""}, typed=b"[1]")
    assert headlines(said(drafts, typed)) == ["Of a draft", "Of typed"]
    other = run("a", ago=0, orders={"orders[0]": ""}, typed=b"[2]")
    assert headlines(said(drafts, typed, other)) == ["Of a draft", "Of typed"]
    again = run("a", ago=0, orders={"orders[0]": ""}, typed=b"[1]")
    assert headlines(said(drafts, typed, again)) == ["Of a draft"]
    assert headlines(said(typed, run("a", finding("Of a draft"), ago=0))) == ["Of a draft", "Of typed"]


def test_a_harmless_or_unreadable_report_leaves_the_alarm_of_another_where_it_was():
    alarm = finding("Potassium 6.8", "critical", (InputEvidence("text", "Potassium 6.8"),), about=("line 1",))
    potassium = run("lab", alarm, ago=3, typed=b"k", results=[("line 1", "potassium", "")])
    sodium = run("lab", ago=2, typed=b"na", results=[("line 1", "sodium", "")])
    unread = run("lab", ago=1, typed=b"hello world")
    found = said(potassium, sodium, unread)
    assert headlines(found) == ["Potassium 6.8"]
    assert [(quiet.run.id, quiet.charted) for quiet in found.quiet] == [("lab-1", False)]


@pytest.mark.parametrize(("later", "stays"), [
    ({"typed": b"2", "results": [("line 1", "potassium", "")]}, False),
    ({"typed": b"2", "results": [("line 1", "potassium", "2026-11-21")]}, False),
    ({"typed": b"2", "results": [("line 1", "potassium", "2025-01-01")]}, True),
    ({"typed": b"2", "results": [("line 1", "potassium", "")], "status": "held"}, True),
    ({"results": [("Observation/1", "potassium", "2026-11-21T08:00:00Z")]}, False),
    ({"results": [("Observation/1", "potassium", "2026-11-20T08:00:00Z")]}, True),
    ({"results": [("Observation/1", "potassium", "2026-11-13")]}, True),
])  # fmt: skip
def test_a_value_that_was_typed_is_taken_back_by_a_later_one_of_the_same_analyte(later, stays):
    alarm = finding("Potassium 6.8", "critical", (InputEvidence("text", "Potassium 6.8"),), about=("line 1",))
    potassium = run("lab", alarm, ago=3, typed=b"k", results=[("line 1", "potassium", "")])
    assert headlines(said(potassium, run("lab", ago=1, **later))) == (["Potassium 6.8"] if stays else [])


def test_an_order_that_was_typed_is_taken_back_when_it_is_judged_again_with_all_that_it_was_judged_with():
    pair = finding("Pair", about=("orders[0]", "orders[1]"))
    typed = run("a", pair, ago=3, typed=b"1", orders={"orders[0]": "simvastatin", "orders[1]": "clarithromycin"})
    one = run("a", ago=2, typed=b"2", orders={"orders[0]": "simvastatin"})
    assert headlines(said(typed, one)) == ["Pair"]
    both = {"MedicationRequest/1": "clarithromycin", "MedicationRequest/2": "simvastatin"}
    assert headlines(said(typed, one, run("a", ago=1, orders=both))) == []
    assert headlines(said(typed, run("b", ago=1, orders=both))) == ["Pair"], "another service judged something else"
    unknown = run("a", pair, ago=3, typed=b"1", orders={"orders[0]": "simvastatin", "orders[1]": ""})
    assert headlines(said(unknown, run("a", ago=1, orders=both))) == ["Pair"], "nobody knows what the second order is"


def test_the_same_in_two_languages_is_told_once():
    first = run("a", finding("Of typed"), ago=2, typed=b"1")
    other = finding("Auf Deutsch")
    again = run("a", msgspec.structs.replace(other, id="of-typed"), ago=1, typed=b"1", language="zh")
    assert headlines(said(first, again)) == ["Auf Deutsch"]


def test_what_an_agent_carries_falls_with_the_run_that_it_comes_from():
    tool = run("lab", finding("Potassium"), ago=5, parent="agent-5")
    carried = finding("Potassium", "critical", (RunEvidence("lab-5", "lab", "potassium"),))
    agent = run("agent", carried, ago=5, typed=b"How is he?")
    assert headlines(said(tool, agent)) == ["Potassium"]
    assert headlines(said(tool, agent, run("agent", ago=4, typed=b"And she?"))) == ["Potassium"]
    assert headlines(said(tool, agent, run("lab", ago=1))) == []


def test_the_worst_of_the_list_is_that_of_the_chart_on_which_nobody_decided():
    runs = [
        run("a", finding("Signed", "critical"), ago=3), run("b", finding("High"), ago=2),
        run("b", finding("Low", "low"), ago=1, typed=b"1"),
    ]  # fmt: skip
    stands = standing([Outline(one, "accept" if one.service == "a" else None) for one in runs], NOW)
    found = worst(stands, runs)
    assert (found[0].headline, found[1].id) == ("High", "b-2")
    assert headlines(heard(stands, runs, Places(chart(), "en"))) == ["Signed", "High", "Low"]
    assert worst(standing((), NOW), ()) is None


def test_what_one_run_says_of_the_same_with_the_same_advice_is_told_together():
    one, other = creatinine("new", 208.0), creatinine("old", 109.0)
    grounds = [
        (ChartEvidence(f"Observation/{n}", 1, "valueQuantity.value", 208.0, "umol/L"), ROW) for n in ("new", "old")
    ]
    first, second = (finding(f"Pain {n}", "critical", grounds[n], advice="Call now.") for n in (0, 1))
    found = said(
        run(
            "a", first, second, finding("Pain 2", advice="Call now."), finding("Of a drug", "critical", about=("x/1",))
        ),
        held=chart(one, other),
    )
    assert headlines(found) == ["Pain 0", "Of a drug", "Pain 2"]
    assert [f.headline for f in found.concerns[0].also] == ["Pain 1"]
    assert [spot.reference for spot in found.concerns[0].spots] == ["Observation/new", "Observation/old"]
    apart = said(run("a", first), run("b", second), held=chart(one, other))
    assert headlines(apart) == ["Pain 0", "Pain 1"], "two services are heard each for itself"


def test_drugs_of_other_pairs_stay_apart_though_the_advice_is_one():
    pairs = [finding(f"Pair {n}", about=(f"MedicationRequest/{n}",), advice="Do not combine.") for n in (1, 2)]
    assert headlines(said(run("a", *pairs))) == ["Pair 1", "Pair 2"]


def test_the_orders_that_were_reviewed_are_known():
    typed = run("a", ago=1, orders={"orders[0]": ""}, typed=b"1")
    found = said(run("a", ago=2, orders={"MedicationRequest/1": ""}), typed, run("b"))
    assert found.reviewed == {"MedicationRequest/1", "orders[0]"}


def test_a_concern_of_two_services_is_told_once_where_it_weighs_most():
    found = said(run("a", finding("Potassium is high", "moderate")), run("b", finding("Potassium is HIGH", "critical")))
    assert [(c.finding.severity, c.run.service) for c in found.concerns] == [("critical", "b")]


def test_a_failed_run_takes_nothing_back_and_is_told():
    found = said(run("a", finding("Old"), ago=5), run("a", ago=1, status="failed"))
    assert headlines(found) == ["Old"]
    assert [one.id for one in found.failed] == ["a-1"]
    healed = said(run("a", ago=5, status="failed"), run("a", finding("New"), ago=1))
    assert healed.failed == ()


def test_what_an_agent_had_run_speaks_through_the_agent():
    assert headlines(said(run("a", finding("Of the agent"), parent="run-1"))) == []


def test_what_was_not_checked_is_kept_with_its_run():
    gap = NotChecked(code="x", what="Doses", why="no weight", needed="a weight")
    found = said(run("a", gaps=(gap,)), run("b"))
    assert [(one.run.service, one.gaps[0].what) for one in found.unseen] == [("a", "Doses")]


def test_evidence_becomes_places_with_the_words_of_the_chart():
    now, before = creatinine("new", 208.0), creatinine("old", 109.0)
    ratio = CalculationEvidence("creatinine_ratio", 1.9, "1", ROW, (
        ChartEvidence("Observation/new", 1, "valueQuantity.value", 208.0, "umol/L", "2026-11-20"),
        ChartEvidence("Observation/old", 1, "valueQuantity.value", 109.0, "umol/L", "2026-02-28"),
    ))  # fmt: skip
    direct = ChartEvidence("Observation/new", 1, "valueQuantity.value", 208.0, "umol/L", "2026-11-20")
    found = said(run("a", finding("AKI", evidence=(direct, ratio, ROW))), held=chart(now, before))
    (concern,) = found.concerns
    assert [spot.reference for spot in concern.spots] == ["Observation/new", "Observation/old"]
    assert concern.spots[0].words.startswith("Creatinine 208 µmol/L")
    assert concern.spots[0].course == "Creatinine"
    assert [ground.kind for ground in concern.grounds] == ["calculation", "knowledge"]
    assert found.references == {"Observation/new", "Observation/old"}


def test_a_span_of_a_document_is_a_place():
    note = Document(source=Source("DocumentReference/1"), concept=Concept(text="Admission note"), at=NOW, text="Fever.")
    quote = DocumentEvidence("DocumentReference/1", 0, 5, "Fever")
    found = said(run("a", finding("Fever", evidence=(quote,))), held=chart(documents=(note,)))
    (spot,) = found.concerns[0].spots
    assert (spot.reference, spot.course) == ("DocumentReference/1", "")
    assert "Fever" in spot.words
