"""Models: those that talk, those that turn text into vectors, and small ones that turn numbers into numbers."""

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from openward.domain.model import ChatRequest, Delta, Embedding, EmbedRequest, Prediction, PredictRequest, Reply


class LanguageModel(Protocol):
    """Answers; the gateway, the embedded talker and every fake look the same from here."""

    async def chat(self, request: ChatRequest) -> Reply:
        """The whole answer.

        Raises:
            ModelError: no model may, can or does answer; the message says why for each that was thought of.
            BudgetError: a budget does not suffice.
        """
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
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


class Talker(Protocol):
    """A LanguageModel for code that does not await (services run in threads of their own)."""

    def chat(self, request: ChatRequest) -> Reply:
        """As `LanguageModel.chat`."""
        ...

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        """As `LanguageModel.stream`."""
        ...
