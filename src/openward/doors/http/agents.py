"""Asks an agent over HTTP: its run as JSON, or what happens meanwhile as server-sent events."""

from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, get_args

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openward.domain.agent import AgentEvent, EventKind, Pending
from openward.domain.run import Run, RunRequest
from openward.doors.agents import Asking, EventStream, agent_of
from openward.doors.http.call import Answer, Call, bearer, json_body, language_of
from openward.doors.http.problems import Problem, problem_of
from openward.harness.request import request_of
from openward.harness.unfinished import Unfinished
from openward.ward import Ward


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of a run that wait for a person."""

    items: tuple[Pending, ...]
    next: str | None = None


class Unended(msgspec.Struct, frozen=True, kw_only=True):
    """Runs of agents that wait or were cut off; the list is short and never paged, `next` is always null."""

    items: tuple[Unfinished, ...]
    next: str | None = None


class ApprovalRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A yes to one call with exactly the arguments of this digest; the passphrase shows that the person is there."""

    step: int
    digest: str
    passphrase: str | None = None


EVENTS: Final[dict[str, Any]] = {**dict.fromkeys(get_args(EventKind), AgentEvent), "run": Run, "error": Problem}
STREAM: Final = "text/event-stream"
_ENCODER: Final = msgspec.json.Encoder()
_STILL_HERE: Final = b": still here\n\n"


def ask_agent(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint: events for who accepts them (`Accept: text/event-stream`), else the run."""

    async def endpoint(request: Request) -> Response:
        body = await json_body(request)
        actor = await run_in_threadpool(ward.access.identify, bearer(request))
        agent = agent_of(ward, request.path_params["agent"])
        asked = _request(body, language_of(request, ward.settings.language))
        asking = Asking.of(ward, agent.id, asked, actor=actor, door="http")
        if STREAM not in request.headers.get("accept", ""):
            run = await asking.run(request)
            return Response(_ENCODER.encode(run), 200, {"Location": f"/v1/runs/{run.id}"}, "application/json")
        try:
            first = await asking.begun(request)  # what cannot begin at all is a plain problem with its status
        except BaseException:
            asking.close()
            raise
        return EventStream(asking, _events(request, asking, first))

    return endpoint


def list_unfinished(call: Call) -> Answer:
    """Runs of agents that have not ended; nothing of what was said in them."""
    call.ward.access.require(call.actor, "run.read")
    return Answer(Unended(items=call.ward.agents.unfinished()))


def list_pending(call: Call) -> Answer:
    """The calls of a run that wait for a person."""
    return Answer(Waiting(items=call.ward.agents.pending(call.path["run"], call.actor, door="http")))


def approve(call: Call) -> Answer:
    """A person lets one call be made."""
    asked = call.decided(ApprovalRequest)
    given = call.ward.agents.approve(
        call.path["run"], asked.step, asked.digest, actor=call.actor, passphrase=asked.passphrase, door="http"
    )  # fmt: skip
    return Answer(given, HTTPStatus.CREATED)


def resume(call: Call) -> Answer:
    """Goes on with a run where it was."""
    return Answer(call.ward.agents.resume(call.path["run"], call.actor, door="http"))


def _request(body: bytes, language: str) -> RunRequest:
    asked = request_of(body)
    return asked if b'"language"' in body else msgspec.structs.replace(asked, language=language)


async def _events(request: Request, asking: Asking, news: AgentEvent | Run | None) -> AsyncIterator[bytes]:
    try:
        while not isinstance(news, Run):
            yield _STILL_HERE if news is None else _framed(news.kind, news)
            news = await asking.next()
        yield _framed("run", news)
    except Exception as error:  # noqa: BLE001 - the status has been sent already, so an error is an event too
        yield _framed("error", problem_of(request, error))


def _framed(event: str, data: object) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), _ENCODER.encode(data))
