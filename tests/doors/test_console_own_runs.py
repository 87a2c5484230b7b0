"""Who may not read the runs of others sees the run that they made themselves, as long as it names no patient."""

import httpx
import msgspec
import pytest
from tests.wards import PASSPHRASE, a_house, served

from openward.access.access import HOUSE


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as house, served(house.ward) as address:
        house.ward.access.add_person(HOUSE, id="r.searcher", name="R", role="researcher", passphrase=PASSPHRASE)
        cookies = {"openward_session": house.session("r.searcher")}
        with httpx.Client(base_url=address, params={"lang": "en"}, cookies=cookies, timeout=60) as client:
            yield house, client


@pytest.mark.parametrize(
    ("room", "form"),
    [
        ("literature", {"question": "Does less salt lower blood pressure?"}),
        ("calculators/qsofa", {"respiratory_rate": "24"}),
        ("rare", {"present": "HP:0001250"}),
    ],
)
def test_what_a_researcher_keeps_opens(opened, room, form):
    house, client = opened
    kept = client.post(f"/console/{room}", data=form)
    assert kept.status_code == 303
    shown = client.get(kept.headers["location"])
    assert shown.status_code == 200
    id = kept.headers["location"].rsplit("/", 1)[1]
    assert client.get(f"/console/runs/{id}/export/json").json()["run"]["actor"] == "r.searcher"
    told = [bytes(entry.event) for entry in house.ward.trail.entries(limit=200)]
    assert any(id.encode() in event and b"run.read" in event for event in told)


def test_the_runs_of_others_and_those_about_a_patient_stay_closed(opened):
    house, client = opened
    other = house.ward.run("clinical-calculator", {"calculator": "qsofa"})
    mine = house.ward.run("clinical-calculator", {"calculator": "qsofa"}, patient="p1")
    house.ward.stores.runs.add(msgspec.structs.replace(mine, id="run-mine", actor="r.searcher"))
    for id in (other.id, "run-mine", "run-that-is-not"):
        assert client.get(f"/console/runs/{id}").status_code == 403
        assert client.get(f"/console/runs/{id}/export/json").status_code == 403
    assert client.get("/console/runs").status_code == 403
