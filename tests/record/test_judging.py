"""How a reading lies: the laboratory's word first, the house's interval where there is none, critical limits always."""

from datetime import UTC, date, datetime, timedelta

import pytest

from openward.domain.code import LOINC, Code, Concept
from openward.knowledge.analytes import Person, analytes
from openward.record.chart import Chart, Demographics, Measure, Reading, Source, Stated
from openward.record.judging import at_a_glance, judged, person_at

NOW = datetime(2026, 11, 21, tzinfo=UTC)
POTASSIUM = analytes().get("potassium")
CREATININE = analytes().get("creatinine")
WOMAN = Person(age_days=40 * 365.25, sex="female")


def reading(value, unit="mmol/L", low=None, high=None, sign=None, **more):
    ends = [None if end is None else Measure(end, unit) for end in (low, high)]
    return Reading(
        source=Source("Observation/x"), concept=Concept(coding=(Code(LOINC, "2823-3", None),)), at=NOW,
        value=Measure(value, unit, sign), low=ends[0], high=ends[1], **more,
    )  # fmt: skip


def test_the_house_judges_where_the_laboratory_gave_nothing():
    said = judged(reading(12.1), "mmol/L", POTASSIUM, WOMAN)
    assert (said.side, said.whose, said.low, said.high) == ("high", "house", 3.5, 5.3)
    assert said.house.id == "potassium/adult"
    assert said.critical.high == 6.2
    assert judged(reading(4.1), "mmol/L", POTASSIUM, WOMAN).whose == "house"


def test_the_laboratory_s_interval_goes_before_the_house_s_but_never_hides_a_critical_value():
    said = judged(reading(7.0, low=3.0, high=8.0), "mmol/L", POTASSIUM, WOMAN)
    assert (said.side, said.whose, said.house) == ("", "laboratory", None)
    assert said.critical is not None


def test_a_mark_of_the_laboratory_judges_too():
    assert judged(reading(5.4, interpretation=("N",)), "mmol/L", POTASSIUM, WOMAN).whose == "laboratory"
    assert judged(reading(5.4, interpretation=("H",)), "mmol/L", POTASSIUM, WOMAN).side == "high"
    assert judged(reading(12.1, interpretation=("N",)), "mmol/L", POTASSIUM, WOMAN).critical is not None


@pytest.mark.parametrize(("value", "sign", "side", "whose"), [
    (3.0, "<", "low", "house"), (5.0, ">", "", ""), (4.0, "<", "", ""), (8.0, ">", "high", "house"),
])  # fmt: skip
def test_a_mere_limit_is_judged_only_where_it_decides(value, sign, side, whose):
    said = judged(reading(value, sign=sign), "mmol/L", POTASSIUM, WOMAN)
    assert (said.side, said.whose) == (side, whose)


def test_the_house_s_interval_comes_in_the_unit_of_the_series():
    said = judged(reading(1.0, "mg/dL"), "mg/dL", CREATININE, WOMAN)
    assert (said.low, said.high, said.side) == (0.4638, 0.8258, "high")


def test_nothing_is_judged_without_an_analyte_or_for_an_unknown_person_within_all_intervals():
    assert not judged(reading(12.1), "mmol/L", None, WOMAN).whose
    assert not judged(reading(4.1), "mmol/L", POTASSIUM, Person()).whose
    assert judged(reading(5.9), "mmol/L", POTASSIUM, Person()).side == "high"


def test_a_patient_is_as_old_as_on_the_day_and_pregnant_only_near_to_it():
    who = Demographics(source=Source("Patient/p"), gender="female", birth_date=date(1996, 11, 21))
    chart = Chart(patient="p", version="1", as_of=NOW, demographics=who, pregnancy=Stated(state="present"))
    now = person_at(chart, reading(4.0))
    assert (now.sex, now.pregnant, now.age_days) == ("female", True, (NOW.date() - date(1996, 11, 21)).days)
    long_ago = Reading(source=Source("Observation/y"), concept=Concept(text="K"), at=NOW - timedelta(days=400))
    assert person_at(chart, long_ago).pregnant is None
    before_birth = Reading(
        source=Source("Observation/y"), concept=Concept(text="K"), at=datetime(1990, 1, 1, tzinfo=UTC)
    )
    assert person_at(chart, before_birth).age_days is None


@pytest.fixture
def chart():
    who = Demographics(source=Source("Patient/p"), gender="female", birth_date=date(1970, 1, 1))
    return Chart(patient="p", version="1", as_of=NOW, demographics=who)


def test_at_a_glance_the_interval_goes_before_the_mark_and_the_mark_before_the_critical_limit(chart):
    assert at_a_glance(reading(5.4, low=3.5, high=5.1), chart) == "high"
    assert at_a_glance(reading(3.4, low=3.5), chart) == "low"
    assert at_a_glance(reading(4.0, low=3.5, high=5.1, interpretation=("H",)), chart) == ""
    assert at_a_glance(reading(4.0, interpretation=("ll",)), chart) == "low"
    assert at_a_glance(reading(12.1, interpretation=("A",)), chart) == "abnormal"
    assert at_a_glance(reading(12.1, interpretation=("N",)), chart) == "high"
    assert at_a_glance(reading(1.5), chart) == "low"
    assert at_a_glance(reading(4.0), chart) == ""
    assert at_a_glance(reading(4.0, "furlong"), chart) == ""


def test_of_several_marks_the_gravest_counts_in_every_view(chart):
    for marks, side in ((("N", "H"), "high"), (("A", "L"), "low"), (("DET",), "abnormal"), (("NEG",), "")):
        marked = reading(4.0, interpretation=marks)
        assert at_a_glance(marked, chart) == side
        assert (judged(marked, "mmol/L", POTASSIUM, WOMAN).side, judged(marked, "mmol/L", POTASSIUM, WOMAN).whose) == (
            side, "laboratory",
        )  # fmt: skip
