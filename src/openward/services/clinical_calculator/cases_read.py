"""Reads a row of the public calculator cases: its structured entities become inputs by one table of words.

What a row does not name counts there as absent; so flags that are not named are sent as no, choices that have an option
for "none" as that one, and the few numbers of the table `unnamed` as what the set takes for "not abnormal". All of this
is a rule of the set, and is known here only: the service itself never reads absence from silence.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.quantity import Quantity, UnitError
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.search import named
from openward.services.clinical_calculator.units import convert_of

_PATH: Final = Path(__file__).parent / "knowledge" / "case_words.toml"
_DOSE, _TIMES, _STEROID = " Dose", " Dose Per Day", "input steroid"
_ABSENT: Final = ("none", "absent", "nonoperative", "normal")
_PATCH: Final = "FentANYL patch"
_WANTED: Final = re.compile(r"equivalent dosage in mg of ([A-Za-z]+(?: (?:PO|IV|IM))?)", re.IGNORECASE)
_FALSE: Final = frozenset({"", "no", "false", "none", "absent", "none or diet-controlled"})


class Words(msgspec.Struct, frozen=True):
    """What the words of the cases mean: calculators and units by name, inputs and options by candidates in order."""

    calculators: dict[str, str]
    units: dict[str, tuple[str, ...]]
    options: dict[str, tuple[str, ...]]
    inputs: dict[str, tuple[str, ...]]
    unnamed: dict[str, dict[str, float | str]]


@cache
def words() -> Words:
    """The table of words."""
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), Words)


def calculator_of(row: dict[str, Any]) -> Calculator | None:
    """The calculator that a row asks for."""
    name = str(row["calculator"])
    return named(words().calculators.get(name, name))


def inputs_of_case(row: dict[str, Any], calculator: Calculator) -> dict[str, Any]:
    """The inputs of a row as the service takes them."""
    told: dict[str, Any] = {}
    for entity, value in _entities(row):
        for name, plain in _inputs(entity, value, calculator):
            told[name] = told.get(name) is True or plain if isinstance(plain, bool) else plain
    silent = {n: v for n, v in silence(calculator).items() if n not in told}
    return {n: v for n, v in (told | silent).items() if v is not None}


def inputs_of_question(row: dict[str, Any], calculator: Calculator) -> dict[str, Any]:
    """What only the question says: the drug that a steroid is to be converted into."""
    definition = calculator.definitions.get("to_steroid")
    wanted = _WANTED.search(str(row["question"])) if definition else None
    if definition is None or wanted is None:
        return {}
    option = _plain("target steroid", wanted[1], definition)
    return {} if option is None else {"to_steroid": option}


def silence(calculator: Calculator) -> dict[str, Any]:
    """What the set takes an input to be that a row does not name."""
    normal = words().unnamed.get(calculator.id, {})
    taken = {n: normal.get(n, _absent(d)) for n, d in calculator.definitions.items()}
    return {n: v for n, v in taken.items() if v is not None}


def _entities(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entities of a row; a dose and its number a day become one daily dose."""
    found: dict[str, Any] = ast.literal_eval(row["entities"])
    for entity, value in found.items():
        if entity == _STEROID:
            yield "from_steroid", value[0]
            yield "steroid_dose", value[1:]
        elif entity.endswith(_DOSE):
            drug = entity.removesuffix(_DOSE)
            daily = value[0] * found.get(drug + _TIMES, [1])[0]
            yield drug, [daily] if drug == _PATCH else [daily, f"{value[1]}/day"]
        elif not entity.endswith(_TIMES):
            yield entity, value


def _inputs(entity: str, value: Any, calculator: Calculator) -> Iterator[tuple[str, Any]]:
    for name in words().inputs.get(entity, (entity,)):
        definition = calculator.definitions.get(name)
        if definition is not None:
            yield name, _plain(entity, value, definition)
            return


def _plain(entity: str, value: Any, definition: InputDefinition) -> Any:
    if definition.kind == "number":
        return _number(value, definition)
    if definition.kind == "date":
        month, day, year = (int(part) for part in str(value).split("/"))
        return date(year, month, day).isoformat()
    text = str(value).strip().lower()
    if definition.kind == "flag":
        return text == "black" if entity == "Race" else text not in _FALSE
    steroid = text.rpartition(" ")[0] if text.endswith((" po", " iv", " im")) else text
    return next((o for o in words().options.get(text, (steroid,)) if o in definition.options), None)


def _number(value: Any, definition: InputDefinition) -> Any:
    """A bare number, a number with its unit, or several of them that add up (feet and inches, years and months)."""
    if not isinstance(value, list):
        return float(value)
    pairs = list(zip(value[::2], value[1::2], strict=False))
    if not pairs or not definition.unit:
        return float(value[0])
    if len(pairs) == 1:
        number, word = float(pairs[0][0]), str(pairs[0][1])
        return {"value": number, "unit": _unit(number, word, definition)}
    parts = [_converted(float(n), _unit(float(n), str(word), definition), definition) for n, word in pairs]
    return sum(part for part in parts if part is not None)


def _unit(number: float, word: str, definition: InputDefinition) -> str:
    """What a word of the set means as a unit; of several meanings the first that makes the number plausible."""
    meant = words().units.get(word, (word,))
    for unit in meant:
        value = _converted(number, unit, definition)
        if value is not None and definition.low <= value <= definition.high:
            return unit
    return meant[0]


def _converted(number: float, unit: str, definition: InputDefinition) -> float | None:
    try:
        return convert_of(Quantity(number, unit), definition)
    except UnitError:
        return None


def _absent(definition: InputDefinition) -> Any:
    if definition.kind == "flag":
        return False
    return next((o for o in _ABSENT if o in definition.options), None) if definition.kind == "choice" else None
