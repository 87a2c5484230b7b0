"""The routes of the CDS Hooks door."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec
from starlette.routing import BaseRoute, Route

from openward.domain.errors import InputError, NotFoundError, ServiceError
from openward.domain.proposal import Proposal
from openward.doors.cds_hooks.cards import cards
from openward.doors.cds_hooks.discovery import discovery, find
from openward.doors.cds_hooks.hook import decode, run_request
from openward.doors.http.call import Answer, Call, endpoint_of
from openward.ward import Ward

_MAX_FEEDBACK = 100


class _Reason(msgspec.Struct, frozen=True):
    reason: dict[str, Any] | None = None
    userComment: str | None = None  # noqa: N815 - the specification's name


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    card: str
    outcome: Literal["accepted", "overridden"]
    overrideReason: _Reason | None = None  # noqa: N815 - the specification's name


class _Feedback(msgspec.Struct, frozen=True):
    feedback: tuple[_Item, ...]


def cds_hooks_routes(ward: Ward) -> list[BaseRoute]:
    """Discovery, the services themselves, and feedback."""
    return [
        Route("/cds-services", endpoint_of(ward, _discover, public=True), methods=["GET"]),
        Route("/cds-services/{id}", endpoint_of(ward, _answer), methods=["POST"]),
        Route("/cds-services/{id}/feedback", endpoint_of(ward, _feedback), methods=["POST"]),
    ]


def _discover(call: Call) -> Answer:
    return Answer(discovery(call.ward.services, call.language))


def _answer(call: Call) -> Answer:
    service, hook = find(call.ward.services, call.ward.services.faults, call.path["id"])
    call.ward.access.require(call.actor, f"service/{service.id}.run")
    asked = decode(call.body, hook)
    patient = asked.context.patientId.removeprefix("Patient/")
    known = call.ward.stores.record.read("Patient", patient) is not None
    request = run_request(asked, known=known, language=call.language)
    run = call.ward.execute(service.id, request, actor=call.actor, door="cds-hooks")
    if run.proposal is None or run.status == "held":
        raise ServiceError(run.failure.message if run.failure else f"run {run.id} is held back for a person's review")
    proposal: Proposal[Any] = msgspec.json.decode(run.proposal, type=Proposal[service.body])  # type: ignore[name-defined]
    return Answer({"cards": cards(run, proposal, service.card)})


def _feedback(call: Call) -> Answer:
    find(call.ward.services, call.ward.services.faults, call.path["id"])
    call.ward.access.require(call.actor, "feedback.write")
    given = call.decoded(_Feedback).feedback
    if not 0 < len(given) <= _MAX_FEEDBACK:
        msg = f"'feedback' must hold 1 to {_MAX_FEEDBACK} items"
        raise InputError(msg)
    for item in given:
        _keep(call, item)
    return Answer(None, HTTPStatus.OK)


def _keep(call: Call, item: _Item) -> None:
    run, slash, finding = item.card.partition("/")
    if not slash:
        msg = "'card' is not the uuid of a card of this ward"
        raise NotFoundError(msg)
    reason = item.overrideReason
    code = reason.reason.get("code") if reason and reason.reason else None
    call.ward.feedback(
        run, finding=finding, outcome=item.outcome, reason_code=code if isinstance(code, str) else None,
        comment=reason.userComment if reason else None, actor=call.actor, door="cds-hooks",
    )  # fmt: skip
