"""Asks an agent from a page: what happens while it answers, as server-sent events, for who is signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openward.domain.agent import AgentEvent, Ask
from openward.domain.errors import InputError, OpenWardError
from openward.domain.proposal import Language
from openward.domain.run import Run, RunRequest
from openward.doors.agents import Asking, EventStream, agent_of
from openward.doors.console.visit import actor_of, own, spoken
from openward.ward import Ward

_ENCODER: Final = msgspec.json.Encoder()
_MOST: Final = 2 * 1024 * 1024


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page asks: the conversation, and the patient whose chart it stands beside."""

    ask: Ask
    patient: str | None = None


def asked(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the assistant's form."""

    async def endpoint(request: Request) -> Response:
        try:
            asking = await _begin(ward, request)
        except OpenWardError as error:
            return Response(_ENCODER.encode({"detail": str(error)}), error.status, media_type="application/json")
        return EventStream(asking, _events(asking))

    return endpoint


async def _begin(ward: Ward, request: Request) -> Asking:
    own(request)
    body = await request.body()
    if len(body) > _MOST:
        raise InputError(f"a question may have {_MOST:,} bytes with its documents")
    try:
        question = msgspec.json.decode(body, type=Question)
    except msgspec.DecodeError as error:
        raise InputError("the question cannot be read; reload the page") from error
    actor = await run_in_threadpool(actor_of, ward, request)
    agent = agent_of(ward, request.path_params["agent"])
    language: Language = spoken(request, ward)
    asked = RunRequest(input=msgspec.Raw(_ENCODER.encode(question.ask)), patient=question.patient, language=language)
    return Asking.of(ward, agent.id, asked, actor=actor, door="console")


async def _events(asking: Asking) -> AsyncIterator[bytes]:
    try:
        while not isinstance(news := await asking.next(), Run):
            yield b": still here\n\n" if news is None else _framed(news.kind, news)
        yield _framed("run", {"id": news.id, "status": news.status, "failure": news.failure})
    except OpenWardError as error:
        yield _framed("error", {"detail": str(error)})


def _framed(event: str, data: AgentEvent | dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), _ENCODER.encode(data))
