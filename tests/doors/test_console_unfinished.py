"""A run of an agent that a crash cut off is told in the cockpit, and its actor goes on with it or forgets it."""

from datetime import timedelta

import httpx
import pytest
from tests.harness.agents.staged import NAME, Scripted, agent, ask, says, seat
from tests.wards import PASSPHRASE, a_house, served

from openward.access.access import HOUSE
from openward.domain.errors import NotFoundError
from openward.harness.agents.journal import TakenOverError


class Later:
    """The ward's clock, some minutes on."""

    def __init__(self, clock):
        self._clock = clock

    def now(self):
        return self._clock.now() + timedelta(minutes=10)


@pytest.fixture
def opened(tmp_path):
    with a_house(tmp_path) as house:
        house.ward.access.add_person(HOUSE, id="i.admin", name="A", role="administrator", passphrase=PASSPHRASE)
        seat(house.ward, Scripted(TakenOverError("the process died"), says("Hello.")), agent())
        actor = house.ward.access.identify(house.session("b.clinician"))
        with pytest.raises(TakenOverError):
            house.ward.run(NAME, ask("Hello?"), patient="p1", actor=actor, door="console")
        (left,) = house.ward.agents.unfinished()
        with served(house.ward) as address:
            yield house, address, left.run


def visitor(opened, person="b.clinician"):
    house, address, _ = opened
    cookies = {"openward_session": house.session(person)}
    return httpx.Client(base_url=address, params={"lang": "en"}, cookies=cookies, timeout=60)


def late(opened):
    house = opened[0]
    house.ward.clock = Later(house.ward.clock)


def test_while_it_may_still_be_answering_nothing_is_said(opened):
    assert "/console/unfinished/" not in visitor(opened).get("/console").text


def test_its_actor_goes_on_with_it(opened):
    late(opened)
    with visitor(opened) as client:
        page = client.get("/console").text
        assert "cut off" in page
        assert 'value="resume"' in page
        answer = client.post(f"/console/unfinished/{opened[2]}", data={"do": "resume"})
        assert answer.headers["location"] == f"/console/runs/{opened[2]}"
        assert client.get(answer.headers["location"]).status_code == 200
        assert "/console/unfinished/" not in client.get("/console").text


def test_an_administrator_may_only_forget_it_and_others_do_not_see_it(opened):
    late(opened)
    assert "/console/unfinished/" not in visitor(opened, "a.pharmacist").get("/console").text
    with visitor(opened, "i.admin") as client:
        page = client.get("/console").text
        assert 'value="forget"' in page
        assert 'value="resume"' not in page
        assert client.post(f"/console/unfinished/{opened[2]}", data={"do": "resume"}).status_code == 403
        assert client.post(f"/console/unfinished/{opened[2]}", data={"do": "nothing"}).status_code == 400
        assert client.post(f"/console/unfinished/{opened[2]}", data={"do": "forget"}).headers["location"] == "/console"
    with pytest.raises(NotFoundError):
        opened[0].ward.agents.resume(opened[2], HOUSE)


def test_somebody_else_cannot_forget_it(opened):
    late(opened)
    answer = visitor(opened, "a.pharmacist").post(f"/console/unfinished/{opened[2]}", data={"do": "forget"})
    assert answer.status_code == 403
    assert len(opened[0].ward.agents.unfinished()) == 1
