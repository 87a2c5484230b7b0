"""Handlers about services and charts."""

from typing import Any

import msgspec

from openward.domain.card import Card
from openward.domain.proposal import Proposal
from openward.doors.http.call import Answer, Call
from openward.harness.request import request_of


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The cards of all services; the list is short and never paged, `next` is always null."""

    items: tuple[Card, ...]
    next: str | None = None


class ServiceDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A service's card and schemas (JSON Schema 2020-12)."""

    card: Card
    input_schema: dict[str, Any]
    proposal_schema: dict[str, Any]


def list_services(call: Call) -> Answer:
    """The cards of all services."""
    return Answer(Services(items=tuple(s.card for s in call.ward.services.values())))


def get_service(call: Call) -> Answer:
    """One service's card and schemas."""
    service = call.ward.service(call.path["service"])
    return Answer(
        ServiceDetail(
            card=service.card,
            input_schema=msgspec.json.schema(service.reads),
            proposal_schema=msgspec.json.schema(Proposal[service.body]),  # type: ignore[name-defined]
        )
    )


def run_service(call: Call) -> Answer:
    """Runs a service; a failed run is an answer too, and says so in its status."""
    service = call.ward.service(call.path["service"])
    call.ward.access.require(call.actor, f"service/{service.id}.run")
    request = request_of(call.body)
    if b'"language"' not in call.body:
        request = msgspec.structs.replace(request, language=call.language)
    run = call.ward.execute(service.id, request, actor=call.actor, door="http")
    return Answer(run, headers={"Location": f"/v1/runs/{run.id}"})


def get_chart(call: Call) -> Answer:
    """A patient's chart."""
    return Answer(call.ward.chart(call.path["patient"], actor=call.actor, door="http"))
