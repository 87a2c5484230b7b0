"""The patient's kidney function as the chart allows it: the newest creatinine, what follows from it, what is missing.

Nothing is assumed: without age, sex, weight or creatinine the value that needs them is None and a `NotChecked` says so.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.code import Concept
from openward.domain.evidence import CalculationEvidence, ChartEvidence, KnowledgeEvidence
from openward.domain.proposal import Certainty, Language, NotChecked
from openward.domain.text import Text
from openward.knowledge import kidney, tables
from openward.knowledge.kidney import Sex
from openward.record import measures
from openward.record.chart import Chart, Reading
from openward.services.prescription_review.finding import weaker

FRESH: Final = timedelta(days=90)
WEIGHT_FRESH: Final = timedelta(days=365)
_DIALYSIS: Final = {
    "http://snomed.info/sct": frozenset({"105502003", "265764009", "302497006", "71192002"}),
    "http://hl7.org/fhir/sid/icd-10": frozenset({"Z99.2", "Z49.1", "Z49.2"}),
    "http://hl7.org/fhir/sid/icd-10-cm": frozenset({"Z99.2", "Z49.31", "Z49.32"}),
}
_MEASURED: Final = (
    measures.CREATININE,
    measures.WEIGHT,
    measures.HEIGHT,
    measures.EGFR,
    measures.CREATININE_CLEARANCE,
)
_CODES: Final = tuple(code for codes in _MEASURED for code in codes)
_KG: Final = {"kg": 1.0, "g": 0.001, "[lb_av]": 0.45359237, "lb": 0.45359237}
_CM: Final = {"cm": 1.0, "m": 100.0, "mm": 0.1, "[in_i]": 2.54, "in": 2.54}


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """One kidney function: a value in `unit`, how it is known, and when its measurement was taken."""

    name: Text
    value: float
    unit: str
    evidence: CalculationEvidence | ChartEvidence
    on: str | None
    certainty: Certainty


class Kidney(msgspec.Struct, frozen=True, kw_only=True):
    """What is known: clearance (mL/min) and filtration (mL/min/1.73 m²), weight, and what stands in the way.

    `adult` is None when the age is not known. `stand_in` marks a clearance that is really the filtration, because no
    weight is recorded.
    """

    clearance: Function | None = None
    filtration: Function | None = None
    weight_kg: float | None = None
    weight: ChartEvidence | None = None
    adult: bool | None = None
    stand_in: bool = False
    not_checked: tuple[NotChecked, ...] = ()


class _Readings:
    """The observations that matter, newest first, none from after the moment; read out of the chart once."""

    def __init__(self, chart: Chart, now: datetime) -> None:
        hidden = chart.observations.state == "withheld"
        found = [] if hidden else [r for r in chart.readings(*_CODES) if r.at is None or r.at <= now]
        self._found = [(r, frozenset(c.code for c in r.concept.coding)) for r in found if r.measure is not None]

    def of(self, codes: measures.Codes) -> tuple[Reading, ...]:
        """Those with one of the codes."""
        return tuple(r for r, has in self._found if not has.isdisjoint(codes))


class _Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """The values that the equations take, each with its evidence."""

    age: int | None
    sex: Sex | None
    person: tuple[ChartEvidence, ...]
    creatinine: float | None = None
    reading: Reading | None = None
    weight: tuple[float, Reading] | None
    height: tuple[float, Reading] | None
    certainty: Certainty


def kidney_of(chart: Chart, now: datetime, language: Language) -> Kidney:
    """The kidney function of a patient at a moment."""
    readings = _Readings(chart, now)
    reading, creatinine = _creatinine(readings)
    caveats = _caveats(chart, readings, now, language)
    inputs = _inputs(chart, now, readings, "possible" if caveats else "definite")
    inputs = msgspec.structs.replace(inputs, reading=reading, creatinine=creatinine)
    filtration = _filtration(inputs) or _reported(readings.of(measures.EGFR), kidney.EGFR_UNIT, now)
    reported = readings.of(measures.CREATININE_CLEARANCE)
    clearance = _clearance(inputs, now) or _reported(reported, kidney.CRCL_UNIT, now)
    adult = None if inputs.age is None else inputs.age >= kidney.ADULT
    stand_in = clearance is None and filtration is not None and adult is True
    return Kidney(
        clearance=msgspec.structs.replace(filtration, certainty="possible") if stand_in and filtration else clearance,
        filtration=filtration,
        weight_kg=inputs.weight[0] if inputs.weight else None,
        weight=_cite(inputs.weight[1]) if inputs.weight else None,
        adult=adult,
        stand_in=stand_in,
        not_checked=(*_missing(inputs, clearance, filtration, language), *caveats),
    )


def _inputs(chart: Chart, now: datetime, readings: _Readings, certainty: Certainty) -> _Inputs:
    who = chart.demographics
    age = who.age_at(now) if who else None
    sex: Sex | None = "female" if who and who.gender == "female" else "male" if who and who.gender == "male" else None
    person = []
    if who and who.birth_date and age is not None:
        person.append(who.source.cite("birthDate", who.birth_date.isoformat()))
    if who and sex:
        person.append(who.source.cite("gender", sex))
    return _Inputs(
        age=age,
        sex=sex,
        person=tuple(person),
        weight=_latest(readings.of(measures.WEIGHT), _KG),
        height=_latest(readings.of(measures.HEIGHT), _CM),
        certainty=certainty,
    )


def _creatinine(readings: _Readings) -> tuple[Reading | None, float | None]:
    for reading in readings.of(measures.CREATININE):
        value = _mg_dl(reading)
        if value is not None:
            return reading, value
    return None, None


def _mg_dl(reading: Reading) -> float | None:
    measure = reading.measure
    if measure is None or measure.comparator is not None:
        return None
    return kidney.creatinine_mg_dl(measure.value, measure.unit)


def _latest(readings: tuple[Reading, ...], units: dict[str, float]) -> tuple[float, Reading] | None:
    for reading in readings:
        measure = reading.measure
        factor = units.get(measure.unit or "") if measure and measure.comparator is None else None
        if measure is not None and factor is not None and 0 < measure.value < float("inf"):
            return measure.value * factor, reading
    return None


def _filtration(given: _Inputs) -> Function | None:
    if given.creatinine is None or given.reading is None or given.age is None:
        return None
    if given.age >= kidney.ADULT:
        if given.sex is None:
            return None
        value = kidney.ckd_epi_2021(age=given.age, creatinine=given.creatinine, sex=given.sex)
        return _computed(kidney.CKD_EPI_2021, value, kidney.EGFR_UNIT, given, ())
    if given.age >= 1 and given.height is not None:
        tall, measured = given.height
        value = kidney.schwartz_bedside(age=given.age, height_cm=tall, creatinine=given.creatinine)
        return _computed(kidney.SCHWARTZ, value, kidney.EGFR_UNIT, given, (measured,))
    return None


def _clearance(given: _Inputs, now: datetime) -> Function | None:
    if given.creatinine is None or given.age is None or given.sex is None or given.weight is None:
        return None
    if given.age < kidney.ADULT:
        return None
    heavy, measured = given.weight
    value = kidney.cockcroft_gault(age=given.age, weight_kg=heavy, creatinine=given.creatinine, sex=given.sex)
    found = _computed(kidney.COCKCROFT_GAULT, value, kidney.CRCL_UNIT, given, (measured,))
    aged = measured.at is None or now - measured.at > WEIGHT_FRESH
    return msgspec.structs.replace(found, certainty=weaker(found.certainty, "probable")) if aged else found


def _computed(formula: str, value: float, unit: str, given: _Inputs, more: tuple[Reading, ...]) -> Function:
    name, row = _formula(formula)
    assert given.reading is not None
    cited = (_cite(given.reading), *(_cite(reading) for reading in more), *given.person)
    value = round(value, 1)
    return Function(
        name=name,
        value=value,
        unit=unit,
        evidence=CalculationEvidence(formula, value, unit, row, cited),
        on=_day(given.reading),
        certainty=given.certainty,
    )


@tables.remembered(8)
def _formula(id: str) -> tuple[Text, KnowledgeEvidence]:
    table = tables.find(kidney.FORMULAS)
    row = table.row(id)
    return Text(row["name_en"], row["name_zh"]), table.evidence(row)


def _reported(readings: tuple[Reading, ...], unit: str, now: datetime) -> Function | None:
    """A value that the laboratory reports, for a chart from which none can be computed."""
    usable = (r for r in readings if r.measure and r.measure.comparator is None and r.measure.value >= 0)
    reading = next((r for r in usable if r.measure and (r.measure.unit or "").lower().startswith("ml/min")), None)
    if reading is None or reading.measure is None:
        return None
    fresh = reading.at is not None and now - reading.at <= FRESH
    return Function(
        name=Text("reported by the laboratory", "检验报告值"),
        value=round(reading.measure.value, 1),
        unit=unit,
        evidence=_cite(reading),
        on=_day(reading),
        certainty="probable" if fresh else "possible",
    )


def _cite(reading: Reading) -> ChartEvidence:
    measure = reading.measure
    assert measure is not None
    return reading.source.cite(reading.path, measure.value, unit=measure.unit, on=reading.at)


def _day(reading: Reading) -> str | None:
    return reading.at.date().isoformat() if reading.at else reading.at_text


def _caveats(chart: Chart, readings: _Readings, now: datetime, language: Language) -> tuple[NotChecked, ...]:
    """What makes a computed value doubtful: age of the creatinine, its course, pregnancy, dialysis."""
    reading, _ = _creatinine(readings)
    if reading is None:
        return ()
    found = []
    if reading.at is None or now - reading.at > FRESH:
        found.append(_note("kidney-function-old", language, (reading.source.reference,)))
    if _unstable(readings):
        found.append(_note("kidney-function-unstable", language, (reading.source.reference,)))
    if chart.pregnancy.state == "present":
        found.append(_note("kidney-function-pregnancy", language, ()))
    known = () if chart.problems.state == "withheld" else chart.problems.entries
    if any(p.active is not False and _is_dialysis(p.concept) for p in known):
        found.append(_note("kidney-function-dialysis", language, ()))
    return tuple(found)


def _unstable(readings: _Readings) -> bool:
    series = readings.of(measures.CREATININE)
    return kidney.is_unstable([(r.at, v) for r in series if r.at is not None and (v := _mg_dl(r)) is not None])


def _is_dialysis(concept: Concept) -> bool:
    return any(c.code in _DIALYSIS.get(c.system or "", ()) for c in concept.coding)


def _missing(
    given: _Inputs, clearance: Function | None, filtration: Function | None, language: Language
) -> tuple[NotChecked, ...]:
    if given.age is not None and given.age < kidney.ADULT:
        return (_of_a_child(filtration, language),)
    if clearance is not None and filtration is not None:
        return ()
    lacking = {
        "age": given.age is None,
        "sex": given.sex is None,
        "creatinine": given.creatinine is None,
        "weight": given.weight is None,
    }
    needed = [_LACKING[name].in_(language) for name, lacks in lacking.items() if lacks]
    code = "kidney-function-unknown" if filtration is None else "kidney-clearance-unknown"
    note = _note(code, language, ())
    joined = ("、" if language == "zh" else ", ").join(needed)
    return (msgspec.structs.replace(note, needed=f"{note.needed}{joined}"),)


def _of_a_child(filtration: Function | None, language: Language) -> NotChecked:
    """That the rules are for adults, with the child's filtration rate where it can be computed."""
    note = _note("kidney-rules-adults-only", language, ())
    if filtration is None:
        return note
    value, name = f"eGFR {filtration.value:g} mL/min/1.73 m²", filtration.name.in_(language)
    told = f"{value}（{name}）。" if language == "zh" else f" {value} ({name})."
    return msgspec.structs.replace(note, why=note.why + told)


_LACKING: Final = {
    "age": Text("date of birth", "出生日期"),
    "sex": Text("sex", "性别"),
    "creatinine": Text("serum creatinine with unit and date", "血肌酐（含单位和日期）"),
    "weight": Text("body weight", "体重"),
}
_WHAT: Final = Text("Dose by kidney function", "肾功能剂量")
_NOTES: Final[dict[str, tuple[Text, Text]]] = {
    "kidney-function-unknown": (
        Text("The kidney function cannot be computed from the chart.", "病历资料不足，无法计算肾功能。"),
        Text("Needed: ", "需要："),
    ),
    "kidney-clearance-unknown": (
        Text(
            "The creatinine clearance cannot be computed; the filtration rate stands in for it.",
            "无法计算肌酐清除率，以估算肾小球滤过率代替。",
        ),
        Text("Needed: ", "需要："),
    ),
    "kidney-function-old": (
        Text("The creatinine is older than 90 days or has no date.", "血肌酐超过 90 天或无日期。"),
        Text("A new serum creatinine.", "复查血肌酐。"),
    ),
    "kidney-function-unstable": (
        Text(
            "The creatinine changes quickly; the equations hold for a stable value only.",
            "血肌酐变化快，公式仅适用于稳定值。",
        ),
        Text("Judge by course, urine output and levels.", "结合动态变化、尿量和血药浓度判断。"),
    ),
    "kidney-function-pregnancy": (
        Text("The equations are not valid in pregnancy.", "公式不适用于妊娠期。"),
        Text("A measured clearance or a specialist's view.", "实测清除率或专科意见。"),
    ),
    "kidney-function-dialysis": (
        Text("The patient is on dialysis; the equations and bands do not hold.", "患者正在透析，公式与分级不适用。"),
        Text("The dose for the kind and time of dialysis.", "按透析方式和时间确定剂量。"),
    ),
    "kidney-rules-adults-only": (
        Text("The dose rules are for adults.", "剂量规则仅适用于成人。"),
        Text("A children's dose reference.", "儿童剂量资料。"),
    ),
}


def _note(code: str, language: Language, about: tuple[str, ...]) -> NotChecked:
    why, needed = _NOTES[code]
    return NotChecked(
        code=code, what=_WHAT.in_(language), why=why.in_(language), needed=needed.in_(language), about=about
    )
