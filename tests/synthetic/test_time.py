"""Time in a generated record runs forwards, from birth to the as-of morning."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synthetic.charts import AS_OF, NOW, STORIES, Chart, moment

from openward.domain.errors import KnowledgeError
from openward.synthetic.when import Calendar, Timeline, When, parse_when

STARTS = (
    "effectiveDateTime", "onsetDateTime", "recordedDate", "authoredOn", "dateAsserted", "occurrenceDateTime",
    "performedDateTime", "date", "abatementDateTime",
)  # fmt: skip
PERIODS = ("period", "effectivePeriod", "performedPeriod")


def times(resource: dict) -> list:
    found = [moment(resource[name]) for name in STARTS if name in resource]
    for name in PERIODS:
        found += [moment(t) for t in resource.get(name, {}).values()]
    return found


def check(chart: Chart) -> None:
    born = moment(chart.patient["birthDate"])
    stays = {f"Encounter/{e['id']}": e["period"] for e in chart.of("Encounter")}
    for resource in chart.resources[1:]:
        found = times(resource)
        assert found, resource["id"]
        assert born <= min(found), resource["id"]
        assert max(found) <= NOW, resource["id"]
        inside(resource, stays)


def inside(resource: dict, stays: dict) -> None:
    """An event lies within the encounter that it names."""
    context = resource.get("context")
    place = resource.get("encounter") or (context if context and "reference" in context else None)
    if place is None and context:
        place = context["encounter"][0]
    if place is None:
        return
    period = stays[place["reference"]]
    ends = moment(period["end"]) if "end" in period else NOW
    if "performedPeriod" in resource:
        event = moment(resource["performedPeriod"]["start"])
    else:
        event = next(moment(resource[n]) for n in STARTS if n in resource)
    assert moment(period["start"]) <= event <= ends, resource["id"]


def test_nothing_happens_before_birth_after_the_morning_or_outside_its_encounter(chart):
    check(chart)


@given(seed=st.integers(0, 2**32), number=st.integers(1, len(STORIES) * 3))
@settings(max_examples=60, deadline=None)
def test_time_runs_forwards_for_any_seed(seed, number):
    check(Chart(number, seed))


def test_periods_end_after_they_begin(chart):
    for resource in chart.resources[1:]:
        for name in PERIODS:
            period = resource.get(name, {})
            if "end" in period:
                assert moment(period["start"]) < moment(period["end"]), resource["id"]
        if "abatementDateTime" in resource:
            assert moment(resource["onsetDateTime"]) <= moment(resource["abatementDateTime"])
        if "dispenseRequest" in resource:
            span = resource["dispenseRequest"]["validityPeriod"]
            assert moment(span["start"]) < moment(span["end"])
        if "dateAsserted" in resource:
            assert moment(resource["effectivePeriod"]["start"]) <= moment(resource["dateAsserted"])


def test_administrations_lie_within_their_order(chart):
    orders = {f"MedicationRequest/{r['id']}": r for r in chart.of("MedicationRequest")}
    for given_dose in chart.of("MedicationAdministration"):
        order = orders[given_dose["request"]["reference"]]
        at = moment(given_dose["effectiveDateTime"])
        assert moment(order["authoredOn"]) <= at
        if "dispenseRequest" in order:
            assert at <= moment(order["dispenseRequest"]["validityPeriod"]["end"])


def test_a_draft_is_written_this_morning_inside_a_visit(chart):
    for order in chart.of("MedicationRequest"):
        if order["status"] == "draft":
            assert order["authoredOn"].startswith(AS_OF.isoformat())
            assert "encounter" in order


def test_a_patient_is_never_in_two_admissions_at_once(chart):
    stays = sorted(
        (moment(e["period"]["start"]), moment(e["period"]["end"]) if "end" in e["period"] else NOW)
        for e in chart.of("Encounter")
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(stays))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("-4 21:10", When(-4, 1270)), ("0", When(0)), ("-9y", When(-3287)), ("-5mo", When(-152)), ("-3w", When(-21)),
        ("age 2mo", When(61, from_birth=True)), ("-8mo 10:00", When(-244, 600)),
        ("age 0 11:00", When(0, 660, from_birth=True)),
    ],
)  # fmt: skip
def test_a_storys_time_is_read(text, when):
    assert parse_when(text) == when


@pytest.mark.parametrize("text", ["", "yesterday", "-4 9:10", "21:10", "-4h"])
def test_a_time_of_another_form_is_refused(text):
    with pytest.raises(KnowledgeError, match="time reads"):
        parse_when(text)


@given(
    days=st.lists(st.integers(-30000, 0), min_size=2, max_size=8),
    stretch=st.floats(0.85, 1.15),
    age=st.integers(40, 36000),
)
def test_stretching_keeps_the_order_and_stays_after_birth(days, stretch, age):
    line = Timeline(Calendar(AS_OF), age, stretch, 0)
    placed = [line.days(When(d)) for d in sorted(days)]
    assert placed == sorted(placed)
    assert all(p > -age for p in placed)


def test_days_near_the_present_are_kept_exactly():
    line = Timeline(Calendar(AS_OF), 20000, 1.15, 0)
    assert line.day(When(-60)) == (AS_OF - timedelta(days=60)).isoformat()
    assert line.day(When(0)) == date(2026, 10, 1).isoformat()
