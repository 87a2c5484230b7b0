"""All models of one ward, for code that does not await; `gateway` is there for code that does."""

import asyncio
from typing import Final

from openward.domain.model import Embedding, EmbedRequest, Prediction, PredictRequest
from openward.models.blocking import Blocking
from openward.models.gateway import Gateway
from openward.models.small import SmallModels

_SOON: Final = 5.0


class Models:
    """The registry, the gateway over it, and the small models; `talker` is the gateway for threads."""

    def __init__(self, gateway: Gateway, small: SmallModels) -> None:
        self.registry = gateway.registry
        self.gateway = gateway
        self.small = small
        self.talker = Blocking(gateway)

    def embed(self, request: EmbedRequest) -> Embedding:
        """One vector for each text; as `Embedder.embed`."""
        return self.talker.embed(self.gateway, request)

    def vectors(self, texts: tuple[str, ...]) -> tuple[tuple[float, ...], ...] | None:
        """Texts as vectors by the model that makes them, soon or not at all; None where there is none."""
        if not any(model.kind == "embedding" for model in self.registry.models):
            return None
        return self.embed(EmbedRequest(texts=texts, seconds=_SOON)).vectors

    def predict(self, request: PredictRequest) -> Prediction:
        """The outputs of a small model; as `Predictor.predict`."""
        return self.talker.wait(self.small.predict(request))

    def faults(self) -> dict[str, str]:
        """What stands in the way of asking each model, by id; empty where nothing is known of."""
        return self.talker.wait(self._faults())

    async def _faults(self) -> dict[str, str]:
        models = self.registry.models
        told = [self.small.fault(model) if model.kind == "predict" else self.gateway.fault(model) for model in models]
        return dict(zip((model.id for model in models), await asyncio.gather(*told), strict=True))

    def close(self) -> None:
        """Writes what waits and ends the thread of the talker."""
        self.talker.wait(self.gateway.close())
        self.talker.close()
