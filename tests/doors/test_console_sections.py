"""Sections of a chart as its page shows them: what matters first, the rest folded, what is evidence never left out."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from openward.domain.code import LOINC, Code, Concept
from openward.doors.console import sections
from openward.doors.console.sections import drugs, flag_of, interval_of, paged, papers, problems, results
from openward.record.chart import Chart, Document, Measure, MedicationEntry, Problem, Reading, Section, Source, Span

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def chart(**given):
    made = {name: Section(name, "present", tuple(entries)) for name, entries in given.items()}
    return Chart(patient="p", version="1", as_of=NOW, **made)


def lab(name, value, ago=0.0, *, number=0, low=None, high=None, loinc="", **more):
    ends = [None if end is None else Measure(end, "mmol/L") for end in (low, high)]
    coding = (Code(LOINC, loinc),) if loinc else ()
    return Reading(
        source=Source(f"Observation/{name}-{number}"), concept=Concept(coding, name), low=ends[0], high=ends[1],
        value=Measure(value, "mmol/L"), at=NOW - timedelta(days=ago), **more,
    )  # fmt: skip


def drug(id, kind="request", **more):
    return MedicationEntry(source=Source(f"{kind}/{id}"), kind=kind, concept=Concept(text=id), **more)


def taking(concept="Warfarin 3 mg", begun=NOW - timedelta(days=30), **more):
    return MedicationEntry(
        source=Source("MedicationRequest/w"), kind="request", concept=Concept(text=concept), authored=begun,
        **{"current": True, **more},
    )  # fmt: skip


@pytest.mark.parametrize(("value", "drug", "flag", "said"), [
    (2.5, taking(), "", True), (7.0, taking(), "high", True), (0.7, taking(), "low", True),
    (2.5, taking("Aspirin 100 mg"), "high", False), (2.5, taking(current=False), "high", False),
    (2.5, taking(draft=True), "high", False), (2.5, taking(begun=NOW + timedelta(days=2)), "high", False),
])  # fmt: skip
def test_what_a_drug_raises_by_intent_is_not_called_high_until_it_is_critical(value, drug, flag, said):
    ends = {name: Measure(end, "1") for name, end in (("value", value), ("low", 0.8), ("high", 1.2))}
    held = msgspec.structs.replace(lab("INR", value, loinc="6301-6"), **ends)
    (group,), _ = results(chart(observations=(held,), medications=(drug,)))
    assert (group.results[0].flag, group.results[0].intent is not None) == (flag, said)
    other = lab("Potassium", 5.9, low=3.5, high=5.1, loinc="2823-3")
    (group,), _ = results(chart(observations=(other,), medications=(drug,)))
    assert group.results[0].flag == "high", "the drug moves nothing else by intent"


def test_problems_that_may_be_there_stand_before_those_that_are_over():
    def problem(name, active, year):
        return Problem(
            source=Source(f"Condition/{name}"), concept=Concept(text=name), active=active,
            onset=datetime(year, 1, 1, tzinfo=UTC),
        )  # fmt: skip

    there, over = problems(
        chart(problems=[problem("a", False, 2020), problem("b", True, 2010), problem("c", None, 2015)])
    )
    assert [p.concept.text for p in there] == ["c", "b"]
    assert [p.concept.text for p in over] == ["a"]


def test_what_was_given_stands_under_its_order():
    held = chart(medications=[
        drug("heparin", current=True, authored=NOW),
        drug("dose1", "administration", request="request/heparin", period=Span(NOW - timedelta(days=2))),
        drug("dose2", "administration", request="request/heparin", period=Span(NOW - timedelta(days=1))),
        drug("alone", "administration", request="request/elsewhere", current=None),
        drug("over", current=False), drug("plan", draft=True, current=False),
        drug("never", current=None, do_not_perform=True),
    ])  # fmt: skip
    first, ended = drugs(held)
    assert [(d.entry.concept.text, d.state) for d in first] == [
        ("plan", "planned"), ("heparin", "used"), ("alone", "unclear"),
    ]  # fmt: skip
    assert [given.concept.text for given in first[1].given] == ["dose2", "dose1"]
    assert {d.entry.concept.text for d in ended} == {"over", "never"}


def test_results_are_grouped_and_what_is_out_of_range_comes_first():
    held = chart(observations=[
        lab("Haemoglobin", 140, low=115, high=150, loinc="718-7"),
        lab("Creatinine", 90, low=45, high=110, loinc="14682-9"),
        lab("Potassium", 6.8, low=3.5, high=5.1, loinc="2823-3"),
        lab("Heart rate", 80, category=("vital-signs",)), lab("Home test", 3),
    ])  # fmt: skip
    groups, left = results(held)
    assert groups[0].name == "chemistry"
    assert [r.name for r in groups[0].results] == ["Potassium", "Creatinine"]
    assert groups[-1].name == "vitals"
    assert {group.name for group in groups} == {"chemistry", "haematology", "other", "vitals"}
    assert left == 0


def test_an_older_value_that_something_speaks_of_stands_beneath_the_newest():
    held = chart(observations=[lab("K", 5, ago, number=n) for n, ago in enumerate((0, 10, 20, 30))])
    groups, _ = results(held, frozenset({"Observation/K-2"}))
    assert [(r.reading.source.reference, r.older) for r in groups[0].results] == [
        ("Observation/K-0", False), ("Observation/K-2", True),
    ]  # fmt: skip


def test_many_results_come_in_parts_and_none_twice():
    held = chart(observations=[lab(f"T{n:03}", n) for n in range(100)])
    seen, after, left = [], 0, 1
    while left:
        groups, left = results(held, after=after)
        seen += [r.name for group in groups for r in group.results]
        after += sections.RESULTS
    assert sorted(seen) == [f"T{n:03}" for n in range(100)]


def test_the_flag_of_the_laboratory_counts_only_where_there_is_no_interval():
    assert flag_of(lab("K", 6, low=3.5, high=5.1), chart()) == "high"
    assert flag_of(lab("K", 3, low=3.5), chart()) == "low"
    assert flag_of(lab("K", 4, low=3.5, high=5.1, interpretation=("H",)), chart()) == ""
    assert flag_of(lab("K", 4, interpretation=("LL",)), chart()) == "low"
    assert flag_of(lab("K", 4, interpretation=("A",)), chart()) == "out"
    assert flag_of(lab("K", 4), chart()) == ""


def test_an_interval_is_written_as_it_is_meant():
    assert interval_of(lab("K", 4, low=3.5, high=5.1)) == "3.5–5.1"
    assert interval_of(lab("K", 4, low=60)) == "≥ 60"
    assert interval_of(lab("K", 4, high=8)) == "≤ 8"
    assert interval_of(lab("K", 4, range_text="negative")) == "negative"
    assert interval_of(lab("K", 4)) == ""


def nothing(_):
    return False


def test_a_long_section_is_cut_but_what_is_evidence_stays():
    shown = paged(list(range(20)), list(range(20, 200)), lambda entry: entry == 190)
    assert list(shown.first) == list(range(20))
    assert list(shown.folded) == [*range(20, 32), 190]
    assert (shown.under, shown.rest, shown.next) == (180, 168, 32)
    more = paged(list(range(20)), list(range(20, 200)), nothing, shown.next)
    assert list(more.first) == list(range(32, 82))
    assert (more.rest, more.next) == (118, 82)


def test_what_matters_is_never_folded_under_what_does_not():
    shown = paged(list(range(60)), list(range(60, 70)), lambda entry: entry == 55)
    assert list(shown.first) == [*range(50), 55]
    assert list(shown.folded) == []
    assert (shown.rest, shown.next) == (20, 50)


def test_a_short_section_is_whole():
    shown = paged([1, 2], [3], nothing)
    assert (list(shown.first), list(shown.folded), shown.rest) == ([1, 2], [3], 0)


def test_long_texts_come_on_opening_and_reports_name_their_results():
    def paper(id, text, **more):
        return Document(source=Source(f"DocumentReference/{id}"), concept=Concept(text=id), text=text, **more)

    held = chart(
        observations=[lab("K", 6.8, low=3.5, high=5.1)],
        documents=[
            paper("short", "Fever.", at=NOW - timedelta(days=1)), paper("long", "x" * 90_000, at=NOW),
            paper("report", None, at=NOW - timedelta(days=2), results=("Observation/K-0", "Observation/gone")),
        ],
    )  # fmt: skip
    found = papers(held)
    assert [(p.document.concept.text, p.text) for p in found] == [("long", None), ("short", "Fever."), ("report", "")]
    assert [(value, out) for _, value, out in found[2].results] == [("6.8 mmol/L", True)]


def test_a_critical_value_is_flagged_though_nobody_gave_an_interval():
    assert flag_of(lab("Potassium", 7.1, loinc="2823-3"), chart()) == "high"
    assert flag_of(lab("Potassium", 2.0, loinc="2823-3"), chart()) == "low"
    assert flag_of(lab("Potassium", 4.1, loinc="2823-3"), chart()) == ""
    assert flag_of(lab("Something", 99.0), chart()) == ""
