"""What is known of the person, in three values: so, not so, unknown."""

from typing import Final, Literal

import msgspec

from openward.knowledge.triage_conditions import Atom, Literal_, holds
from openward.services.triage.proposal import Origin

Severity = Literal["mild", "moderate", "severe"]
_SEVERE_PAIN: Final = "pain_severe"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One finding that is known to be there, or not to be there; `start` and `end` are its place in the complaint."""

    present: bool
    origin: Origin
    days: float | None = None
    severity: Severity | None = None
    start: int | None = None
    end: int | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known: `stated` findings as they were said, `findings` with what they imply.

    `unknown` are the questions that the person could not answer.
    """

    stated: dict[str, Known]
    findings: dict[str, Known]
    numbers: dict[str, float]
    person: dict[str, bool]
    unknown: frozenset[str] = frozenset()

    def has(self, finding: str) -> bool:
        """Whether a finding is known to be there."""
        known = self.findings.get(finding)
        return known is not None and known.present

    def truth(self, atom: Atom) -> bool | None:
        """Whether an atom is so, None when that is unknown."""
        if atom.kind == "finding":
            known = self.findings.get(atom.name)
            return None if known is None else known.present
        if atom.kind == "number":
            number = self.numbers.get(atom.name)
            return None if number is None else holds(atom.operator, number, atom.value)
        if atom.kind == "person":
            return self.person.get(atom.name)
        return self._of_finding(atom)

    def stands(self, literal: Literal_) -> bool | None:
        """Whether a literal holds for certain, None when it rests on something unknown."""
        truth = self.truth(literal.atom)
        return None if truth is None else truth is literal.wanted

    def _of_finding(self, atom: Atom) -> bool | None:
        known = self.findings.get(atom.name)
        if known is None:
            return None
        if not known.present:
            return False
        if atom.kind == "days":
            return None if known.days is None else holds(atom.operator, known.days, atom.value)
        severity = known.severity
        if severity is None and "pain" in atom.name and self.has(_SEVERE_PAIN):
            severity = "severe"
        return None if severity is None else severity == atom.word
