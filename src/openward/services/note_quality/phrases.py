"""Phrases of rules in the text of a note: where they stand, and whether they are meant of the patient."""

import re
from functools import lru_cache
from typing import Final

from openward.domain.errors import InputError
from openward.language.mentions import Lexicon, Mention
from openward.language.prose import narrowed

_BETWEEN: Final = r"[^。.;；\n]{0,12}?"
_MOST_HITS: Final = 50
Place = tuple[int, int]


@lru_cache(maxsize=2048)
def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for several phrases.

    A `*` inside a phrase stands for a few words, at its end for the rest of the word; a phrase with a bracket or a
    backslash is a pattern already.
    """
    return re.compile("|".join(_one(phrase) for phrase in phrases), re.IGNORECASE)


def _one(phrase: str) -> str:
    raw = any(sign in phrase for sign in ("[", "\\", "(?"))
    open_end = phrase.endswith("*") and not raw
    body = phrase if raw else _BETWEEN.join(re.escape(part) for part in phrase.rstrip("*").split("*"))
    before = r"(?<![A-Za-z])" if phrase[0].isascii() and phrase[0].isalpha() else ""
    after = r"(?![A-Za-z])" if not raw and not open_end and phrase[-1].isascii() and phrase[-1].isalpha() else ""
    return f"{before}(?:{body}){r'[A-Za-z]*' if open_end else after}"


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """A text with narrow signs in place of wide ones, each at its own place."""
    return narrowed(text)


def places(text: str, phrases: tuple[str, ...], start: int = 0, end: int | None = None) -> list[Place]:
    """Where any of the phrases stands between two places of a text."""
    found = pattern_of(phrases).finditer(plain(text), start, len(text) if end is None else end)
    return [(m.start(), m.end()) for m, _ in zip(found, range(_MOST_HITS), strict=False)]


def is_meant(text: str, place: Place, *, past: bool = False) -> bool:
    """Whether the words at a place are said of the patient as being so, now, or with `past` ever."""
    for mention in _read(text, text[place[0] : place[1]]):
        if mention.start < place[1] and mention.end > place[0]:
            now = past or mention.when == "current"
            return mention.assertion == "present" and mention.subject == "patient" and now
    return True


@lru_cache(maxsize=256)
def _read(text: str, phrase: str) -> tuple[Mention, ...]:
    try:
        return Lexicon([(phrase.replace("*", " ").replace("/", " "), "x")]).mentions(text)
    except InputError:
        return ()
