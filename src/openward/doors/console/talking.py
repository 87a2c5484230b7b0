"""Asks an agent from a page: what happens while it answers, as server-sent events, for who is signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent, Ask
from openward.domain.errors import InputError, OpenWardError
from openward.domain.run import Run, RunRequest
from openward.doors import agents
from openward.doors.agents import Asking, EventStream, Executing, agent_of
from openward.doors.console.answered import Steps, held_back, told
from openward.doors.console.posted import own, read_away
from openward.doors.console.visit import Visit, actor_of, drawn, spoken
from openward.doors.http.call import TooLargeError, body_of
from openward.ward import Ward

_ENCODER: Final = msgspec.json.Encoder()
_MOST: Final = 2 * 1024 * 1024


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page asks: the conversation, and the patient whose chart it stands beside."""

    ask: Ask
    patient: str | None = None


Way = Callable[[Visit, str, RunRequest], Executing]


def asked(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the assistant's form."""
    return _endpoint(ward, _published)


def tried(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the studio's form: a draft answers its maker, and no run is kept."""
    return _endpoint(ward, _drafted)


def _published(visit: Visit, agent: str, request: RunRequest) -> Executing:
    id, ward = agent_of(visit.ward, agent).id, visit.ward
    return lambda watch: ward.execute(id, request, actor=visit.actor, door="console", watch=watch)


def _drafted(visit: Visit, agent: str, request: RunRequest) -> Executing:
    visit.ward.access.require(visit.actor, ADMIN)
    return lambda watch: visit.ward.studio.ask(agent, request, visit.actor, watch=watch)


def _endpoint(ward: Ward, way: Way) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            visit, asking = await _begin(ward, request, way)
        except OpenWardError as error:
            await read_away(request)
            return Response(_ENCODER.encode({"detail": str(error)}), error.status, media_type="application/json")
        return EventStream(asking, _events(visit, asking))

    return endpoint


async def _begin(ward: Ward, request: Request, way: Way) -> tuple[Visit, Asking]:
    own(request)
    visit = _visit(ward, request, await run_in_threadpool(actor_of, ward, request))
    try:
        body = await body_of(request, _MOST)
    except TooLargeError as error:
        raise InputError(f"a question may have {_MOST:,} bytes with its documents") from error
    try:
        question = msgspec.json.decode(body, type=Question)
    except msgspec.DecodeError as error:
        raise InputError("the question cannot be read; reload the page") from error
    if said := [one.text for one in question.ask.messages if one.role == "user"]:
        visit = replace(visit, language=agents.spoken(said[-1], visit.language))
    asked = RunRequest(
        input=msgspec.Raw(_ENCODER.encode(question.ask)), patient=question.patient, language=visit.language
    )
    agent = request.path_params["agent"]
    return visit, Asking.by(way(visit, agent, asked), name=agent)


def _visit(ward: Ward, request: Request, actor: Actor) -> Visit:
    return Visit(
        ward=ward, actor=actor, path=request.path_params, query=dict(request.query_params), form={},
        language=spoken(request, ward), here=request.url.path,
    )  # fmt: skip


async def _events(visit: Visit, asking: Asking) -> AsyncIterator[bytes]:
    try:
        while not isinstance(news := await asking.next(), Run):
            yield b": still here\n\n" if news is None else _framed(news.kind, _news(visit, news))
        yield _framed("run", await run_in_threadpool(_ended, visit, news))
    except OpenWardError as error:
        yield _framed("error", {"detail": str(error)})


def _news(visit: Visit, news: AgentEvent) -> dict[str, Any]:
    """What happened, in words of the visit's language."""
    if news.step is not None:
        did = Steps(visit).did(news.step)
        return {
            "number": news.step.number, "kind": did.kind, "words": did.words, "outcome": did.outcome,
            "seconds": did.seconds, "done": news.kind == "step-ended",
        }  # fmt: skip
    if news.held is not None:
        return {"why": held_back(visit, news.held).why, "text": news.held.text}
    return {"text": news.sentence.text if news.sentence else ""}


def _ended(visit: Visit, run: Run) -> dict[str, Any]:
    """The whole answer, laid out, once every check has looked at it."""
    answer = told(visit, run)
    kept = visit.ward.stores.runs.get(run.id) is not None
    return {"html": drawn(visit, "answered.html", a=answer, kept=kept), "status": run.status, "text": answer.whole}


def _framed(event: str, data: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), _ENCODER.encode(data))
