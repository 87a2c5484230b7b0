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
_OXYGEN: Final = re.compile(r"(\d{2,3}) ?% ?(?:fio|oxygen|o2|o₂)", re.IGNORECASE)
_SYSTOLIC: Final = re.compile(r"pressure[^.;\d]{0,30}(\d{2,3}) ?mm ?/?hg systolic", re.IGNORECASE)
_AIR: Final = re.compile(r"room air|ambient air|未吸氧", re.IGNORECASE)
_EVM: Final = re.compile(r"\bE ?([1-4]) ?[,/]? ?V ?([1-5]|T) ?[,/]? ?M ?([1-6])\b")
_EYES: Final = ("none", "pain", "voice", "spontaneous")
_WORDS: Final = ("none", "sounds", "words", "confused", "orientated")
_MOVES: Final = ("none", "extension", "abnormal_flexion", "withdrawal", "localising", "obeys")
_DRINKS: Final = re.compile(
    r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a) (?:or \d+ )?(?:alcoholic )?"
    r"(?:drinks?|beers?|glass(?:es)? of wine|glass(?:es)? of beer|cans? of beer|units? of alcohol|standard drinks?|"
    r"alcoholic beverages?)[^.;]{0,25}?(?:per|a|each|every|/) ?(day|night|evening|week)|(?:drinks|consumes) [^.;\d]{0,25}?"
    r"(\d{1,2})[^.;]{0,30}?(?:per|a|each|every|/) ?(day|night|evening|week)",
    re.IGNORECASE,
)
_COUNTS: Final = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
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
        if any(word in reading.words for word in pressures):
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
    return tuple(found) or _held(words)


def _held(words: str) -> tuple[str, ...]:
    """The inputs of the last name inside the words (`hemoglobin was lower than before, at`)."""
    best, found = (0, 0), []
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
    systolic = _SYSTOLIC.search(text) if "sbp" in wanted else None
    if systolic:
        found["sbp"] = Noted(float(systolic[1]), systolic.start(), systolic.end())
    if "drinks_per_week" in wanted:
        found |= _drinks(text)
    return found | (_oxygen(text) if "fio2" in wanted else {})


def _drinks(text: str) -> dict[str, Noted]:
    """Alcoholic drinks a week, from a number a day or a week."""
    said = _DRINKS.search(text)
    if said is None:
        return {}
    number, each = (said[1] or said[3]).lower(), (said[2] or said[4]).lower()
    count = float(number) if number.isdigit() else 1.0 + _COUNTS.index("a" if number == "one" else number)
    return {"drinks_per_week": Noted(count if each == "week" else count * 7, said.start(), said.end())}


def _oxygen(text: str) -> dict[str, Noted]:
    """A share of oxygen before its name (`on 45 % FiO2`), and room air, which has 21 per cent."""
    if share := _OXYGEN.search(text):
        return {"fio2": Noted(float(share[1]), share.start(), share.end())}
    air = _AIR.search(text)
    return {"fio2": Noted(21.0, air.start(), air.end())} if air else {}


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
