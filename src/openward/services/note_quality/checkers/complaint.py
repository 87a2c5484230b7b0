"""The chief complaint: how long, and whether the history tells of the same."""

from collections.abc import Iterator

from openward.domain.text import Text
from openward.knowledge.findings import vocabulary
from openward.language.durations import durations
from openward.language.mentions import Mention
from openward.language.prose import Prose
from openward.services.note_quality.case import Asked, Gap, Hit, Note, Part
from openward.services.note_quality.marking import is_blank, moments
from openward.services.note_quality.phrases import places

_TOLD = ("symptom", "sign")
_NO_DURATION = (
    "复查", "随访", "术后", "体检发现", "检查发现", "化疗", "要求", "routine", "follow-up", "follow up", "checkup", "screening",
    "refill*", "physical", "since*", "自幼", "出生后", "生后", "today", "yesterday", "sudden*", "acute*", "this morning",
)  # fmt: skip


def complaint_duration(asked: Asked) -> Iterator[Hit | Gap]:
    """The complaint says no length of time."""
    note = asked.written
    part = _first(note, "complaint")
    if part is None:
        return
    words = note.words(part)
    if _days(words) or moments(words) or places(words, _NO_DURATION):
        return
    yield Hit(evidence=(note.cite(part.start, part.end),))


def complaint_symptom(asked: Asked) -> Iterator[Hit | Gap]:
    """No symptom of the complaint, nor one that is near it, stands in the history."""
    note = asked.written
    complaint, history = _first(note, "complaint"), _first(note, "hpi")
    if complaint is None or history is None:
        return
    wanted = _symptoms(note.words(complaint))
    told = _symptoms(note.words(history))
    if not wanted or not told:
        yield Gap("symptoms-understood")
        return
    said = note.words(complaint)
    if any(said[m.start : m.end] in note.words(history) for m in wanted) or _related(wanted, told):
        return
    yield Hit(evidence=(note.cite(complaint.start, complaint.end), note.cite(history.start, history.end)))


def complaint_time(asked: Asked) -> Iterator[Hit | Gap]:
    """No length of time in the history is near that of the complaint."""
    note = asked.written
    complaint, history = _first(note, "complaint"), _first(note, "hpi")
    if complaint is None or history is None:
        return
    wanted, told = _days(note.words(complaint)), _days(note.words(history))
    if not wanted or not told or moments(note.words(history)):
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


def _days(words: str) -> list[float]:
    prose = Prose(words[:20_000])
    return [found.days for found in durations(prose, 0, len(prose.words))]


def _symptoms(words: str) -> list[Mention]:
    known = vocabulary()
    return [
        m
        for m in known.read(words)
        if known.get(m.term).kind in _TOLD and m.assertion == "present" and not m.term.startswith("course_")
    ]


def _related(wanted: list[Mention], told: list[Mention]) -> bool:
    """Whether one of the told terms is a wanted one, above it, below it, or a sister below the same parent."""
    known = vocabulary()
    near = {a for m in wanted for a in (m.term, *known.ancestors(m.term))}
    return any(m.term in near or not near.isdisjoint(known.ancestors(m.term)) for m in told)
