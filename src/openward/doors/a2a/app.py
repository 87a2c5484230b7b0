"""The routes of the door: cards, and `message/send` over JSON-RPC 2.0."""

from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from openward.domain.errors import InputError, OpenWardError, decoding, told
from openward.domain.run import Run, RunRequest
from openward.doors.a2a.card import agent_card, ward_card
from openward.doors.agents import Asking, agent_of, shown, spoken
from openward.doors.http.call import bearer, json_body
from openward.doors.http.problems import on_house_error
from openward.harness.service import Service
from openward.ward import Ward

_CARD: Final = ".well-known/agent-card.json"
_MAX_BODY: Final = 8 * 1024 * 1024
_PARSE, _REQUEST, _METHOD, _PARAMS, _INTERNAL, _TASK, _CONTENT = -32700, -32600, -32601, -32602, -32603, -32001, -32005
_MAX_ID: Final = 128
Id = Annotated[str, msgspec.Meta(max_length=_MAX_ID)]


class Part(msgspec.Struct, frozen=True):
    """One part of a message; only text is taken."""

    kind: str
    text: str | None = None


class Said(msgspec.Struct, frozen=True, rename="camel"):
    """A message of another agent; `context_id` goes on with a conversation of ours."""

    role: Literal["user", "agent"]
    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]
    message_id: str
    context_id: Id | None = None
    task_id: str | None = None
    metadata: dict[str, Any] = {}


class Params(msgspec.Struct, frozen=True):
    """What `message/send` takes."""

    message: Said
    metadata: dict[str, Any] = {}


class Call(msgspec.Struct, frozen=True):
    """A JSON-RPC request."""

    jsonrpc: Literal["2.0"]
    method: str
    id: str | int | None = None
    params: msgspec.Raw = msgspec.Raw(b"{}")


class RpcError(OpenWardError):
    """A request that cannot be answered, with the code that JSON-RPC or A2A has for it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def a2a_routes(ward: Ward) -> list[BaseRoute]:
    """The routes for one ward."""
    door = _Door(ward)
    return [
        Route(f"/{_CARD}", door.ward_card),
        Route(f"/a2a/{{agent}}/{_CARD}", door.agent_card),
        Route("/a2a", door.answer, methods=["POST"]),
        Route("/a2a/{agent}", door.answer, methods=["POST"]),
    ]


class _Door:
    """Answers other agents for one ward."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward

    async def ward_card(self, request: Request) -> Response:
        """The card of the ward."""
        agents = [service for service in self._ward.services.values() if service.card.kind == "agent"]
        return _json(ward_card(self._ward.settings.site, f"{request.base_url}a2a", agents))

    async def agent_card(self, request: Request) -> Response:
        """The card of one agent."""
        agent = agent_of(self._ward, request.path_params["agent"])
        return _json(agent_card(f"{request.base_url}a2a/{agent.id}", agent))

    async def answer(self, request: Request) -> Response:
        """Answers a call; who is not known gets a 401, every other error stands in the answer."""
        try:
            actor = await run_in_threadpool(self._ward.access.identify, bearer(request))
        except OpenWardError as error:
            return await on_house_error(request, error)
        id: str | int | None = None
        try:
            call = _called(await json_body(request, _MAX_BODY))
            id = call.id
            params = _params(call)
            agent = agent_of(self._ward, _named(request, params))
            asking = Asking.of(self._ward, agent.id, _request(request, params), actor=actor, door="a2a")
            result = self._message(await asking.run(request), agent)
        except Exception as error:  # noqa: BLE001 - every error has JSON-RPC's shape from here on
            return _json({"jsonrpc": "2.0", "id": id, "error": _error(error)})
        return _json({"jsonrpc": "2.0", "id": id, "result": result})

    def _message(self, run: Run, agent: Service) -> dict[str, Any]:
        readable = shown(run, agent)
        if readable is None:
            reason = run.failure.message if run.failure else "its checks refused it"
            raise RpcError(_INTERNAL, f"run {run.id} failed: {reason}")
        answer = readable.answer
        beside = {"run": run.id, "status": run.status, "stopped": answer.stopped, "heldBack": len(answer.held)}
        message = {
            "kind": "message", "role": "agent", "messageId": run.id, "metadata": {"openward": beside},
            "parts": [{"kind": "text", "text": readable.whole}],
        }  # fmt: skip
        return message | ({"contextId": answer.conversation} if answer.conversation else {})


def _called(body: bytes) -> Call:
    try:
        return msgspec.json.decode(body, type=Call)
    except msgspec.ValidationError as error:
        raise RpcError(_REQUEST, f"the request is no JSON-RPC 2.0: {decoding(error)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RpcError(_PARSE, f"the body is no JSON: {decoding(error)}") from None


def _params(call: Call) -> Params:
    if call.method != "message/send":
        raise RpcError(_METHOD, "there is one method here: message/send")
    try:
        params = msgspec.json.decode(call.params, type=Params)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RpcError(_PARAMS, f"the parameters are wrong: {decoding(error)}") from None
    if params.message.task_id is not None:
        raise RpcError(_TASK, "there are no tasks here: every message is answered at once")
    if any(part.kind != "text" or part.text is None for part in params.message.parts):
        raise RpcError(_CONTENT, "agents of this ward read text only at this door")
    return params


def _named(request: Request, params: Params) -> str:
    """The agent that is meant."""
    told = params.message.metadata.get("agent") or params.metadata.get("agent")
    named: Any = request.path_params.get("agent") or told
    if not isinstance(named, str):
        raise RpcError(_PARAMS, "name an agent: metadata.agent is the id of a skill on the card")
    return named


def _request(request: Request, params: Params) -> RunRequest:
    message = params.message
    text = "\n".join(part.text or "" for part in message.parts)
    patient = message.metadata.get("patient") or params.metadata.get("patient")
    if patient is not None and not (isinstance(patient, str) and len(patient) <= _MAX_ID):
        raise RpcError(_PARAMS, "metadata.patient must be a patient's id in the record")
    asked: dict[str, Any] = {"messages": [{"role": "user", "text": text}]}
    if message.context_id is not None:
        asked["conversation"] = message.context_id
    said = request.headers.get("accept-language", "").strip().lower()
    return RunRequest(
        input=msgspec.Raw(msgspec.json.encode(asked)), patient=patient,
        language="zh" if said.startswith("zh") else spoken(text),
    )  # fmt: skip


def _error(error: Exception) -> dict[str, Any]:
    """An error in JSON-RPC's shape; of what is not of the house only the class is told."""
    if isinstance(error, RpcError):
        return {"code": error.code, "message": str(error)}
    if isinstance(error, OpenWardError):
        code = _PARAMS if isinstance(error, InputError) or error.status == 404 else _INTERNAL  # noqa: PLR2004
        return {"code": code, "message": told(error), "data": {"status": error.status}}
    return {"code": _INTERNAL, "message": f"the ward failed with {type(error).__name__}"}


def _json(data: Any) -> Response:
    return Response(msgspec.json.encode(data), media_type="application/json")
