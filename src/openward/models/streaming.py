"""One call whose answer comes in pieces, in the words of the house, counted at its end however it ends."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from openward.domain.errors import EndpointError
from openward.domain.model import Delta, Reply
from openward.domain.usage import Reservation
from openward.models.masking import Uncovering
from openward.models.trip import Outgoing, Trip
from openward.models.turnstile import Turnstile
from openward.ports.model import Endpoint


class Flow:
    """One streaming call: `began` once a piece was given, `reply` (as it was received) once it worked."""

    def __init__(self, turnstile: Turnstile, trip: Trip, sent: Outgoing, held: Reservation) -> None:
        self._turnstile = turnstile
        self._trip = trip
        self._sent = sent
        self._held = held
        self.began = False
        self.reply: Reply | None = None

    async def pieces(self, endpoint: Endpoint) -> AsyncGenerator[Delta, None]:
        """The pieces; when the server fails they end, and `reply` stays None."""
        model, reply = self._sent.model, None
        text, reasoning = self._uncoverings()
        try:
            async with aclosing(endpoint.stream(model, self._sent.request, self._trip.share(model))) as deltas:
                async for delta in deltas:
                    reply = delta.reply
                    if reply is None:
                        self.began = True
                        yield delta if text is None else _uncovered(delta, text, reasoning)
            if reply is None:
                raise EndpointError("the answer broke off before its end", again=True, used=True)  # noqa: TRY301
        except EndpointError as error:
            error.used = error.used or self.began
            self._turnstile.failed(self._trip, model, self._held, error)
            return
        except BaseException:
            self._turnstile.left(model, self._held)
            raise
        self.reply = self._turnstile.answered(model, self._held, reply)
        if text is not None and (rest := text.end()):
            yield Delta(text=rest)

    def _uncoverings(self) -> tuple[Uncovering | None, Uncovering | None]:
        masking = self._sent.masking
        return (None, None) if masking is None else (Uncovering(masking), Uncovering(masking))


def _uncovered(delta: Delta, text: Uncovering, reasoning: Uncovering | None) -> Delta:
    thought = reasoning.add(delta.reasoning) if reasoning is not None else delta.reasoning
    return Delta(text=text.add(delta.text), reasoning=thought)
