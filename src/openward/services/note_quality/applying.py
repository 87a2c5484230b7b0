"""Which rules speak of which notes, and what each of them finds or lacks."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from openward.language.durations import YEAR
from openward.language.person import person
from openward.services.note_quality.case import MOOT, Asked, Case, Gap, Hit, Note
from openward.services.note_quality.checkers import CHECKERS
from openward.services.note_quality.checkers.person import sex_of
from openward.services.note_quality.rules import ENCOUNTER, Rule, rules

_CHILD: Final = 14.0
_MONTH: Final = 31
_OPERATED: Final = frozenset({"operation", "postop_first"})


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """One rule applied to one note or the encounter, with all that it found and lacked.

    `moot` says that there was nothing for it to judge.
    """

    rule: Rule
    note: Note | None
    hits: tuple[Hit, ...]
    gaps: tuple[Gap, ...]
    moot: bool = False


def apply(case: Case) -> tuple[Applied, ...]:
    """Every rule that speaks of a note of the case, or of the case as a whole."""
    return tuple(_applied(Asked(rule, case, note)) for note in _subjects(case) for rule in _of(case, note))


def _subjects(case: Case) -> tuple[Note | None, ...]:
    return (*case.notes, None) if case.notes else ()


def _of(case: Case, note: Note | None) -> Iterator[Rule]:
    standards = {"all", *((note.standard,) if note is not None else (n.standard for n in case.notes))}
    for rule in rules():
        if rule.standard not in standards or (ENCOUNTER in rule.kinds) is not (note is None):
            continue
        named = note is None or note.kind in rule.kinds or "any" in rule.kinds
        if named and all(_CONDITIONS[name](case, note) for name in rule.when):
            yield rule


def _applied(asked: Asked) -> Applied:
    found = tuple(CHECKERS[asked.rule.checker](asked))
    return Applied(
        rule=asked.rule,
        note=asked.note,
        hits=(hits := tuple(f for f in found if isinstance(f, Hit))),
        gaps=(gaps := tuple(f for f in found if isinstance(f, Gap) and f is not MOOT)),
        moot=MOOT in found and not (hits or gaps),
    )


def _years(case: Case, note: Note | None) -> float | None:
    if case.birth is not None:
        return (case.now - case.birth).days / YEAR
    days = person(note.text[:3000]).age_days if note is not None else None
    return days / YEAR if days is not None else None


def _not_child(case: Case, note: Note | None) -> bool:
    """A person of unknown age is taken for an adult, whom more rules speak of."""
    years = _years(case, note)
    return years is None or years >= _CHILD


def _female(case: Case, note: Note | None) -> bool:
    sex = sex_of(note, case.sex) if note is not None else case.sex
    return sex == "female"


def _long_stay(case: Case, _note: Note | None) -> bool:
    """Whether the stay was over a month, up to the last note where its end is not known."""
    admitted, discharged = case.events.get("admitted"), case.events.get("discharged")
    if admitted is None:
        return False
    wrote = [note.written for note in case.notes if note.written is not None]
    end = discharged.at if discharged else max(wrote, default=case.now)
    return (end - admitted.at).days > _MONTH


def _operated(case: Case, _note: Note | None) -> bool:
    return bool(_OPERATED & case.kinds()) or "operation_ended" in case.events


_CONDITIONS: Final[dict[str, Callable[[Case, Note | None], bool]]] = {
    "female": _female,
    "not_child": _not_child,
    "admitted": lambda case, _: "admitted" in case.events,
    "discharged": lambda case, _: "discharged" in case.events and "died" not in case.events,
    "died": lambda case, _: "died" in case.events,
    "rescued": lambda case, _: "rescue_ended" in case.events,
    "operated": _operated,
    "stay_over_31_days": _long_stay,
    "dialogue": lambda case, _: case.dialogue is not None,
}
