"""The page of the trail claims no more than is signed, and stands what is typed into it."""

import httpx
import pytest
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE


@pytest.fixture(scope="module")
def auditor(address, house):
    house.ward.access.add_person(HOUSE, id="z.auditor", name="A", role="auditor", passphrase=PASSPHRASE)
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": "z.auditor", "passphrase": PASSPHRASE})
        yield client


def test_what_no_checkpoint_covers_is_not_called_whole_and_is_signed_by_verifying(auditor, house):
    page = auditor.post("/console/trail/verification", headers={"Origin": str(auditor.base_url).rstrip("/")}).text
    assert "Proven up to entry 0" in page
    assert "could not be noticed" in page
    assert "The trail is whole" not in page
    found = house.ward.trail.verify()
    assert found.checkpoints == 1
    assert found.entries - found.unproven > 0


@pytest.mark.parametrize("asked", ["until=9999-12-31", "since=0001-01-01", "until=0001-01-01", "since=9999-12-31"])
def test_a_day_that_no_clock_has_is_refused_with_what_to_give(auditor, asked):
    page = auditor.get(f"/console/trail?{asked}")
    assert page.status_code == 400
    assert "1970 to 9998" in page.text
