"""All models of one ward, for code that does not await; `gateway` is there for code that does."""

from openward.domain.model import Embedding, EmbedRequest, Prediction, PredictRequest
from openward.models.blocking import Blocking
from openward.models.gateway import Gateway
from openward.models.small import SmallModels


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

    def predict(self, request: PredictRequest) -> Prediction:
        """The outputs of a small model; as `Predictor.predict`."""
        return self.talker.wait(self.small.predict(request))

    def close(self) -> None:
        """Writes what waits and ends the thread of the talker."""
        self.talker.wait(self.gateway.close())
        self.talker.close()
