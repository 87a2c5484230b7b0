"""An interview: a service that asks one question at a time, and what was answered so far."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from openward.domain.run import Run


class Option(msgspec.Struct, frozen=True):
    """One answer that may be chosen."""

    id: str
    text: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a service asks next, in the language of the run; `unit` (UCUM) belongs to a number.

    `most` is the most questions that the service asks, where it says so.
    """

    id: str
    text: str
    kind: Literal["yes-no", "choice", "number"] = "yes-no"
    options: tuple[Option, ...] = ()
    unit: str | None = None
    most: int | None = None


class Interview(msgspec.Struct, frozen=True, kw_only=True):
    """One interview, as it is kept between two answers.

    `request` is the run request with all answers so far; `step` counts the answers; `question` is the id of
    the question that waits, None at the end; `run` is the run that was kept at the end.
    """

    id: str
    service: str
    actor: str
    opened: datetime
    changed: datetime
    request: msgspec.Raw
    step: int = 0
    question: str | None = None
    run: str | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer: the id of the question (the one that waits, or an earlier one that is corrected) and the value."""

    question: str
    value: Any


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Where an interview stands: the run so far, whose proposal holds the next question; kept once it has `ended`."""

    interview: str
    service: str
    step: int
    question: str | None
    ended: bool
    run: Run
