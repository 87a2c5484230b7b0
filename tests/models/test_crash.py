"""A process that dies in the middle of its calls cannot make the department pass its budget."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from openward.adapters.memory import CountingIds
from openward.adapters.openai_model import OpenAIEndpoint
from openward.adapters.postgres import open_postgres
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock
from openward.domain.usage import Hold
from openward.models.gateway import Gateway
from openward.models.registry import Registry

PROGRAM = """
import asyncio, sys
from decimal import Decimal
from pathlib import Path
from openward.adapters.openai_model import OpenAIEndpoint
from openward.adapters.postgres import open_postgres
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock, SystemIds
from openward.domain.errors import BudgetError
from openward.domain.model import ChatRequest, Message, Model
from openward.domain.usage import Account, Budget, Price
from openward.models.gateway import Gateway
from openward.models.registry import Registry

place, address, name, limit, calls = sys.argv[1:]
stores = open_postgres(place, wait=30) if place.startswith("postgresql") else open_sqlite(Path(place), wait=30)
clock = SystemClock()
price = Price(version="p1", since=clock.now().date().replace(year=2020), input=Decimal(2), output=Decimal(8))
model = Model(id=name, name=name, version="1", locality="remote", address=address, prices=(price,))
budget = Budget(scope="department", period="total", money=Decimal(limit))
gateway = Gateway(Registry(models=(model,), budgets=(budget,)), {"openai": OpenAIEndpoint()}, stores.usage, clock, SystemIds())

async def one(n):
    said = Message(role="user", text=f"{n}?")
    try:
        await gateway.chat(ChatRequest(messages=(said,), data="none", max_tokens=64, fresh=True, account=Account(department="icu")))
        return 1
    except BudgetError:
        return 0

async def main():
    print("asking", flush=True)
    print(sum(await asyncio.gather(*(one(n) for n in range(int(calls))))), flush=True)
    await gateway.close()

asyncio.run(main())
"""  # noqa: E501 - a program
ICU = Hold(key="department:icu", window="total")
# What a call can cost at most and what it costs in the end (billionths). Under the tight limit each call is reserved by
# itself; under the roomy one several share a lease.
MOST, COSTS = 2_400_000, 158_000
TIGHT, ROOMY = Decimal("0.05"), Decimal("0.12")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "ward.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def opened(place):
    return open_postgres(place) if place.startswith("postgresql") else open_sqlite(Path(place))


def started(place, address, name, limit, calls=100):
    command = [sys.executable, "-c", PROGRAM, place, address, name, str(limit), str(calls)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("limit", [TIGHT, ROOMY])
def test_what_a_dead_process_held_counts_until_it_is_settled_and_then_still(place, server, limit):
    """The server stalls, all calls that got through hang; the process is killed; the next one finds the budget used."""
    stores, most = opened(place), int(limit * 10**9)
    process = started(place, server.address, "stalls", limit)
    assert process.stdout is not None
    assert process.stdout.readline() == "asking\n"
    deadline = time.monotonic() + 60
    while stores.usage.tally(ICU).held_money + MOST < most:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    held = stores.usage.tally(ICU).held_money
    assert 0 < held <= most
    after = started(place, server.address, "plain", limit)
    assert int(after.communicate(timeout=120)[0].split()[-1]) <= (most - held) // COSTS
    tally = stores.usage.tally(ICU)
    assert (tally.held_money, tally.spent_money + tally.held_money <= most) == (held, True)
    later = Later()
    gateway = Gateway(Registry(), {"openai": OpenAIEndpoint()}, stores.usage, later, CountingIds())
    assert gateway.recover() > 0
    assert gateway.recover() == 0
    settled = stores.usage.tally(ICU)
    assert (settled.held_money, settled.spent_money) == (0, tally.spent_money + held)
    stores.close()


class Later(SystemClock):
    """A clock of tomorrow."""

    def now(self) -> datetime:
        return super().now().replace(tzinfo=UTC, year=super().now().year + 1)


@pytest.mark.parametrize(("limit", "calls"), [(TIGHT, 100), (ROOMY, 400)])
def test_processes_that_spend_at_once_do_not_pass_the_budget_together(place, server, limit, calls):
    opened(place).close()
    processes = [started(place, server.address, "plain", limit, calls) for _ in range(3)]
    answered = [int(process.communicate(timeout=120)[0].split()[-1]) for process in processes]
    stores = opened(place)
    tally = stores.usage.tally(ICU)
    assert sum(answered) > 0
    assert tally.spent_money == sum(answered) * COSTS
    assert (tally.held_money, tally.spent_money <= limit * 10**9) == (0, True)
    stores.close()


def test_a_process_that_dies_among_others_takes_nothing_that_is_not_there(place, server):
    """One hangs and is killed while two spend: what it held counts, together they stay below."""
    stores = opened(place)
    first = started(place, server.address, "stalls", ROOMY, 20)
    others = [started(place, server.address, "plain", ROOMY, 300) for _ in range(2)]
    assert first.stdout is not None
    assert first.stdout.readline() == "asking\n"
    deadline = time.monotonic() + 60
    while stores.usage.tally(ICU).held_money < MOST // 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    answered = [int(process.communicate(timeout=120)[0].split()[-1]) for process in others]
    tally = stores.usage.tally(ICU)
    assert tally.spent_money == sum(answered) * COSTS
    assert tally.spent_money + tally.held_money <= ROOMY * 10**9
    stores.close()
