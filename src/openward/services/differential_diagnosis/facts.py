"""What is known of one patient, as the engine weighs it: who, what is present, what is denied."""

from typing import Final, Literal

import msgspec

from openward.domain.evidence import Evidence
from openward.services.differential_diagnosis.proposal import OnRecord, Understood

Sex = Literal["female", "male"]
FERTILE: Final = (12.0, 55.0)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Age in years, sex, pregnancy and its weeks; None where nobody said."""

    age: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    weeks: float | None = None

    @property
    def may_be_pregnant(self) -> bool:
        """Whether pregnancy is possible: not denied, not a man, and of an age for it where the age is known."""
        if self.pregnant is not None:
            return self.pregnant
        return self.sex != "male" and is_fertile(self.age)


def is_fertile(age: float | None) -> bool:
    """Whether a pregnancy is possible at an age; an unknown age leaves it possible."""
    return age is None or FERTILE[0] <= age < FERTILE[1]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One place that speaks of a finding, with the evidence that can be looked up."""

    understood: Understood
    evidence: Evidence


class Known(msgspec.Struct, frozen=True):
    """A condition that is on the problem list already, and the entry that says so."""

    entry: OnRecord
    evidence: Evidence


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by id, each once; `understood` says where each was said, `evidence` proves it.

    `complaint` is the symptom or sign that was named first: what the patient came for.
    `diagnosed` names the chart's entries that are known diagnoses, `known` the entry of each condition among them.
    """

    person: Person
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    complaint: str | None = None
    understood: tuple[Understood, ...] = ()
    evidence: dict[str, tuple[Evidence, ...]] = {}
    diagnosed: frozenset[str] = frozenset()
    known: dict[str, Known] = {}
