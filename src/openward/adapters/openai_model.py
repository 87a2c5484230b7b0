"""Any server that speaks the OpenAI protocol: vLLM, SGLang, Ollama, llama.cpp, DeepSeek, a cloud.

The client is aiohttp: measured against the same server, httpx took three to fifteen times as long for a call.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from openward.adapters.body import body_of_answer
from openward.adapters.openai_wire import (
    Gathering,
    WireAnswer,
    answer_of,
    body_of,
    code_of,
    embedding_body,
    names_of,
    reply_of,
    usage_of,
    vectors_of,
)
from openward.adapters.sse import Events, TooLongError
from openward.domain.errors import EndpointError, SettingsError
from openward.domain.model import ChatRequest, Delta, Embedding, Model, Reply

_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_ERROR: Final = 64 * 1024
_PER_TOKEN: Final = 2048
_DONE: Final = b"[DONE]"
_BUSY: Final = frozenset({408, 409, 425, 429, 503})
_LONGEST_REST: Final = 3600.0
_Sessions = dict[str, aiohttp.ClientSession]


class OpenAIEndpoint:
    """Asks model servers; `secret_of` gives the key of a name, `house` the listed hosts of the house."""

    def __init__(self, secret_of: Callable[[str], str | None] = lambda _: None, house: tuple[str, ...] = ()) -> None:
        self._secret_of = secret_of
        self._house = house
        # A connection belongs to the loop that opened it.
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Sessions] = WeakKeyDictionary()

    async def chat(self, model: Model, request: ChatRequest, seconds: float) -> Reply:
        """The whole answer."""
        body = body_of(model, request, stream=False)
        async with self._asked(model, "/chat/completions", body, seconds, silence=None) as response:
            return reply_of(model, await body_of_answer(response, _most_bytes(request.max_tokens)))

    async def stream(self, model: Model, request: ChatRequest, seconds: float) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece."""
        body, gathering = body_of(model, request, stream=True), Gathering()
        silence = model.patience.silence
        async with self._asked(model, "/chat/completions", body, seconds, silence=silence) as response:
            if response.content_type != "text/event-stream":
                raise EndpointError("the server does not stream", used=True)
            async for answer in _answers(response, most=request.max_tokens):
                delta = _piece(gathering, answer)
                if delta is not None:
                    yield delta
        if not gathering.finished:
            raise EndpointError("the answer broke off before its end", again=True, used=True)
        yield Delta(reply=gathering.reply(model))

    async def embed(self, model: Model, texts: tuple[str, ...], seconds: float) -> Embedding:
        """One vector for each text."""
        async with self._asked(model, "/embeddings", embedding_body(model, texts), seconds, silence=None) as response:
            vectors, usage = vectors_of(await body_of_answer(response, _MOST_BYTES), len(texts))
        return Embedding(vectors=vectors, model=model.id, version=model.version, usage=usage)

    async def fault(self, model: Model, seconds: float) -> str:
        """What stands in the way of asking a model, by the server's own list of models; empty when nothing does."""
        try:
            async with self._asked(model, "/models", None, seconds, silence=None) as response:
                names = names_of(await body_of_answer(response, _MOST_ERROR * 16))
        except EndpointError as error:
            return str(error)
        if (model.name or model.id) in names:
            return ""
        return f"the server has no model '{model.name or model.id}'; it has: {', '.join(names)[:300] or 'none'}"

    async def close(self) -> None:
        """Closes the connections of this loop."""
        for session in self._sessions.pop(asyncio.get_running_loop(), {}).values():
            await session.close()

    @asynccontextmanager
    async def _asked(
        self, model: Model, path: str, body: bytes | None, seconds: float, *, silence: float | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        patience = aiohttp.ClientTimeout(total=seconds, sock_connect=model.patience.connect, sock_read=silence)
        url = model.address.rstrip("/") + path
        try:
            async with self._session(model).request(
                "GET" if body is None else "POST",
                url,
                data=body,
                headers=self._headers(model),
                timeout=patience,
                allow_redirects=False,
            ) as response:
                if not response.ok or response.status >= 300:  # noqa: PLR2004 - RFC 9110: a redirection
                    raise await _refused(response)
                yield response
        except aiohttp.ClientConnectorError:
            raise EndpointError("the server cannot be reached", again=True) from None
        except aiohttp.ConnectionTimeoutError:
            raise EndpointError("the server cannot be reached in time", late=True) from None
        except TimeoutError:
            raise EndpointError("the server did not answer in time", used=True, late=True) from None
        except TooLongError:
            raise EndpointError("the answer is longer than it can be", used=True) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise EndpointError("the connection or the answer is broken", again=True, used=True) from None

    def _session(self, model: Model) -> aiohttp.ClientSession:
        sessions = self._sessions.setdefault(asyncio.get_running_loop(), {})
        session = sessions.get(model.id)
        if session is None or session.closed:
            resolver = _HouseResolver(self._house) if model.locality == "local" else None
            connector = aiohttp.TCPConnector(limit=model.at_once, resolver=resolver)
            session = sessions[model.id] = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
            )
        return session

    def _headers(self, model: Model) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if model.secret is not None:
            headers["Authorization"] = f"Bearer {self._secret(model.secret)}"
        return headers

    def _secret(self, name: str) -> str:
        try:
            secret = self._secret_of(name)
        except SettingsError as error:
            raise EndpointError(str(error), ill=False) from None
        if not secret:
            raise EndpointError(f"it wants the secret '{name}', which is not set", ill=False)
        return secret


class _HouseResolver(AbstractResolver):
    """Keeps to addresses of the house, whatever a name server says; names that are listed may lead anywhere."""

    def __init__(self, house: tuple[str, ...]) -> None:
        self._listed = house
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name that are of the house."""
        found = await self._resolver.resolve(host, port, family)
        if any(fnmatchcase(host.lower(), pattern.lower()) for pattern in self._listed):
            return found
        kept = [one for one in found if not ipaddress.ip_address(one["host"].partition("%")[0]).is_global]
        if not kept:
            msg = "the name leads out of the house"
            raise OSError(msg)
        return kept

    async def close(self) -> None:
        """Nothing to let go of."""
        await self._resolver.close()


def _piece(gathering: Gathering, answer: WireAnswer) -> Delta | None:
    if answer.usage is not None:
        gathering.usage = usage_of(answer.usage)
    if not answer.choices:
        return None
    choice = answer.choices[0]
    text, reasoning = gathering.add(choice, choice.delta)
    return Delta(text=text, reasoning=reasoning) if text or reasoning else None


def _most_bytes(tokens: int) -> int:
    """The most bytes that an answer can be: the longest tokens in use are 128 letters, and each may come by itself."""
    return min(_MOST_BYTES, _MOST_ERROR * 16 + tokens * _PER_TOKEN)


async def _answers(response: aiohttp.ClientResponse, most: int) -> AsyncIterator[WireAnswer]:
    """The chunks of a stream, up to its end; a server that goes on after the most tokens is cut off."""
    events, count, size, most_bytes = Events(), 0, 0, _most_bytes(most)
    async for data in response.content.iter_any():
        size += len(data)
        if size > most_bytes:
            raise EndpointError("the answer is longer than the most tokens that were asked for can be", used=True)
        for event in events.feed(data):
            if event == _DONE:
                return
            count += 1
            if count > 2 * most + 16:
                raise EndpointError("the server goes on after the most tokens that were asked for", used=True)
            yield answer_of(event)


async def _refused(response: aiohttp.ClientResponse) -> EndpointError:
    status = response.status
    try:
        told = f"the server says {status}{code_of(await body_of_answer(response, _MOST_ERROR))}"
    except TooLongError:
        told = f"the server says {status}"
    if status in _BUSY:
        return EndpointError(told, again=True, ill=status != 429, after=_rest(response.headers.get("Retry-After")))  # noqa: PLR2004
    # RFC 9110: 5xx is the server's fault; whatever it did before it failed, it may charge for.
    if status >= 500:  # noqa: PLR2004
        return EndpointError(told, again=True, used=status not in {501, 502, 505})
    return EndpointError(f"{told}; check address, name and secret of the model in the registry", ill=False)


def _rest(told: Any) -> float | None:
    """The seconds of Retry-After; a date is not waited for."""
    try:
        return min(max(float(told), 0.0), _LONGEST_REST)
    except (TypeError, ValueError):
        return None
