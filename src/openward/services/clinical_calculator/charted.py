"""What the chart knows of an input: the person, the newest or the worst reading of the window, or an active problem."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from openward.domain.code import ICD10, ICD10CM
from openward.domain.evidence import ChartEvidence
from openward.domain.quantity import Quantity, UnitError
from openward.domain.spelling import ucum
from openward.record.chart import Chart, Problem, Reading
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.medicines import daily_dose, taken
from openward.services.clinical_calculator.scales import Item, Known, Scale, points_of
from openward.services.clinical_calculator.units import convert_of

_BARE = frozenset({"1", "{score}", "[pH]"})  # of these the code alone says what the number is
_REFUTED = frozenset({"refuted", "entered-in-error"})


class Charted(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the chart with its evidence; None with the reason."""

    value: Known | None = None
    on: str | None = None
    evidence: tuple[ChartEvidence, ...] = ()
    why: str = "missing"


def charted(definition: InputDefinition, chart: Chart, now: datetime, hours: float, worst: Item | None) -> Charted:
    """The value of an input in the chart at a moment."""
    if definition.person:
        return _person(definition.person, chart, now)
    if definition.ingredient:
        return _dose(definition, chart)
    if definition.icd10 or definition.atc:
        found = _problem(definition, chart) if definition.icd10 else Charted()
        return found if found.value is not None or not definition.atc else _taken(definition, chart)
    if definition.loinc and definition.kind == "number":
        return _reading(definition, chart, now, hours, worst)
    return Charted()


def _person(what: str, chart: Chart, now: datetime) -> Charted:
    who = chart.demographics
    if who is None:
        return Charted()
    if what == "sex":
        if who.gender not in {"female", "male"}:
            return Charted()
        return Charted(value=who.gender, evidence=(who.source.cite("gender", who.gender),))
    age = who.age_at(now)
    if age is None:
        return Charted()
    return Charted(value=float(age), on=who.birth_text, evidence=(who.source.cite("birthDate", who.birth_text),))


def _problem(definition: InputDefinition, chart: Chart) -> Charted:
    """Yes where a problem says so; the absence of one never means no."""
    for problem in chart.problems:
        path = _coded(problem, definition.icd10)
        stands = problem.active is True or (definition.history and problem.verification not in _REFUTED)
        if path and stands:
            at = problem.onset or problem.recorded
            code = _literal(problem, path)
            cited = problem.source.cite(path, code, on=at)
            return Charted(value=True, on=at.date().isoformat() if at else None, evidence=(cited,))
    return Charted()


def _taken(definition: InputDefinition, chart: Chart) -> Charted:
    """Yes where an active order says so; the absence of one never means no."""
    proof = taken(definition, chart)
    return Charted(value=True, on=proof[0].date, evidence=proof) if proof else Charted()


def _dose(definition: InputDefinition, chart: Chart) -> Charted:
    value, proof = daily_dose(definition, chart)
    return Charted(
        value=value, evidence=proof if value is not None else (), why="dose-not-read" if proof else "missing"
    )


def _coded(problem: Problem, prefixes: tuple[str, ...]) -> str | None:
    for place, coding in enumerate(problem.concept.coding):
        if coding.system in {ICD10, ICD10CM} and (coding.code or "").startswith(prefixes):
            return f"{problem.path}.coding[{place}].code"
    return None


def _literal(problem: Problem, path: str) -> str | None:
    place = int(path.rpartition("[")[2].partition("]")[0])
    return problem.concept.coding[place].code


class Usable(msgspec.Struct, frozen=True):
    """A reading of the chart that an input can take: its number in the input's unit, and when it was taken."""

    reading: Reading
    value: float
    at: datetime


def usable_readings(
    definition: InputDefinition, chart: Chart, now: datetime, hours: float, *, newest: bool = False
) -> tuple[list[Usable], str]:
    """The readings of the window that an input can take, newest first or only the newest; where there is none, why."""
    why = "missing"
    usable: list[Usable] = []
    for reading in chart.readings(*definition.loinc):
        fault, value = _usable(definition, reading, now, hours)
        if value is not None and reading.at is not None:
            usable.append(Usable(reading, value, reading.at))
        elif fault and why == "missing":
            why = fault
        if fault == "too-old" or (newest and usable):
            break
    return usable, why


def charted_of(usable: Usable) -> Charted:
    """What a reading gives, with its date and evidence."""
    return Charted(value=usable.value, on=usable.at.isoformat(), evidence=(_cite(usable.reading),))


def points_at(item: Item | None, value: float) -> float:
    """The most points that an item can give for a value; 0 without an item."""
    return max((points_of(scale, value) for scale in _scales(item)), default=0.0) if item else 0.0


def _reading(definition: InputDefinition, chart: Chart, now: datetime, hours: float, worst: Item | None) -> Charted:
    usable, why = usable_readings(definition, chart, now, hours, newest=worst is None)
    if not usable:
        return Charted(why=why)
    return charted_of(max(usable, key=lambda u: points_at(worst, u.value)) if worst else usable[0])


def _usable(
    definition: InputDefinition, reading: Reading, now: datetime, hours: float
) -> tuple[str | None, float | None]:
    """The reading in the input's unit, or why it cannot be used."""
    measure = reading.measure
    if measure is None or reading.at is None or reading.at > now or reading.not_done:
        return None, None
    if hours and now - reading.at > timedelta(hours=hours):
        return "too-old", None
    unit = ucum(measure.unit) if measure.unit else definition.unit if definition.unit in _BARE else None
    if measure.comparator or unit is None:
        return "not-exact", None
    try:
        value = convert_of(Quantity(measure.value, unit), definition)
    except UnitError:
        return "other-unit", None
    return (None, value) if definition.low <= value <= definition.high else ("implausible", None)


def _scales(item: Item) -> Iterator[Scale]:
    if not item.by:
        yield item
    yield from (case for case in item.cases.values() if case.input in {"", item.input})


def _cite(reading: Reading) -> ChartEvidence:
    measure = reading.measure
    value, unit = (measure.value, measure.unit) if measure else (None, None)
    return reading.source.cite(reading.path, value, unit=unit, on=reading.at)
