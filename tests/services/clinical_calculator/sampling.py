"""Seeded people for an instrument: values in clinical ranges, every second one at or beside a limit of it."""

from openward.services.clinical_calculator.bands import cut_of
from openward.services.clinical_calculator.formulas import FORMULAS

# What a person may have, and how finely it is written down: lowest, highest, decimals.
RANGES = {
    "age": (18, 99, 0), "heart_rate": (30, 210, 0), "respiratory_rate": (4, 60, 0), "sbp": (60, 240, 0),
    "dbp": (30, 130, 0), "spo2": (70, 100, 0), "gcs": (3, 15, 0), "temperature": (29, 42, 1), "fio2": (21, 100, 0),
    "pao2": (35, 200, 0), "paco2": (15, 90, 0), "ph": (6.8, 7.8, 2), "weight": (36, 180, 1), "height": (140, 210, 0),
    "creatinine": (0.3, 9, 2), "bun": (3, 120, 1), "sodium": (105, 185, 0), "potassium": (2, 8, 1),
    "chloride": (70, 140, 0), "bicarbonate": (4, 45, 0), "glucose": (40, 900, 0), "albumin": (1, 5.5, 1),
    "bilirubin": (0.2, 30, 1), "inr": (0.8, 8, 1), "platelets": (5, 700, 0), "wbc": (0.3, 60, 1),
    "haemoglobin": (4, 18, 1), "haematocrit": (12, 65, 0), "qt": (250, 600, 0), "urine_output": (50, 4000, 0),
    "ast": (8, 900, 0), "alt": (8, 900, 0), "calcium": (5, 15, 1), "total_cholesterol": (90, 350, 0),
    "hdl": (15, 100, 0), "triglycerides": (40, 400, 0), "insulin": (1, 90, 1), "urine_sodium": (5, 200, 0),
    "urine_creatinine": (10, 300, 0), "dopamine": (0, 20, 1), "dobutamine": (0, 10, 1), "epinephrine": (0, 0.5, 2),
    "norepinephrine": (0, 0.5, 2), "drinks_per_week": (0, 30, 0), "duration_minutes": (1, 300, 0),
    "osmolality": (230, 380, 0), "burned_percent": (1, 90, 0), "fibrinogen": (0.2, 8, 1), "base_deficit": (-5, 20, 0),
    "pt_prolongation": (0, 20, 1), "ldh": (100, 2000, 0), "haematocrit_fall": (0, 20, 0), "bun_rise": (0, 40, 0),
    "fluid_sequestration": (0, 12, 1), "immature_bands": (0, 40, 0), "target_bmi": (18, 35, 1), "bmi": (14, 50, 1),
    "steroid_dose": (0.5, 200, 1), "fentanyl_patch": (12, 200, 0), "fentanyl_buccal": (100, 3000, 0),
}  # fmt: skip

CHILDREN = 18


def people(calculator, chance, count):
    """So many complete sets of inputs of an instrument; what it derives is filled in, impossible sets are left out."""
    limits = _limits(calculator)
    while count:
        told = {n: _value(n, d, limits.get(n, ()), chance) for n, d in calculator.definitions.items()
                if d.kind != "date"}  # fmt: skip
        if "age" in told and calculator.instrument.population.max_age == CHILDREN:
            told["age"] = chance.randint(1, CHILDREN - 1)
        unused = [n for n in calculator.instrument.optional if chance.random() < 0.6]
        whole = _derived(calculator, {n: v for n, v in told.items() if n not in unused})
        if whole is not None and len(unused) < len(calculator.instrument.optional or "-"):
            count -= 1
            yield whole


def _limits(calculator):
    found = {}
    for item in calculator.instrument.items:
        for scale in (item, *item.cases.values()):
            found.setdefault(scale.input or item.input, set()).update(cut_of(c).at for c in scale.cuts)
    return {name: sorted(cuts) for name, cuts in found.items()}


def _value(name, definition, limits, chance):
    if definition.kind == "flag":
        return chance.random() < 0.4
    if definition.kind == "choice":
        return chance.choice(list(definition.options))
    low, high, decimals = RANGES.get(name, (definition.low, definition.high, int(definition.unit != "{score}")))
    inside = [cut for cut in limits if low <= cut <= high]
    if inside and chance.random() < 0.5:
        near = chance.choice(inside) + chance.choice((-1, 0, 1)) * 10**-decimals
        return _written(min(max(near, low), high), decimals)
    return _written(chance.uniform(low, high), decimals)


def _written(value, decimals):
    return round(value, decimals) if decimals else round(value)


def _derived(calculator, told):
    for name, derivation in calculator.instrument.derived.items():
        value = FORMULAS[derivation.formula](**{part: told[part] for part in derivation.inputs})
        definition = calculator.definitions[name]
        if isinstance(value, float) and not definition.low <= value <= definition.high:
            return None
        told[name] = value
    return told
