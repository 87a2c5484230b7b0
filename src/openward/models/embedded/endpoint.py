"""The embedded talker as a way to reach a model: it is in this process, always there, and leaves the house never."""

from collections.abc import AsyncGenerator

import msgspec

from openward.domain.errors import EndpointError
from openward.domain.model import ChatRequest, Delta, Embedding, Model, Reply
from openward.domain.usage import Usage
from openward.models.bounds import about, about_input
from openward.models.embedded.talking import talk


class Embedded:
    """The talker without a large model, as `ports.model.Endpoint`."""

    async def chat(self, model: Model, request: ChatRequest, seconds: float) -> Reply:  # noqa: ARG002 - of the port
        """The whole answer; it takes milliseconds, so `seconds` is never reached."""
        return _told(model, request)

    async def stream(
        self,
        model: Model,
        request: ChatRequest,
        seconds: float,  # noqa: ARG002 - of the port
    ) -> AsyncGenerator[Delta, None]:
        """The answer line by line, then the reply."""
        reply = _told(model, request)
        for line in reply.text.splitlines(keepends=True):
            yield Delta(text=line)
        yield Delta(reply=reply)

    async def embed(self, model: Model, texts: tuple[str, ...], seconds: float) -> Embedding:  # noqa: ARG002 - of the port
        """Never gives vectors.

        Raises:
            EndpointError: always.
        """
        raise EndpointError("the embedded talker makes no vectors; register an embedding model", ill=False)

    async def close(self) -> None:
        """Has nothing to let go of."""


def _told(model: Model, request: ChatRequest) -> Reply:
    reply = talk(request)
    output = about(reply.text) + sum(about(call.arguments) for call in reply.tool_calls)
    usage = Usage(input_tokens=about_input(request), output_tokens=output)
    return msgspec.structs.replace(reply, model=model.id, version=model.version, usage=usage)
