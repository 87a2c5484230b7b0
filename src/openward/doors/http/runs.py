"""Handlers about runs, decisions and feedback."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec

from openward.domain.errors import InputError, NotFoundError
from openward.domain.run import Choice, Decision, Feedback, Run, Showing
from openward.doors.http.call import Answer, Call


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """One page of runs; `next` is the `before` of the following page, null at the end."""

    items: tuple[Run, ...]
    next: str | None = None


class RunDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A run with what a person decided and what was said of it; `first` is the signature that awaits a second one."""

    run: Run
    decision: Decision | None = None
    first: Decision | None = None
    feedback: tuple[Feedback, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The exact bytes to decide on (`run.proposal`) and the showing that a decision must name.

    `first` is what another person signed before, where two must agree: with an amendment the bytes are `first.amended`.
    """

    run: Run
    showing: Showing
    first: Decision | None = None


class DecisionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's decision; the passphrase is the fresh confirmation (leave it out when OIDC confirmed just now)."""

    showing: str
    digest: str
    choice: Choice
    reason: str = ""
    amended: dict[str, Any] | None = None
    passphrase: str | None = None


class FeedbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one finding."""

    finding: str
    outcome: Literal["accepted", "overridden"]
    reason_code: str | None = None
    comment: str | None = None


def list_runs(call: Call) -> Answer:
    """One page of runs, newest first."""
    call.ward.access.require(call.actor, "run.read")
    limit = call.number("limit", 50)
    status = call.query.get("status")
    if status not in {None, "proposed", "held", "failed"}:
        msg = "the query parameter 'status' can be proposed, held or failed"
        raise InputError(msg)
    found = call.ward.runs(
        service=call.query.get("service"), status=status, limit=limit + 1, before=call.query.get("before"),
        actor=call.actor, door="http",
    )  # fmt: skip
    return Answer(_page(found, limit))


def _page(found: tuple[Run, ...], limit: int) -> Runs:
    return Runs(items=found[:limit], next=found[limit - 1].id if len(found) > limit else None)


def _run(call: Call) -> Run:
    run = call.ward.stores.runs.get(call.path["run"])
    if run is None:
        msg = "there is no such run in this ward; list them with GET /v1/runs"
        raise NotFoundError(msg)
    return run


def get_run(call: Call) -> Answer:
    """One run with its decision and feedback."""
    call.ward.access.require(call.actor, "run.read")
    run, runs = _run(call), call.ward.stores.runs
    call.ward.trail.write(call.actor, "run.read", "read", patient=run.patient, run=run.id, door="http")
    first = call.ward.desk.first(run)
    return Answer(RunDetail(run=run, decision=runs.decision(run.id), first=first, feedback=runs.feedback(run.id)))


def queue(call: Call) -> Answer:
    """What waits for the caller's signature."""
    limit = call.number("limit", 50)
    found = call.ward.desk.queue(call.actor, limit=limit + 1, before=call.query.get("before"))
    return Answer(_page(found, limit))


def show(call: Call) -> Answer:
    """Puts the exact bytes before the person who calls."""
    run, showing = call.ward.desk.show(call.path["run"], call.actor)
    return Answer(Shown(run=run, showing=showing, first=call.ward.desk.first(run)), HTTPStatus.CREATED)


def decide(call: Call) -> Answer:
    """Takes a decision; who may, and on what, is the desk's to judge."""
    asked = call.decided(DecisionRequest)
    decision = call.ward.desk.decide(
        call.path["run"], showing=asked.showing, digest=asked.digest, choice=asked.choice, reason=asked.reason,
        amended=msgspec.json.encode(asked.amended) if asked.amended is not None else None, actor=call.actor,
        passphrase=asked.passphrase, door="http",
    )  # fmt: skip
    return Answer(decision, HTTPStatus.CREATED)


def give_feedback(call: Call) -> Answer:
    """Keeps what became of a finding."""
    call.ward.access.require(call.actor, "feedback.write")
    asked = call.decoded(FeedbackRequest)
    return Answer(
        call.ward.feedback(
            call.path["run"], finding=asked.finding, outcome=asked.outcome, reason_code=asked.reason_code,
            comment=asked.comment, actor=call.actor, door="http",
        ),
        HTTPStatus.CREATED,
    )  # fmt: skip
