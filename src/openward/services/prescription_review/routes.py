"""Where a drug acts and how it gets there, from the route as recorded or from the words of the product.

Codes: SNOMED CT route of administration values; HL7 v3 RouteOfAdministration. "systemic" covers every way into the body
as a whole, transdermal patches included.
"""

import re
from functools import lru_cache
from typing import Final

from openward.domain.code import SNOMED, Concept
from openward.services.prescription_review.drugs import Given, Route

Way = tuple[Route, Given | None]

_ORAL: Final[Way] = ("systemic", "oral")
_INJECTED: Final[Way] = ("systemic", "parenteral")
_THROUGH: Final[Way] = ("systemic", None)
UNKNOWN: Final[Way] = ("unknown", None)
_ROUTES: Final[dict[str, Way]] = {
    "oral": _ORAL,
    "nasogastric": _ORAL,
    "sublingual": _THROUGH,
    "buccal": _THROUGH,
    "transdermal": _THROUGH,
    "intravenous": _INJECTED,
    "intramuscular": _INJECTED,
    "subcutaneous": _INJECTED,
    "intradermal": _INJECTED,
    "intraarticular": _INJECTED,
    "intrathecal": ("intrathecal", "parenteral"),
    "epidural": ("intrathecal", "parenteral"),
    "intravitreal": ("ophthalmic", None),
    "topical": ("topical", None),
    "ophthalmic": ("ophthalmic", None),
    "otic": ("otic", None),
    "nasal": ("nasal", None),
    "inhaled": ("inhaled", None),
    "rectal": ("rectal", None),
    "vaginal": ("vaginal", None),
}
_FORMS: Final[dict[str, Way]] = {
    "oral": _ORAL,
    "injection": _INJECTED,
    "implant": _THROUGH,
    "transdermal": _THROUGH,
    "oromucosal": _THROUGH,
    "topical": ("topical", None),
    "irrigation": ("topical", None),
    "ophthalmic": ("ophthalmic", None),
    "otic": ("otic", None),
    "nasal": ("nasal", None),
    "inhaled": ("inhaled", None),
    "rectal": ("rectal", None),
    "vaginal": ("vaginal", None),
    "intrauterine": ("vaginal", None),
}
_CODES: Final[dict[str, Way]] = {
    "26643006": _ORAL,
    "37839007": _THROUGH,
    "54471007": _THROUGH,
    "45890007": _THROUGH,
    "47625008": _INJECTED,
    "78421000": _INJECTED,
    "34206005": _INJECTED,
    "418321004": _INJECTED,
    "372464004": _INJECTED,
    "72607000": ("intrathecal", "parenteral"),
    "6064005": ("topical", None),
    "448598008": ("topical", None),
    "54485002": ("ophthalmic", None),
    "10547007": ("otic", None),
    "46713006": ("nasal", None),
    "447694001": ("inhaled", None),
    "37161004": ("rectal", None),
    "16857009": ("vaginal", None),
}
_V3: Final[dict[str, Way]] = {
    "po": _ORAL,
    "ng": _ORAL,
    "sl": _THROUGH,
    "trnsderm": _THROUGH,
    "iv": _INJECTED,
    "ivp": _INJECTED,
    "ivinj": _INJECTED,
    "im": _INJECTED,
    "sq": _INJECTED,
    "sc": _INJECTED,
    "subq": _INJECTED,
    "it": ("intrathecal", "parenteral"),
    "top": ("topical", None),
    "opthalta": ("ophthalmic", None),
    "nasinhlc": ("nasal", None),
    "ihinhl": ("inhaled", None),
    "pr": ("rectal", None),
    "vaginsi": ("vaginal", None),
}
# The first pattern that is found counts, so that "eye ointment" is read before "ointment".
_WORDS: Final[tuple[tuple[re.Pattern[str], Way], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), way)
    for pattern, way in (
        (r"\b(?:ophthalmic|ocular|intravitreal|eye|eyes)\b|眼", ("ophthalmic", None)),
        (r"\b(?:otic|ear|ears)\b|滴耳|耳", ("otic", None)),
        (r"\b(?:nasal|nasally|nostril|nostrils|intranasal)\b|鼻", ("nasal", None)),
        (r"\b(?:inhal\w*|nebuli\w*|respiratory tract|puffs?)\b|吸入|雾化", ("inhaled", None)),
        (r"\b(?:vaginal\w*|per vagina|pv)\b|阴道", ("vaginal", None)),
        (r"\b(?:rectal\w*|suppositor\w*|enema|per rectum|pr)\b|直肠|栓|灌肠", ("rectal", None)),
        (r"\b(?:intrathecal\w*|epidural)\b|鞘内|硬膜外", ("intrathecal", "parenteral")),
        (r"\b(?:transdermal\w*|sublingual\w*|buccal\w*|patch|patches)\b|透皮|贴剂|贴片|舌下|含服", _THROUGH),
        (r"\b(?:topical\w*|cutaneous\w*|cream|ointment|gel|lotion|skin)\b|外用|软膏|乳膏|凝胶|涂", ("topical", None)),
        (r"\b(?:intravenous\w*|iv|infusion)\b|静脉|静滴|静注|滴注", _INJECTED),
        (r"\b(?:intramuscular\w*|subcutaneous\w*|im|sc|sq|subcut)\b|肌内|肌注|皮下", _INJECTED),
        (r"\b(?:parenteral\w*|injection|injectable)\b|注射", _INJECTED),
        (r"\b(?:oral\w*|po|by mouth|mouth|per os|tablets?|capsules?)\b|口服|片|胶囊|颗粒|口崩|鼻饲", _ORAL),
    )
)


@lru_cache(maxsize=8192)
def way_of(route: Concept | None) -> Way:
    """Where a recorded route leads."""
    if route is None:
        return UNKNOWN
    for code in route.coding:
        found = _CODES.get(code.code or "") if code.system == SNOMED else _V3.get((code.code or "").lower())
        if found:
            return found
    for text in (route.text, *(c.display for c in route.coding)):
        found = way_in_words(text) if text else UNKNOWN
        if found != UNKNOWN:
            return found
    return UNKNOWN


@lru_cache(maxsize=8192)
def way_in_words(text: str) -> Way:
    """Where words lead ("0.1 % eye drops", "乳膏"); a dose form stands for its usual route."""
    short = text[:400]
    return next((way for pattern, way in _WORDS if pattern.search(short)), UNKNOWN)


def way_of_word(word: str) -> Way:
    """Where a route leads that was read in an order (`Route.code`)."""
    return _ROUTES.get(word, UNKNOWN)


def way_of_form(form: str | None) -> Way:
    """Where a product is used, as its name says (`Resolution.form`)."""
    return _FORMS.get(form or "", UNKNOWN)
