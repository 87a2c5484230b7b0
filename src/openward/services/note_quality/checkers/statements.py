"""Two statements of one note that cannot both be true."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from openward.domain.text import Text
from openward.knowledge.findings import vocabulary
from openward.language.mentions import Mention
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note
from openward.services.note_quality.phrases import Place, is_meant, places

# A phrase that is a denial itself is not looked at for one.
_DENIES: Final = re.compile(r"否认|无|不|no |non|never|denies|does not|without", re.IGNORECASE)
_PAIN: Final = "pain"  # of a part that the reader did not understand: two of them need not be one
_PAST: Final = frozenset({"past", "surgical"})
_TELLS: Final = ("hpi", "complaint", "features", "course", "admission_state", "medication")
_ASKED: Final = ("review", "hpi")


def pair(asked: Asked) -> Iterator[Hit | Gap]:
    """Words of one list and words of another are both said of the patient."""
    first = _said(asked, "a")
    second = _said(asked, "b") if first is not None else None
    if first is None:
        yield MOOT
    if first is not None and second is not None and not _overlap(first, second):
        note = asked.written
        yield Hit(evidence=(note.cite(*first), note.cite(*second)))


def _said(asked: Asked, name: str) -> Place | None:
    note, rule = asked.written, asked.rule
    sections = rule.list(f"{name}_in")
    past = bool(_PAST & set(sections)) or not sections
    for start, end in note.within(sections):
        for place in places(note.text, rule.list(name), start, end):
            if _DENIES.match(note.text, place[0]) or is_meant(note.text, place, past=past):
                return place
    return None


def _overlap(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@lru_cache(maxsize=64)
def _all(text: str) -> tuple[Mention, ...]:
    return vocabulary().read(text)


def _read(note: Note, sections: tuple[str, ...]) -> list[Mention]:
    """The findings of some sections, at their places in the note."""
    spans = [(part.start, part.end) for part in note.of(*sections)]
    starts = [start for start, _ in sorted(spans)]
    ends = [end for _, end in sorted(spans)]
    return [m for m in _all(note.text) if (at := bisect_right(starts, m.start)) and m.start < ends[at - 1]]


def history_denied(asked: Asked) -> Iterator[Hit | Gap]:
    """The past history denies an illness that another part of the note says the patient has."""
    note = asked.written
    if not note.of("past"):
        yield MOOT
        return
    denied = [m for m in _read(note, ("past",)) if m.assertion == "absent" and _is_history(m)]
    if not denied:
        yield MOOT
        return
    told = [m for m in _read(note, (*_TELLS, "past")) if m.assertion == "present" and _is_history(m)]
    for no in denied:
        yes = next((m for m in told if m.term == no.term or no.term in vocabulary().ancestors(m.term)), None)
        if yes is not None:
            yield _both(note, yes, no)


def symptom_conflict(asked: Asked) -> Iterator[Hit | Gap]:
    """What complaint or history tell is denied where symptoms are asked for, and nowhere affirmed there."""
    note = asked.written
    if not any(_is_symptom(m) and m.assertion == "present" for m in _read(note, ("complaint", "hpi"))):
        yield MOOT
        return
    for teller, denier in (("complaint", "hpi"), ("complaint", "review"), ("hpi", "review")):
        told = [
            m for m in _read(note, (teller,)) if _is_symptom(m) and m.assertion == "present" and m.when == "current"
        ]
        asked_for = [m for m in _read(note, (denier,)) if _is_symptom(m)]
        affirmed = {m.term for m in asked_for if m.assertion == "present"}
        for no in asked_for:
            yes = next((m for m in told if m.term == no.term), None)
            if no.assertion == "absent" and no.term not in affirmed and yes is not None:
                yield _both(note, yes, no)
                return


def _both(note: Note, yes: Mention, no: Mention) -> Hit:
    name = vocabulary().get(no.term).name
    return Hit(
        evidence=(note.cite(yes.start, yes.end), note.cite(no.start, no.end)),
        detail=Text(f"Stated and denied: {name.en}.", f"既有记录又有否认：{name.zh}。"),
        key=no.term,
    )


def _is_history(mention: Mention) -> bool:
    return mention.subject == "patient" and mention.term.startswith("history_")


def _is_symptom(mention: Mention) -> bool:
    return mention.subject == "patient" and mention.term != _PAIN and vocabulary().get(mention.term).kind == "symptom"
