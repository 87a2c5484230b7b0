"""Reads the inputs of an instrument out of a clinical note, English or Chinese, each with the words that say it.

What a note does not mention stays unknown here. A flag that is denied is no; one of a relative counts only where the
input asks for the family; a doubtful or hypothetical one counts for nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from openward.language.mentions import Mention
from openward.language.person import person
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.library import Calculator, library
from openward.services.clinical_calculator.note_doses import daily_doses
from openward.services.clinical_calculator.note_numbers import numbers_of
from openward.services.clinical_calculator.note_unnamed import Noted
from openward.services.clinical_calculator.note_words import JOIN, NoteWords, lexicon_of, note_words

_DAYS_A_YEAR: Final = 365.25
_DATE: Final = r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日"
_DATES: Final = {
    "last_period": re.compile(rf"(?:last menstrual period|lmp|末次月经)[^.。\d]{{0,40}}(?:{_DATE})", re.IGNORECASE),
    "on_day": re.compile(rf"(?:today'?s date|current date|今天|检查日期)[^.。\d]{{0,20}}(?:{_DATE})", re.IGNORECASE),
}
_NONE: Final = ("none", "absent")
_CYCLE: Final = re.compile(r"(?:cycle(?: length)?|月经周期)[^.。\d]{0,20}(\d{2}) ?(?:days?|天)", re.IGNORECASE)


def read_note(calculator: Calculator, text: str) -> dict[str, Noted]:
    """The inputs of an instrument that the note states.

    Raises:
        InputError: the note is too long to be read.
    """
    words = note_words()
    wanted = calculator.definitions
    found = dict(_mentioned(lexicon_of(calculator.id).mentions(text), words, wanted))
    deciding = {name: of for name, of in words.from_number.items() if name in wanted}
    numbers = numbers_of(text, {**{of: library().definitions[of] for of, _ in deciding.values()}, **wanted})
    for name, (of, least) in deciding.items():
        if of in numbers and float(str(numbers[of].value)) >= least:
            found[name] = Noted(True, numbers[of].start, numbers[of].end)  # noqa: FBT003 - the value of a flag
    found |= {name: noted for name, noted in numbers.items() if name in wanted}
    found |= {name: noted for name, noted in _dates(text) if name in wanted}
    found |= {name: Noted(*dose) for name, dose in daily_doses(text, wanted).items()}
    return _person(text, wanted) | found


def _person(text: str, wanted: Mapping[str, InputDefinition]) -> dict[str, Noted]:
    """Age and sex; the whole note is what says them."""
    who, end = person(text), min(len(text), 200)
    found: dict[str, Noted] = {}
    if "age" in wanted and who.age_days is not None:
        years = who.age_days / _DAYS_A_YEAR
        found["age"] = Noted(round(years) if abs(years - round(years)) < 0.01 else round(years, 4), 0, end)  # noqa: PLR2004 - a rounding of whole years
    if "sex" in wanted and who.sex is not None:
        found["sex"] = Noted(who.sex, 0, end)
    return found


def _mentioned(
    mentions: Iterable[Mention], words: NoteWords, wanted: Mapping[str, InputDefinition]
) -> Iterator[tuple[str, Noted]]:
    said: dict[str, list[tuple[Mention, str]]] = {}
    for mention in mentions:
        for term in mention.term.split(JOIN):
            name, _, option = term.partition("=")
            if _counts(mention, family=name in words.families):
                said.setdefault(name, []).append((mention, option))
    for name, heard in said.items():
        order = list(words.choices.get(name, ()))
        noted = _choice(heard, order, wanted[name]) if order else _flag(heard, name in words.without)
        if noted is not None:
            yield name, noted


def _counts(mention: Mention, *, family: bool) -> bool:
    return mention.assertion in {"present", "absent"} and (mention.subject == "family") is family


def _flag(heard: list[tuple[Mention, str]], inverted: bool) -> Noted:  # noqa: FBT001 - one input asks for an absence
    """Yes when it is stated anywhere, no when it is only denied."""
    mention = next((m for m, _ in heard if m.assertion == "present"), heard[0][0])
    return Noted((mention.assertion == "present") is not inverted, mention.start, mention.end)


def _choice(heard: list[tuple[Mention, str]], order: list[str], definition: InputDefinition) -> Noted | None:
    """The option that is stated; of several the one that the table of words names first."""
    stated = sorted((order.index(option), m.start, option, m.end) for m, option in heard if m.assertion == "present")
    if stated:
        _, start, option, end = stated[0]
        return Noted(option, start, end)
    none = next((o for o in _NONE if o in definition.options), None)
    return None if none is None else Noted(none, heard[0][0].start, heard[0][0].end)


def _dates(text: str) -> Iterator[tuple[str, Noted]]:
    for name, pattern in _DATES.items():
        found = pattern.search(text)
        if found and (day := _day(found)) is not None:
            yield name, Noted(day, found.start(), found.end())
    cycle = _CYCLE.search(text)
    if cycle:
        yield "cycle_days", Noted(float(cycle[1]), cycle.start(), cycle.end())


def _day(found: re.Match[str]) -> date | None:
    """A day written month first, year first, or in Chinese; None when there is no such day."""
    parts = [int(part) for part in found.groups() if part]
    year, month, day = (parts[2], parts[0], parts[1]) if found[1] else parts
    try:
        return date(year, month, day)
    except ValueError:
        return None
