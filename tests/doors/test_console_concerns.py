"""What services found, beside the chart: the newest run of each, ranked, one for each concern, with its places."""

from datetime import UTC, datetime, timedelta

import msgspec

from openward.domain.code import Code, Concept
from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    InputEvidence,
    KnowledgeEvidence,
)
from openward.domain.proposal import Finding, NotChecked, Proposal
from openward.domain.run import Cost, Failure, Run
from openward.doors.console.concerns import heard
from openward.doors.console.places import Places
from openward.record.chart import Chart, Document, Measure, Reading, Section, Source

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROW = KnowledgeEvidence("lab_patterns", "1", "aki-2", "KDIGO 2012", NOW.date())


TYPED = InputEvidence("orders[0]", "simvastatin")


class Body(msgspec.Struct):
    orders: tuple[dict[str, str], ...] = ()


def finding(headline, severity="high", evidence=(), about=(), advice=""):
    return Finding(
        id=headline.lower().replace(" ", "-"), code=Code("s", "c"), severity=severity, present="passive",
        headline=headline, why="why", advice=advice or f"do of {headline}",
        evidence=evidence, about=about,
    )  # fmt: skip


def run(service, *findings, ago=0, gaps=(), parent=None, failed=False, orders=()):
    body = Body(orders=tuple({"reference": order} for order in orders))
    said = Proposal(summary="s", body=body, findings=findings, not_checked=gaps)
    return Run(
        id=f"{service}-{ago}", site="w", service=service, service_version="1", door="console",
        status="failed" if failed else "proposed", actor="a", started=NOW - timedelta(hours=ago),
        cost=Cost(seconds=0.1, unit="run"),
        input_digest="0", proposal=None if failed else msgspec.Raw(msgspec.json.encode(said)), parent=parent,
        failure=Failure("ServiceError", "it broke") if failed else None,
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


def said(*runs, held=None):
    return heard(runs, Places(held or chart(), "en"))


def headlines(found):
    return [concern.finding.headline for concern in found.concerns]


def test_the_worst_stands_first_and_of_those_alike_the_newest():
    found = said(
        run("a", finding("A low", "low"), finding("A high"), ago=1), run("b", finding("B critical", "critical"), ago=9),
        run("c", finding("C high"), ago=0),
    )  # fmt: skip
    assert headlines(found) == ["B critical", "C high", "A high", "A low"]


def test_only_the_newest_run_of_a_service_counts():
    found = said(run("a", finding("Old"), ago=5), run("a", finding("New"), ago=1), run("a", ago=9))
    assert headlines(found) == ["New"]
    nothing = said(run("a", finding("Old"), ago=5), run("a", ago=1))
    assert headlines(nothing) == []
    assert [quiet.id for quiet in nothing.quiet] == ["a-1"]


def test_what_is_so_in_the_chart_stands_before_what_was_typed_and_the_latter_is_marked():
    found = said(
        run("a", finding("Of typed", evidence=(TYPED,)), finding("Worse", "critical", evidence=(TYPED,))),
        run("b", finding("Of the chart"), ago=5),
    )
    assert [(c.finding.headline, c.typed) for c in found.concerns] == [
        ("Worse", True), ("Of the chart", False), ("Of typed", True),
    ]  # fmt: skip


def test_a_run_on_what_was_typed_takes_nothing_back_of_the_chart_but_is_taken_back_by_the_next():
    drafts = run("a", finding("Of a draft"), ago=2, orders=("MedicationRequest/1",))
    typed = run("a", finding("Of typed", evidence=(TYPED,)), ago=1, orders=("orders[0]",))
    assert headlines(said(drafts, typed)) == ["Of a draft", "Of typed"]
    clean = run("a", ago=0, orders=("orders[0]",))
    assert headlines(said(drafts, typed, clean)) == ["Of a draft"]
    assert headlines(said(typed, run("a", finding("Of a draft"), ago=0))) == ["Of a draft"]


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
    found = said(run("a", ago=2, orders=("MedicationRequest/1",)), run("a", ago=1, orders=("orders[0]",)), run("b"))
    assert found.reviewed == {"MedicationRequest/1", "orders[0]"}


def test_a_concern_of_two_services_is_told_once_where_it_weighs_most():
    found = said(run("a", finding("Potassium is high", "moderate")), run("b", finding("Potassium is HIGH", "critical")))
    assert [(c.finding.severity, c.run.service) for c in found.concerns] == [("critical", "b")]


def test_a_failed_run_takes_nothing_back_and_is_told():
    found = said(run("a", finding("Old"), ago=5), run("a", ago=1, failed=True))
    assert headlines(found) == ["Old"]
    assert [one.id for one in found.failed] == ["a-1"]
    healed = said(run("a", ago=5, failed=True), run("a", finding("New"), ago=1))
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
