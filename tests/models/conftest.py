"""A model server in a process of its own, and gateways over it."""

import asyncio
from decimal import Decimal

import msgspec
import pytest
from tests.models_server import running

from openward.adapters.memory import CountingIds, FixedClock, memory_stores
from openward.adapters.openai_model import OpenAIEndpoint
from openward.domain.model import ChatRequest, Message, Model, Patience
from openward.domain.usage import Account, Budget, Price
from openward.models.gateway import Gateway
from openward.models.registry import Policy, Registry


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


class Desk:
    """Makes gateways whose models behave as their names say."""

    def __init__(self, address):
        self.address = address
        self.stores = memory_stores()
        self.clock = FixedClock()
        self.ids = CountingIds()
        self.pauses = []
        self.endpoint = OpenAIEndpoint({"key": "sk-test"}.get)

    def model(self, name, **more):
        kind = "embedding" if name.startswith("embed") else "chat"
        facts = {"locality": "local", "version": "1", "can": ("tools", "schema", "vision"), "kind": kind}
        facts |= {"patience": Patience(connect=2, silence=0.4)}
        return Model(**({"id": name, "name": name, "address": self.address} | facts | more))

    def remote(self, name, **more):
        price = Price(version="p1", since=self.clock.at.date(), input=Decimal(2), output=Decimal(8))
        return self.model(name, locality="remote", secret="key", **({"prices": (price,)} | more))

    def gateway(self, *models, budgets=(), policy=None, endpoints=None, **more):
        models = [self.model(model) if isinstance(model, str) else model for model in models]
        registry = Registry(models=tuple(models), budgets=tuple(budgets), policy=policy or Policy())
        endpoints = endpoints or {"openai": self.endpoint}
        return Gateway(registry, endpoints, self.stores.usage, self.clock, self.ids, pause=self._pause, **more)

    async def _pause(self, seconds):
        self.pauses.append(seconds)

    def chat(self, gateway, text="Is it high?", **more):
        return self.run(gateway, gateway.chat(ask(text, **more)))

    def run(self, gateway, work):
        async def whole():
            try:
                return await work
            finally:
                await gateway.close()

        return asyncio.run(whole())

    def stream(self, gateway, text="Is it high?", **more):
        async def whole():
            return [delta async for delta in gateway.stream(ask(text, **more))]

        return self.run(gateway, whole())

    def used(self):
        """What became of each call."""
        since, until = self.clock.at.replace(year=2000), self.clock.at.replace(year=2100)
        entries = self.stores.usage.entries(since, until)
        outcomes = [entry.settlement.outcome for entry in entries if entry.settlement]
        return [outcome for outcome in outcomes if outcome != "shared"]


def ask(text="Is it high?", **more):
    return ChatRequest(messages=(Message(role="user", text=text),), **({"seconds": 5.0, "max_tokens": 64} | more))


@pytest.fixture
def desk(server):
    return Desk(server.address)


MONEY = Budget(scope="department", period="month", money=Decimal(100))
ICU = Account(department="icu", agent="ward-assistant", run="run-1")
__all__ = ["ICU", "MONEY", "Desk", "ask", "msgspec"]
