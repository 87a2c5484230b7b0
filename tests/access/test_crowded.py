"""However many sign in at once, few passphrases are compared, and nobody else is kept waiting for them."""

from contextlib import ExitStack

import pytest

from openward.access.access import HOUSE, Access
from openward.access.passphrase import Cost
from openward.access.throttle import AT_ONCE, MOST_WAITING
from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, memory_stores
from openward.domain.errors import CrowdedError
from openward.trail.trail import Trail

PHRASE = "seven grey herons over the weir"


@pytest.fixture
def access():
    stores, clock = memory_stores(), FixedClock()
    trail = Trail(stores.trail, MemorySigner(), clock)
    return Access(stores.access, trail, clock, CountingIds(), cost=Cost(ln=4, r=1, p=1))


def test_signing_in_and_confirming_take_turns_and_what_was_open_before_goes_on(access):
    access.add_person(HOUSE, id="ada", name="Ada", role="pharmacist", passphrase=PHRASE)
    _, token = access.sign_in("ada", PHRASE)
    ada = access.identify(token)
    with ExitStack() as crowd:
        for _ in range(AT_ONCE):
            crowd.enter_context(access._turnstile.turn())
        for _ in range(MOST_WAITING):
            access._turnstile._present.acquire(blocking=False)
        with pytest.raises(CrowdedError):
            access.sign_in("ada", PHRASE)
        with pytest.raises(CrowdedError):
            access.confirm(ada, PHRASE)
        assert access.identify(token) == ada
        for _ in range(MOST_WAITING):
            access._turnstile._present.release()
    assert access.confirm(ada, PHRASE).id == "ada"


def test_who_was_sent_away_did_not_guess_wrong(access):
    access.add_person(HOUSE, id="ada", name="Ada", role="pharmacist", passphrase=PHRASE)
    access._turnstile._patience = 0
    with ExitStack() as crowd:
        for _ in range(AT_ONCE):
            crowd.enter_context(access._turnstile.turn())
        for _ in range(20):
            with pytest.raises(CrowdedError):
                access.sign_in("ada", PHRASE)
    assert access.sign_in("ada", PHRASE)[0].person == "ada"
