"""Laboratory courses, vital signs, body measures and pregnancy, drawn around a story's values, as FHIR Observations."""

from typing import Final

from openward.domain.code import LOINC, UCUM
from openward.domain.errors import KnowledgeError
from openward.synthetic.case import Case
from openward.synthetic.catalogue import Json, LabTest, Vital
from openward.synthetic.egfr import creatinine_for, egfr
from openward.synthetic.person import ADULT
from openward.synthetic.story import VitalsRow

_CATEGORY_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_MEANING_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_WIDEST: Final = 1.5  # draws of a spread end here, so that no value leaves its story
_MEANINGS: Final = {
    code: [{"coding": [{"system": _MEANING_SYSTEM, "code": code, "display": display}]}]
    for code, display in (("H", "High"), ("L", "Low"), ("N", "Normal"))
}
_CATEGORIES: Final = {
    code: [{"coding": [{"system": _CATEGORY_SYSTEM, "code": code}]}]
    for code in ("laboratory", "vital-signs", "social-history", "survey", "imaging", "procedure", "exam")
}
_REPORT_CATEGORY: Final = [
    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB", "display": "Laboratory"}]}
]
_PRESSURE: Final = {
    "coding": [{"system": LOINC, "code": "85354-9", "display": "Blood pressure panel with all children optional"}]
}
Number = int | float
Panels = dict[tuple[int, str], list[Json]]


def write_labs(case: Case) -> None:
    """Every course of the story, then one report for what left the laboratory together."""
    panels: Panels = {}
    spreads: dict[str, float] = {}
    for key, course in case.story.labs.items():
        test = _test(case, key)
        family = test.same_draw_as or key
        spread = spreads.setdefault(family, max(-_WIDEST, min(_WIDEST, case.rng.gauss(0, 1))))
        for n, (at, target) in enumerate(course, 1):
            if isinstance(target, str):
                _word(case, key, n, at, target, panels)
            elif key == "egfr":
                _filtration(case, target * (1 + test.cv * spread), n, at, panels)
            else:
                value = _drawn(case, test, target, spread)
                _number(case, key, n, at, value, panels)
                if key == "creatinine" and _has_egfr(case, at):
                    estimate = round(egfr(value, age=case.age_at(case.minutes(at)), sex=case.person.sex))
                    _number(case, "egfr", n, at, estimate, panels)
    for index, ((minutes, panel), members) in enumerate(sorted(panels.items(), key=lambda p: p[0]), 1):
        _report(case, panel, index, minutes, members)


def _test(case: Case, key: str) -> LabTest:
    test = case.term("tests", key)
    assert isinstance(test, LabTest)
    return test


def _has_egfr(case: Case, at: str) -> bool:
    pregnancy = case.story.pregnancy
    return case.age_at(case.minutes(at)) >= ADULT and not (pregnancy and pregnancy.state == "pregnant")


def _drawn(case: Case, test: LabTest, target: float, spread: float) -> Number:
    low, high = test.limits
    value = target * (1 + test.cv * (spread * 0.7 + case.rng.uniform(-0.3, 0.3)))
    value = round(max(low, min(high, value)), test.decimals)
    return value if test.decimals else int(value)


def _filtration(case: Case, target: float, n: int, at: str, panels: Panels) -> None:
    age, sex = case.age_at(case.minutes(at)), case.person.sex
    creatinine = round(creatinine_for(target, age=age, sex=sex))
    _number(case, "creatinine", n, at, creatinine, panels)
    _number(case, "egfr", n, at, round(egfr(creatinine, age=age, sex=sex)), panels)


def _number(case: Case, key: str, n: int, at: str, value: Number, panels: Panels) -> None:
    test = _test(case, key)
    shown = (test.shown if test.shown is not None else test.unit) or ""
    quantity: Json = {"value": value, "unit": shown or "1", "system": UCUM, "code": test.unit}
    observation = _observation(case, key, n, at, {"valueQuantity": quantity}, panels)
    _judge(case, test, value, observation)
    case.show(f"lab.{key}", at, f"{value:.{test.decimals}f} {shown}".strip())


def _word(case: Case, key: str, n: int, at: str, word: str, panels: Panels) -> None:
    answers = case.catalogue.words.answers
    if word not in answers:
        msg = f"story {case.filed.id}: '{word}' is not an answer in synthetic/catalogue/words.toml"
        raise KnowledgeError(msg)
    value_concept = case.answer(word)
    _observation(case, key, n, at, {"valueCodeableConcept": value_concept}, panels)
    case.show(f"lab.{key}", at, answers[word].name(case.language))


def _observation(case: Case, key: str, n: int, at: str, value: Json, panels: Panels) -> Json:
    test = _test(case, key)
    minutes = case.minutes(at)
    category = "laboratory" if test.category is None else test.category
    observation = case.add(
        "Observation", f"{key}-{n}", status="final", category=_CATEGORIES[category],
        code=case.concept("tests", key), subject=case.subject, **case.during(minutes),
        effectiveDateTime=case.clock(minutes), performer=[case.doctor], **value,
    )  # fmt: skip
    if test.panel:
        panels.setdefault((minutes, test.panel), []).append(observation)
    return observation


def _judge(case: Case, test: LabTest, value: Number, observation: Json) -> None:
    span = test.range_for(case.person.years, case.person.sex)
    if span is None:
        return
    unit = observation["valueQuantity"]
    limits = {
        name: {"value": limit, "unit": unit["unit"], "system": UCUM, "code": unit["code"]}
        for name, limit in (("low", span.low), ("high", span.high))
        if limit is not None
    }
    observation["referenceRange"] = [limits]
    meaning = "N"
    if span.low is not None and value < span.low:
        meaning = "L"
    if span.high is not None and value > span.high:
        meaning = "H"
    observation["interpretation"] = _MEANINGS[meaning]


def _report(case: Case, panel: str, index: int, minutes: int, members: list[Json]) -> None:
    case.add(
        "DiagnosticReport", f"report-{panel}-{index}", status="final", category=_REPORT_CATEGORY,
        code=case.concept("panels", panel), subject=case.subject, **case.during(minutes),
        effectiveDateTime=case.clock(minutes),
        result=[{"reference": f"Observation/{m['id']}"} for m in members],
    )  # fmt: skip


def write_vitals(case: Case) -> None:
    """The body on arrival, then each row of vital signs."""
    if case.stays:
        _body(case, case.arrival + 10)
    for n, row in enumerate(case.story.vitals, 1):
        minutes = case.minutes(row.at)
        for sign in ("temp", "hr", "rr", "spo2"):
            target = getattr(row, sign)
            if target is not None:
                _sign(case, sign, n, row.at, _around(case, case.catalogue.words.vitals[sign], target))
        if row.bp is not None:
            _pressure(case, n, row)
        if row.weight_change is not None:
            weight = round(case.person.weight + row.weight_change, 1)
            case.show("vital.weight", row.at, f"{weight:.1f} kg")
            _measure(case, "weight", f"weight-{n + 1}", minutes, weight)


def _body(case: Case, minutes: int) -> None:
    person = case.person
    _measure(case, "weight", "weight-1", minutes, person.weight)
    _measure(case, "height", "height-1", minutes, int(person.height))
    if person.age >= ADULT:
        _measure(case, "bmi", "bmi-1", minutes, round(person.weight / (int(person.height) / 100) ** 2, 1))


def _around(case: Case, vital: Vital, target: float) -> Number:
    low, high = vital.limits
    value = round(max(low, min(high, target + vital.spread * case.rng.uniform(-1, 1))), vital.decimals)
    return value if vital.decimals else int(value)


def _quantity(vital: Vital, value: Number) -> Json:
    return {"value": value, "unit": vital.shown or vital.unit, "system": UCUM, "code": vital.unit}


def _sign(case: Case, sign: str, n: int, at: str, value: Number) -> None:
    vital = case.catalogue.words.vitals[sign]
    shown = vital.shown or vital.unit
    glue = "" if shown.startswith("/") else " "
    case.show(f"vital.{sign}", at, f"{value:.{vital.decimals}f}{glue}{shown}")
    _measure(case, sign, f"{sign}-{n}", case.minutes(at), value)


def _measure(case: Case, sign: str, id: str, minutes: int, value: Number) -> None:
    vital = case.catalogue.words.vitals[sign]
    case.add(
        "Observation", id, status="final", category=_CATEGORIES["vital-signs"], code=case.vital(sign),
        subject=case.subject, **case.during(minutes), effectiveDateTime=case.clock(minutes),
        valueQuantity=_quantity(vital, value),
    )  # fmt: skip


def _pressure(case: Case, n: int, row: VitalsRow) -> None:
    assert row.bp is not None
    vitals = case.catalogue.words.vitals
    values = {
        sign: int(_around(case, vitals[sign], target))
        for sign, target in zip(("systolic", "diastolic"), row.bp, strict=True)
    }
    minutes = case.minutes(row.at)
    text = "血压" if case.language == "zh" else "Blood pressure"
    case.show("vital.bp", row.at, f"{values['systolic']}/{values['diastolic']} mmHg")
    case.add(
        "Observation", f"bp-{n}", status="final", category=_CATEGORIES["vital-signs"],
        code={**_PRESSURE, "text": text}, subject=case.subject, **case.during(minutes),
        effectiveDateTime=case.clock(minutes),
        component=[
            {"code": case.vital(sign), "valueQuantity": _quantity(vitals[sign], value)}
            for sign, value in values.items()
        ],
    )  # fmt: skip


def write_state(case: Case) -> None:
    """Smoking, pregnancy and breastfeeding, where the story states them."""
    smoking = case.story.patient.smoking
    if smoking and case.stays:
        _coded(case, "smoking-1", ("72166-2", "Tobacco smoking status"), case.arrival + 10, smoking)
    pregnancy = case.story.pregnancy
    if pregnancy is None:
        return
    for n, at_text in enumerate(pregnancy.stated, 1):
        _coded(case, f"pregnancy-{n}", ("82810-3", "Pregnancy status"), case.minutes(at_text), pregnancy.state)
    if pregnancy.breastfeeding:
        at = case.minutes(pregnancy.breastfeeding)
        _coded(case, "breastfeeding-1", ("63895-7", "Breastfeeding status"), at, "breastfeeding")
    if pregnancy.weeks is not None:
        _gestation(case, pregnancy.weeks, pregnancy.stated[-1])


def _coded(case: Case, id: str, code: tuple[str, str], minutes: int, answer: str) -> None:
    case.add(
        "Observation", id, status="final", category=_CATEGORIES["social-history"],
        code={"coding": [{"system": LOINC, "code": code[0], "display": code[1]}], "text": code[1]},
        subject=case.subject, **case.during(minutes), effectiveDateTime=case.clock(minutes),
        valueCodeableConcept=case.answer(answer),
    )  # fmt: skip


def _gestation(case: Case, weeks: int, at: str) -> None:
    days = case.rng.randrange(7)
    minutes = case.minutes(at)
    shown = f"{weeks}+{days}" + ("周" if case.language == "zh" else " weeks")
    case.show("gestation", at, shown)
    common: Json = {
        "status": "final", "category": _CATEGORIES["exam"], "subject": case.subject,
        **case.during(minutes), "effectiveDateTime": case.clock(minutes),
    }  # fmt: skip
    age = {"system": LOINC, "code": "11884-4", "display": "Gestational age Estimated"}
    due = {"system": LOINC, "code": "11778-8", "display": "Delivery date Estimated"}
    case.add(
        "Observation", "gestational-age-1", **common, code={"coding": [age], "text": shown},
        valueQuantity={"value": weeks * 7 + days, "unit": "d", "system": UCUM, "code": "d"},
    )  # fmt: skip
    if case.story.pregnancy and case.story.pregnancy.state == "pregnant":
        term = minutes // 1440 + 280 - (weeks * 7 + days)
        text = "预产期" if case.language == "zh" else "Estimated date of delivery"
        case.add(
            "Observation", "due-date-1", **common, code={"coding": [due], "text": text},
            valueDateTime=case.time.calendar.day(term),
        )  # fmt: skip
