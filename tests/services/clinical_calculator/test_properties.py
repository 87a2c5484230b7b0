"""What holds for every instrument and person: ranges that keep their word, one direction, the same in every unit."""

import random
from itertools import pairwise

import msgspec
import pytest
from tests.services.clinical_calculator.desk import NOW
from tests.services.clinical_calculator.sampling import RANGES, people

from openward.domain.quantity import Quantity, convert
from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.services.clinical_calculator.computing import bounds
from openward.services.clinical_calculator.library import library

ALL = [c for c in library().calculators.values() if c.instrument.result == "number"]
SCORES = [c for c in ALL if c.instrument.items]
# The second of two ways to meet one criterion: counted where it is known, not asked for where the first is.
SECOND = {"sirs": ("paco2", "immature_bands"), "psi": ("spo2",)}
OTHER_UNITS = {
    "mg/dL": ("mg/L", "g/L"), "g/dL": ("g/L",), "Cel": ("[degF]", "K"), "kg": ("g", "[lb_av]"), "cm": ("m", "[in_i]"),
    "mm[Hg]": ("kPa",), "10*9/L": ("/uL", "10*3/uL"), "ms": ("s",), "mmol/L": ("umol/L",), "g/L": ("g/dL", "mg/mL"),
    "mg/d": ("g/d",), "ug/d": ("mg/d",), "L": ("mL",), "a": ("mo",), "ug/dL": ("ug/L",), "mg/L": ("ug/mL",),
    "mL/d": ("L/d",), "s": ("ms",), "mg": ("g",), "min": ("h",), "10*12/L": ("10*6/uL",), "cm[H2O]": ("kPa",),
    "m[IU]/L": ("u[IU]/mL",), "U/L": ("kU/L",), "d": ("wk",),
}  # fmt: skip
# 1 where the result rises with the input; not albumin of MELD 3.0, which turns at a creatinine of 2.75 mg/dL.
DIRECTIONS = [
    ("ckd-epi-2021", "creatinine", -1), ("ckd-epi-2021", "age", -1), ("ckd-epi-2012-cystatin", "cystatin_c", -1),
    ("ckd-epi-2021-creatinine-cystatin", "cystatin_c", -1), ("ckd-epi-2021-creatinine-cystatin", "creatinine", -1),
    ("cockcroft-gault", "creatinine", -1), ("cockcroft-gault", "weight", 1), ("cockcroft-gault", "age", -1),
    ("mdrd", "creatinine", -1), ("schwartz", "creatinine", -1), ("schwartz", "height", 1),
    ("meld", "bilirubin", 1), ("meld", "inr", 1), ("meld", "creatinine", 1), ("meld-na", "sodium", -1),
    ("meld-3", "bilirubin", 1), ("meld-3", "inr", 1), ("meld-3", "creatinine", 1), ("meld-3", "sodium", -1),
    ("fib-4", "age", 1), ("fib-4", "platelets", -1), ("fib-4", "alt", -1),
    ("apri", "ast", 1), ("maddrey", "bilirubin", 1), ("albi", "albumin", -1), ("albi", "bilirubin", 1),
    ("nafld-fibrosis", "albumin", -1), ("nafld-fibrosis", "age", 1), ("r-factor", "alt", 1), ("saag", "albumin", 1),
    ("anion-gap", "bicarbonate", -1), ("anion-gap-albumin", "albumin", -1), ("corrected-calcium", "albumin", -1),
    ("corrected-sodium", "glucose", 1), ("corrected-phenytoin", "albumin", -1), ("serum-osmolality", "bun", 1),
    ("free-water-deficit", "sodium", 1), ("winters", "bicarbonate", 1), ("fena", "urine_sodium", 1),
    ("feurea", "urine_urea_n", 1), ("ttkg", "urine_potassium", 1), ("aa-gradient", "fio2", 1),
    ("aa-gradient", "pao2", -1), ("pf-ratio", "fio2", -1), ("rox", "respiratory_rate", -1),
    ("qtc-bazett", "heart_rate", 1),
    ("qtc-fridericia", "heart_rate", 1), ("qtc-hodges", "heart_rate", 1), ("qtc-framingham", "heart_rate", 1),
    ("qtc-rautaharju", "heart_rate", 1), ("ldl-friedewald", "hdl", -1), ("ldl-sampson", "hdl", -1),
    ("homa-ir", "insulin", 1), ("quicki", "glucose", -1), ("average-glucose", "hba1c", 1), ("mifflin", "age", -1),
    ("bsa-mosteller", "weight", 1), ("bsa-du-bois", "height", 1), ("lean-body-weight", "weight", 1),
    ("framingham-hard-chd", "hdl", -1), ("framingham-hard-chd", "sbp", 1), ("parkland", "burned_percent", 1),
    ("ganzoni", "haemoglobin", -1), ("mentzer", "red_cells", -1), ("maintenance-fluids", "weight", 1),
    ("steroid-conversion", "steroid_dose", 1), ("morphine-equivalents", "oxycodone", 1),
]  # fmt: skip


def computed(calculator, inputs):
    reads = msgspec.convert({"calculator": calculator.id, "inputs": inputs}, SERVICE.reads)
    return SERVICE.engine(reads, None, Context(now=NOW)).body.calculation


def persons(calculator, seed, count):
    """People of an instrument as a caller gives them: nothing that is derived, of two ways to a criterion the first."""
    left_out = {*calculator.instrument.derived, *SECOND.get(calculator.id, ())}
    for told in people(calculator, random.Random(seed), count):
        yield {name: value for name, value in told.items() if name not in left_out}


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_the_range_of_what_is_known_holds_every_score_that_it_can_become(calculator):
    chance = random.Random(calculator.id)
    least, most = bounds(calculator)
    for whole in persons(calculator, calculator.id, 25):
        final = computed(calculator, whole)
        if final.low is None:
            continue  # outside of the population
        assert final.low == final.high == final.value
        assert least <= final.value <= most
        kept = {name: value for name, value in whole.items() if chance.random() < 0.6 or name == "age"}
        part = computed(calculator, kept)
        if part.low is not None:
            assert least <= part.low <= final.value <= part.high <= most
        assert bool(part.missing) == (part.value is None)


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_a_yes_moves_the_score_only_the_way_that_its_item_says(calculator):
    flags = [i for i in calculator.instrument.items if i.yes is not None and not i.by]
    for whole in persons(calculator, calculator.id, 6):
        for item in flags:
            no, yes = (computed(calculator, whole | {item.input: answer}).value for answer in (False, True))
            if no is not None and yes is not None and item.input in whole:
                assert (yes - no) * (item.yes - item.no) >= 0


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_points_of_a_number_fall_to_the_normal_and_rise_from_it(calculator):
    for item in calculator.instrument.items:
        for scale in (item, *item.cases.values()):
            steps = [b - a for a, b in pairwise(scale.points)]
            rising = [step > 0 for step in steps if step]
            assert rising == sorted(rising) or all(step <= 0 for step in steps), (item.name, scale.points)


@pytest.mark.parametrize("calculator", ALL, ids=lambda c: c.id)
def test_the_result_does_not_depend_on_the_unit(calculator):
    chance = random.Random(calculator.id)
    for whole in persons(calculator, f"units {calculator.id}", 3):
        inside = whole | {n: between(n, d, chance) for n, d in calculator.definitions.items()
                          if n in whole and d.kind == "number"}  # fmt: skip
        plain = computed(calculator, inside)
        if plain.value is None:
            continue  # the equation does not hold there
        for name, definition in calculator.definitions.items():
            for given in others(definition, inside.get(name)):
                same = computed(calculator, inside | {name: given})
                assert same.value == pytest.approx(plain.value, rel=1e-6, abs=1e-9), (name, given)


def between(name, definition, chance):
    """A value that lies at no limit, so that rounding in another unit cannot cross one."""
    low, high, _ = RANGES.get(name, (definition.low, definition.high, 1))
    return chance.uniform(low, high) + 1e-4 * chance.random()


def others(definition, value):
    if definition.kind != "number" or value is None:
        return
    for unit in OTHER_UNITS.get(definition.unit, ()):
        yield {"value": convert(Quantity(value, definition.unit), unit).value, "unit": unit}
    if definition.molar_mass and definition.unit in {"mg/dL", "ug/dL", "mg/L"}:
        grams = convert(Quantity(value, definition.unit), "g/L").value
        yield {"value": grams / definition.molar_mass * 1e6, "unit": "umol/L"}
    if definition.valence and definition.unit == "mmol/L":
        yield {"value": value * definition.valence, "unit": "meq/L"}
    for unit, (slope, intercept) in definition.linear.items():
        yield {"value": (value - intercept) / slope, "unit": unit}


@pytest.mark.parametrize(("id", "name", "direction"), DIRECTIONS)
def test_an_equation_moves_one_way_with_its_input(id, name, direction):
    calculator = library().calculators[id]
    moved = 0
    for whole in persons(calculator, f"{id} {name}", 60):
        if name not in whole:
            continue
        less = max(whole[name] * 0.96, calculator.definitions[name].low)
        here, there = (computed(calculator, whole | {name: value}) for value in (less, whole[name]))
        if here.value is not None and there.value is not None:
            moved += 1
            assert (there.value - here.value) * direction >= -1e-9
    assert moved >= 5
