"""Models for code that does not await: a loop in a thread of its own, shared by all such code."""

import asyncio
import threading
from collections.abc import Coroutine, Generator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from typing import Any, Final, TypeVar

from openward.domain.model import ChatRequest, Delta, Embedding, EmbedRequest, Reply
from openward.ports.model import Embedder, LanguageModel

# A thread that waits in C cannot be stopped; it looks up this often, so that a budget of time can end it.
_LOOK_UP: Final = 0.1
Result = TypeVar("Result")


class Blocking:
    """A Talker over a LanguageModel."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def chat(self, request: ChatRequest) -> Reply:
        """The whole answer."""
        return self._wait(self._model.chat(request))

    def stream(self, request: ChatRequest) -> Generator[Delta, None, None]:
        """The answer piece by piece."""
        deltas = self._model.stream(request)
        try:
            while (delta := self._wait(_next(deltas.__anext__()))) is not None:
                yield delta
        finally:
            self._wait(deltas.aclose())

    def embed(self, embedder: Embedder, request: EmbedRequest) -> Embedding:
        """One vector for each text."""
        return self._wait(embedder.embed(request))

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Whatever else has to be awaited on this loop (closing a gateway)."""
        return self._wait(work)

    def close(self) -> None:
        """Ends the thread."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        future: Future[Result] = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            while True:
                try:
                    return future.result(_LOOK_UP)
                except NotYetError:
                    if future.done():
                        raise
        except BaseException:
            future.cancel()
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="openward-models", daemon=True)
                self._thread.start()
            return self._loop


async def _next(coming: Coroutine[Any, Any, Delta]) -> Delta | None:
    try:
        return await coming
    except StopAsyncIteration:
        return None
