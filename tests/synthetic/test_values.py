"""Numbers are plausible: inside what a body allows, and in agreement with each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synthetic.charts import STORIES, Chart

from openward.synthetic.catalogue import load_catalogue
from openward.synthetic.egfr import creatinine_for, egfr
from openward.synthetic.person import ADULT

TESTS = load_catalogue().tests
VITALS = load_catalogue().words.vitals


def quantities(chart: Chart) -> dict[str, list[tuple[str, float]]]:
    """Values by catalogue key, each with its time; the key is the id without patient and number."""
    found: dict[str, list[tuple[str, float]]] = {}
    for o in chart.of("Observation"):
        if "valueQuantity" in o:
            key = o["id"].removeprefix(chart.patient["id"] + "-").rpartition("-")[0]
            found.setdefault(key, []).append((o["effectiveDateTime"], o["valueQuantity"]["value"]))
    return found


def check(chart: Chart) -> None:
    values = quantities(chart)
    for key, course in values.items():
        known = TESTS.get(key) or VITALS.get(key)
        if known is not None:
            assert all(known.limits[0] <= v <= known.limits[1] for _, v in course), key
    for part in ("neutrophils", "lymphocytes"):
        cells = dict(values.get("wbc", ()))
        assert all(v <= cells[at] for at, v in values.get(part, ()) if at in cells)


def test_values_stay_within_what_a_body_allows(chart):
    check(chart)


@given(seed=st.integers(0, 2**32), number=st.integers(1, len(STORIES) * 3))
@settings(max_examples=60, deadline=None)
def test_values_stay_plausible_for_any_seed(seed, number):
    check(Chart(number, seed))


def test_the_age_sex_and_body_fit_the_story(chart):
    who, years = chart.filed.story.patient, int(chart.resources[0]["birthDate"][:4])
    assert who.sex in {"either", chart.patient["gender"]}
    if who.age:
        assert who.age[0] <= 2026 - years - 1 + 1 <= who.age[1] + 1
    body = quantities(chart)
    assert who.weight_kg[0] <= body["weight"][0][1] <= who.weight_kg[1]
    assert who.height_cm[0] - 1 <= body["height"][0][1] <= who.height_cm[1] + 1
    if "bmi" in body:
        assert 11 <= body["bmi"][0][1] <= 45
        assert body["bmi"][0][1] == pytest.approx(body["weight"][0][1] / (body["height"][0][1] / 100) ** 2, abs=0.06)


def test_every_adult_creatinine_comes_with_its_egfr(chart):
    story = chart.filed.story
    adult = not story.patient.age_days and not story.patient.age_months and story.patient.age[0] >= ADULT
    pregnant = story.pregnancy and story.pregnancy.state == "pregnant"
    found = quantities(chart)
    times = [at for at, _ in found.get("creatinine", ())]
    assert [at for at, _ in found.get("egfr", ())] == (times if adult and not pregnant else [])


def test_a_creatinine_from_before_the_eighteenth_birthday_has_no_adult_egfr():
    """The appendicitis story begins at 18: somebody turned 18 between the blood test and today."""
    number = STORIES.index("appendicitis") + 1
    for seed in range(4000):
        chart = Chart(number, seed)
        if chart.patient["birthDate"] >= "2008-09-29":
            first = next(o for o in chart.of("Observation") if o["id"].endswith("-creatinine-1"))
            same = [o["effectiveDateTime"] for o in chart.of("Observation") if "-egfr-" in o["id"]]
            young = first["effectiveDateTime"][:10] < "2026" + chart.patient["birthDate"][4:]
            assert (first["effectiveDateTime"] in same) != young
            return
    pytest.fail("no patient of that age in 4000 seeds")


def test_flags_agree_with_the_reference_range(chart):
    for o in chart.of("Observation"):
        if "referenceRange" in o:
            span, value = o["referenceRange"][0], o["valueQuantity"]["value"]
            low, high = span.get("low", {}).get("value", -1e9), span.get("high", {}).get("value", 1e9)
            flag = o["interpretation"][0]["coding"][0]["code"]
            assert flag == ("L" if value < low else "H" if value > high else "N")


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "expected"),
    [(70, 50, "female", 90.8), (88.42, 50, "male", 91.7), (176.84, 70, "female", 26.4), (265.26, 40, "male", 26.1)],
)
def test_egfr_follows_ckd_epi_2021(creatinine, age, sex, expected):
    """Worked by hand from the equation (142 x min^alpha x max^-1.200 x 0.9938^age x 1.012 if female)."""
    assert egfr(creatinine, age=age, sex=sex) == pytest.approx(expected, abs=0.1)


@given(target=st.floats(5, 140), age=st.integers(18, 100), sex=st.sampled_from(["female", "male"]))
def test_creatinine_gives_back_the_egfr_it_was_made_for(target, age, sex):
    assert egfr(creatinine_for(target, age=age, sex=sex), age=age, sex=sex) == pytest.approx(target, rel=1e-9)


def test_courses_go_where_the_story_sends_them():
    """Spot checks of the clinical courses, over several seeds."""
    for seed in range(8):
        charts = {c.filed.id: quantities(c) for c in (Chart(n, seed) for n in range(1, len(STORIES) + 1))}
        bleed = [v for _, v in charts["upper_gi_bleed"]["hb"]]
        assert bleed[0] > 120
        assert min(bleed) == bleed[2] < 75
        assert bleed[-1] > bleed[2] + 10
        acidosis = charts["diabetic_ketoacidosis"]
        assert acidosis["ph"][0][1] < 7.15
        assert acidosis["ph"][-1][1] >= 7.35
        assert acidosis["ketones"][0][1] > 5
        assert acidosis["ketones"][-1][1] < 0.7
        assert all(v < 30 for _, v in charts["metformin_after_aki"]["egfr"][1:])
        assert charts["zoster_pain_gabapentin"]["egfr"][-1][1] < 30
        assert 2.0 <= charts["atrial_fibrillation_pneumonia"]["inr"][-1][1] <= 3.0
        assert charts["febrile_neutropenia"]["neutrophils"][1][1] < 0.5
        falls = charts["neonatal_jaundice"]["bilirubin"]
        assert falls[0][1] > 290 > falls[-1][1]
