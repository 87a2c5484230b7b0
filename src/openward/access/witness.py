"""What access needs of the trail: somebody who writes down what happened (`openward.trail` does)."""

from typing import Protocol

from openward.domain.actor import Actor
from openward.domain.trail import Action, EventOutcome


class Witness(Protocol):
    """Writes down what happened."""

    def write(
        self,
        actor: Actor,
        what: str,
        action: Action,
        *,
        outcome: EventOutcome = "success",
        subject: str | None = None,
        detail: dict[str, str | int] | None = None,
    ) -> object:
        """Writes one event.

        Raises:
            TrailError: it could not be written; the caller's action must fail.
        """
        ...
