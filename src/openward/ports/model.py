"""Models: those that talk, those that turn text into vectors, and small ones that turn numbers into numbers."""

from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Protocol, runtime_checkable

from openward.domain.model import ChatRequest, Delta, Embedding, EmbedRequest, Model, Prediction, PredictRequest, Reply


class LanguageModel(Protocol):
    """Answers; the gateway, the embedded talker and every fake look the same from here."""

    async def chat(self, request: ChatRequest) -> Reply:
        """The whole answer.

        Raises:
            ModelError: no model may, can or does answer; the message says why for each that was thought of.
            BudgetError: a budget does not suffice.
        """
        ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece; the last piece holds the reply. Raises as `chat` does."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors."""

    async def embed(self, request: EmbedRequest) -> Embedding:
        """One vector for each text. Raises as `LanguageModel.chat` does."""
        ...


class Predictor(Protocol):
    """Runs small models by id."""

    async def predict(self, request: PredictRequest) -> Prediction:
        """The outputs for these inputs.

        Raises:
            InputError: an input is missing, unknown, or outside of what the card allows.
            ModelError: there is no such model, its file is not the one that was registered, or it failed.
        """
        ...


class Endpoint(Protocol):
    """One way to reach models that talk; it knows nothing of policies and budgets, and asks once.

    Every method raises EndpointError when the server does not answer, or not as it should.
    """

    async def chat(self, model: Model, request: ChatRequest, seconds: float) -> Reply:
        """The whole answer within so many seconds; `usage` is None where the server does not tell it."""
        ...

    def stream(self, model: Model, request: ChatRequest, seconds: float) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece; the last piece holds the reply."""
        ...

    async def embed(self, model: Model, texts: tuple[str, ...], seconds: float) -> Embedding:
        """One vector for each text."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...


@runtime_checkable
class Inspectable(Protocol):
    """An endpoint that can tell whether a model can be asked, without asking it anything."""

    async def fault(self, model: Model, seconds: float) -> str:
        """What stands in the way; empty when nothing does."""
        ...


class Engine(Protocol):
    """One way to run small models."""

    async def check(self, model: Model) -> None:
        """Raises what `run` would raise because of the model itself (ModelError, SettingsError)."""
        ...

    async def run(self, model: Model, inputs: Mapping[str, float | str | bool], seconds: float) -> Mapping[str, float]:
        """The outputs by name. Raises ModelError when the model cannot be had, or fails."""
        ...


class Talker(Protocol):
    """A LanguageModel for code that does not await (services run in threads of their own)."""

    def chat(self, request: ChatRequest) -> Reply:
        """As `LanguageModel.chat`."""
        ...

    def stream(self, request: ChatRequest) -> Generator[Delta, None, None]:
        """As `LanguageModel.stream`."""
        ...
