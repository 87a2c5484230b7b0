"""Doses: a line of a story, for one patient's weight, as words and as FHIR Dosage."""

import re
from functools import lru_cache

import msgspec

from openward.domain.code import SNOMED, UCUM
from openward.domain.errors import KnowledgeError
from openward.synthetic.catalogue import Json, Language, load_catalogue
from openward.synthetic.story import MedicationLine

_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?) (?P<unit>[a-zA-Z]+(?:/h)?)(?P<per_kg>/kg)?")


class Dose(msgspec.Struct, frozen=True):
    """One dose as given: an amount with its unit, or a rate."""

    amount: float | None
    unit: str | None
    rate: bool = False

    def words(self, language: Language) -> str:
        """The amount with its unit, such as 5 mg; empty when no amount is said."""
        if self.amount is None or self.unit is None:
            return ""
        unit = load_catalogue().words.units[self.unit]
        return f"{_plain(self.amount)} {unit.zh if language == 'zh' else unit.en}"

    def quantity(self, language: Language) -> Json:
        """A FHIR Quantity in UCUM."""
        assert self.unit is not None
        assert self.amount is not None
        unit = load_catalogue().words.units[self.unit]
        shown = unit.zh if language == "zh" else unit.en
        value = int(self.amount) if self.amount.is_integer() else self.amount
        return {"value": value, "unit": shown, "system": UCUM, "code": unit.ucum}


class Regimen(msgspec.Struct, frozen=True):
    """How a drug is taken: the words of an order without the drug's name, and the FHIR parts."""

    words: str
    dosage: Json
    route: Json


def dose_of(line: MedicationLine, weight: float) -> Dose:
    """The dose of a line for a weight in kg.

    Raises:
        KnowledgeError: the dose is not of the form "5 mg" or "45 mg/kg".
    """
    text = line.dose or line.rate
    if text is None:
        return Dose(None, None)
    found = _AMOUNT.fullmatch(text)
    if found is None:
        msg = f"a dose reads '5 mg' or '45 mg/kg', not '{text}'"
        raise KnowledgeError(msg)
    amount = float(found["number"])
    if found["per_kg"]:
        step = line.round_to or 1.0
        amount = max(step, round(amount * weight / step) * step)
        amount = round(min(amount, line.max_dose or amount), 3)
    return Dose(amount, found["unit"], rate=line.rate is not None)


def regimen(line: MedicationLine, dose: Dose, language: Language) -> Regimen:
    """Dose, route, rhythm and length as words and as FHIR Dosage."""
    return _regimen(dose, line.route, line.often, line.as_needed, line.for_days, language)


@lru_cache(maxsize=4096)
def _regimen(
    dose: Dose, route: str, often: str, as_needed: bool, days: int | None, language: Language,  # noqa: FBT001 - the key of the cache
) -> Regimen:  # fmt: skip
    words = load_catalogue().words
    way, rhythm = words.routes[route], words.rhythms[often]
    parts = [dose.words(language), way.name(language), rhythm.zh if language == "zh" else rhythm.en]
    if as_needed:
        parts.append("必要时" if language == "zh" else "as needed")
    if days:
        parts.append(f"共{days}天" if language == "zh" else f"for {days} days")
    text = " ".join(p for p in parts if p)
    code = {"coding": [{"system": SNOMED, "code": way.snomed, "display": way.display}], "text": way.name(language)}
    dosage: Json = {"text": text}
    timing = _timing(often, days)
    if timing:
        dosage["timing"] = timing
    if as_needed:
        dosage["asNeededBoolean"] = True
    dosage["route"] = code
    if dose.amount is not None:
        field = "rateQuantity" if dose.rate else "doseQuantity"
        dosage["doseAndRate"] = [{field: dose.quantity(language)}]
    return Regimen(text, dosage, code)


def _timing(often: str, days: int | None) -> Json | None:
    rhythm = load_catalogue().words.rhythms[often]
    repeat: Json = {}
    if days:
        repeat["boundsDuration"] = {"value": days, "unit": "d", "system": UCUM, "code": "d"}
    if rhythm.count:
        repeat["count"] = rhythm.count
    if rhythm.period:
        repeat.update(frequency=rhythm.frequency, period=rhythm.period, periodUnit=rhythm.unit)
    return {"repeat": repeat} if repeat else None


def hours_between(often: str) -> float | None:
    """Hours from one dose to the next; None for single and continuous giving."""
    rhythm = load_catalogue().words.rhythms[often]
    if rhythm.period is None or rhythm.frequency is None or rhythm.unit is None:
        return None
    return {"h": 1, "d": 24, "wk": 168}[rhythm.unit] * rhythm.period / rhythm.frequency


def _plain(number: float) -> str:
    return f"{number:g}" if number < 1e5 else str(int(number))  # noqa: PLR2004 - :g would write 1e+05
