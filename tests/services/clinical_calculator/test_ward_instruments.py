"""The instruments of the wards: worked by the papers, bounded, one direction, a range where something is missing."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from open_medicine.mcp.calculators import bishop as other_bishop
from open_medicine.mcp.calculators import canadian_cspine as other_spine
from open_medicine.mcp.calculators import rts as other_rts
from tests.services.clinical_calculator.desk import propose, result

from openward.knowledge import tables
from openward.services.clinical_calculator.bands import band_of, cut_of
from openward.services.clinical_calculator.childhood import apls_weight, lms_z, pals_pressure, weighed_dose
from openward.services.clinical_calculator.computing import bounds
from openward.services.clinical_calculator.library import library
from openward.services.clinical_calculator.malnutrition import glim
from openward.services.clinical_calculator.nodules import fleischner
from openward.services.clinical_calculator.scales import needed, total_span
from openward.services.clinical_calculator.score2 import score2
from openward.services.clinical_calculator.trauma import revised_trauma

ALL = library().calculators
BOUNDS = {
    "edacs": (-8, 34), "killip": (1, 4), "ottawa-sah": (0, 6), "canadian-c-spine": (0, 1), "apfel": (0, 4),
    "four-ts": (0, 8), "plasmic": (0, 7), "khorana": (0, 6), "improve-vte": (0, 12), "bishop": (0, 13),
    "silverman": (0, 10), "westley-croup": (0, 17), "kocher-hip": (0, 4), "air-appendicitis": (0, 12),
    "gap-ipf": (0, 8), "bode": (0, 10), "mmrc": (0, 4), "brighton-pews": (0, 11), "rule-of-nines": (0, 100),
    "bosniak-2019": (1, 5), "truelove-witts": (0, 1), "lights-criteria": (0, 1),
}  # fmt: skip
SCORES = [ALL[id] for id in BOUNDS]
REGIONS = ("low", "moderate", "high", "very_high")


def drawn(definition, chance, cuts):
    if definition.kind == "flag":
        return chance.random() < 0.5
    if definition.kind == "choice":
        return chance.choice(list(definition.options))
    beside = [c + d for c in cuts for d in (-0.01, 0, 0.01) if definition.low <= c + d <= definition.high]
    return (
        chance.choice(beside) if beside and chance.random() < 0.6 else chance.uniform(definition.low, definition.high)
    )


def people(calculator, count=60):
    chance = random.Random(calculator.id)
    cuts = {}
    for item in calculator.instrument.items:
        for scale in (item, *item.cases.values()):
            cuts.setdefault(scale.input or item.input, set()).update(cut_of(c).at for c in scale.cuts)
    for _ in range(count):
        yield {n: drawn(d, chance, cuts.get(n, ())) for n, d in calculator.definitions.items()}, chance


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_the_least_and_the_most_are_those_of_the_paper(calculator):
    assert bounds(calculator) == pytest.approx(BOUNDS[calculator.id])


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_every_person_stays_within_the_bounds_and_what_is_missing_widens_to_a_range(calculator):
    instrument = calculator.instrument
    least, most = bounds(calculator)
    for whole, chance in people(calculator):
        low, high = total_span(instrument.items, whole, instrument.base)
        assert low == high
        assert least - 1e-9 <= low <= most + 1e-9
        kept = {n: v for n, v in whole.items() if chance.random() < 0.5}
        part_low, part_high = total_span(instrument.items, kept, instrument.base)
        assert least - 1e-9 <= part_low <= low + 1e-9
        assert low - 1e-9 <= part_high <= most + 1e-9


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_more_of_what_an_item_counts_never_lowers_the_score(calculator):
    instrument = calculator.instrument
    for whole, _ in people(calculator, 25):
        here = total_span(instrument.items, whole, instrument.base)[0]
        for item in needed(instrument.items, whole):
            if item.yes is not None and item.yes >= item.no:
                there = total_span(instrument.items, whole | {item.input: True}, instrument.base)[0]
                assert there >= here or (item.yes == item.no)
            if item.choices:
                dearest = max(item.choices, key=item.choices.__getitem__)
                assert total_span(instrument.items, whole | {item.input: dearest}, instrument.base)[0] >= here


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_the_meaning_tiles_every_score_that_can_be_reached(calculator):
    meaning = calculator.instrument.meaning
    if meaning is None:
        assert calculator.id == "rule-of-nines"
        return
    least, most = bounds(calculator)
    places = [band_of(meaning.cuts, least + step * 0.5) for step in range(int((most - least) * 2) + 1)]
    assert places == sorted(places)
    assert set(places) == set(range(len(meaning.en)))


WORKED = [
    ("edacs", {"age": 55, "sex": "male", "edacs_risk": True, "diaphoresis": True, "pain_radiates": True,
               "pain_inspiration": False, "pain_palpation": False}, 20),
    ("edacs", {"age": 48, "sex": "female", "edacs_risk": True, "diaphoresis": False, "pain_radiates": False,
               "pain_inspiration": True, "pain_palpation": True}, -2),
    ("apfel", {"age": 30, "sex": "female", "smoker": False, "ponv_history": True, "postoperative_opioids": True}, 4),
    ("four-ts", {"age": 60, "hit_fall": "large", "hit_timing": "clear", "hit_thrombosis": "proven",
                 "hit_other_cause": "possible"}, 7),
    ("plasmic", {"age": 40, "platelets": 12, "plasmic_haemolysis": True, "plasmic_cancer": False, "transplant": False,
                 "mcv": 88, "inr": 1.1, "creatinine": 1.3}, 7),
    ("khorana", {"age": 62, "khorana_site": "very_high", "platelets": 350, "haemoglobin": 10, "esa_use": False,
                 "wbc": 11, "bmi": 35}, 4),
    ("improve-vte", {"age": 61, "vte_history": True, "thrombophilia": False, "improve_paralysis": False,
                     "improve_cancer": True, "immobilised_7_days": True, "intensive_care_stay": False}, 7),
    ("westley-croup", {"age": 2, "croup_consciousness": "normal", "croup_cyanosis": "none", "croup_stridor": "rest",
                       "croup_air_entry": "decreased", "croup_retractions": "moderate"}, 5),
    ("kocher-hip", {"age": 5, "fever_38_5": True, "cannot_bear_hip": True, "esr": 40, "wbc": 12}, 3),
    ("air-appendicitis", {"vomiting": True, "right_iliac_pain": True, "muscular_defence": "medium", "temperature": 38.5,
                          "neutrophils_percent": 85, "wbc": 14.9, "crp": 50}, 10),
    ("gap-ipf", {"age": 66, "sex": "male", "fvc_percent": 49, "dlco_not_possible": True}, 8),
    ("gap-ipf", {"age": 60, "sex": "female", "fvc_percent": 75, "dlco_not_possible": False, "dlco_percent": 36}, 2),
    ("bode", {"age": 70, "fev1_percent": 36, "six_minute_walk": 149, "mmrc_grade": "g4", "bmi": 21}, 9),
    ("rule-of-nines", {"age": 40, "burned_head": 0, "burned_left_arm": 100, "burned_right_arm": 50,
                       "burned_trunk_front": 100, "burned_trunk_back": 0, "burned_left_leg": 0, "burned_right_leg": 0,
                       "burned_perineum": 100}, 32.5),
    ("bosniak-2019", {"age": 50, "bosniak_content": "simple", "bosniak_wall": "thin", "bosniak_septa": "many",
                      "bosniak_nodule": False}, 3),
    ("truelove-witts", {"age": 30, "bloody_stools": 6, "temperature": 37.8, "heart_rate": 91, "haemoglobin": 10.5,
                        "esr": 30}, 1),
    ("truelove-witts", {"age": 30, "bloody_stools": 5, "temperature": 39, "heart_rate": 120, "haemoglobin": 8,
                        "esr": 80}, 0),
    ("lights-criteria", {"age": 60, "pleural_protein": 3, "serum_protein": 6, "pleural_ldh": 120, "ldh": 200,
                         "ldh_upper": 180}, 0),
    ("lights-criteria", {"age": 60, "pleural_protein": 3.1, "serum_protein": 6, "pleural_ldh": 100, "ldh": 200,
                         "ldh_upper": 200}, 1),
    ("brighton-pews", {"age": 3, "pews_behaviour": "lethargic", "pews_circulation": "grey", "pews_breathing": "raised",
                       "pews_extra": False}, 6),
    ("killip", {"age": 60, "lung_rales": True, "third_heart_sound": False, "jugular_distension": False,
                "pulmonary_oedema": True, "cardiogenic_shock": False}, 3),
    ("ottawa-sah", {"age": 39, "neck_pain": False, "witnessed_loc": False, "onset_exertion": False, "thunderclap": True,
                    "neck_flexion_limited": False}, 1),
    ("revised-trauma-score", {"gcs": 15, "rts_pressure": 120, "rts_breaths": 16}, 7.8408),
    ("revised-trauma-score", {"gcs": 3, "rts_pressure": 0, "rts_breaths": 0}, 0),
    ("vasoactive-inotropic-score", {"dopamine": 5, "dobutamine": 0, "epinephrine": 0.05, "norepinephrine": 0.1,
                                    "milrinone": 0.5, "vasopressin": 0.0005}, 30),
    ("apls-weight", {"age_months": 6}, 7), ("apls-weight", {"age_months": 36}, 14),
    ("apls-weight", {"age_months": 96}, 31), ("tracheal-tube-uncuffed", {"age_months": 48}, 5),
    ("tracheal-tube-cuffed", {"age_months": 71}, 4.75), ("pals-hypotension", {"age_months": 0.5}, 60),
    ("pals-hypotension", {"age_months": 36}, 76), ("pals-hypotension", {"age_months": 180}, 90),
    ("dose-by-weight", {"age": 8, "weight": 25, "dose_per_kg": 15, "dose_maximum": 1000}, 375),
    ("dose-by-weight", {"age": 15, "weight": 80, "dose_per_kg": 15, "dose_maximum": 1000}, 1000),
]  # fmt: skip


@pytest.mark.parametrize(("id", "inputs", "value"), WORKED, ids=lambda x: x if isinstance(x, str) else "")
def test_a_worked_example(id, inputs, value):
    assert result(id, **inputs).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("id", "age"),
    [("edacs", 17), ("ottawa-sah", 15), ("canadian-c-spine", 15), ("kocher-hip", 40), ("westley-croup", 30),
     ("score2", 39), ("score2", 70), ("fleischner-2017", 30), ("glim", 12), ("brighton-pews", 18),
     ("dose-by-weight", 40)],
)  # fmt: skip
def test_outside_of_its_population_an_instrument_gives_no_number(id, age):
    assert result(id, age=age).low is None
    codes = {n.code for n in propose({"calculator": id, "inputs": {"age": age}}).not_checked}
    assert "outside-population" in codes


@pytest.mark.parametrize("months", [156, 200])
def test_where_a_rule_of_age_ends_it_gives_no_number(months):
    for id in ("apls-weight", "tracheal-tube-cuffed", "tracheal-tube-uncuffed"):
        assert result(id, age_months=months).value is None


def test_score2_gives_the_risks_that_its_paper_names():
    smoker = {"age": 50, "smoker": True, "sbp": 140, "total_cholesterol": 5.5 * 38.665, "hdl": 1.3 * 38.665}
    ends = [score2(sex=s, score2_region=r, **smoker) for s in ("male", "female") for r in ("low", "very_high")]
    assert ends == pytest.approx([5.9, 14.0, 4.2, 13.7], abs=0.06)


@given(
    age=st.floats(40, 69), sbp=st.floats(100, 180), total=st.floats(120, 320), hdl=st.floats(25, 100),
    smoker=st.booleans(), sex=st.sampled_from(["male", "female"]),
)  # fmt: skip
def test_score2_rises_with_each_risk_and_from_low_to_very_high_region(age, sbp, total, hdl, smoker, sex):
    told = {"age": age, "sex": sex, "smoker": smoker, "sbp": sbp, "total_cholesterol": total, "hdl": hdl}
    risks = [score2(score2_region=r, **told) for r in REGIONS]
    assert risks[0] < risks[-1]  # the curves of neighbouring regions may cross where the risk is small
    assert all(0 < risk < 100 for risk in risks)
    more = [{"age": age + 1}, {"sbp": sbp + 5}, {"total_cholesterol": total + 10}, {"hdl": hdl - 5}, {"smoker": True}]
    assert all(score2(score2_region="low", **told | change) >= risks[0] - 1e-9 for change in more)


@given(st.integers(3, 15), st.integers(0, 300), st.integers(0, 100))
def test_the_trauma_score_is_bounded_rises_with_coma_scale_and_pressure_and_agrees_with_a_second_author(g, p, b):
    score = revised_trauma(gcs=g, rts_pressure=p, rts_breaths=b)
    assert 0 <= score <= 7.8408 + 1e-9
    assert revised_trauma(gcs=min(g + 1, 15), rts_pressure=p + 1, rts_breaths=b) >= score
    params = other_rts.RTSParams(gcs=g, systolic_bp=p, respiratory_rate=b)
    assert score == pytest.approx(other_rts.calculate_rts(params).value, abs=1e-4)


@given(st.integers(16, 99), *[st.booleans()] * 4)
def test_the_canadian_spine_rule_agrees_with_a_second_author(age, mechanism, tingling, low_risk, rotates):
    params = other_spine.CanadianCSpineParams(
        age=age, dangerous_mechanism=mechanism, paresthesias=tingling, ambulatory=low_risk, can_rotate_neck_45=rotates
    )
    values = {"age": age, "ccs_mechanism": mechanism, "limb_paraesthesia": tingling, "ccs_low_risk": low_risk,
              "neck_rotates_45": rotates}  # fmt: skip
    low, high = total_span(ALL["canadian-c-spine"].instrument.items, values)
    assert low == high == other_spine.calculate_canadian_cspine(params).value


@given(st.integers(0, 6), st.sampled_from([10, 40, 60, 80]), st.integers(-3, 2), st.integers(0, 2), st.integers(0, 2))
def test_the_bishop_score_agrees_with_a_second_author(dilation, effacement, station, consistency, position):
    params = other_bishop.BishopParams(dilation_cm=dilation, effacement_pct=effacement, station=station,
                                       consistency=consistency, position=position)  # fmt: skip
    stations = {-3: "minus_3", -2: "minus_2", -1: "minus_1_0", 0: "minus_1_0", 1: "plus_1_2", 2: "plus_1_2"}
    values = {
        "cervix_dilation": dilation, "fetal_station": stations[station],
        "cervix_effacement": {10: "to_30", 40: "to_50", 60: "to_70", 80: "from_80"}[effacement],
        "cervix_consistency": ("firm", "medium", "soft")[consistency],
        "cervix_position": ("posterior", "mid", "anterior")[position],
    }  # fmt: skip
    low, high = total_span(ALL["bishop"].instrument.items, values)
    assert low == high == other_bishop.calculate_bishop(params).value


@given(st.floats(0, 155.9), st.floats(0, 155.9))
def test_expected_weight_and_lower_pressure_never_fall_with_age(one, other):
    younger, older = sorted((one, other))
    assert apls_weight(age_months=younger) <= apls_weight(age_months=older)
    assert 60 <= pals_pressure(age_months=younger) <= pals_pressure(age_months=older) <= 90


@given(st.floats(0.5, 150), st.floats(0.001, 100), st.floats(0.1, 4000))
def test_a_dose_by_weight_never_passes_its_maximum(weight, each, most):
    dose = weighed_dose(weight=weight, dose_per_kg=each, dose_maximum=most)
    assert dose == pytest.approx(weight * each) or dose == most
    assert dose <= most


@given(st.floats(-2, 2), st.floats(1, 200), st.floats(0.02, 0.2), st.floats(-3, 3))
def test_a_z_score_is_the_way_back_from_the_centile(power, m, s, z):
    power = power if abs(power) > 0.01 else 0
    value = m * (1 + power * s * z) ** (1 / power) if power else m * 2.718281828459045 ** (s * z)
    assert lms_z(growth_value=value, growth_l=power, growth_m=m, growth_s=s) == pytest.approx(z, abs=1e-6)


def test_the_line_for_a_nodule_is_that_of_the_table():
    def line(kind, size, multiple=False, high=False):
        return fleischner(nodule_kind=kind, nodule_size=size, nodules_multiple=multiple, nodule_high_risk=high)

    assert [line("solid", s) for s in (5.9, 6, 8, 8.1)] == [0, 2, 2, 10]
    assert [line("solid", s, high=True) for s in (5.9, 6, 8, 8.1)] == [1, 3, 3, 10]
    assert [line("solid", s, True) for s in (5.9, 6, 8.1)] == [0, 5, 5]
    assert [line("solid", s, True, True) for s in (5.9, 6, 8.1)] == [1, 6, 6]
    assert [line("ground_glass", s) for s in (5.9, 6)] == [0, 4]
    assert [line("part_solid", s) for s in (5.9, 6)] == [0, 8]
    assert [line(k, s, True) for k in ("ground_glass", "part_solid") for s in (5.9, 6)] == [7, 9, 7, 9]
    for kind in ("solid", "part_solid", "ground_glass"):
        for multiple in (False, True):
            lines = [line(kind, size, multiple) for size in range(1, 31)]
            assert all(a <= b for a, b in pairwise(lines))


def test_an_unknown_risk_of_a_nodule_gives_both_lines():
    known = {"age": 60, "nodule_kind": "solid", "nodule_size": 7, "nodules_multiple": False}
    calculation = result("fleischner-2017", **known)
    assert (calculation.low, calculation.high) == (2, 3)
    assert calculation.missing == ("nodule_high_risk",)


@given(st.floats(12, 40), st.floats(18, 100), st.booleans())
def test_malnutrition_needs_a_cause_and_worsens_as_the_index_falls(bmi, age, asian):
    told = {"glim_weight_loss": "none", "age": age, "asian": asian, "muscle_loss": "none"}
    assert glim(bmi=bmi, glim_cause=False, **told) == 0
    assert glim(bmi=bmi, glim_cause=True, **told) >= glim(bmi=bmi + 1, glim_cause=True, **told)
    assert glim(bmi=bmi, glim_cause=True, **told | {"glim_weight_loss": "severe"}) == 2


@pytest.mark.parametrize(
    ("bmi", "age", "asian", "stage"),
    [(19.9, 69, False, 1), (20, 69, False, 0), (18.4, 69, False, 2), (21.9, 70, False, 1), (19.9, 70, False, 2),
     (18.4, 69, True, 1), (18.5, 69, True, 0), (19.9, 70, True, 1), (15, 50, True, 1)],
)  # fmt: skip
def test_the_index_of_malnutrition_by_age_and_people(bmi, age, asian, stage):
    told = {"glim_weight_loss": "none", "muscle_loss": "none", "glim_cause": True}
    assert glim(bmi=bmi, age=age, asian=asian, **told) == stage


GROWTH = {"sex": "male", "age_months": 0, "weight": 4.4}
ROWS = """#! version: 1
#! title: Growth reference
#! licence: none
#! reviewed: 2026-11-21
id\tl\tm\ts\tsource\treviewed
weight:male:0\t0.3487\t3.3464\t0.14602\tcole-green-1992\t2026-11-21
weight:male:1\t0.2297\t4.4709\t0.13395\tcole-green-1992\t2026-11-21
"""


def test_without_a_growth_table_the_z_score_is_not_checked():
    proposal = propose({"calculator": "growth-weight-for-age", "inputs": GROWTH})
    assert proposal.body.calculation.low is None
    assert [n.code for n in proposal.not_checked] == ["table-missing"]


@pytest.fixture
def imported(tmp_path):
    (tmp_path / "growth_lms.tsv").write_text(ROWS, encoding="utf-8")
    tables.use_local(tmp_path)
    yield
    tables.use_local(tmp_path / "nothing")


@pytest.mark.usefixtures("imported")
def test_with_an_imported_table_the_z_score_is_read_by_sex_and_month():
    assert result("growth-weight-for-age", **GROWTH).value == pytest.approx(2, abs=0.06)
    assert result("growth-weight-for-age", **GROWTH | {"age_months": 1, "weight": 4.4709}).value == pytest.approx(0)
    between = result("growth-weight-for-age", **GROWTH | {"age_months": 0.5, "weight": 3.90865}).value
    assert between == pytest.approx(0, abs=1e-9)


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("told", [{"age_months": 2}, {"sex": "female"}])
def test_an_age_or_sex_that_the_table_lacks_gives_no_z_score(told):
    proposal = propose({"calculator": "growth-weight-for-age", "inputs": GROWTH | told})
    assert [n.code for n in proposal.not_checked] == ["outside-formula"]
