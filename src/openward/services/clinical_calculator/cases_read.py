"""Reads a row of the public calculator cases: its structured entities become inputs by one table of words.

What a row does not name counts there as absent; so flags that are not named are sent as no, and choices that have an
option for "none" as that one. Numbers that are not named stay missing.
"""

import ast
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.search import named

_PATH: Final = Path(__file__).parent / "knowledge" / "case_words.toml"
_DOSE, _TIMES, _STEROID = " Dose", " Dose Per Day", "input steroid"
_ABSENT: Final = ("none", "absent", "nonoperative")


class Words(msgspec.Struct, frozen=True):
    """What the words of the cases mean: calculators and units by name, inputs and options by candidates in order."""

    calculators: dict[str, str]
    units: dict[str, str]
    options: dict[str, tuple[str, ...]]
    inputs: dict[str, tuple[str, ...]]


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
    unnamed = {n: d for n, d in calculator.definitions.items() if n not in told}
    filled = told | {n: v for n, d in unnamed.items() if (v := _absent(d)) is not None}
    return {n: v for n, v in filled.items() if v is not None}


def _entities(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entities of a row; a dose and its number a day become one daily dose."""
    found: dict[str, Any] = ast.literal_eval(row["entities"])
    for entity, value in found.items():
        if entity == _STEROID:
            yield "from_steroid", value[0]
            yield "steroid_dose", value[1:]
        elif entity.endswith(_DOSE):
            drug = entity.removesuffix(_DOSE)
            yield drug, [value[0] * found.get(drug + _TIMES, [1])[0]]
        elif not entity.endswith(_TIMES):
            yield entity, value


def _inputs(entity: str, value: Any, calculator: Calculator) -> Iterator[tuple[str, Any]]:
    for name in words().inputs.get(entity, (entity,)):
        definition = calculator.definitions.get(name)
        if definition is not None:
            yield name, _plain(value, definition)
            return


def _plain(value: Any, definition: InputDefinition) -> Any:
    if definition.kind == "number":
        return _number(value, definition)
    if definition.kind == "date":
        month, day, year = (int(part) for part in str(value).split("/"))
        return date(year, month, day).isoformat()
    text = str(value).strip().lower()
    if definition.kind == "flag":
        return value if isinstance(value, bool) else text in {"true", "black"}
    steroid = text.rpartition(" ")[0] if text.endswith((" po", " iv", " im")) else text
    return next((o for o in words().options.get(text, (steroid,)) if o in definition.options), None)


def _number(value: Any, definition: InputDefinition) -> Any:
    if not isinstance(value, list):
        return float(value)
    if len(value) == 1:
        return float(value[0])
    return {"value": float(value[0]), "unit": words().units.get(value[1], value[1])} if definition.unit else value[0]


def _absent(definition: InputDefinition) -> Any:
    if definition.kind == "flag":
        return False
    return next((o for o in _ABSENT if o in definition.options), None) if definition.kind == "choice" else None
