"""Sentences of a talk told of the patient: `I've been tired` becomes `The patient has been tired`."""

import re
from typing import Final, Literal

from openward.services.clinical_note.grammar import third, verb_behind

Sex = Literal["female", "male"]
_SUBJECT: Final[dict[Sex | None, str]] = {"female": "she", "male": "he", None: "the patient"}
_OBJECT: Final[dict[Sex | None, str]] = {"female": "her", "male": "him", None: "the patient"}
_OWN: Final[dict[Sex | None, str]] = {"female": "her", "male": "his", None: "the patient's"}
_SELF: Final[dict[Sex | None, str]] = {"female": "herself", "male": "himself", None: "the patient"}
_I: Final = re.compile(
    r"(?<![\w'’-])(?:(?P<subject>i)(?P<short>['’](?:m|ve|d|ll))?|(?P<own>my)|(?P<object>me)|(?P<mine>mine)|"
    r"(?P<self>myself))(?![\w'’-])",
    re.IGNORECASE,
)
_YOU: Final = re.compile(
    r"(?<![\w'’-])(?:(?P<subject>you)(?P<short>['’](?:re|ve|d|ll))?|(?P<own>your)|(?P<mine>yours)|"
    r"(?P<self>yourself))(?![\w'’-])",
    re.IGNORECASE,
)
_INVERTED: Final = re.compile(
    r"\b(?:do|does|did|can|could|would|will|should|may|might|to let|let|help|make|have|has) $", re.IGNORECASE
)
_PARTICIPLE: Final = re.compile(r" (?:been|had|better|gone|done|\w+ed)\b", re.IGNORECASE)
_ALWAYS_OBJECT: Final = re.compile(
    r"\b(?:to|for|with|on|of|at|from|about|give|gave|want|see|seeing|have|get|let|start|put|send|refer|call|help|"
    r"tell|told|ask|"
    r"continue|keep|switch|increase|schedule|recommend|encourage|expect|need|advise|remind|bring|show|examine|"
    r"make|prescribe) $",
    re.IGNORECASE,
)
_FEMALE: Final = re.compile(
    r"\byear[- ]old (?:\w+ ){0,2}(?:female|woman|lady|girl)\b|\b(?:ms|mrs|miss|ma'am)\b|女士|阿姨|女，|女性|大姐"
)
_MALE: Final = re.compile(
    r"\byear[- ]old (?:\w+ ){0,2}(?:male|man|gentleman|boy)\b|\b(?:mr|sir)\b|先生|大叔|男，|男性|大爷"
)
_ZH: Final = ((re.compile(r"我们家|我家"), "患者家"), (re.compile(r"我们"), "我们"), (re.compile(r"我(?!们)"), "患者"))
_ZH_YOU: Final = re.compile(r"[您你](?!们)")


def sex_of(words: str) -> Sex | None:
    """The sex that a talk says, None when it says none or both."""
    said = words.lower()
    female, male = len(_FEMALE.findall(said)), len(_MALE.findall(said))
    if bool(female) == bool(male):
        return None
    return "female" if female else "male"


def of_patient(text: str, sex: Sex | None) -> str:
    """What the patient says of themself, told of the patient."""
    return _told(text, _I, sex)


def to_patient(text: str, sex: Sex | None) -> str:
    """What is said to the patient, told of the patient."""
    return _told(text, _YOU, sex)


def of_patient_zh(text: str) -> str:
    """The same in Chinese."""
    for pattern, words in _ZH:
        text = pattern.sub(words, text)
    return text


def to_patient_zh(text: str) -> str:
    """What is said to the patient, in Chinese."""
    return _ZH_YOU.sub("患者", text)


def _told(text: str, pattern: re.Pattern[str], sex: Sex | None) -> str:
    out: list[str] = []
    place = 0
    for found in pattern.finditer(text):
        if found.start() < place:
            continue
        out.append(text[place : found.start()])
        place = _one(text, found, sex, out)
    out.append(text[place:])
    return "".join(out)


def _one(text: str, found: re.Match[str], sex: Sex | None, out: list[str]) -> int:
    """Writes what stands for one word of person; gives the place behind what it took."""
    if not found["subject"]:
        names = _OWN if found["own"] else _SELF if found["self"] else _OBJECT
        out.append(f"{_OWN[sex]} own" if found["mine"] else names[sex])
        return found.end()
    if found["short"]:
        out.append(_SUBJECT[sex] + _short(text, found))
        return found.end()
    verb = verb_behind(text, found.end())
    asks = bool(_INVERTED.search(text[: found.start()]))
    is_i = found["subject"].lower() == "i"
    if verb is None and not is_i:
        out.append(_OBJECT[sex])
        return found.end()
    if not is_i and _ALWAYS_OBJECT.search(text[: found.start()]):
        out.append(_OBJECT[sex])
        return found.end()
    out.append(_SUBJECT[sex])
    if verb is None or asks:
        return found.end()
    out.append(text[found.end() : verb[0]] + third(text[verb[0] : verb[1]]))
    return verb[1]


def _short(text: str, found: re.Match[str]) -> str:
    ending = found["short"].replace("’", "'").lower()
    if ending == "'d":
        return " had" if _PARTICIPLE.match(text, found.end()) else " would"
    return {"'m": " is", "'re": " is", "'ve": " has", "'ll": " will"}[ending]
