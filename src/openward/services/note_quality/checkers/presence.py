"""Whether something that a note must hold is there, or something that it must not hold."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from openward.domain.text import Text
from openward.language.words import words
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit
from openward.services.note_quality.marking import is_blank, moments
from openward.services.note_quality.phrases import places, plain

_MOST: Final = 5
_HEAD: Final = 200
_CLOCK: Final = re.compile(r"\d{1,2} ?[:：时点] ?\d{2}")
_LOOSE_DATE: Final = re.compile(
    r"\d{1,2}/\d{1,2}/\d{2,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|"
    r"\d{1,2}月\d{1,2}日|^\d{1,2}-\d{1,2} \d{1,2}:\d{2}",
    re.IGNORECASE | re.MULTILINE,
)
_PATIENT_SIGNED: Final = re.compile(
    r"(?:患者|家属|患方|授权人|代理人|监护人|委托人|亲属)[^\n:：]{0,12}"
    r"(?:签名|签字)[ ]?[:：][ _]*(?P<who>[^\s_:：。，]{2,})|"
    r"(?:patient|guardian|representative|parent|next of kin)[^\n:]{0,30}signature[ ]?:[ _]*(?P<by>[A-Za-z][^\n]{1,})|"
    r"signed by (?:the )?(?:patient|guardian|parent|representative)",
    re.IGNORECASE,
)


def section(asked: Asked) -> Iterator[Hit | Gap]:
    """None of some sections is there with words in it."""
    note, wanted = asked.written, asked.rule.list("any")
    found = note.of(*wanted)
    if any(not is_blank(note.words(part)) for part in found):
        return
    empty = found[0] if found else None
    yield Hit(evidence=(note.cite(max(0, empty.start - 12), empty.start) if empty else note.whole(),))


def required_words(asked: Asked) -> Iterator[Hit | Gap]:
    """Fewer than `least` of some words stand in the note, or in some sections of it."""
    note, rule = asked.written, asked.rule
    sections = rule.list("in")
    stretches = note.within(sections)
    held = [(a, b) for a, b in stretches if not is_blank(note.text[a:b])]
    if not held:
        yield MOOT
        return
    found = {note.text[a:b].lower() for start, end in held for a, b in places(note.text, rule.list("any"), start, end)}
    if len(found) < int(rule.params.get("least", "1")):
        start, end = held[0]
        yield Hit(evidence=(note.cite(start, end) if sections else note.whole(),))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def forbidden_pattern(asked: Asked) -> Iterator[Hit | Gap]:
    """A pattern that has no place in the note."""
    note, rule = asked.written, asked.rule
    stretches = note.within(rule.list("in"))
    if not stretches:
        yield MOOT
    narrow = plain(note.text)
    seen = 0
    for start, end in stretches:
        for match in _compiled(rule.params["re"]).finditer(narrow, start, end):
            seen += 1
            if seen <= _MOST:
                quoted = note.text[match.start() : match.end()][:40]
                yield Hit(
                    evidence=(note.cite(match.start(), match.end()),),
                    detail=Text(f"It says “{quoted}”.", f"原文：“{quoted}”。"),
                    key=str(match.start()),
                )


def length(asked: Asked) -> Iterator[Hit | Gap]:
    """The note, or some sections of it, are shorter than a few words."""
    note, rule = asked.written, asked.rule
    sections = rule.list("in")
    if sections and not any(not is_blank(note.words(part)) for part in note.of(*sections)):
        yield MOOT
        return
    count = sum(len(words(note.text[a:b])) for a, b in note.within(sections))
    if count < rule.number(f"least_{note.language}"):
        yield Hit(evidence=(note.whole(),), detail=Text(f"{count} words.", f"仅{count}字。"))


def to_the_minute(asked: Asked) -> Iterator[Hit | Gap]:
    """A time without hour and minute; where the section is missing another rule speaks."""
    note = asked.written
    sections = asked.rule.list("in")
    lead = note.of(sections[0])
    stretches = note.within(sections)
    if not lead and len(sections) == 1:
        yield MOOT
        return
    if stretches and not any(_CLOCK.search(note.text, a, b) for a, b in stretches):
        yield Hit(evidence=(note.cite(*stretches[0]),))


def dated(asked: Asked) -> Iterator[Hit | Gap]:
    """Neither the record nor the note itself says when it was written."""
    note = asked.written
    if note.written is not None or note.of("recorded", "visited", "consult_time", "operation_date", "procedure_time"):
        return
    head, tail = note.text[:_HEAD], note.text[-_HEAD:]
    if not any(moments(text) or _LOOSE_DATE.search(text) for text in (head, tail)):
        yield Hit(evidence=(note.whole(),))


def patient_signed(asked: Asked) -> Iterator[Hit | Gap]:
    """A consent that nobody signed for the patient."""
    note = asked.written
    if not _PATIENT_SIGNED.search(note.text):
        agreed = note.of("agreement")
        yield Hit(evidence=(note.cite(agreed[0].start, agreed[0].end) if agreed else note.whole(),))
