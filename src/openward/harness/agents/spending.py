"""What one run has used of its limits."""

import time
from decimal import Decimal

from openward.domain.agent import Limits, Stopped
from openward.domain.model import Reply

MOST_OUTPUT = 2048
_LONGEST_WAIT = 60.0
# A server that stalls must leave time in which another one can end the run.
_OF_WHAT_IS_LEFT = 2 / 3


class Spending:
    """Counts steps, calls, tokens, money and seconds against the limits of a run."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._begun = time.monotonic()
        self.replies = 0
        self.calls = 0
        self.input_tokens = 0
        self.output_tokens = 0
        self.cost = Decimal(0)

    def add(self, reply: Reply) -> None:
        """Counts a reply."""
        self.replies += 1
        self.cost += reply.cost
        if reply.usage is not None:
            self.input_tokens += reply.usage.input_tokens
            self.output_tokens += reply.usage.output_tokens

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    @property
    def seconds_left(self) -> float:
        """How long the run may still take."""
        return self._limits.seconds - (time.monotonic() - self._begun)

    @property
    def patience(self) -> float:
        """How long one call of a model may take."""
        return max(0.1, min(_LONGEST_WAIT, self.seconds_left * _OF_WHAT_IS_LEFT))

    @property
    def output_left(self) -> int:
        """How many tokens the next reply may have."""
        return max(1, min(MOST_OUTPUT, self._limits.tokens - self.tokens))

    @property
    def over_calls(self) -> bool:
        """Whether more tools were called than may be."""
        return self.calls > self._limits.calls

    def used_up(self) -> Stopped | None:
        """What there is nothing left of."""
        money = self._limits.money
        if (
            self.tokens >= self._limits.tokens
            or self.seconds_left <= 0
            or (money is not None and self.cost >= money > 0)
        ):
            return "budget"
        return "steps" if self.replies >= self._limits.steps else None
