"""A small model behind the Open Inference Protocol, version 2 (KServe, Triton, MLServer), by REST."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec

from openward.adapters.body import body_of_answer
from openward.adapters.sse import TooLongError
from openward.domain.errors import ModelError
from openward.domain.model import Model

_MOST_BYTES: Final = 4 * 1024 * 1024
_encode: Final = msgspec.json.Encoder().encode


class _Tensor(msgspec.Struct):
    name: str
    data: list[Any]


class _Inferred(msgspec.Struct):
    outputs: list[_Tensor]
    model_version: str | None = None


class KServeEngine:
    """Asks inference servers of the house; a server that runs another version than the registry says is an error."""

    async def check(self, model: Model) -> None:
        """Whether the server says that the model is ready."""
        await self._answered(model, "ready", None, model.patience.connect)

    async def run(self, model: Model, inputs: Mapping[str, float | str | bool], seconds: float) -> Mapping[str, float]:
        """The outputs of the server, each the last number of its tensor."""
        inferred = await self._inferred(model, _encode({"inputs": [_tensor(*one) for one in inputs.items()]}), seconds)
        if inferred.model_version is not None and inferred.model_version != model.version:
            raise ModelError(
                f"'{model.id}': the server runs another version than the registry says ({model.version}); "
                "have it validated, then write it into the registry"
            )
        return {one.name: float(one.data[-1]) for one in inferred.outputs if one.data and _is_number(one.data[-1])}

    async def _inferred(self, model: Model, body: bytes, seconds: float) -> _Inferred:
        try:
            return msgspec.json.decode(await self._answered(model, "infer", body, seconds), type=_Inferred)
        except msgspec.DecodeError:
            raise ModelError(f"'{model.id}': the server's answer is no inference") from None

    async def _answered(self, model: Model, what: str, body: bytes | None, seconds: float) -> bytes:
        url = f"{model.address.rstrip('/')}/v2/models/{model.name or model.id}/{what}"
        patience = aiohttp.ClientTimeout(total=seconds, sock_connect=model.patience.connect)
        headers = {"Content-Type": "application/json"}
        method = "GET" if body is None else "POST"
        try:
            async with (
                aiohttp.ClientSession(timeout=patience, trust_env=False) as session,
                session.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                data = await body_of_answer(response, _MOST_BYTES)
                if response.status != 200:  # noqa: PLR2004 - the protocol knows no other success
                    raise ModelError(f"'{model.id}': the server says {response.status}")
                return data
        except TimeoutError:
            raise ModelError(f"'{model.id}': the server did not answer in {seconds:g} s") from None
        except (aiohttp.ClientError, OSError):
            raise ModelError(f"'{model.id}': the server cannot be reached") from None
        except TooLongError:
            raise ModelError(f"'{model.id}': the server's answer is no inference") from None


def _tensor(name: str, value: float | str | bool) -> dict[str, Any]:  # noqa: FBT001 - a value of an input
    kind = "BOOL" if isinstance(value, bool) else "BYTES" if isinstance(value, str) else "FP64"
    return {"name": name, "shape": [1, 1], "datatype": kind, "data": [value]}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
