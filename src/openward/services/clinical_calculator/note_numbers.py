"""The numbers of a clinical note as inputs: by the words that name them, in a unit that fits, and plausible."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from openward.domain.quantity import Quantity, UnitError
from openward.domain.spelling import ucum
from openward.language.readings import Reading, readings
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.note_words import note_words
from openward.services.clinical_calculator.scales import Known
from openward.services.clinical_calculator.units import convert_of

_PLAIN: Final = frozenset({"1", "{score}", "[pH]"})
_TEMPERATURES: Final = frozenset({"Cel", "[degF]"})
_CM: Final = {"cm": 1.0, "centimeters": 1.0, "厘米": 1.0, "m": 100.0, "meters": 100.0, "米": 100.0}
_KG: Final = {
    "kg": 1.0,
    "kilograms": 1.0,
    "公斤": 1.0,
    "千克": 1.0,
    "lb": 0.45359237,
    "lbs": 0.45359237,
    "pounds": 0.45359237,
    "g": 0.001,
}
_TALL: Final = re.compile(
    r"(\d{2,3}(?:\.\d+)?|[12]\.\d+) ?-?(cm|centimeters|厘米|meters|m|米)(?![a-z/²2^])", re.IGNORECASE
)
_FEET: Final = re.compile(
    r"(\d) ?(?:ft|feet|foot|')[ ,]{0,2}(?:(\d{1,2}(?:\.\d+)?) ?(?:in|inches|inch|\"|''))?", re.IGNORECASE
)
_HEAVY: Final = re.compile(
    r"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?-?(kg|kilograms|公斤|千克|lbs|lb|pounds)(?![a-z/])", re.IGNORECASE
)
_LOST: Final = re.compile(r"(?:lost|loss|gain(?:ed)?|lose|losing|reduction|减轻|下降|增加)[^.]{0,25}$", re.IGNORECASE)
_AIR: Final = re.compile(r"room air|ambient air|未吸氧", re.IGNORECASE)
_EVM: Final = re.compile(r"\bE ?([1-4]) ?[,/]? ?V ?([1-5]|T) ?[,/]? ?M ?([1-6])\b")
_EYES: Final = ("none", "pain", "voice", "spontaneous")
_WORDS: Final = ("none", "sounds", "words", "confused", "orientated")
_MOVES: Final = ("none", "extension", "abnormal_flexion", "withdrawal", "localising", "obeys")
_PART: Final = 100.0


class Noted(msgspec.Struct, frozen=True):
    """One input as the note says it, and where: character offsets into the note."""

    value: Known
    start: int
    end: int


def numbers_of(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """The numbers that a note gives for the inputs; of several the first that is current, else the first."""
    current: dict[str, Noted] = {}
    past: dict[str, Noted] = {}
    for reading in readings(text):
        if reading.assertion in {"absent", "hypothetical"} or reading.subject != "patient":
            continue
        for name, noted in _inputs(reading, wanted):
            (past if reading.when == "past" else current).setdefault(name, noted)
    return _body(text, wanted) | _scores(text, wanted) | past | current


def _inputs(reading: Reading, wanted: Mapping[str, InputDefinition]) -> Iterator[tuple[str, Noted]]:
    pressures = note_words().pressures.words
    if reading.second is not None:
        if any(_ends(reading.words, word) for word in pressures):
            for name, value in (("sbp", reading.value), ("dbp", reading.second)):
                if name in wanted:
                    yield name, Noted(value, reading.start, reading.end)
        return
    for name in _named(reading.words) or (("temperature",) if reading.unit in _TEMPERATURES else ()):
        definition = wanted.get(name)
        value = None if definition is None else _value(name, reading, definition)
        if value is not None:
            yield name, Noted(value, reading.start, reading.end)


@cache
def _named(words: str) -> tuple[str, ...]:
    """The inputs that words before a number name: those of the longest name that the words are or end with."""
    best, found = 0, []
    for name, names in note_words().numbers.items():
        for each in names:
            if _ends(words, each) and len(each) >= best:
                found = [*(found if len(each) == best else ()), name]
                best = len(each)
    return tuple(found)


def _ends(words: str, name: str) -> bool:
    if not words.endswith(name):
        return False
    before = words[: -len(name)]
    return not before or not before[-1].isascii() or not before[-1].isalnum()


def _value(name: str, reading: Reading, definition: InputDefinition) -> float | None:
    """The number in the input's unit; None where the unit does not fit or the number is not plausible."""
    if reading.unit is None:
        bare = name in note_words().bare.inputs or definition.unit in _PLAIN
        value = reading.value if bare else reading.value * _PART if name == "fio2" and reading.value <= 1 else None
    else:
        value = _converted(reading.value, reading.unit, definition)
    return value if value is not None and definition.low <= value <= definition.high else None


def _converted(value: float, unit: str, definition: InputDefinition) -> float | None:
    spelled = ucum(unit)
    if spelled is None:
        return None
    try:
        return convert_of(Quantity(value, spelled), definition)
    except UnitError:
        return None


def _body(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """Height and weight that no word names (`58 kg, 156 cm woman`), and what room air means."""
    found: dict[str, Noted] = {}
    if "weight" in wanted:
        heavy = next(
            (m for m in _HEAVY.finditer(text) if not _LOST.search(text[max(0, m.start() - 40) : m.start()])), None
        )
        if heavy:
            found["weight"] = Noted(float(heavy[1]) * _KG[heavy[2].lower()], heavy.start(), heavy.end())
    if "height" in wanted and (tall := _tall(text, wanted["height"])) is not None:
        found["height"] = tall
    air = _AIR.search(text) if "fio2" in wanted else None
    if air:
        found["fio2"] = Noted(21.0, air.start(), air.end())
    return found


def _tall(text: str, definition: InputDefinition) -> Noted | None:
    near = "tall", "height", "身高", "stature", "kg", "公斤", "lb"
    for found in _TALL.finditer(text):
        value = float(found[1]) * _CM[found[2].lower()]
        around = text[max(0, found.start() - 40) : found.end() + 40].lower()
        if definition.low <= value <= definition.high and value >= 40 and any(word in around for word in near):
            return Noted(value, found.start(), found.end())
    for found in _FEET.finditer(text):
        value = round((float(found[1]) * 12 + float(found[2] or 0)) * 2.54, 4)
        if value >= 60:
            return Noted(value, found.start(), found.end())
    return None


def _scores(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """The three parts of a coma scale written in one word (`E2V2M4`), and their sum."""
    found = _EVM.search(text)
    if found is None or found[2] == "T":
        return {}
    eye, verbal, motor = (int(found[n]) for n in (1, 2, 3))
    parts: dict[str, Known] = {
        "gcs": float(eye + verbal + motor), "gcs_eye": _EYES[eye - 1], "gcs_verbal": _WORDS[verbal - 1],
        "gcs_motor": _MOVES[motor - 1],
    }  # fmt: skip
    return {name: Noted(value, found.start(), found.end()) for name, value in parts.items() if name in wanted}
