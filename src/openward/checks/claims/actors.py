"""Who says or does something in a sentence: the patient, a relative, the clinician; English and Chinese."""

import re
from typing import Final

from openward.checks.claims.claim import Claim

_KIN: Final = (
    "mother mom mum father dad wife husband spouse partner son daughter sister brother sibling grandmother grandfather "
    "aunt uncle cousin family relative friend caregiver guardian parent parents girlfriend boyfriend fiance "
    "roommate neighbor"
).replace(" ", "|")
_SAYS: Final = (
    "reports?|reported|states?|stated|says?|said|denies|denied|endorses?|endorsed|notes?|noted|describes?|described|"
    "mentions?|"
    "mentioned|complains?|complained|admits?|admitted|feels?|felt|thinks?|believes?|experiences?|experienced|"
    "notices?|noticed|"
    "has noticed"
)
_HAS: Final = "has been experiencing|has had|developed|presents?|has|had"
_ACTS: Final = (
    "recommend(?:s|ed)?|prescribe[sd]?|order(?:s|ed)?|advise[sd]?|refer(?:s|red)?|instruct(?:s|ed)?|"
    "counsel(?:s|led|ed)?|will order|will prescribe|will refer|will recommend"
)
_ENGLISH: Final = re.compile(
    rf"(?<![\w'’])(?:(?P<kin>(?:(?:his|her|their|the patient['’]s|patient['’]s|my) )(?:{_KIN}))|(?P<patient>the "
    rf"patient|patient|she|he|they)|"
    rf"(?P<clinician>i|we|the (?:doctor|physician|clinician|provider)))"
    rf"(?P<verb> (?:also |then |further |additionally |currently |have |has |had |personally |also has |has also |"
    rf"already ){{0,3}}(?:{_SAYS}|{_ACTS}|{_HAS}))(?!\w)",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"(?P<kin>(?:其|患者|患者的)?(?:母亲|父亲|妻子|丈夫|儿子|女儿|家属|家长|妈妈|爸爸|哥哥|姐姐|弟弟|"
    r"妹妹))?(?P<patient>患者|病人)?"
    r"(?P<clinician>医生|医师|我们|我)?(?P<verb>(?:自|代)?(?:诉|述|否认|表示|称|建议|开具|处方|医嘱|嘱))"
)
_ACT: Final = re.compile(rf"(?:{_ACTS})$|建议|开具|处方|医嘱|嘱", re.IGNORECASE)
_HAD: Final = re.compile(rf" (?:{_HAS})$", re.IGNORECASE)
_MOST: Final = 2_000


def actors(text: str) -> tuple[Claim, ...]:
    """Who says, orders (`acts`) or has something, in order; `terms` are who, which of these, and for kin the word."""
    found: list[Claim] = []
    for pattern in (_ENGLISH, _CHINESE):
        for mark in pattern.finditer(text):
            claim = _actor(mark)
            if claim is not None and len(found) < _MOST:
                found.append(claim)
    return tuple(sorted(found, key=lambda claim: claim.start))


def _actor(mark: re.Match[str]) -> Claim | None:
    who = next((name for name in ("kin", "clinician", "patient") if mark.group(name)), None)
    if who is None:
        return None
    verb = "acts" if _ACT.search(mark.group("verb")) else "has" if _HAD.search(mark.group("verb")) else "says"
    if verb == "has" and who != "kin":
        return None
    kin = kin_word(mark.group("kin") or "")
    return Claim(
        kind="actor", text=mark.group(), start=mark.start(), end=mark.end(), terms=(who, verb, *([kin] if kin else []))
    )


_SAME_KIN: Final = {
    word: name
    for name, words in {
        "mother": "mother mom mum 母亲 妈妈", "father": "father dad 父亲 爸爸", "wife": "wife 妻子",
        "husband": "husband 丈夫", "son": "son 儿子", "daughter": "daughter 女儿", "sister": "sister 姐姐 妹妹",
        "brother": "brother 哥哥 弟弟", "parents": "parent parents", "family": "family relative 家属 家长",
        "partner": "spouse partner girlfriend boyfriend fiance", "friend": "friend roommate neighbor",
        "caregiver": "caregiver guardian", "grandmother": "grandmother grandma", "grandfather": "grandfather grandpa",
        "aunt": "aunt", "uncle": "uncle", "cousin": "cousin", "sibling": "sibling",
    }.items()
    for word in words.split()
}  # fmt: skip
KIN: Final = re.compile(
    rf"(?<![a-z])(?:{'|'.join(sorted((w for w in _SAME_KIN if w.isascii()), key=len, reverse=True))})(?![a-z])|"
    + "|".join(w for w in _SAME_KIN if not w.isascii()),
    re.IGNORECASE,
)


def kin_word(text: str) -> str | None:
    """The relative that some words name, one word for mother, mom and 妈妈."""
    found = KIN.search(text.lower())
    return _SAME_KIN[found.group()] if found else None
