"""What the report reading puts forward: every result in its place, what to do next, and words for the patient."""

from typing import Final, Literal

import msgspec

SYSTEM: Final = "urn:openward:lab-report"
Whose = Literal["laboratory", "seed", "none"]
Flag = Literal["low", "normal", "high", "abnormal", "unknown"]
Verdict = Literal["significant", "not-significant", "not-comparable"]
Trend = Literal["rising", "falling", "stable"]
Urgency = Literal["now", "soon", "routine"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A result beside the one before: `percent` of change, and the reference change values that it is measured by.

    `fall` and `rise` are the limits in percent within which analytical and biological variation explain a change.
    """

    previous: float
    taken: str | None
    days: float | None
    percent: float | None
    fall: float | None = None
    rise: float | None = None
    verdict: Verdict = "not-comparable"
    why: str = ""


class ResultShown(msgspec.Struct, frozen=True, kw_only=True):
    """One result: as reported, harmonised to the analyte's UCUM unit, and judged.

    `low` and `high` are in `harmonised_unit` where the value is, else in the laboratory's own; `interval_of` says whose
    they are, `interval_from` from which people a seed was made and what was assumed. `flag` is
    "unknown" when there is no interval to judge by.
    """

    place: str
    name: str
    reported: str
    analyte: str | None = None
    analyte_name: str | None = None
    harmonised: float | None = None
    harmonised_unit: str | None = None
    low: float | None = None
    high: float | None = None
    interval_of: Whose = "none"
    interval_from: str | None = None
    flag: Flag = "unknown"
    critical: bool = False
    taken: str | None = None
    change: Change | None = None
    trend: Trend | None = None


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity worked out from several results, such as the anion gap."""

    id: str
    name: str
    value: float
    unit: str
    source: str


class NextTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test that would tell more; `because` is the id of the finding that it follows."""

    test: str
    analyte: str | None
    urgency: Urgency
    reason: str
    because: str
    source: str


class ReadBack(msgspec.Struct, frozen=True, kw_only=True):
    """The task to tell somebody of a critical value; the empty fields are for the person who does it."""

    analyte: str
    result: str
    limit: str
    minutes: int
    call_by: str
    policy: str
    told: str | None = None
    told_by: str | None = None
    told_at: str | None = None
    read_back: bool | None = None


class LabReport(msgspec.Struct, frozen=True, kw_only=True):
    """The body: results in the order of the report, computed quantities, tests, read-back tasks, words for patients."""

    results: tuple[ResultShown, ...]
    computed: tuple[Computed, ...] = ()
    next_tests: tuple[NextTest, ...] = ()
    read_back: tuple[ReadBack, ...] = ()
    for_patient: tuple[str, ...] = ()
