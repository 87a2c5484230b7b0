"""The one way to large models: policy, masking, budgets, kept answers, second tries, other models."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Final

import msgspec

from openward.domain.errors import EndpointError, ModelError
from openward.domain.model import ChatRequest, Delta, Embedding, EmbedRequest, Message, Model, Reply
from openward.domain.usage import Usage, amount
from openward.models.answers import fault_of
from openward.models.bounds import most_input
from openward.models.budgets import lost
from openward.models.cache import Cache, digest_of
from openward.models.registry import EMBEDDED, Registry
from openward.models.routing import Route, route, route_embedding
from openward.models.streaming import Flow
from openward.models.till import Till
from openward.models.trip import Outgoing, Trip, outgoing
from openward.models.turnstile import Pause, Turnstile
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.model import Endpoint, Inspectable
from openward.ports.store import UsageStore

_CACHE: Final = 64 * 1024 * 1024


class Gateway:
    """A LanguageModel and an Embedder over all models of the registry; `endpoints` are the adapters by name."""

    def __init__(  # noqa: PLR0913 - each is one thing that a call needs
        self,
        registry: Registry,
        endpoints: Mapping[str, Endpoint],
        usage: UsageStore,
        clock: Clock,
        ids: Ids,
        *,
        cache_bytes: int = _CACHE,
        pause: Pause = asyncio.sleep,
    ) -> None:
        wanted = {model.through for model in registry.models if model.kind != "predict"}
        if missing := sorted(wanted - endpoints.keys()):
            msg = f"the registry names adapters that there are not: {', '.join(missing)}; use {', '.join(endpoints)}"
            raise ModelError(msg)
        self.registry = registry
        self._endpoints = endpoints
        self._usage = usage
        self._clock = clock
        self._till = Till(usage, clock)
        self._turnstile = Turnstile(registry, self._till, clock, ids, pause)
        self._cache = Cache(cache_bytes)

    async def chat(self, request: ChatRequest) -> Reply:
        """The whole answer of the first model that may, can and does answer."""
        trip = Trip(request, route(self.registry, request))
        for model in trip.route.models:
            if (sent := outgoing(trip, model)) is None:
                continue
            digest = digest_of(model, sent.request)
            if (kept := self._kept(digest, request)) is not None:
                return sent.read(kept)
            while (held := await self._turnstile.enter(trip, model, _most(sent))) is not None:
                call = self._endpoints[model.through].chat(model, sent.request, trip.share(model))
                reply = await self._turnstile.ask(trip, model, held, call)
                if reply is not None and self._sound(trip, sent, reply):
                    self._cache.put(digest, reply)
                    return sent.read(msgspec.structs.replace(reply, attempts=trip.attempts))
        raise trip.failure()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece; once a piece was given, nobody else is asked."""
        trip = Trip(request, route(self.registry, request))
        for model in trip.route.models:
            async with aclosing(self._streamed(trip, model)) as deltas:
                async for delta in deltas:
                    yield delta
                    if delta.reply is not None:
                        return
        raise trip.failure()

    async def _streamed(self, trip: Trip, model: Model) -> AsyncGenerator[Delta, None]:
        """The pieces of one model's answer; without a reply at the end if it may be left to another one."""
        if (sent := outgoing(trip, model)) is None:
            return
        digest = digest_of(model, sent.request)
        if (kept := self._kept(digest, trip.request)) is not None:
            reply = sent.read(kept)
            yield Delta(text=reply.text, reasoning=reply.reasoning)
            yield Delta(reply=reply)
            return
        while (held := await self._turnstile.enter(trip, model, _most(sent))) is not None:
            flow = Flow(self._turnstile, trip, sent, held)
            async with aclosing(flow.pieces(self._endpoints[model.through])) as pieces:
                async for piece in pieces:
                    yield piece
            if flow.reply is not None and self._sound(trip, sent, flow.reply):
                self._cache.put(digest, flow.reply)
                yield Delta(reply=sent.read(msgspec.structs.replace(flow.reply, attempts=trip.attempts)))
                return
            if flow.began:
                raise trip.failure()

    async def embed(self, request: EmbedRequest) -> Embedding:
        """One vector for each text, of one model: another one's vectors would mean something else."""
        model = route_embedding(self.registry, request)
        words = ChatRequest(
            messages=tuple(Message(role="user", text=text) for text in request.texts), data=request.data,
            identifiers=request.identifiers, account=request.account, seconds=request.seconds,
        )  # fmt: skip
        trip = Trip(words, Route((model,), ()))
        if (sent := outgoing(trip, model)) is None:
            raise trip.failure()
        texts = tuple(message.text for message in sent.request.messages)
        bound = Usage(input_tokens=most_input(words, model) + model.overhead * len(texts))
        while (held := await self._turnstile.enter(trip, model, bound)) is not None:
            call = self._endpoints[model.through].embed(model, texts, trip.share(model))
            embedding = await self._turnstile.ask(trip, model, held, call)
            if embedding is not None:
                return embedding
        raise trip.failure()

    async def fault(self, model: Model, seconds: float = 10.0) -> str:
        """What stands in the way of asking a model; empty when nothing is known of."""
        endpoint = self._endpoints[model.through]
        return await endpoint.fault(model, seconds) if isinstance(endpoint, Inspectable) else ""

    def resting(self, model: Model) -> bool:
        """Whether a model is left alone just now, because its server kept failing in this process."""
        return self._turnstile.resting(model)

    def recover(self) -> int:
        """Settles the calls that a crash left open, at all that was held for them; returns how many."""
        now, count = self._clock.now(), 0
        while left := self._usage.unsettled(now):
            self._usage.apply(lost(left, now))
            count += len(left)
        return count

    def flush(self) -> None:
        """Waits until all that was used is written."""
        self._till.flush()

    async def leave(self) -> None:
        """Lets go of the connections of this loop."""
        for endpoint in self._endpoints.values():
            await endpoint.close()

    async def close(self) -> None:
        """Writes what waits and lets go of the connections of this loop; any other loop that asked must `leave`."""
        await self.leave()
        await asyncio.to_thread(self._till.close)

    def _sound(self, trip: Trip, sent: Outgoing, reply: Reply) -> bool:
        fault = fault_of(reply, sent.request)
        if fault:
            trip.failed(sent.model, EndpointError(fault, again=True, used=True))
        return not fault

    def _kept(self, digest: str, request: ChatRequest) -> Reply | None:
        kept = None if request.fresh else self._cache.get(digest)
        return None if kept is None else msgspec.structs.replace(kept, cached=True, cost=amount(0), attempts=0)


def _most(sent: Outgoing) -> Usage:
    if sent.model.through == EMBEDDED.through:
        return Usage(input_tokens=0)
    return Usage(input_tokens=most_input(sent.request, sent.model), output_tokens=sent.request.max_tokens)
