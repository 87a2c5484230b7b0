"""Daily doses of the drugs that are inputs themselves (opioids, glucocorticoids), as a note states them."""

import re
from collections.abc import Mapping
from typing import Final

from openward.services.clinical_calculator.instruments import InputDefinition

Dose = tuple[float | str, int, int]
_OPIOIDS: Final = {
    "codeine": "codeine", "fentanyl buccal": "fentanyl_buccal", "fentanyl patch": "fentanyl_patch",
    "hydrocodone": "hydrocodone", "hydromorphone": "hydromorphone", "methadone": "methadone", "morphine": "morphine",
    "oxycodone": "oxycodone", "oxymorphone": "oxymorphone", "tapentadol": "tapentadol", "tramadol": "tramadol",
}  # fmt: skip
_NUMBER: Final = r"(\d{1,5}(?:\.\d{1,4})?)"
_TIMES: Final = r"(\d{1,2}|once|twice|three times|four times) ?(?:times?|x)?,? ?(?:a|per|each|/)? ?(?:day|daily)"
_OF: Final = re.compile(
    rf"{_NUMBER} ?(mg|mcg|µg|ug)(?:/hr?)?(?: of)? ({'|'.join(_OPIOIDS)})(?: po| oral(?:ly)?| by mouth)?(?: {_TIMES})?",
    re.IGNORECASE,
)
_STEROIDS: Final = (
    "betamethasone", "cortisone", "dexamethasone", "hydrocortisone", "methylprednisolone", "prednisolone",
    "prednisone", "triamcinolone",
)  # fmt: skip
_STEROID: Final = re.compile(rf"{_NUMBER} ?mg(?: of)? ({'|'.join(_STEROIDS)})\b", re.IGNORECASE)
_COUNT: Final = {"once": 1.0, "twice": 2.0, "three times": 3.0, "four times": 4.0}


def daily_doses(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Dose]:
    """The doses a note states: input, value in the input's unit, and its place."""
    found: dict[str, Dose] = {}
    if "morphine" in wanted:
        found = {name: dose for name, dose in _opioids(text).items() if name in wanted}
    steroid = _STEROID.search(text) if "from_steroid" in wanted else None
    if steroid:
        found["from_steroid"] = (steroid[2].lower(), steroid.start(), steroid.end())
        found["steroid_dose"] = (float(steroid[1]), steroid.start(), steroid.end())
    return found


def _opioids(text: str) -> dict[str, Dose]:
    """Milligrams (buccal fentanyl: micrograms) a day; a patch is micrograms an hour, and its number of patches none."""
    found: dict[str, Dose] = {}
    for dose in _OF.finditer(text):
        name = _OPIOIDS[dose[3].lower()]
        amount, unit = float(dose[1]), dose[2].lower()
        if name == "fentanyl_patch":
            found[name] = (amount, dose.start(), dose.end())
            continue
        times = 1.0 if dose[4] is None else _COUNT.get(dose[4].lower()) or float(dose[4])
        scale = (1.0 if unit != "mg" else 1000.0) if name == "fentanyl_buccal" else (1.0 if unit == "mg" else 0.001)
        found[name] = (amount * times * scale, dose.start(), dose.end())
    return found
