"""What is measured, as a text names it: analytes of laboratories, vital signs, and the function of an organ."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from openward.knowledge.analytes import Analyte, analytes
from openward.knowledge.tables import remembered
from openward.language.prose import Prose

_SIGNS: Final = {
    "heart rate": "heart rate;pulse;pulse rate;心率;脉搏;脉率",
    "blood pressure": "blood pressure;bp;systolic blood pressure;diastolic blood pressure;"
    "systolic;diastolic;血压;收缩压;舒张压",
    "respiratory rate": "respiratory rate;breathing rate;呼吸频率",
    "temperature": "temperature;body temperature;体温",
    "oxygen saturation": "oxygen saturation;spo2;sao2;血氧饱和度;氧饱和度;血氧",
    "weight": "weight;body weight;体重",
}  # fmt: skip
_ORGANS: Final = {
    "kidney function;kidneys function;renal function;肾功能;肾功": "creatinine;egfr",
    "liver function;hepatic function;liver tests;liver enzymes;肝功能;肝功;肝酶": "alt;ast;bilirubin",
    "thyroid function;甲状腺功能;甲功": "tsh;ft4",
}
_SPELLED: Final = {
    "hemoglobin": "haemoglobin", "hematocrit": "haematocrit", "inflammatory markers": "crp", "blood sugar": "glucose",
}  # fmt: skip
_UNITS: Final = frozenset({"Hg"})
_LONGEST: Final = 5
_LONGEST_ZH: Final = 8
_SHORT: Final = 2
_LETTERS: Final = 3  # an abbreviation this short has capitals: `AND` is a hormone, `and` is none
_CHINESE: Final = "\u3400"


class Name(msgspec.Struct, frozen=True):
    """A place that names what is measured: `of` are the ids it may mean; an organ's function has several measures."""

    start: int
    end: int
    of: frozenset[str]
    organ: bool = False


class _Names(msgspec.Struct, frozen=True):
    """Names by their words, the short ones as they are written, those of organs."""

    known: dict[str, set[str]]
    organs: frozenset[str]
    exact: frozenset[str]


@remembered(1)
def _names() -> _Names:
    known: dict[str, set[str]] = {}
    for one in analytes():
        for name in _written(one):
            known.setdefault(_key(Prose(name).words), set()).add(one.id)
    exact = frozenset(name for one in analytes() for name in _written(one) if len(name) <= _SHORT)
    known |= {_key(Prose(name).words): {id} for id, listed in _SIGNS.items() for name in listed.split(";")}
    for spelled, name in _SPELLED.items():
        known.setdefault(_key(spelled.split()), set()).update(known.get(name, ()))
    organs = {
        _key(Prose(name).words): set(ids.split(";")) for listed, ids in _ORGANS.items() for name in listed.split(";")
    }
    return _Names(known | organs, frozenset(organs), exact | {"BP"})


def _written(one: Analyte) -> set[str]:
    return {name for name in (one.name_en, one.name_zh, *one.words) if len(name) > 1} - _UNITS


def _key(words: Iterable[str]) -> str:
    return "".join(words)


def names(text: str) -> tuple[Name, ...]:
    """All that is named as measured, in order; of names that overlap the longest."""
    prose = Prose(text)
    found: list[Name] = []
    at = 0
    while at < len(prose.words):
        longest = _LONGEST_ZH if prose.words[at] >= _CHINESE else _LONGEST
        size = next((n for n in range(longest, 0, -1) if _is_name(text, prose, at, n)), 0)
        if size:
            found.append(_name(prose, at, size))
        at += size or 1
    return tuple(found)


def _is_name(text: str, prose: Prose, at: int, size: int) -> bool:
    if at + size > len(prose.words):
        return False
    start, end = prose.starts[at], prose.ends[at + size - 1]
    if _key(prose.words[at : at + size]) not in _names().known or not re.search(r"[^\W\d]", text[start:end]):
        return False
    words = text[start:end]
    if size > 1 and all(len(word) == 1 and word < _CHINESE for word in prose.words[at : at + size]):
        return False  # `L H` is the end of a unit and a flag
    if end - start > _SHORT or words[0] >= _CHINESE:
        return end - start > _LETTERS or not words.islower()
    return words in _names().exact


def _name(prose: Prose, at: int, size: int) -> Name:
    key = _key(prose.words[at : at + size])
    return Name(
        prose.starts[at], prose.ends[at + size - 1], frozenset(_names().known[key]), key in _names().organs
    )  # fmt: skip
