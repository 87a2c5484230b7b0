"""The course of results: one unit an axis, the busy end first, every mark within its picture, drugs beside it."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import openward.doors.console.course as module
from openward.domain.code import LOINC, Code, Concept
from openward.doors.console.course import WIDTH, gauge, interval, plotted, recent, trend, uses, whole
from openward.doors.console.series import chosen, series_of
from openward.record.chart import Chart, Measure, MedicationEntry, Reading, Section, Source, Span

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
CREATININE = Concept(coding=(Code(LOINC, "2160-0", None),), text="Creatinine")
HOUSE_TEST = Concept(text="Some house test")


def reading(value, day=0.0, unit="umol/L", concept=CREATININE, low=None, high=None, **more):
    ends = [None if end is None else Measure(end, unit) for end in (low, high)]
    at = more.pop("at", START + timedelta(days=day))
    return Reading(
        source=Source(f"Observation/{day}-{value}", 1), concept=concept, at=at, low=ends[0], high=ends[1],
        value=Measure(value, unit) if isinstance(value, float | int) else value, **more,
    )  # fmt: skip


def chart(*readings, drugs=()):
    return Chart(
        patient="p", version="1", as_of=NOW, observations=Section("observations", "present", readings),
        medications=Section("medications", "present", drugs),
    )  # fmt: skip


def only(*readings, language="en"):
    (series,) = series_of(chart(*readings), language)
    return series


def test_values_of_two_units_come_to_the_canonical_one():
    series = only(reading(1.0, 0, "mg/dL"), reading(177.0, 1, high=104.0))
    assert series.unit == "umol/L"
    assert [round(value, 1) for _, value, _ in series.dated] == [88.4, 177.0]
    assert series.points[0].shown == "1 mg/dL"
    assert [p.side for p in series.points] == ["", "high"]


def test_values_of_one_unit_stay_as_they_are():
    assert only(reading(1.0, 0, "mg/dL"), reading(1.2, 1, "mg/dL")).unit == "mg/dL"


def test_what_cannot_be_converted_never_shares_an_axis():
    found = series_of(chart(reading(5, 0, "a/b", HOUSE_TEST), reading(6, 1, "c/d", HOUSE_TEST)), "en")
    assert {s.unit for s in found} == {"a/b", "c/d"}
    assert len({s.key for s in found}) == 2


def test_an_analyte_is_called_in_the_language_and_found_by_any_of_its_names():
    series = only(reading(90), language="zh")
    assert (series.name, series.recorded) == ("肌酐", "Creatinine")
    assert [chosen([series], [key]) for key in ("creatinine", "Creatinine", "肌酐")] == [[series]] * 3
    assert chosen([series], ["potassium"]) == []


def test_void_values_do_not_count():
    held = chart(reading(90, status="entered-in-error"), reading(91, 1, not_done=True), reading(92, 2))
    assert [p.value for s in series_of(held, "en") for p in s.points] == [92]


def test_the_laboratory_s_own_mark_counts_where_there_is_no_interval():
    assert only(reading(900, interpretation=("HH",))).newest.side == "high"
    assert only(reading(900, interpretation=("HH",))).newest.at_once
    assert only(reading(90, low=45, high=104, interpretation=("H",))).newest.side == ""


def test_a_change_needs_two_exact_values():
    change = only(reading(100, 0), reading(150, 2)).change
    assert (change.by, change.percent, change.since) == (50, 50, START)
    assert only(reading(100)).change is None
    limit = Reading(
        source=Source("Observation/x"), concept=CREATININE, at=NOW, value=Measure(18.0, "umol/L", "<")
    )  # fmt: skip
    assert only(reading(100), limit).change is None
    assert only(reading(100), limit).newest.shown == "<18 µmol/L"


def test_the_busy_end_is_shown_first_and_all_of_it_when_asked():
    busy = [only(reading(109, 0), *[reading(300 - n, 263 + n) for n in range(4)])]
    assert recent(busy)[0] > START + timedelta(days=260)
    assert whole(busy)[0] < START
    assert recent([only(reading(1, 0), reading(2, 200), reading(3, 201))])[0] < START
    assert recent([]) is whole([]) is None


values = st.lists(
    st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.floats(0, 4000, allow_nan=False)), min_size=1, max_size=30
)


@given(values, st.sampled_from([(45, 104), (None, 104), (45, None), (None, None)]))
def test_every_mark_of_a_course_lies_within_its_picture(pairs, ends):
    series = only(*[reading(value, day, low=ends[0], high=ends[1]) for value, day in pairs])
    drawn = trend(series, whole([series]))
    assert len(drawn.dots) == len(pairs)
    assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y, _ in drawn.dots)
    assert all(0 <= label.x <= WIDTH for label in drawn.days)
    assert 1 <= len(drawn.values) <= 12
    assert (drawn.band is None) == (series.newest.low is None and series.newest.high is None)
    assert drawn.band or ends == (None, None)


def test_nothing_is_drawn_of_a_span_without_values():
    assert trend(only(reading(5.0)), (NOW - timedelta(days=7), NOW)) is None


@given(st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from([(3.5, 5.1), (None, 5.1), (3.5, None)]))
def test_a_gauge_stays_on_its_bar(value, ends):
    shown = gauge(value, *ends)
    assert 0 <= shown.x <= 160
    inside = (ends[0] is None or value >= ends[0]) and (ends[1] is None or value <= ends[1])
    assert not inside or shown.start - 1e-6 <= shown.x <= shown.end + 6.1


def test_no_gauge_without_an_interval_that_a_bar_can_show():
    assert [gauge(1, None, None), gauge(None, 1, 2), gauge(1, None, 0), gauge(1, 5, 5)] == [None] * 4


def test_an_interval_is_written_as_people_write_it():
    assert [interval(3.5, 5.1), interval(None, 8), interval(60, None), interval(None, None)] == [
        "3.5–5.1", "≤ 8", "≥ 60", "",
    ]  # fmt: skip


def drug(name, start=None, end=None, **more):
    return MedicationEntry(
        source=Source(f"MedicationRequest/{name}"), kind=more.pop("kind", "request"), concept=Concept(text=name),
        period=Span(start, end), **more,
    )  # fmt: skip


def test_drugs_that_began_or_ended_in_the_window_come_first_and_orders_not_given_never():
    window = (START + timedelta(days=10), START + timedelta(days=20))
    held = (
        drug("old", START, None, current=True),
        drug("gentamicin", START + timedelta(days=12), START + timedelta(days=15)),
        drug("gentamicin", START + timedelta(days=13), kind="administration"),
        drug("draft", START, NOW, draft=True), drug("refused", START, NOW, not_done=True),
        drug("gone", START, START + timedelta(days=5)),
    )  # fmt: skip
    found = uses(chart(reading(1), drugs=held), window)
    assert [use.name for use in found] == ["gentamicin", "old"]
    assert (len(found[0].spans), len(found[0].given)) == (1, 1)
    assert found[1].spans == ((START, NOW),)


def test_a_picture_holds_the_newest_thousand_values():
    series = only(*[reading(n, n / 24) for n in range(1200)])
    told = plotted([series], [], whole([series]), "en")
    assert len(told["plots"][0]["at"]) == 1000
    assert told["plots"][0]["left"] == 200
    assert told["plots"][0]["value"][-1] == 1199


VENDOR = Path(module.__file__).parent / "static" / "vendor"
ROWS = re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})`", (VENDOR / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_a_vendored_file_is_the_one_that_was_taken(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_stands_in_the_list_and_has_its_licence():
    files = {path.name for path in VENDOR.iterdir()} - {"README.md"}
    assert {name for name, _ in ROWS} == {name for name in files if not name.endswith(".LICENSE")}
    assert {name.partition(".")[0] for name in files} == {name.partition(".")[0] for name in files if "LICENSE" in name}


def test_values_too_far_apart_and_days_at_the_ends_of_the_calendar_break_nothing():
    far = only(reading(-1.7e308, 0), reading(1.7e308, 1))
    assert trend(far, whole([far])) is None
    ends = [reading(90, at=datetime(year, 12, 31, 23, tzinfo=UTC)) for year in (1, 9999)]
    first = only(msgspec.structs.replace(ends[0], at=datetime(1, 1, 1, tzinfo=UTC)), ends[1])
    start, end = whole([first])
    assert (start, end) == (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert trend(first, (start, end)) is not None
