"""The gateway behind a thin HTTP door, in a process of its own, for the benchmark: keys, budgets, usage, masking.

Run: `python benchmarks/gateway_app.py PORT UPSTREAM FOLDER`.
"""

import gc
import hashlib
import sys
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openward.adapters.openai_model import OpenAIEndpoint
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock, SystemIds
from openward.domain.model import ChatRequest, Message, Model
from openward.domain.usage import Account, Budget, Price
from openward.models.gateway import Gateway
from openward.models.registry import Policy, Registry

KEY = "sk-bench"
WHO = ("Zhang San", "张三", "12345678")
ICU = Account(department="icu", agent="bench", run="run-1")
PRICE = Price(version="1", since=date(2026, 1, 1), input=Decimal(2), output=Decimal(8))
BUDGETS = (
    Budget(scope="department", period="month", money=Decimal(1_000_000)),
    Budget(scope="agent", period="day", tokens=10**12),
    Budget(scope="ward", period="month", money=Decimal(1_000_000)),
)


def gateway_over(upstream, folder, names):
    """A gateway whose models count as remote, so that all that leaves is masked and paid."""
    models = tuple(
        Model(id=name, name=name, version="1", locality="remote", address=upstream, prices=(PRICE,)) for name in names
    )
    registry = Registry(models=models, budgets=BUDGETS, policy=Policy(remote="mask"))
    stores = open_sqlite(Path(folder) / "ward.db")
    return Gateway(registry, {"openai": OpenAIEndpoint()}, stores.usage, SystemClock(), SystemIds(), cache_bytes=0)


# Whose key it is; the key itself is not kept.
ACCOUNTS = {hashlib.sha256(KEY.encode()).hexdigest(): ICU}


def asked(text, model, account=ICU):
    said = Message(role="user", text=text)
    return ChatRequest(messages=(said,), model=model, identifiers=WHO, account=account, fresh=True, max_tokens=256)


class Said(msgspec.Struct):
    content: str


class Asked(msgspec.Struct):
    model: str
    messages: list[Said]


def app_over(gateway):
    async def chat(request: Request) -> Response:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        account = ACCOUNTS.get(hashlib.sha256(key.encode()).hexdigest())
        if account is None:
            return Response(status_code=401)
        told = msgspec.json.decode(await request.body(), type=Asked)
        reply = await gateway.chat(asked(told.messages[-1].content, told.model, account))
        message = {"role": "assistant", "content": reply.text}
        answer = {"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        return Response(msgspec.json.encode(answer | {"usage": reply.usage}), media_type="application/json")

    @asynccontextmanager
    async def life(_):
        gc.collect()
        gc.freeze()
        yield
        await gateway.close()

    return Starlette(routes=[Route("/v1/chat/completions", chat, methods=["POST"])], lifespan=life)


if __name__ == "__main__":
    port, upstream, folder = sys.argv[1:]
    app = app_over(gateway_over(upstream, folder, ["load-0"]))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False)
