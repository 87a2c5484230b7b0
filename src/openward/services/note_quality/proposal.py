"""What note quality puts forward: a score with its range, a grade, and what to mend first."""

from datetime import datetime
from typing import Final, Literal

import msgspec

SYSTEM: Final = "urn:openward:note-quality"
Family = Literal["completeness", "timeliness", "consistency", "contradiction", "copy-forward", "safety"]
Grade = Literal["A", "B", "C"]
Outcome = Literal["met", "broken", "not_checked", "not_applicable"]


class NoteReviewed(msgspec.Struct, frozen=True, kw_only=True):
    """One note as it was understood; `kind` is None when neither title nor text says what it is."""

    place: str
    kind: str | None
    note_kind: str
    standard: str
    language: str
    written_at: datetime | None
    headings: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend: `finding` is the id of its finding, `points` what it costs, `due` when it was to be done."""

    rank: int
    finding: str
    rule: str
    topic: str
    family: Family
    place: str
    points: float
    veto: Grade | None
    what: str
    fix: str
    deadline: str | None = None
    due: datetime | None = None


class FamilyScored(msgspec.Struct, frozen=True, kw_only=True):
    """One family of rules: how many had something to judge, how many found a fault, the points that they took."""

    family: Family
    applied: int
    faults: int
    points: float


class RuleOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one rule ended in `notes` notes (1 for a rule on the encounter); `why` is what it found or what it lacked."""

    rule: str
    what: str
    outcome: Outcome
    notes: int
    points: float
    why: str
    source: str


class NoteQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The body.

    `total_score` is 100 less the points of the faults; `least_score` is what it would be if every rule that could not
    be looked at had found one too, so the truth lies between the two. `grade` A, B, C (甲, 乙, 丙) is that of the total
    score, or of a veto; neither is given where the kind of no note is known or the text is too short to be judged
    (`grade_name` says so); it is `provisional` when the kind of one
    is not known or the least score would give another. `grade_rule` says where the limits of the grades come from.
    `outcomes` holds every rule that speaks of these notes, met, broken or not checked; `rules_not_applicable` are the
    rules for which there was nothing to judge, and no part of `rules_applied`.
    """

    total_score: float | None
    least_score: float | None
    grade: Grade | None
    grade_name: str
    grade_rule: str
    provisional: bool
    vetoes: tuple[str, ...]
    faults: tuple[Fault, ...]
    families: tuple[FamilyScored, ...]
    notes: tuple[NoteReviewed, ...]
    outcomes: tuple[RuleOutcome, ...]
    rules_applied: int
    rules_met: int
    rules_broken: int
    rules_not_checked: int
    rules_not_applicable: int = 0
