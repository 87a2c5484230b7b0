"""Whom a text is told of: `my dad, 74, has chest pain` is about the dad, and no family history."""

import re
from typing import Final

_RELATIVE: Final = re.compile(
    r"^\W*(?:my|our)\s+(?:[\w-]+\s+){0,3}?(dad|daddy|father|mum|mom|mother|husband|wife|son|daughter|brother|sister|"
    r"grandmother|grandfather|grandma|grandpa|granny|grandson|granddaughter|partner|boyfriend|girlfriend|uncle|aunt|"
    r"niece|nephew|friend|flatmate|roommate|colleague|neighbour|neighbor)\b",
    re.IGNORECASE,
)
_SELF: Final = re.compile(
    r"\b(?:I(?:['’]m|['’]ve| am| have(?! given)| had| feel| felt| get| got| can['’]t| cannot| was| keep| noticed)\b)|"
    r"\b(?:says|said|thinks|noticed|tells|told)\s+(?:me\s+)?(?:that\s+)?(?:I|my)\b"
)
_OWN: Final = re.compile(r"\bmy\s+(\w+)", re.IGNORECASE)
_RELATIVE_ZH: Final = re.compile(
    r"^\s*[我俺咱]们?[的家]?(爸爸|妈妈|父亲|母亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|儿子|女儿|丈夫|妻子|老公|老婆|哥哥|姐姐|弟弟|"
    r"妹妹|爱人|朋友|同事|孙子|孙女)"
)
_SELF_ZH: Final = re.compile(r"[我俺咱]")
_PATIENT_ZH: Final = "患者"


def of_the_patient(text: str) -> str:
    """The text with a relative who is the patient no longer named as one; every place in it stays where it was."""
    chinese = _RELATIVE_ZH.match(text)
    if chinese is not None and len(_SELF_ZH.findall(text)) == 1:
        return text.replace(chinese.group(1), _PATIENT_ZH)
    relative = _RELATIVE.match(text)
    if relative is None or _SELF.search(text):
        return text
    name = relative.group(1).lower()
    if any(own.group(1).lower() != name for own in _OWN.finditer(text, relative.end())):
        return text
    return re.sub(rf"\b{name}\b", "x" * len(name), text, flags=re.IGNORECASE)
