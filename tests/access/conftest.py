import pytest

from openward.access.access import HOUSE, Access
from openward.access.passphrase import Cost
from openward.adapters.memory import CountingIds, FixedClock, MemoryAccessStore, MemorySigner, MemoryTrailStore
from openward.trail.chain import read_event
from openward.trail.trail import Trail

PHRASE = "seven grey herons over the weir"
CHEAP = Cost(ln=4, r=1, p=1)


class Told(Trail):
    """A trail that can be asked what it was told."""

    def words(self):
        return [(e.what, e.outcome, e.detail.get("reason")) for e in map(read_event, self.entries(limit=10_000))]

    def last(self):
        return read_event(self.entries(limit=10_000)[-1])


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def store():
    return MemoryAccessStore()


@pytest.fixture
def trail(clock):
    return Told(MemoryTrailStore(), MemorySigner(), clock)


@pytest.fixture
def access(store, trail, clock):
    return Access(store, trail, clock, CountingIds(), cost=CHEAP)


@pytest.fixture
def ada(access):
    """A pharmacist in a session."""
    access.add_person(HOUSE, id="ada", name="Ada Lin", role="pharmacist", passphrase=PHRASE)
    return access.identify(access.sign_in("ada", PHRASE)[1])


@pytest.fixture
def root(access):
    """An administrator in a session."""
    access.add_person(HOUSE, id="root", name="Ro Ot", role="administrator", passphrase=PHRASE)
    return access.identify(access.sign_in("root", PHRASE)[1])


@pytest.fixture
def program(access):
    """A program with the administrator's first API token."""
    return access.identify(access.first_start())
