"""What triage puts forward: how soon and where, by which rules, what to ask next, and what to watch for."""

from typing import Any, Final, Literal

import msgspec

from openward.domain.interview import Question

SYSTEM: Final = "urn:openward:triage"
Urgency = Literal["emergency", "urgent", "routine", "self-care", "not-covered"]
Origin = Literal["given", "text", "chart", "answer"]


class Department(msgspec.Struct, frozen=True):
    """Where to go."""

    id: str
    name: str


class RuleShown(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that speaks; `red_flag` is true where nothing may lower it, `because` are the findings it rests on.

    `assumed` are the findings that were not mentioned and were taken as not being there.
    """

    rule: str
    level: Urgency
    scale: str
    red_flag: bool
    reason: str
    because: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    source: str = ""


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of the vocabulary as it was understood; `place` is where it stands in the complaint."""

    id: str
    name: str
    present: bool
    origin: Origin
    days: float | None = None
    severity: str | None = None
    start: int | None = None
    end: int | None = None


class VitalShown(msgspec.Struct, frozen=True, kw_only=True):
    """One vital sign that was used, with where it came from."""

    id: str
    name: str
    value: float
    unit: str
    origin: Origin
    date: str | None = None


class NotAsked(msgspec.Struct, frozen=True):
    """A question that could still matter and was not answered."""

    id: str
    text: str


class Answered(msgspec.Struct, frozen=True):
    """A question as it was asked, and its answer in words."""

    text: str
    answer: str


class SafetyNet(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now, what to watch for, and when to come back; `support` is what helps until somebody is seen."""

    now: str
    watch_for: tuple[str, ...]
    come_back: str
    support: tuple[str, ...] = ()


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """The body: `scale` is the hospital's four-level scale (I at once to IV not urgent).

    `summary` is a FHIR R4 Bundle for the physician; `complaint` is it in the person's
    own words, `answers` what was asked and answered; `question` is the next best question, None when no answer could
    change the level or twelve were asked.
    """

    level: Urgency
    level_name: str
    scale: str | None
    respond: str | None
    department: Department | None
    rules: tuple[RuleShown, ...]
    understood: tuple[Understood, ...]
    vitals: tuple[VitalShown, ...]
    news2_at_least: int | None
    question: Question | None
    asked: int
    not_asked: tuple[NotAsked, ...]
    safety_net: SafetyNet | None
    summary: dict[str, Any]
    complaint: str = ""
    answers: tuple[Answered, ...] = ()
