"""The routes of the door: models, chat completions, responses."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent, Answer
from openward.domain.errors import OpenWardError, ServiceError
from openward.domain.proposal import Language, Proposal
from openward.domain.run import Run
from openward.doors.agents import Asking, EventStream, Shown, agent_of, agents_for, shown
from openward.doors.http.call import bearer, json_body
from openward.doors.openai import completions, responses
from openward.doors.openai.reading import Wanted, chat_of, response_of
from openward.doors.openai.wrong import WrongError, fault_of, faulty
from openward.harness.service import Service
from openward.ward import Ward

_MAX_BODY: Final = 8 * 1024 * 1024
_STILL_HERE: Final = b": still here\n\n"
_DONE: Final = b"data: [DONE]\n\n"
_ENCODER: Final = msgspec.json.Encoder()
Handler = Callable[[Request, Actor], Awaitable[Response]]


def openai_routes(ward: Ward) -> list[BaseRoute]:
    """The routes for one ward."""
    door = _Door(ward)
    return [
        Route("/v1/models", _endpoint(ward, door.models)),
        Route("/v1/models/{model}", _endpoint(ward, door.model)),
        Route("/v1/chat/completions", _endpoint(ward, door.complete), methods=["POST"]),
        Route("/v1/responses", _endpoint(ward, door.respond), methods=["POST"]),
    ]


def _endpoint(ward: Ward, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            actor = await run_in_threadpool(ward.access.identify, bearer(request))
            return await handler(request, actor)
        except Exception as error:  # noqa: BLE001 - every error has OpenAI's shape at this door
            return faulty(error)

    return endpoint


@dataclass(kw_only=True)
class _Order:
    """What is asked of which agent, and the answer under way; `first` is what had happened when the stream began."""

    wanted: Wanted
    agent: Service
    asking: Asking
    id: str
    created: int
    first: list[AgentEvent | Run]

    async def next(self) -> AgentEvent | Run | None:
        """What happens next."""
        return self.first.pop() if self.first else await self.asking.next()

    async def run(self, request: Request) -> Run:
        """The run, when it has ended."""
        ended = self.first.pop()
        return ended if isinstance(ended, Run) else await self.asking.run(request)


class _Door:
    """Answers requests for one ward."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward

    async def models(self, _request: Request, actor: Actor) -> Response:
        """The agents that the caller may ask."""
        listed = [_model(agent) for agent in await run_in_threadpool(agents_for, self._ward, actor)]
        return _json({"object": "list", "data": listed})

    async def model(self, request: Request, actor: Actor) -> Response:
        """One of them."""
        for agent in await run_in_threadpool(agents_for, self._ward, actor):
            if agent.id == request.path_params["model"]:
                return _json(_model(agent))
        raise _no_model(request.path_params["model"])

    async def complete(self, request: Request, actor: Actor) -> Response:
        """A chat completion."""
        order = await self._ordered(request, actor, chat_of(await json_body(request, _MAX_BODY), request.headers))
        if order.wanted.stream:
            return EventStream(order.asking, self._chunks(order))
        run = await order.run(request)
        return _json(completions.completion(run, _readable(run, order.agent)))

    async def respond(self, request: Request, actor: Actor) -> Response:
        """A response."""
        order = await self._ordered(request, actor, response_of(await json_body(request, _MAX_BODY), request.headers))
        if order.wanted.stream:
            return EventStream(order.asking, self._events(order))
        run = await order.run(request)
        return _json(responses.response(order.wanted, run.id, order.created, run, _readable(run, order.agent)))

    async def _ordered(self, request: Request, actor: Actor, wanted: Wanted) -> _Order:
        """Begins to ask; what cannot begin at all has a status of its own, also where a stream is wanted."""
        try:
            agent = agent_of(self._ward, wanted.model)
        except OpenWardError:
            raise _no_model(wanted.model) from None
        conversation = await run_in_threadpool(self._conversation, wanted, actor)
        asked = wanted.request(_language(request), conversation)
        asking = Asking.of(self._ward, agent.id, asked, actor=actor, door="openai")
        try:
            first = await asking.begun(request)
        except BaseException:
            asking.close()
            raise
        now = int(self._ward.clock.now().timestamp())
        id = first.id if isinstance(first, Run) else first.run
        return _Order(wanted=wanted, agent=agent, asking=asking, id=id, created=now, first=[first])

    def _conversation(self, wanted: Wanted, actor: Actor) -> str | None:
        """The conversation of an earlier response of the same caller with the same agent."""
        if wanted.previous is None:
            return None
        run = self._ward.stores.runs.get(wanted.previous)
        if run is None or run.proposal is None or (run.actor, run.service) != (actor.id, wanted.model):
            said = "Previous response not found: name the id of a response that this agent gave to this caller."
            raise WrongError(said, param="previous_response_id", code="previous_response_not_found")
        answer = msgspec.json.decode(run.proposal, type=Proposal[Answer]).body
        if answer.conversation is None:
            said = "that response belongs to no conversation that is remembered: send all messages"
            raise WrongError(said, param="previous_response_id", code="previous_response_not_found")
        return answer.conversation

    async def _chunks(self, order: _Order) -> AsyncIterator[bytes]:
        yield _data(completions.opening(order.id, order.created, order.wanted.model))
        try:
            while not isinstance(news := await order.next(), Run):
                yield _STILL_HERE
            for chunk in completions.chunks(news, _readable(news, order.agent), counted=order.wanted.usage):
                yield _data(chunk)
        except Exception as error:  # noqa: BLE001 - the status has been sent already, so an error is data too
            yield _data({"error": fault_of(error)[1]})
        yield _DONE

    async def _events(self, order: _Order) -> AsyncIterator[bytes]:
        wanted, numbered = order.wanted, _Numbered()
        for event in responses.opening(wanted, order.id, order.created):
            yield numbered(event)
        try:
            while not isinstance(news := await order.next(), Run):
                yield _STILL_HERE
            for event in responses.events(wanted, order.created, news, _readable(news, order.agent)):
                yield numbered(event)
        except Exception as error:  # noqa: BLE001 - the status has been sent already, so an error is an event too
            fault = fault_of(error)[1]
            failed = responses.failed(wanted, order.id, order.created, fault.code or fault.type, fault.message)
            yield numbered({"type": "response.failed", "response": failed})


class _Numbered:
    """Frames events of a response with their name and their number."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self, event: dict[str, Any]) -> bytes:
        framed = b"event: %b\n" % event["type"].encode() + _data({**event, "sequence_number": self._number})
        self._number += 1
        return framed


def _readable(run: Run, agent: Service) -> Shown:
    """What may be read of a run.

    Raises:
        ServiceError: the run failed.
    """
    readable = shown(run, agent)
    if readable is None:
        reason = run.failure.message if run.failure else "its checks refused it"
        raise ServiceError(f"run {run.id} failed: {reason}")
    return readable


def _model(agent: Service) -> dict[str, Any]:
    card = agent.card
    beside = {"title": card.title, "version": card.version, "intended_use": card.intended_use, "not_for": card.not_for}
    return {"id": agent.id, "object": "model", "created": 0, "owned_by": card.owner, "openward": beside}


def _no_model(id: str) -> WrongError:
    said = f"The model '{id[:80]}' does not exist or you do not have access to it: models are the agents of this ward."
    return WrongError(said, param="model", code="model_not_found", status=404)


def _language(request: Request) -> Language | None:
    first = request.headers.get("accept-language", "").strip().lower()
    return "zh" if first.startswith("zh") else "en" if first.startswith("en") else None


def _json(data: Any) -> Response:
    return Response(_ENCODER.encode(data), media_type="application/json")


def _data(data: Any) -> bytes:
    return b"data: %b\n\n" % _ENCODER.encode(data)
