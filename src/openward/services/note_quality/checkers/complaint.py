"""The chief complaint: how long, and whether the history tells of the same."""

import re
from collections.abc import Iterator
from typing import Final

from openward.domain.text import Text
from openward.knowledge.findings import vocabulary
from openward.language.durations import durations
from openward.language.mentions import Mention
from openward.language.prose import Prose
from openward.language.words import words
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note, Part
from openward.services.note_quality.marking import is_blank, moments
from openward.services.note_quality.phrases import places

_TOLD: Final = ("symptom", "sign")
_MONTHS: Final = re.compile(r"(?<![\d年.])(\d{1,2}|[一二两三四五六七八九十半])月(?![\d初中底旬份])")
_PLAIN: Final = frozenset({
    "pain", "since", "days", "weeks", "months", "years", "hours", "left", "right", "with", "this", "that", "from",
    "after", "before", "history", "past", "worse", "worsening", "started", "last", "severe", "morning",
    "afternoon", "evening", "night", "today", "yesterday", "patient", "acute", "chronic", "sudden", "onset",
})  # fmt: skip
_LONG: Final = 4
_REVIEWED: Final = (
    "复查", "随访", "术后", "体检发现", "检查发现", "化疗", "要求",
    "routine", "follow-up", "follow up", "checkup", "screening", "refill*", "physical",
)  # fmt: skip
_NO_DURATION: Final = (
    *_REVIEWED, "since*", "自幼", "出生后", "生后", "today", "yesterday", "sudden*", "acute*", "this morning",
)  # fmt: skip


def complaint_duration(asked: Asked) -> Iterator[Hit | Gap]:
    """The complaint says no length of time."""
    note = asked.written
    part = _first(note, "complaint")
    if part is None:
        yield MOOT
        return
    said = note.words(part)
    if _days(said) or moments(said) or places(said, _NO_DURATION):
        return
    yield Hit(evidence=(note.cite(part.start, part.end),))


def complaint_symptom(asked: Asked) -> Iterator[Hit | Gap]:
    """No symptom of the complaint, nor one that is near it, stands in the history."""
    note = asked.written
    complaint, history = _first(note, "complaint"), _first(note, "hpi")
    if complaint is None or history is None:
        yield MOOT
        return
    wanted = _symptoms(note.words(complaint))
    told = _symptoms(note.words(history))
    if not wanted or not told:
        yield Gap("symptoms-understood")
        return
    said, history_words = note.words(complaint), note.words(history)
    if any(said[m.start : m.end] in history_words for m in wanted) or _related(wanted, told):
        return
    if _bare(said) & _bare(history_words):
        return
    yield Hit(evidence=(note.cite(complaint.start, complaint.end), note.cite(history.start, history.end)))


def complaint_time(asked: Asked) -> Iterator[Hit | Gap]:
    """No length of time in the history is near that of the complaint."""
    note = asked.written
    complaint, history = _first(note, "complaint"), _first(note, "hpi")
    if complaint is None or history is None:
        yield MOOT
        return
    if places(note.words(complaint), _REVIEWED):
        return
    wanted, told = _days(note.words(complaint)), _days(note.words(history))
    if not wanted or not told or moments(note.words(history)):
        yield MOOT
        return
    longest, factor = max(wanted), asked.rule.number("factor")
    if any(longest / factor < days < longest * factor for days in told):
        return
    yield Hit(
        evidence=(note.cite(complaint.start, complaint.end), note.cite(history.start, history.end)),
        detail=Text(
            f"The complaint lasts {longest:g} days, the history names {max(told):g} at most.",
            f"主诉病程{longest:g}天，现病史最长{max(told):g}天。",
        ),
    )


def _first(note: Note, section: str) -> Part | None:
    return next((part for part in note.of(section) if not is_blank(note.words(part))), None)


def _days(said: str) -> list[float]:
    """The lengths of time; in a complaint or history "2月" is two months, but before a day or a part of it."""
    prose = Prose(_MONTHS.sub(r"\1个月", said[:20_000]))
    return [found.days for found in durations(prose, 0, len(prose.words))]


def _bare(said: str) -> set[str]:
    """The long English words of a text that are no words of time or of pain: a part of the body that both name."""
    return {w for w in words(said) if len(w) >= _LONG and w.isascii() and not w.isdigit() and w not in _PLAIN}


def _symptoms(said: str) -> list[Mention]:
    known = vocabulary()
    return [
        m
        for m in known.read(said)
        if known.get(m.term).kind in _TOLD and m.assertion == "present" and not m.term.startswith("course_")
    ]


def _related(wanted: list[Mention], told: list[Mention]) -> bool:
    """Whether one of the told terms is a wanted one, above it, below it, or a sister below the same parent."""
    known = vocabulary()
    near = {a for m in wanted for a in (m.term, *known.ancestors(m.term))}
    return any(m.term in near or not near.isdisjoint(known.ancestors(m.term)) for m in told)
