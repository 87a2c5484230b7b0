"""The numbers of a clinical note as inputs: by the words that name them, in a unit that fits, and plausible."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from openward.domain.quantity import Quantity, UnitError
from openward.domain.spelling import ucum
from openward.language.readings import Reading, readings
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.note_unnamed import Noted, unnamed
from openward.services.clinical_calculator.note_words import note_words
from openward.services.clinical_calculator.units import convert_of

_PLAIN: Final = frozenset({"1", "{score}", "[pH]"})
_TEMPERATURES: Final = frozenset({"Cel", "[degF]"})
_PART: Final = 100.0


def numbers_of(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """The numbers that a note gives for the inputs; of several the first that is current, else the first."""
    current: dict[str, Noted] = {}
    past: dict[str, Noted] = {}
    for reading in readings(text):
        denied = reading.assertion == "absent" and reading.comparator is not None
        if denied or reading.assertion == "hypothetical" or reading.subject != "patient":
            continue
        for name, noted in _inputs(reading, wanted):
            (past if reading.when == "past" else current).setdefault(name, noted)
    return unnamed(text, wanted) | past | current


def _inputs(reading: Reading, wanted: Mapping[str, InputDefinition]) -> Iterator[tuple[str, Noted]]:
    pressures = note_words().pressures.words
    if reading.second is not None:
        if any(word in reading.words for word in pressures):
            for name, pressure in (("sbp", reading.value), ("dbp", reading.second)):
                if name in wanted:
                    yield name, Noted(pressure, reading.start, reading.end)
        return
    for name in _named(reading.words) or (("temperature",) if reading.unit in _TEMPERATURES else ()):
        definition = wanted.get(name)
        value = None if definition is None else _value(name, reading, definition)
        if value is not None:
            yield name, Noted(value, reading.start, reading.end)


@cache
def _named(words: str) -> tuple[str, ...]:
    """The inputs that words before a number name: those of the longest name that the words are or end with."""
    best = 0
    found: list[str] = []
    for name, names in note_words().numbers.items():
        for each in names:
            if _ends(words, each) and len(each) >= best:
                found = [*(found if len(each) == best else ()), name]
                best = len(each)
    return tuple(found) or _held(words)


def _held(words: str) -> tuple[str, ...]:
    """The inputs of the last name inside the words (`hemoglobin was lower than before, at`)."""
    best = (0, 0)
    found: list[str] = []
    for name, names in note_words().numbers.items():
        for each in names:
            place = words.rfind(each) if len(each) > 1 else -1
            if place >= 0 and _ends(words[: place + len(each)], each) and not words[place + len(each) :][:1].isalnum():
                rank = (place + len(each), len(each))
                if rank >= best:
                    found = [*(found if rank == best else ()), name]
                    best = rank
    return tuple(found)


def _ends(words: str, name: str) -> bool:
    if not words.endswith(name):
        return False
    before = words[: -len(name)]
    return not before or not before[-1].isascii() or not before[-1].isalnum()


def _value(name: str, reading: Reading, definition: InputDefinition) -> float | None:
    """The number in the input's unit; None where the unit does not fit or the number is not plausible."""
    value: float | None
    if reading.unit is not None:
        value = _converted(reading.value, reading.unit, definition)
    elif name in note_words().bare.inputs or definition.unit in _PLAIN:
        value = reading.value
    elif name == "fio2":
        value = reading.value * _PART if reading.value <= 1 else reading.value
    else:
        value = _unwritten(name, reading.value, definition)
    return value if value is not None and definition.low <= value <= definition.high else None


def _unwritten(name: str, value: float, definition: InputDefinition) -> float | None:
    """The number in the only usual unit that makes it possible."""
    possible = [unit for unit, low, high in note_words().unwritten.get(name, ()) if low <= value <= high]
    return _converted(value, possible[0], definition) if len(possible) == 1 else None


def _converted(value: float, unit: str, definition: InputDefinition) -> float | None:
    spelled = ucum(unit)
    if spelled is None:
        return None
    try:
        return convert_of(Quantity(value, spelled), definition)
    except UnitError:
        return None
