import pytest

from openward.adapters.memory import FixedClock, MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.trail.trail import Trail


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def signer():
    return MemorySigner()


@pytest.fixture
def store():
    return MemoryTrailStore()


@pytest.fixture
def trail(store, signer, clock):
    return Trail(store, signer, clock, every=8)


@pytest.fixture
def pharmacist():
    return Actor(id="ada", kind="person", role="pharmacist")
