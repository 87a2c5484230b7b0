"""Documents that an encounter must hold, and the time between them."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from openward.domain.text import Text
from openward.services.note_quality.case import MOOT, Asked, Case, Gap, Hit, Note
from openward.services.note_quality.phrases import Place, is_meant, places

_TWO: Final = 2
_TOLD_IN: Final = frozenset({"consent_operation", "consent_transfusion", "consent_special", "consent_anaesthesia"})


def document(asked: Asked) -> Iterator[Hit | Gap]:
    """A document is missing, and the time for it is over."""
    rule, case = asked.rule, asked.case
    if not case.whole:
        yield Gap("whole-encounter")
        return
    if case.kinds() & set(rule.list("kind")):
        return
    if any(note.kind is None for note in case.notes):
        yield Gap("kind-of-note")
        return
    event = case.events.get(rule.params.get("event", ""))
    due = event.at + timedelta(hours=rule.hours) if event is not None and rule.hours is not None else None
    if due is None or due < case.now:
        evidence = (event.evidence,) if event is not None else tuple(n.whole() for n in case.notes[:1])
        yield Hit(evidence=evidence, due=due)


def follows(asked: Asked) -> Iterator[Hit | Gap]:
    """Something is told that asks for another document, or for words in a later note, and neither is there."""
    rule, case = asked.rule, asked.case
    told = _told(asked)
    if told is None:
        yield MOOT
        return
    note, place = told
    later = [n for n in case.notes if n.kind in rule.list("in") or not rule.list("in")]
    then = rule.list("then")
    said = any(places(n.text, then) for n in later if n.kind != "consult") if then else False
    if said or case.kinds() & set(rule.list("kind")):
        return
    if not case.whole:
        yield Gap("whole-encounter")
        return
    yield Hit(evidence=(note.cite(*place) if place != (0, 0) else note.whole(),))


def _told(asked: Asked) -> tuple[Note, Place] | None:
    """The note that tells it, and where."""
    source = asked.rule.params.get("source")
    for note in asked.case.notes:
        if source is not None:
            if note.kind == source:
                return note, (0, 0)
            continue
        if note.kind in _TOLD_IN or note.standard != asked.rule.standard:
            continue
        for place in places(note.text, asked.rule.list("words")):
            if is_meant(note.text, place, past=True):
                return note, place
    return None


def interval(asked: Asked) -> Iterator[Hit | Gap]:
    """More days lie between two notes than may."""
    rule = asked.rule
    dated = sorted((n for n in asked.case.notes if n.kind in rule.list("kinds") and n.written), key=_moment)
    days = rule.number("days")
    if len(dated) < _TWO:
        yield MOOT
    for before, after in pairwise(dated):
        gap = (after.written.date() - before.written.date()).days if after.written and before.written else 0
        if gap > days and _severe(asked.case, before, rule.list("words")):
            yield Hit(
                evidence=(before.whole(), after.whole()),
                detail=Text(f"{gap} days lie between two notes.", f"两次记录间隔{gap}天。"),
                key=after.place,
                due=before.written + timedelta(days=days) if before.written else None,
            )


def _moment(note: Note) -> float:
    return note.written.timestamp() if note.written else 0.0


def _severe(case: Case, note: Note, words: tuple[str, ...]) -> bool:
    """Whether some words (critically ill) stand in the note before the gap; true where none are asked for."""
    if not words:
        return True
    return any(is_meant(note.text, place) for place in places(note.text, words)) and note in case.notes
