"""Pictures of drugs: every drug and finding has its place, and nothing is drawn that was not recorded."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.code import Code, Concept
from openward.domain.evidence import InputEvidence
from openward.domain.proposal import Finding
from openward.doors.console import medicines
from openward.record.chart import Chart, MedicationEntry, Section, Source, Span

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def finding(id, *about, severity="high"):
    return Finding(
        id=id, code=Code("x", "interaction-x", None), severity=severity, present="passive", headline=f"H {id}", why="w",
        advice="a", evidence=(), about=about,
    )  # fmt: skip


def order(reference, *ingredients):
    return {"reference": reference, "drug": reference, "ingredients": list(ingredients)}


BODY = {"orders": [order("a", "warfarin"), order("b", "ibuprofen"), order("c", "metformin"), order("d", "hypericum")]}


def test_only_drugs_that_act_on_each_other_stand_in_the_ring_and_the_rest_is_named():
    drawn = medicines.web(BODY, [finding("1", "a", "b")], "en")
    assert {node.name for node in drawn.nodes} == {"warfarin", "ibuprofen"}
    assert drawn.apart == ("metformin", "hypericum")


def test_names_are_those_of_the_language():
    drawn = medicines.web(BODY, [finding("1", "a", "d")], "zh")
    assert {node.name for node in drawn.nodes} == {"华法林", "圣约翰草"}


def test_a_drug_whose_order_was_taken_out_is_named_by_the_words_that_were_sent():
    sent = (InputEvidence("orders[0].code.text", "warfarin 5 mg"), InputEvidence("orders[1]", "hypericum tea"))
    found = msgspec.structs.replace(finding("1", "orders[0]", "orders[1]"), evidence=sent)
    assert {node.name for node in medicines.web({"orders": []}, [found], "zh").nodes} == {"华法林", "圣约翰草"}


def test_a_finding_over_three_drugs_meets_in_one_point():
    (line,) = medicines.web(BODY, [finding("1", "a", "b", "d")], "en").lines
    assert len(line.paths) == 3
    assert line.joint is not None


def test_two_findings_of_one_pair_are_two_lines():
    one, other = medicines.web(BODY, [finding("1", "a", "b"), finding("2", "a", "b")], "en").lines
    assert one.paths != other.paths


def test_the_worst_comes_first_and_a_draft_is_marked():
    found = [finding("1", "a", "b", severity="low"), finding("2", "a", "c", severity="critical")]
    drawn = medicines.web(BODY, found, "en", drafts=["c"])
    assert [line.finding.id for line in drawn.lines] == ["2", "1"]
    assert [line.draft for line in drawn.lines] == [True, False]
    assert (
        medicines.web({"orders": [order("orders[0]", "warfarin")]}, [finding("1", "orders[0]", "z")], "en")
        .lines[0]
        .draft
    )


def test_without_a_finding_over_two_drugs_there_is_no_web():
    assert medicines.web(BODY, [finding("1", "a")], "en") is None


def test_the_same_drug_twice_is_no_interaction():
    twice = msgspec.structs.replace(finding("1", "a", "b"), code=Code("x", "duplicate-same-ingredient", None))
    assert medicines.web(BODY, [twice], "en") is None


def test_a_drug_of_two_instructions_is_named_once():
    parts = [{"reference": "m", "drug": "metformin", "daily": 500}]
    body = {"doses": [{"name": "metformin", "given_as": parts}, {"name": "metformin", "given_as": parts}]}
    drawn = medicines.web(body | BODY, [finding("1", "m", "a")], "en")
    assert {node.name for node in drawn.nodes} == {"metformin", "warfarin"}


@given(st.integers(2, 40))
def test_no_two_names_stand_in_one_place(count):
    body = {"orders": [order(f"r{n}") for n in range(count)]}
    drawn = medicines.web(body, [finding(str(n), f"r{n}", f"r{(n + 1) % count}") for n in range(count)], "en")
    for side in ("start", "end"):
        rows = sorted(node.y for node in drawn.nodes if node.side == side)
        assert all(below - above >= 28 for above, below in pairwise(rows))
    assert all(0 < node.y < drawn.height for node in drawn.nodes)


@pytest.mark.parametrize(
    ("name", "lines"),
    [("warfarin", ("warfarin",)), ("acetylsalicylic acid + codeine", ("acetylsalicylic", "acid + codeine")),
     ("hydrochlorothiazide", ("hydrochlorothiaz-", "ide")),
     ("对乙酰氨基酚可待因复方片", ("对乙酰氨基酚可", "待因复方片"))],
)  # fmt: skip
def test_a_long_name_is_broken(name, lines):
    renamed = medicines.web({"orders": [{**order("a"), "drug": name}, order("b")]}, [finding("1", "a", "b")], "en")
    assert renamed.nodes[0].lines == lines


def dose(place="within", daily=10, **usual):
    row = {"low": None, "high": None, "most": None} | usual
    return {"name": "x", "place": place, "daily": daily, "usual": [row] if usual else []}


def test_a_dose_stands_within_its_band_or_beyond_it():
    within, above = medicines.dose_bars(
        {"doses": [dose(low=5, high=10, most=10, daily=7), dose("above", 20, most=10)]}
    )[::-1]
    assert within.band[0] < within.daily < within.band[0] + within.band[1] <= within.most
    assert above.most < above.daily < 100
    assert above.band is None, "where no usual dose is stated no band is drawn"


def test_what_is_not_known_is_no_length():
    (bar,) = medicines.dose_bars({"doses": [dose("not-in-numbers", None, high=10, most=10)]})
    assert bar.daily is None


def test_a_new_order_and_the_sum_with_what_is_in_use_have_each_their_length():
    held = {**dose("unsettled", None, high=10, most=10), "new": 10, "in_use": 10, "together": 20}
    (bar,) = medicines.dose_bars({"doses": [held]})
    assert bar.daily == bar.most < bar.together < 100


@pytest.mark.parametrize(("severity", "present", "about", "place"), [
    ("critical", "interrupt", "a", "concern"), ("high", "passive", "a", "concern"),
    ("moderate", "interrupt", "a", "concern"), ("moderate", "passive", "a", "within"),
    ("critical", "interrupt", "b", "within"),
])  # fmt: skip
def test_a_dose_is_not_called_usual_where_a_grave_finding_speaks_against_the_drug(severity, present, about, place):
    said = msgspec.structs.replace(finding("kidney", about, severity=severity), present=present)
    held = dose(low=5, high=10, most=10, daily=7) | {"given_as": [{"reference": "a"}]}
    (bar,) = medicines.dose_bars({"doses": [held]}, [finding("other", "a", severity="low"), said])
    assert bar.place == place
    assert (bar.concern is said) == (place == "concern")
    above = medicines.dose_bars({"doses": [held | {"place": "above"}]}, [said])[0]
    assert above.place == "above", "a dose beyond its range stays so"


def test_what_has_no_bar_is_named_with_the_reason():
    body = {"doses": [dose("no-range"), dose("child", most=10), dose("route-unknown")]}
    assert medicines.dose_bars(body) == []
    assert medicines.without_bar(body) == {"no-range": ["x"], "child": ["x"], "route-unknown": ["x"]}
    assert medicines.dose_bars({}) == [], "a run of an earlier version has no doses"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(500, "mg", "500 mg"), (2550, "mg", "2550 mg"), (0.5, "mg", "0.5 mg"), (100, "ug", "100 µg")],
)
def test_an_amount_is_written_as_people_write_it(value, unit, words):
    assert medicines.amount(value, unit) == words


def entry(id, name, begun, ended=None, *, current=True, draft=False):
    return MedicationEntry(
        source=Source(id), kind="request", concept=Concept(text=name), current=current, draft=draft,
        period=Span(NOW - timedelta(days=begun), None if ended is None else NOW - timedelta(days=ended)),
    )  # fmt: skip


def chart(*entries):
    return msgspec.structs.replace(
        Chart(patient="p", as_of=NOW, version="1"), medications=Section("medications", "present", entries)
    )


def drawn(*entries):
    return medicines.courses(chart(*entries), lambda _: True)


def test_orders_of_one_drug_stand_in_one_row_and_what_has_ended_apart():
    found = drawn(
        entry("1", "Warfarin 5 mg tablet", 300, 200, current=False), entry("2", "Warfarin 2.5 mg tablet", 100),
        entry("3", "Ramipril", 300, 250, current=False),
    )  # fmt: skip
    assert [len(row.stretches) for row in found.rows] == [2]
    assert [row.name for row in found.over] == ["Ramipril"]


def test_drugs_overlap_where_both_were_used():
    found = drawn(
        entry("1", "Warfarin", 300), entry("2", "Ibuprofen", 100, 50, current=False), entry("3", "Ramipril", 20)
    )
    both = medicines.overlap(found, ("1", "2"))
    assert (both.start, both.end) == (NOW - timedelta(days=100), NOW - timedelta(days=50))
    assert medicines.overlap(found, ("1", "3")).end is None, "still together"
    assert medicines.overlap(found, ("2", "3")) is None, "one after the other"
    assert medicines.overlap(found, ("1", "elsewhere")) is None, "what has no dates has no overlap"


def test_a_draft_is_together_with_nothing_yet():
    found = drawn(entry("1", "Warfarin", 300), entry("2", "Ibuprofen", 0, draft=True))
    assert medicines.overlap(found, ("1", "2")) is None
    assert [stretch.kind for row in found.rows for stretch in row.stretches if stretch.reference == "2"] == ["draft"]


def test_without_dates_nothing_is_drawn():
    undated = MedicationEntry(source=Source("1"), kind="request", concept=Concept(text="x"))
    assert drawn(undated) is None
    assert medicines.overlap(None, ("1", "2")) is None
