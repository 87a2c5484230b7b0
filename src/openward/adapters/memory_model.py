"""An honest fake of a model: it says what it was told to say, in order, and remembers what it was asked."""

from collections.abc import AsyncGenerator, Callable, Iterable

import msgspec

from openward.domain.errors import EndpointError
from openward.domain.model import ChatRequest, Delta, Embedding, Model, Reply
from openward.domain.usage import Usage
from openward.models.bounds import about, about_input

Line = str | Reply | EndpointError | Callable[[ChatRequest], Reply]


class ScriptedEndpoint:
    """Answers with the lines of a script, one a call; an error is raised; when the lines are used up, that is an error.

    It counts tokens as a server would, about, and fails where a server would: an answer longer than `max_tokens` is cut
    off.
    """

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self.lines = [*lines]
        self.asked: list[ChatRequest] = []

    async def chat(self, model: Model, request: ChatRequest, seconds: float) -> Reply:
        """The next line."""
        del seconds
        self.asked.append(request)
        if not self.lines:
            raise EndpointError("the script has no line left; give it one for each call")
        line = self.lines.pop(0)
        if isinstance(line, EndpointError):
            raise line
        reply = line(request) if callable(line) else line
        return _counted(_reply(model, reply), request)

    async def stream(self, model: Model, request: ChatRequest, seconds: float) -> AsyncGenerator[Delta, None]:
        """The next line, word by word."""
        reply = await self.chat(model, request, seconds)
        for word in reply.text.split(" ") if reply.text else ():
            yield Delta(text=word + " ")
        yield Delta(reply=reply)

    async def embed(self, model: Model, texts: tuple[str, ...], seconds: float) -> Embedding:
        """Vectors that count the letters, so that the same words have the same vector."""
        del seconds
        vectors = tuple(tuple(float(text.count(letter)) for letter in "aeiou的一不") for text in texts)
        usage = Usage(input_tokens=sum(about(text) for text in texts))
        return Embedding(vectors=vectors, model=model.id, version=model.version, usage=usage)

    async def close(self) -> None:
        """Nothing to let go of."""


def _reply(model: Model, line: str | Reply) -> Reply:
    return Reply(text=line, model=model.id, version=model.version) if isinstance(line, str) else line


def _counted(reply: Reply, request: ChatRequest) -> Reply:
    words = reply.text.split(" ")
    if len(words) > request.max_tokens:
        cut = " ".join(words[: request.max_tokens])
        reply = msgspec.structs.replace(reply, text=cut, finish="length", usage=None)
    if reply.usage is not None:
        return reply
    called = sum(about(call.arguments) for call in reply.tool_calls)
    output = min(about(reply.text + reply.reasoning) + called, request.max_tokens)
    return msgspec.structs.replace(reply, usage=Usage(input_tokens=about_input(request), output_tokens=max(1, output)))
