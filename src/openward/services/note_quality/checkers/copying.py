"""Text that was carried forward: the same note, part, or vital signs on another day."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from openward.domain.text import Text
from openward.knowledge import tables
from openward.language.passages import sentences
from openward.language.words import words
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note
from openward.services.note_quality.checkers.vitals import signs
from openward.services.note_quality.marking import KINDS

_SHINGLE: Final = 4
_COMPARED: Final = ("hpi", "exam")
_SIGNS: Final = 4
_LOOK_BACK: Final = 30
_DATES: Final = re.compile(
    r"(?<!\d)\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}日?(?:[T ,，]{0,3}\d{1,2}[:：时]\d{2})?|^date:.*$",
    re.MULTILINE | re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of four words of a text; the date of the note counts for nothing."""
    said = words(_DATES.sub(" ", text))
    return frozenset(tuple(said[n : n + _SHINGLE]) for n in range(max(1, len(said) - _SHINGLE + 1)))


def similarity(one: str, other: str) -> float:
    """The share of runs of words that two texts have in common (Jaccard)."""
    first, second = _shingles(one), _shingles(other)
    return len(first & second) / len(first | second) if first | second else 0.0


def _earlier(asked: Asked) -> list[Note]:
    """The notes before this one, written on another day, of a kind that is written day by day."""
    note = asked.written
    index = asked.case.notes.index(note)
    only = asked.rule.list("of")
    kinds = set(only) or {row.id for row in tables.find(KINDS) if row["dated"] == "yes"}
    before = asked.case.notes[max(0, index - _LOOK_BACK) : index]
    return [n for n in before if n.kind in kinds and n.text and _other_day(n, note)]


def _other_day(one: Note, other: Note) -> bool:
    if one.written is None or other.written is None:
        return True
    return one.written.date() != other.written.date() or one.kind != other.kind


def _twin(asked: Asked, least: float) -> tuple[Note, float] | None:
    note = asked.written
    best = max(((n, similarity(n.text, note.text)) for n in _earlier(asked)), key=lambda pair: pair[1], default=None)
    return best if best is not None and best[1] >= least else None


def copied(asked: Asked) -> Iterator[Hit | Gap]:
    """Nearly all of the note stands on another day too."""
    note = asked.written
    if len(words(note.text)) < asked.rule.number("least") or not _earlier(asked):
        yield MOOT
        return
    twin = _twin(asked, asked.rule.number("similar"))
    if twin is not None:
        share = f"{100 * twin[1]:.0f}"
        yield Hit(
            evidence=(note.cite(0, len(note.text)), twin[0].whole()),
            detail=Text(f"{share} % of it is the same.", f"相似度{share}%。"),
        )


def copied_part(asked: Asked) -> Iterator[Hit | Gap]:
    """A long part stands on another day too; where all of the note does, another rule speaks."""
    note, rule = asked.written, asked.rule
    if not _earlier(asked) or _twin(asked, 0.9) is not None:
        yield MOOT
        return
    for part in note.of(*_COMPARED):
        said = note.words(part)
        if len(words(said)) < rule.number("least"):
            continue
        others = (other for n in _earlier(asked) for p in n.of(part.section) if (other := n.words(p)))
        if any(similarity(said, other) >= rule.number("similar") for other in others):
            yield Hit(evidence=(note.cite(part.start, part.end),), key=part.section)
            return


def copied_vitals(asked: Asked) -> Iterator[Hit | Gap]:
    """At least four vital signs are the same to the digit on another day."""
    note = asked.written
    own = [(name, value) for name, value, _ in signs(note.text)]
    if len(own) < _SIGNS or not _earlier(asked) or _twin(asked, 0.9) is not None:
        yield MOOT
        return
    for other in _earlier(asked):
        if [(name, value) for name, value, _ in signs(other.text)] == own:
            first = signs(note.text)[0][2]
            yield Hit(evidence=(note.cite(first.start, first.end), other.whole()))
            return


def repeated(asked: Asked) -> Iterator[Hit | Gap]:
    """A long sentence stands twice in the note."""
    note = asked.written
    seen: dict[tuple[str, ...], int] = {}
    for sentence in sentences(note.text):
        said = tuple(words(note.text[sentence.start : sentence.end]))
        if len(said) < asked.rule.number("least"):
            continue
        if said in seen:
            yield Hit(evidence=(note.cite(sentence.start, sentence.end),), key=str(sentence.start))
            return
        seen[said] = sentence.start
