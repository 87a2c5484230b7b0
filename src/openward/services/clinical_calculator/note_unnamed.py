"""What a clinical note says without a name before the number: `58 kg, 156 cm woman`, `E2V2M4`, room air, drinks."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.scales import Known

# Characters around a number in which its name may stand; the shortest body (cm) that is taken without one.
_NEAR: Final = 40
_SMALLEST: Final = 40.0
_CM_A_INCH: Final = 2.54
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
_INCHES: Final = re.compile(
    r"(?<![\d.])(\d{2}(?:\.\d+)?) ?(?:in|inches)(?: tall|\b(?= in height|[.,;)]| and))", re.IGNORECASE
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
    r"alcoholic beverages?)[^.;]{0,25}?(?:per|a|each|every|/) ?(day|night|evening|week)|"
    r"(?:drinks|consumes) [^.;\d]{0,25}?(\d{1,2})[^.;]{0,30}?(?:per|a|each|every|/) ?(day|night|evening|week)",
    re.IGNORECASE,
)
_COUNTS: Final = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Noted(msgspec.Struct, frozen=True):
    """One input as the note says it, and where: character offsets into the note."""

    value: Known
    start: int
    end: int


def unnamed(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """What a note says without a name before the number, for the inputs that are wanted."""
    return _body(text, wanted) | _scores(text, wanted)


def _body(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
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
    count = float(number) if number.isdecimal() else 1.0 + _COUNTS.index("a" if number == "one" else number)
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
        around = text[max(0, found.start() - _NEAR) : found.end() + _NEAR].lower()
        if max(_SMALLEST, definition.low) <= value <= definition.high and any(word in around for word in near):
            return Noted(value, found.start(), found.end())
    for found in _FEET.finditer(text):
        value = round((float(found[1]) * 12 + float(found[2] or 0)) * _CM_A_INCH, 4)
        if value >= _SMALLEST:
            return Noted(value, found.start(), found.end())
    inches = next(
        (m for m in _INCHES.finditer(text) if "height" in text[max(0, m.start() - _NEAR) : m.end() + _NEAR]), None
    )
    return Noted(float(inches[1]) * _CM_A_INCH, inches.start(), inches.end()) if inches else None


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
