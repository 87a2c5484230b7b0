"""Whether an instrument is valid for this person: yes, no with the reason, or not known."""

from datetime import datetime

from openward.domain.proposal import Language, NotChecked
from openward.domain.text import Text
from openward.record.chart import Chart
from openward.services.clinical_calculator.gathered import Gathered
from openward.services.clinical_calculator.library import Calculator

OUTSIDE = "outside-population"
UNKNOWN = "population-not-known"


def population_gap(
    calculator: Calculator, inputs: dict[str, Gathered], chart: Chart | None, now: datetime, language: Language
) -> NotChecked | None:
    """What stands against the instrument for this person; None when age and sex fit, or do not matter."""
    limits = calculator.instrument.population
    age, sex = _age(inputs, chart, now), _sex(inputs, chart)
    if not _fits(age, limits.min_age, limits.max_age) or (limits.sex and sex not in {None, limits.sex}):
        return _gap(OUTSIDE, _NOT_VALID, calculator, language)
    unknown = age is None and (limits.min_age is not None or limits.max_age is not None)
    if unknown or (limits.sex and sex is None):
        return _gap(UNKNOWN, _NOT_KNOWN, calculator, language)
    return None


def _fits(age: float | None, low: float | None, high: float | None) -> bool:
    return age is None or ((low is None or age >= low) and (high is None or age < high))


def _age(inputs: dict[str, Gathered], chart: Chart | None, now: datetime) -> float | None:
    own = inputs.get("age")
    if own and isinstance(own.value, float):
        return own.value
    if own and own.left_out:
        return None
    years = chart.demographics.age_at(now) if chart and chart.demographics else None
    return None if years is None else float(years)


def _sex(inputs: dict[str, Gathered], chart: Chart | None) -> str | None:
    own = inputs.get("sex")
    if own and isinstance(own.value, str):
        return own.value
    if own and own.left_out:
        return None
    return chart.demographics.gender if chart and chart.demographics else None


def _gap(code: str, why: Text, calculator: Calculator, language: Language) -> NotChecked:
    population = Text(calculator.row["population_en"], calculator.row["population_zh"]).in_(language)
    return NotChecked(
        code=code,
        what=calculator.name.in_(language),
        why=why.in_(language).format(population=population),
        needed=_NEEDED.in_(language),
    )


_NOT_VALID = Text("The patient is not one it is valid for: {population}.", "患者不属于其适用人群：{population}。")
_NOT_KNOWN = Text("It is valid for: {population}; whether the patient is one is not known.",
                  "其适用人群为：{population}；患者是否符合未知。")  # fmt: skip
_NEEDED = Text("An instrument made for this patient, or the age and sex.", "适用于该患者的工具，或其年龄与性别。")
