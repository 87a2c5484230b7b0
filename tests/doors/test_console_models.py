"""The page of models: how far a budget is used, which day used how much, and who may look."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from tests.wards import PASSPHRASE, a_house, served

from openward.access.access import HOUSE
from openward.domain.usage import Account, Reservation, Settlement, Usage, UsageEntry
from openward.doors.console.pages.models import Gauge, daily
from openward.models.breaker import Breaker


def entry(day, tokens):
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    held = Reservation(
        id=f"r{day}-{tokens}",
        at=at,
        expires=at + timedelta(hours=1),
        model="qwen",
        account=Account(),
        money=0,
        tokens=9,
    )
    usage = Usage(input_tokens=tokens, output_tokens=0)
    done = Settlement(reservation=held.id, at=at, outcome="answered", money=0, tokens=tokens, usage=usage)
    return UsageEntry(reservation=held, settlement=done)


def test_a_gauge_says_what_is_left_and_when_little_is():
    half = Gauge(spent=Decimal(40), held=Decimal(10), limit=Decimal(100))
    assert (half.left, half.used, half.kept, half.near) == (Decimal(50), 0.4, 0.1, False)
    over = Gauge(spent=120, held=10, limit=100)
    assert (over.left, over.used, over.kept, over.near) == (0, 1.0, 0.0, True)
    assert Gauge(spent=0, held=0, limit=0).near, "a budget of nothing is used up"


def test_each_day_has_its_bar_and_the_highest_fills_the_picture():
    days = daily([entry(3, 100), entry(3, 100), entry(5, 50)], date(2026, 11, 1))
    assert len(days) == 30
    assert [(one.tokens, one.calls) for one in days[:5]] == [(0, 0), (0, 0), (200, 2), (0, 0), (50, 1)]
    assert days[4].height == pytest.approx(days[2].height / 4)
    assert {one.height for one in daily([], date(2026, 11, 1))} == {0.0}


def test_a_server_that_failed_five_times_is_told_to_rest():
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    assert not breaker.resting
    for _ in range(5):
        breaker.failed()
    assert breaker.resting
    now[0] = 100.0
    assert not breaker.resting


def test_budgets_policy_and_state_are_shown_to_an_administrator_only(tmp_path):
    (tmp_path / "models.toml").write_text(
        '[[budgets]]\nscope = "ward"\nperiod = "day"\ntokens = 1000\n[policy]\nremote = "mask"\n', encoding="utf-8"
    )
    with a_house(tmp_path) as house, served(house.ward) as url:
        house.ward.access.add_person(HOUSE, id="m.admin", name="M", role="administrator", passphrase=PASSPHRASE)
        for person, status in (("m.admin", 200), (house.clinician, 403)):
            with httpx.Client(base_url=url, timeout=30, cookies={"openward_session": house.session(person)}) as client:
                page, state = client.get("/console/models?lang=en"), client.get("/console/models/state?lang=en")
            assert (page.status_code, state.status_code) == (status, status)
            if status == 200:
                assert "0 of 1,000" in page.text
                assert "covered" in page.text
                assert "ready" in state.text
