"""Two packages that others wrote compute the same people; where they differ from us, the paper decides; it is listed.

The people are drawn with a fixed seed, half of their values at the limits of the instrument. A listed disagreement says
for whom it holds and why; outside of it both must agree, and inside of it somebody must differ, so that the list stays
true.
"""

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from tests.services.clinical_calculator import oracle_medcalc, oracle_open_medicine
from tests.services.clinical_calculator.desk import NOW
from tests.services.clinical_calculator.sampling import people

from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.services.clinical_calculator.library import library

pytest.importorskip("medcalc", reason="the package medcalc-bench is not installed")
pytest.importorskip("open_medicine", reason="the package open-medicine is not installed")

COUNT = 120
ORACLES = {
    "medcalc-bench": (oracle_medcalc.answer, (*oracle_medcalc.FUNCTIONS, "steroid-conversion", "morphine-equivalents")),
    "open-medicine": (oracle_open_medicine.answer, tuple(oracle_open_medicine.MODULES)),
}
# Inputs of ours that a package does not have, and the value that leaves them out.
SILENT: dict[tuple[str, str], dict[str, Any]] = {
    ("medcalc-bench", "centor-mcisaac"): {"fever_38": False},
    ("open-medicine", "centor-mcisaac"): {"fever_38": False},
    ("medcalc-bench", "heart"): {"stroke": False, "tia": False},
    ("medcalc-bench", "psi"): {"spo2": None},
    ("open-medicine", "psi"): {"spo2": None},
    ("medcalc-bench", "sirs"): {"immature_bands": 0},
    ("medcalc-bench", "caprini-2005"): {"pregnancy_postpartum": False, "hormone_therapy": False,
                                        "obstetric_losses": False},
    ("open-medicine", "sofa"): {"dobutamine": 0},
}  # fmt: skip


class Disagreement(NamedTuple):
    """For whom a package differs from us, why, and what the paper says."""

    oracle: str
    calculator: str
    where: Callable[[dict[str, Any]], bool]
    theirs: str
    paper: str


def everyone(_):
    return True


def of_class_one(i):
    """Fine 1997, step 1."""
    ill = ("neoplastic_disease", "psi_liver", "heart_failure", "psi_cerebrovascular", "renal_disease",
           "altered_mental_status")  # fmt: skip
    signs = i["heart_rate"] >= 125 or i["respiratory_rate"] >= 30 or i["sbp"] < 90 or not 35 <= i["temperature"] < 40
    return i["age"] <= 50 and not signs and not any(i[name] for name in ill)


DISAGREEMENTS = (
    Disagreement("medcalc-bench", "apache-ii", everyone,
                 "compares leukocytes per mm³ with limits in thousands, gives nothing at exactly 45 and 75 years,"
                 " nothing to a non-operative patient with organ failure, and loses the low bands of several variables",
                 "Knaus 1985: tiling bands, leukocytes in thousands, 5 points for non-operative with organ failure"),
    Disagreement("medcalc-bench", "caprini-2005", everyone,
                 "counts the kind of surgery, mobility, body mass and age, but not the weighted yes-or-no factors",
                 "Caprini 2005: every factor with its weight"),
    Disagreement("medcalc-bench", "child-pugh",
                 lambda i: i["bilirubin"] in {2, 3} or i["albumin"] == 2.8,
                 "bilirubin of exactly 2 has no points, of exactly 3 the highest; albumin of exactly 2.8 the highest",
                 "Pugh 1973: 2 to 3 mg/dL and 2.8 to 3.5 g/dL are the middle band"),
    Disagreement("medcalc-bench", "ckd-epi-2021", lambda i: i["sex"] == "male" and i["creatinine"] < 0.9,
                 "divides the creatinine of men below 0.9 mg/dL by 0.7", "Inker 2021: kappa is 0.9 for men"),
    Disagreement("medcalc-bench", "curb-65", lambda i: 19 < i["bun"] <= 19.61,
                 "above 19 mg/dL", "Lim 2003: urea above 7 mmol/L, which is 19.6 mg/dL of urea nitrogen"),
    Disagreement("open-medicine", "curb-65", lambda i: 19.61 < i["bun"] <= 20,
                 "above 20 mg/dL", "Lim 2003: urea above 7 mmol/L, which is 19.6 mg/dL of urea nitrogen"),
    Disagreement("medcalc-bench", "framingham-hard-chd", everyone,
                 "rounds the risk to tenths of one before it makes per cent of it", "ATP III: the risk in per cent"),
    Disagreement("medcalc-bench", "glasgow-blatchford",
                 lambda i: i["haemoglobin"] in {10, 12, 13} or i["bun"] == 70,
                 "a haemoglobin of exactly 12 or 13 is taken for the band below, exactly 10 or a urea nitrogen of"
                 " exactly 70 for none", "Blatchford 2000: 12.0 to 12.9 and 10.0 to 11.9 g/dL; 25 mmol/L and more"),
    Disagreement("open-medicine", "glasgow-blatchford",
                 lambda i: i["syncope"] or i["liver_disease"] or i["cardiac_failure"],
                 "1 point each for syncope, liver disease and cardiac failure", "Blatchford 2000: 2 points each"),
    Disagreement("open-medicine", "caprini-2005", lambda i: i["major_surgery_month"] or i["fracture_month"],
                 "has no earlier major surgery and no fracture of hip, pelvis or leg",
                 "Caprini 2005: 1 and 5 points"),
    Disagreement("medcalc-bench", "meld-na", lambda i: i["dialysis_twice"] and not 1 <= i["creatinine"] <= 4,
                 "lets a creatinine below 1 go before dialysis", "OPTN policy 9: dialysis twice sets 4.0 mg/dL"),
    Disagreement("open-medicine", "meld-na", everyone,
                 "the equation of 2008, whose first MELD is rounded to a whole number",
                 "OPTN policy 9 (2016): 1.32 and 0.033, first MELD rounded to a tenth of its natural unit"),
    Disagreement("open-medicine", "mews", lambda i: i["heart_rate"] == 40,
                 "a heart rate of exactly 40 has 1 point",
                 "Subbe 2001 leaves it out (below 40; 41 to 50); we take the worse of the two"),
    Disagreement("medcalc-bench", "sirs", lambda i: i["heart_rate"] <= 90 or 4 <= i["wbc"] <= 12,
                 "adds a point for any heart rate and any count of leukocytes",
                 "Bone 1992: a heart rate above 90; leukocytes above 12 or below 4"),
    Disagreement("medcalc-bench", "sofa", everyone,
                 "2 points for the circulation of everybody without dopamine, before any other drug is looked at",
                 "Vincent 1996: 3 or 4 points for epinephrine and norepinephrine"),
    Disagreement("open-medicine", "sofa", lambda i: not i["respiratory_support"] and i["pf_ratio"] < 200,
                 "3 and 4 points of respiration without support", "Vincent 1996: with respiratory support"),
    Disagreement("open-medicine", "rockall", lambda i: i["heart_rate"] == 100 and i["sbp"] >= 100,
                 "tachycardia above 100", "Rockall 1996: a pulse of 100 or more"),
    Disagreement("medcalc-bench", "heart", lambda i: i["atherosclerosis"],
                 "atherosclerotic disease counts as one risk factor",
                 "Backus 2013: atherosclerotic disease has 2 points by itself"),
    Disagreement("open-medicine", "psi", of_class_one,
                 "0 for class I, which is given before any points",
                 "Fine 1997: class I is a step before the points; we show the points and say so"),
)  # fmt: skip
PAIRS = [(oracle, id) for oracle, (_, ids) in ORACLES.items() for id in ids]


def disagreements(oracle, id):
    return [d for d in DISAGREEMENTS if (d.oracle, d.calculator) == (oracle, id)]


def compared(oracle, id):
    """The people, with our answer and theirs."""
    answer = ORACLES[oracle][0]
    for told in people(library().calculators[id], random.Random(f"{oracle} {id}"), COUNT):
        asked = {n: v for n, v in (told | SILENT.get((oracle, id), {})).items() if v is not None}
        value = ours(id, asked)
        if value is not None:
            yield asked, value, answer(id, asked)


def ours(id, inputs):
    reads = msgspec.convert({"calculator": id, "inputs": inputs}, SERVICE.reads)
    return SERVICE.engine(reads, None, Context(now=NOW)).body.calculation.value


def agree(id, value, theirs):
    """Scores exactly; equations as far as a package rounds its result and its factors."""
    if library().calculators[id].instrument.items:
        return value == theirs
    return abs(value - theirs) <= max(0.015 * abs(value), 0.06)


@pytest.mark.parametrize(("oracle", "id"), PAIRS)
def test_a_package_agrees_outside_of_what_is_listed(oracle, id):
    listed = disagreements(oracle, id)
    differing = [
        (asked, value, theirs)
        for asked, value, theirs in compared(oracle, id)
        if not agree(id, value, theirs) and not any(d.where(asked) for d in listed)
    ]
    assert differing == []


@pytest.mark.parametrize("listed", DISAGREEMENTS, ids=lambda d: f"{d.oracle}-{d.calculator}")
def test_a_listed_disagreement_is_still_one(listed):
    pairs = [(v, t) for asked, v, t in compared(listed.oracle, listed.calculator) if listed.where(asked)]
    assert any(not agree(listed.calculator, value, theirs) for value, theirs in pairs)


def test_most_calculators_have_a_second_author():
    covered = {id for _, id in PAIRS}
    assert len(covered) >= 72
    assert len({(o, d.calculator) for o, d in ((d.oracle, d) for d in DISAGREEMENTS)}) == len(DISAGREEMENTS)
