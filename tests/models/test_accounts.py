"""What was used is added up by any heading; what nobody knows stands apart; budgets show what is left."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.contracts.samples import NOW, reservation, settlement

from openward.domain.errors import InputError
from openward.domain.usage import Account, Budget, Tally, Usage, UsageEntry
from openward.models.accounts import headings, lines
from openward.models.budgets import states, windows
from openward.models.registry import Registry

USED = Usage(input_tokens=30, output_tokens=9)


def entry(id, done=None, **more):
    return UsageEntry(reservation=reservation(id, **more), settlement=done)


def entries():
    yield entry("a", settlement("a", usage=USED))
    yield entry("b", settlement("b", outcome="failed", money=0, tokens=0))
    yield entry("c", settlement("c", outcome="unknown", money=300), model="n")
    yield entry("d", at=NOW + timedelta(days=1))
    yield entry("lease", settlement("lease", outcome="shared"))
    yield msgspec.structs.replace(
        entry("e", settlement("e", outcome="disputed", money=300, usage=USED)),
        reservation=msgspec.structs.replace(reservation("e"), account=Account(agent="x")),
    )


def test_calls_are_added_up_and_what_is_uncertain_stands_apart():
    found = {tuple(line.heading.values()): line for line in lines(entries(), headings(["model", "department"]))}
    assert set(found) == {("icu", "m"), ("icu", "n"), ("", "m")}
    first = found["icu", "m"]
    assert (first.calls, first.failed, first.input_tokens, first.output_tokens) == (3, 1, 30, 9)
    assert (first.money, first.uncertain) == (Decimal("120E-9"), Decimal("300E-9"))
    assert (found["icu", "n"].money, found["icu", "n"].uncertain) == (0, Decimal("300E-9"))
    assert found["", "m"].input_tokens == 0
    assert [line.heading["day"] for line in lines(entries(), ["day"])] == ["2026-01-15", "2026-01-16"]
    (whole,) = lines(entries(), ())
    assert whole.calls == 5


def test_a_heading_that_there_is_not_is_named():
    with pytest.raises(InputError, match="cannot be added up by 'colour'; use department, agent, run, model, day"):
        headings(["day", "colour"])


def test_a_budget_shows_everybody_whom_it_concerns():
    registry = Registry(budgets=(
        Budget(scope="department", period="month", money=Decimal(5)),
        Budget(scope="department", id="icu", tokens=7),
        Budget(scope="agent", id="x", period="day", tokens=7),
    ))  # fmt: skip
    tallies = [
        ("department:er", "2026-01", Tally(spent_money=10**9)), ("department:icu", "2026-01", Tally(held_money=10**9)),
        ("department:icu", "total", Tally(spent_tokens=3, held_tokens=2)), ("agent:y", "2026-01-15", Tally()),
    ]  # fmt: skip
    assert windows(NOW.date()) == ("total", "2026-01-15", "2026-01")
    found = states(registry, tallies, NOW.date())
    assert [(one.key, one.window, one.spent, one.held) for one in found] == [
        ("department:er", "2026-01", 1, 0), ("department:icu", "2026-01", 0, 1), ("department:icu", "total", 0, 0),
        ("", "2026-01-15", 0, 0),
    ]  # fmt: skip
    assert (found[2].spent_tokens, found[2].held_tokens) == (3, 2)
