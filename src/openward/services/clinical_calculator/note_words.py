"""The words by which a clinical note names the inputs, as data, and the lexicon of one instrument made of them."""

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from openward.language.mentions import Lexicon
from openward.services.clinical_calculator.library import library

_PATH: Final = Path(__file__).parent / "knowledge" / "note_words.toml"
JOIN: Final = "|"


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


class NoteWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a note says an input.

    `numbers` are the words before a number; inputs in `bare` are customarily written without a unit, and
    `unwritten` gives the units, with bounds, of which one may be taken where none is written;
    `from_number` names flags that are yes from a value of another input on. `flags` and
    `choices` are phrases; `families` phrases that count when a relative has it; `without` names, for an input that asks
    for an absence, the flag that must be denied.
    """

    numbers: dict[str, tuple[str, ...]]
    pressures: _List
    bare: _List
    from_number: dict[str, tuple[str, float]]
    unwritten: dict[str, tuple[tuple[str, float, float], ...]]
    flags: dict[str, tuple[str, ...]]
    families: dict[str, tuple[str, ...]]
    without: dict[str, str]
    choices: dict[str, dict[str, tuple[str, ...]]]


@cache
def note_words() -> NoteWords:
    """The table of words."""
    return msgspec.convert(tomllib.loads(_PATH.read_text(encoding="utf-8")), NoteWords)


@cache
def lexicon_of(calculator: str) -> Lexicon:
    """The phrases of the flags and choices of one instrument; a term is `input` or `input=option`, joined by `|`."""
    terms: dict[str, list[str]] = defaultdict(list)
    words = note_words()
    for name in library().calculators[calculator].definitions:
        for phrase in (*words.flags.get(words.without.get(name, name), ()), *words.families.get(name, ())):
            terms[phrase].append(name)
        for option, phrases in words.choices.get(name, {}).items():
            for phrase in phrases:
                terms[phrase].append(f"{name}={option}")
    return Lexicon((phrase, JOIN.join(found)) for phrase, found in terms.items())
