"""The timeline of a chart: what is busy is shown, everything lies within, what matters stands first."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.code import ATC, Code, Concept
from openward.domain.text import fill
from openward.doors.console.axis import current_stay, windows
from openward.doors.console.timeline import FEW, MANY, timeline
from openward.doors.console.visit import words
from openward.record.chart import (
    Chart,
    Document,
    Dose,
    Encounter,
    Measure,
    MedicationEntry,
    Reading,
    Section,
    Source,
    Span,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def t(key, **slots):
    return fill(words()["en"][key], **slots)


def days(number):
    return NOW - timedelta(days=number)


def lab(name, value, ago, number=0, low=None, high=None, **more):
    ends = [None if end is None else Measure(end, "mmol/L") for end in (low, high)]
    return Reading(
        source=Source(f"Observation/{name}-{number}"), concept=Concept(text=name), low=ends[0], high=ends[1],
        value=Measure(value, more.pop("unit", "mmol/L")), at=days(ago), category=("laboratory",), **more,
    )  # fmt: skip


def drug(id, name="Drug", *, kind="request", start=None, end=None, **more):
    return MedicationEntry(
        source=Source(f"Medication/{id}"), kind=kind, concept=Concept(text=name), period=Span(start, end), **more
    )


def chart(**sections):
    made = {name: Section(name, "present", tuple(entries)) for name, entries in sections.items()}
    return Chart(patient="p", version="1", as_of=NOW, **made)


def staying(ago=3, code="IMP"):
    return Encounter(source=Source("Encounter/1"), class_code=code, status="in-progress", period=Span(days(ago)))


def rows(drawn, kind):
    return [row for row in drawn.rows if row.kind == kind]


def test_a_busy_stay_is_what_is_shown_first():
    held = chart(encounters=[staying()], observations=[lab("K", 5, n / 4, n) for n in range(8)])
    assert timeline(held, t).span == "stay"
    assert current_stay(held).source.reference == "Encounter/1"
    assert timeline(held, t, span="year").span == "year"
    assert timeline(held, t, span="tomorrow").span == "stay", "a span that there is none of is not taken"


def test_a_visit_of_today_does_not_hide_the_month_before_it():
    held = chart(encounters=[staying(0.1, "AMB")], observations=[lab("K", 5, n, n) for n in range(8)])
    assert timeline(held, t).span == "month"


def test_a_record_that_ended_years_ago_opens_at_its_last_year():
    held = chart(observations=[lab("K", 5, 2000 + n, n) for n in range(9)])
    drawn = timeline(held, t)
    assert drawn.span == "last"
    assert drawn.now is None
    assert drawn.window.end < days(1980)


def test_what_is_rare_is_shown_over_all_time():
    assert timeline(chart(observations=[lab("K", 5, 3000), lab("K", 5, 700, 1)]), t).span in {"last", "all"}
    assert windows(chart(observations=[lab("K", 5, 100), lab("K", 5, 3000, 1)])).best == "all"


def test_without_a_date_there_is_no_timeline():
    assert timeline(chart(), t) is None
    undated = Document(source=Source("DocumentReference/1"), concept=Concept(text="Note"))
    assert timeline(chart(documents=[undated]), t) is None


moments = st.lists(st.floats(0, 9000, allow_nan=False), min_size=1, max_size=25)


@given(moments, st.sampled_from(["stay", "month", "year", "last", "all"]), st.floats(-1e9, 1e9, allow_nan=False))
def test_every_mark_lies_within_the_drawing(when, span, value):
    held = chart(
        encounters=[staying(2)],
        observations=[lab("K", value + n, ago, n, low=3.5) for n, ago in enumerate(when)],
        medications=[drug(n, f"D{n % 3}", start=days(ago), current=n % 2 == 0) for n, ago in enumerate(when)],
        documents=[Document(source=Source(f"DocumentReference/{n}"), concept=Concept(), at=days(ago))
                   for n, ago in enumerate(when)],
    )  # fmt: skip
    drawn = timeline(held, t, span=span, most=MANY)
    for row in drawn.rows:
        for mark in row.marks:
            assert 0 <= mark.x <= 100
            assert 0 <= mark.y <= 100
            assert mark.x + mark.width <= 100.1
            assert mark.references
            assert mark.words
    assert all(0 < tick.x < 100 for tick in drawn.ticks)
    assert len(drawn.ticks) <= 9


def test_entries_of_one_drug_share_a_row_and_say_whether_it_is_used_planned_or_ended():
    coded = Concept((Code(ATC, "A10BA02", None),), "metformin 500 mg")
    before = drug("old", start=days(20), end=days(3), current=False)
    draft = drug("new", draft=True, authored=days(1), doses=(Dose(text="500 mg daily"),))
    same = [msgspec.structs.replace(entry, concept=coded) for entry in (before, draft)]
    drawn = timeline(chart(medications=[*same, drug("other", "aspirin", start=days(5), current=True)]), t, span="month")
    found = rows(drawn, "drug")
    assert [row.name for row in found] == ["aspirin", "metformin 500 mg"], "what is in use stands first"
    assert {mark.kind for mark in found[1].marks} == {"ended", "planned"}
    assert "planned" in found[1].words
    assert "500 mg daily" in found[1].words
    planned = next(mark for mark in found[1].marks if mark.kind == "planned")
    assert planned.x + planned.width == 100


def test_what_was_not_given_is_not_drawn_and_what_was_given_is_a_dot():
    held = chart(medications=[
        drug("a", "heparin", start=days(2), current=True),
        drug("b", "heparin", kind="administration", start=days(1), current=False),
        drug("c", "heparin", kind="administration", start=days(1.5), current=False, not_done=True),
        drug("d", "aspirin", start=days(1), do_not_perform=True, current=False),
    ])  # fmt: skip
    found = rows(timeline(held, t, span="month"), "drug")
    assert [(mark.kind, mark.references[0]) for mark in found[0].marks] == [
        ("used", "Medication/a"),
        ("given", "Medication/b"),
    ]
    assert len(found) == 1


def test_results_outside_of_their_interval_stand_first_and_vital_signs_last():
    pulse = Reading(
        source=Source("Observation/hr"), concept=Concept(text="Heart rate"), value=Measure(80, "/min"), at=days(1),
        category=("vital-signs",),
    )  # fmt: skip
    held = chart(
        observations=[pulse, lab("Sodium", 140, 1, low=135, high=145), lab("Potassium", 6.8, 1, low=3.5, high=5.1)]
    )
    found = rows(timeline(held, t, span="month"), "result")
    assert [(row.name, row.out) for row in found] == [("Potassium", True), ("Sodium", False), ("Heart rate", False)]
    assert found[0].note == "6.8 mmol/L"
    assert found[0].marks[0].kind == "dot out"
    assert found[0].band is not None
    assert found[2].band is None


def test_an_open_interval_reaches_to_the_edge():
    row = rows(timeline(chart(observations=[lab("eGFR", 22, 1, low=60)]), t, span="month"), "result")[0]
    assert row.band[0] == 0
    assert row.marks[0].y > row.band[1]


def test_a_course_keeps_to_the_unit_of_its_newest_value():
    held = chart(observations=[lab("K", 180, 3, 1, unit="mg/dL"), lab("K", 5, 1, 2), lab("K", 5.2, 0.5, 3)])
    row = rows(timeline(held, t, span="month"), "result")[0]
    assert len(row.marks) == 2
    assert "180" not in row.words


def test_of_many_values_no_one_out_of_range_is_lost():
    many = [lab("K", 9 if n == 700 else 5, n / 50, n, low=3.5, high=5.1) for n in range(1400)]
    row = rows(timeline(chart(observations=many), t, span="month"), "result")[0]
    assert len(row.marks) <= 33
    assert [mark.references for mark in row.marks if mark.kind == "dot out"] == [("Observation/K-700",)]


def test_few_rows_are_drawn_and_the_others_are_counted():
    held = chart(
        observations=[lab(f"T{n}", 5, 1) for n in range(9)],
        medications=[drug(n, f"D{n}", start=days(2), current=True) for n in range(7)],
    )
    few, many = timeline(held, t, span="month"), timeline(held, t, span="month", most=MANY)
    assert (len(rows(few, "result")), len(rows(few, "drug")), few.hidden) == (FEW, FEW, 9 + 7 - 2 * FEW)
    assert (len(rows(many, "result")), len(rows(many, "drug")), many.hidden) == (9, 7, 0)


def test_documents_that_would_cover_each_other_are_one_mark_that_names_them():
    held = chart(documents=[
        Document(source=Source(f"DocumentReference/{n}"), concept=Concept(text=f"Note {n}"), at=days(1))
        for n in range(5)
    ])  # fmt: skip
    (mark,) = rows(timeline(held, t, span="month"), "papers")[0].marks
    assert len(mark.references) == 5
    assert mark.words.startswith("5 × Note 0")
    assert "2 more" in mark.words


def test_a_day_of_the_axis_is_written_in_the_language_of_the_page():
    held = chart(encounters=[staying()], observations=[lab("K", 5, n / 4, n) for n in range(8)])
    chinese = timeline(held, lambda key, **slots: words()["zh"][key].format(**slots))
    assert chinese.ticks[0].text == "11月18日"
    assert timeline(held, t).ticks[0].text == "18 Nov"


def test_a_day_that_stands_for_none_neither_breaks_the_axis_nor_stretches_it():
    nothing = msgspec.structs.replace(lab("K", 4.0, 1, 9), at=datetime(1, 1, 1, tzinfo=UTC))
    begun = msgspec.structs.replace(staying(), period=Span(datetime(1, 1, 1, tzinfo=UTC)))
    course = [lab("K", 4.0 + n, n, n) for n in range(3)]
    spans = windows(chart(observations=[nothing, *course], encounters=[begun])).spans
    assert "stay" not in spans
    assert spans["all"].start > days(40)
    assert windows(chart(observations=[nothing])).spans == {}
    drawn = timeline(chart(observations=[nothing, *course], encounters=[begun]), t)
    assert drawn is not None


def test_values_too_far_apart_for_any_picture_are_drawn_level():
    drawn = timeline(chart(observations=[lab("K", -1.7e308, 2, 1), lab("K", 1.7e308, 1, 2)]), t)
    (row,) = rows(drawn, "result")
    assert "nan" not in repr(row)
