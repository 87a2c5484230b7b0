"""When two names of a condition are the same name: case, punctuation, spelling, plural and word order do not matter."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from openward.knowledge import tables
from openward.knowledge.conditions import conditions

_WORD: Final = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
_POSSESSIVE: Final = re.compile(r"['’]s\b")
# SNOMED CT names end in their kind: "Asthma (disorder)".
_TAG: Final = re.compile(r"\s*\([^()]*\)\s*$")
_LITTLE: Final = frozenset({"of", "the", "a", "an", "and", "s"})
# British to American spelling; applied to both sides, so that a needless replacement does no harm.
_SPELLING: Final = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"our\b"), "or"),
    (re.compile(r"is(ation|ed|ing)\b"), r"iz\1"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"re\b"), "er"),
)
_KEEPS_S: Final = ("ss", "us", "is", "as", "os")
_SHORT: Final = 3


@lru_cache(maxsize=16_384)
def normal(name: str) -> tuple[str, ...]:
    """The words of a name, made alike and sorted."""
    plain = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", name.lower()))
    words = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    return tuple(sorted(_word(w) for w in words if w not in _LITTLE))


def _word(word: str) -> str:
    """A word in the singular, spelt the American way."""
    if len(word) > _SHORT and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > _SHORT and word.endswith("s") and not word.endswith(_KEEPS_S):
        word = word[:-1]
    for pattern, instead in _SPELLING:
        word = pattern.sub(instead, word)
    return word


@tables.remembered(1)
def names() -> dict[str, frozenset[tuple[str, ...]]]:
    """All names of each condition in their normal form."""
    held = conditions().conditions.values()
    return {c.id: frozenset(normal(n) for n in (c.name.en, *c.synonyms_en, c.name.zh, *c.synonyms_zh)) for c in held}


def is_diagnosis(name: str) -> bool:
    """Whether any condition of the tables goes by that name; what stands in brackets at its end does not matter."""
    return normal(_TAG.sub("", name)) in _all_names()


def conditions_named(name: str) -> frozenset[str]:
    """The conditions that go by a name of a record; what stands in brackets at its end does not matter."""
    return _all_names().get(normal(_TAG.sub("", name)), frozenset())


@tables.remembered(1)
def _all_names() -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for condition, held in names().items():
        for name in held:
            found[name] = found.get(name, frozenset()) | {condition}
    return found


def is_named(condition: str, name: str) -> bool:
    """Whether a condition goes by that name."""
    return normal(name) in names().get(condition, frozenset())
