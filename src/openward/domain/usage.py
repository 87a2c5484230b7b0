"""What models use and what it costs: tokens, prices, budgets, and what is held and settled against them.

Money is in the one currency of the registry; amounts that are kept and compared are whole billionths of it, so that
sums are exact.
"""

from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

import msgspec

Scope = Literal["run", "agent", "department", "ward"]
Period = Literal["total", "day", "month"]
# answered: the server said what it used; unreported: it did not, so all that was held counts; disputed: it claims more
# than can be, so all that was held counts and the claim is kept; failed: nothing was used; unknown: it was asked and
# never answered, so all that was held counts; lost: nobody came back to settle, so all that was held counts; shared: it
# was held for several calls, which have entries of their own.
Outcome = Literal["answered", "unreported", "disputed", "failed", "unknown", "lost", "shared"]
BILLIONTHS: Final = 1_000_000_000
_MILLION: Final = 1_000_000


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens as a model server counts them; `cached_tokens` are those of the input that it had at hand."""

    input_tokens: int
    output_tokens: int = 0
    cached_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a million tokens cost from a day on; a new price is a new version, an old one is never edited.

    Without `cached`, tokens that the server had at hand cost as much as any other.
    """

    version: str
    since: date
    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def of(self, usage: Usage) -> int:
        """What this costs, in billionths, rounded up."""
        known = min(usage.cached_tokens, usage.input_tokens)
        cached = self.input if self.cached is None else self.cached
        money = (usage.input_tokens - known) * self.input + known * cached + usage.output_tokens * self.output
        return int((money * BILLIONTHS / _MILLION).to_integral_value(ROUND_CEILING))


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that a run, an agent, a department or the whole ward may use in a period; `id` `*` means each one."""

    scope: Scope
    id: str = "*"
    period: Period = "total"
    money: Decimal | None = None
    tokens: int | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays: the department, the agent and the run; `budgets` come in addition to those of the registry."""

    department: str = ""
    agent: str = ""
    run: str = ""
    budgets: tuple[Budget, ...] = ()


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One budget that a call draws on: whose it is, in which window of time, and its limits (billionths, tokens)."""

    key: str
    window: str
    money: int | None = None
    tokens: int | None = None


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """The most that one call can use, set aside before it is made.

    `lease` names the reservation, held for several calls, that this one is a part of: it counts there.
    """

    id: str
    at: datetime
    expires: datetime
    model: str
    account: Account
    money: int
    tokens: int
    price: str = ""
    holds: tuple[Hold, ...] = ()
    lease: str = ""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a reservation, once; `money` and `tokens` are never more than what was held."""

    reservation: str
    at: datetime
    outcome: Outcome
    money: int
    tokens: int
    usage: Usage | None = None
    claimed: int = 0


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one budget is spent and how much is held, in one window."""

    spent_money: int = 0
    held_money: int = 0
    spent_tokens: int = 0
    held_tokens: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a reservation was not made: the budget that it would pass, and what is left of it."""

    key: str
    window: str
    what: Literal["money", "tokens"]
    left: int
    asked: int


class UsageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One call: what was held for it and, when it is settled, what it used."""

    reservation: Reservation
    settlement: Settlement | None = None


def amount(billionths: int) -> Decimal:
    """Billionths as money."""
    return Decimal(billionths).scaleb(-9)
