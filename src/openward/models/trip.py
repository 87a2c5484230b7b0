"""The way of one request through the models: the time left, what was tried, what each model is sent."""

import time
from collections import Counter
from typing import Final

import msgspec

from openward.domain.errors import BudgetError, EndpointError, ModelError
from openward.domain.model import ChatRequest, Model, Reply
from openward.models.answers import fitting
from openward.models.bounds import most_output
from openward.models.masking import Masking
from openward.models.registry import EMBEDDED
from openward.models.routing import Route

# The embedded talker answers at once: it needs little of the time.
_FOR_EMBEDDED: Final = 0.9


class Trip:
    """One request under way."""

    def __init__(self, request: ChatRequest, route: Route) -> None:
        self.request = request
        self.route = route
        self.tried: Counter[str] = Counter()
        self._ends = time.monotonic() + request.seconds
        self._asked = time.monotonic()
        self._last: EndpointError | None = None
        self._notes: list[str] = []
        self._short: BudgetError | None = None

    @property
    def attempts(self) -> int:
        """How many calls were made."""
        return self.tried.total()

    @property
    def left(self) -> float:
        """Seconds left for everything."""
        return self._ends - time.monotonic()

    def share(self, model: Model) -> float:
        """Seconds for one call: half of what is left while another server could be asked, else nearly all."""
        after = self.route.models[self.route.models.index(model) + 1 :]
        if not after:
            return self.left
        return self.left * (_FOR_EMBEDDED if all(other.through == EMBEDDED.through for other in after) else 0.5)

    def begin(self, model: Model) -> None:
        """One more call is made."""
        self.tried[model.id] += 1
        self._last, self._asked = None, time.monotonic()

    @property
    def waited(self) -> float:
        """Seconds since the last call was made."""
        return time.monotonic() - self._asked

    def failed(self, model: Model, error: EndpointError) -> None:
        """Keeps why the last call did not work."""
        self._last = error
        self.note(model, str(error))

    def again(self, model: Model) -> EndpointError | None:
        """The failure after which this model may be asked again, None when it may not."""
        more = self._last is not None and self._last.again and self.tried[model.id] <= model.retries
        return self._last if more else None

    def note(self, model: Model, what: str) -> None:
        """Keeps why a model was not asked."""
        self._notes.append(f"{model.id}: {what}")

    def short_of(self, error: BudgetError) -> None:
        """Keeps that a budget did not suffice."""
        self._short = error

    def failure(self) -> ModelError:
        """The error that says why nobody answered."""
        if self._short is not None and not self._notes:
            return self._short
        notes = [*self._notes, *([str(self._short)] if self._short else [])]
        notes += [f"{id}: {reason}" for id, reason in self.route.refused]
        return ModelError(f"no model answered: {'; '.join(notes) or 'there was no time left'}")


class Outgoing(msgspec.Struct, frozen=True):
    """A request as one model is sent it, and how to read what comes back."""

    model: Model
    request: ChatRequest
    masking: Masking | None = None

    def read(self, reply: Reply) -> Reply:
        """The reply in the words of the house."""
        if self.masking is None:
            return reply
        return msgspec.structs.replace(
            reply, text=self.masking.uncover(reply.text), reasoning=self.masking.uncover(reply.reasoning),
            tool_calls=tuple(self.masking.uncover_call(call) for call in reply.tool_calls),
            masked=self.masking.places,
        )  # fmt: skip


def outgoing(trip: Trip, model: Model) -> Outgoing | None:
    """The request as a model may be sent it: whatever leaves the house is masked; None when that does not suffice."""
    request = fitting(msgspec.structs.replace(trip.request, max_tokens=most_output(trip.request, model)), model)
    if model.locality == "local":
        return Outgoing(model, request)
    masking = Masking(request.identifiers)
    covered = masking.cover_request(request)
    if masking.tells(covered):
        trip.note(model, "after masking, the request still tells who the patient is; it was not sent")
        return None
    return Outgoing(model, covered, masking)
