"""A service that is out of order: the others serve, every door says so, and the cockpit tells whom it concerns."""

import httpx
import pytest
from tests.wards import PASSPHRASE, a_house, bearer, served

from openward.access.access import HOUSE
from openward.domain.errors import BrokenServiceError
from openward.doors.agents import agent_of
from openward.doors.cli.template import write_service
from openward.ward import Ward


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with a service that cannot be imported, an agent whose manifest is no YAML, one whose index is torn."""
    home = tmp_path_factory.mktemp("broken")
    (write_service("falls-risk", home / "services") / "engine.py").write_text("import nothing_of_that_name")
    with Ward.open(home=home) as ward:
        ward.studio.clone("ward-round-brief", "night-brief", HOUSE)
        ward.studio.publish("night-brief", HOUSE)
    for manifest in (home / "agents" / "night-brief").rglob("agent.yaml"):
        manifest.write_text("id: [")
    torn = home / "agents" / "night-desk"
    torn.mkdir(parents=True)
    (torn / "index.json").write_text("{")
    return home


@pytest.fixture(scope="module")
def house(home):
    with a_house(home) as opened:
        opened.ward.access.add_person(HOUSE, id="i.admin", name="A", role="administrator", passphrase=PASSPHRASE)
        yield opened


@pytest.fixture(scope="module")
def address(house):
    with served(house.ward) as url:
        yield url


def page(address, house, person, path):
    with httpx.Client(base_url=address, cookies={"openward_session": house.session(person)}, timeout=60) as client:
        return client.get(path)


def test_the_ward_opens_and_its_other_services_run(house):
    assert house.ward.run("clinical-calculator", {"calculator": "CKD-EPI"}, patient="p1").status == "proposed"
    assert {"falls-risk", "night-desk", "night-brief"} == set(house.ward.services.faults)


def test_http_answers_503_with_what_is_wrong_and_where(house, address):
    answer = httpx.post(f"{address}/v1/services/falls-risk/run", json={}, headers=bearer(house.program))
    assert answer.status_code == 503
    assert "nothing_of_that_name" in answer.json()["detail"]
    assert "repair or remove the folder" in answer.json()["detail"]
    card = httpx.get(f"{address}/v1/services/falls-risk", headers=bearer(house.program))
    assert card.status_code == 503
    unknown = httpx.post(f"{address}/v1/services/no-such/run", json={}, headers=bearer(house.program))
    assert unknown.status_code == 404


def test_a_cds_hooks_client_is_told_so_too(house, address):
    hook = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {}}
    asked = httpx.post(f"{address}/cds-services/falls-risk-patient-view", json=hook, headers=bearer(house.program))
    assert asked.status_code == 503
    assert "out of order" in asked.text


def test_an_agent_that_is_out_of_order_is_not_simply_unknown(house):
    with pytest.raises(BrokenServiceError, match=r"night-desk.*out of order.*index\.json"):
        agent_of(house.ward, "night-desk")


def test_the_cockpit_tells_an_administrator_where_and_others_whom_to_ask(house, address):
    told = page(address, house, "i.admin", "/console").text
    assert "out of order" in told
    assert "nothing_of_that_name" in told
    assert "openward doctor" in told
    other = page(address, house, house.pharmacist, "/console").text
    assert "falls-risk" in other
    assert "Tell your administrator." in other
    assert "nothing_of_that_name" not in other


def test_the_page_of_such_a_service_says_so_and_one_that_never_was_is_not_found(house, address):
    broken = page(address, house, "i.admin", "/console/services/falls-risk")
    assert broken.status_code == 503
    assert "nothing_of_that_name" in broken.text
    unknown = page(address, house, "i.admin", "/console/services/no-such")
    assert unknown.status_code == 404
    assert "There is no such service in this ward." in unknown.text


def test_the_studio_opens_beside_a_torn_index_and_a_bad_manifest(house, address):
    found = page(address, house, "i.admin", "/console/studio")
    assert found.status_code == 200
    assert "night-brief" in found.text
    assert "index.json cannot be read" in found.text
