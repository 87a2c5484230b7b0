"""What links for patients begin with, and addresses that lead nowhere."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from tests.studio.sample_page import published
from tests.wards import PASSPHRASE, a_house, served

from openward.access.access import HOUSE
from openward.domain.errors import SettingsError
from openward.settings import settings_of

STUDIO = "/console/studio/ask-triage"
INVITE = "/console/interviews/triage"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as house:
        prepared(house)
        yield house


def prepared(house):
    published(house.ward, HOUSE)
    house.ward.access.add_person(HOUSE, id="m.admin", name="Test", role="administrator", passphrase=PASSPHRASE)


@pytest.fixture(scope="module")
def administrator(house):
    cookies = {"openward_session": house.session("m.admin")}
    with served(house.ward) as address, httpx.Client(base_url=address, cookies=cookies) as client:
        yield client


def shared_at(client, **headers):
    assert client.post(f"{STUDIO}/share", data={"days": "7"}).status_code == 303
    page = client.get(STUDIO, headers=headers)
    assert page.status_code == 200
    return page, re.findall(r'value="(https?://[^"]+/a/[^"]+)"', page.text)


def test_a_link_begins_with_the_address_at_which_the_ward_listens(administrator):
    _, links = shared_at(administrator)
    assert links
    assert {urlsplit(link).hostname for link in links} == {"127.0.0.1"}


def test_a_host_that_only_a_browser_names_is_in_no_link(administrator):
    page, links = shared_at(administrator, Host="evil.example")
    assert links == []
    assert "evil.example" not in page.text
    assert "public_url" in page.text
    refused = administrator.post(f"{STUDIO}/share", data={"days": "7"}, headers={"Host": "evil.example"})
    assert "public_url" in refused.text


def test_no_interview_is_invited_to_by_such_a_host(clinician):
    told = clinician.post(INVITE, headers={"Host": "evil.example"})
    assert told.status_code == 421
    assert "public_url" in told.text
    assert "evil.example" not in told.text
    assert "/i/" in clinician.post(INVITE).text


def test_the_public_address_is_in_every_link(tmp_path):
    with a_house(tmp_path, public_url="https://ward.example/") as house, served(house.ward) as address:
        prepared(house)
        client = httpx.Client(base_url=address, cookies={"openward_session": house.session("m.admin")})
        _, links = shared_at(client, Host="evil.example")
        assert links[0].startswith("https://ward.example/a/")


@pytest.mark.parametrize("said", ["ward.example", "ftp://ward.example", "https://ward.example/ward", "https://a b"])
def test_what_is_no_address_is_no_public_url(tmp_path, said):
    with pytest.raises(SettingsError, match="public_url"):
        settings_of(home=tmp_path, public_url=said)


@pytest.mark.parametrize("days", ["9" * 5000, "0", "9999"])
def test_a_link_lives_no_longer_than_a_year_whatever_was_sent(administrator, days):
    answer = administrator.post(f"{STUDIO}/share", data={"days": days})
    assert answer.status_code in {200, 303}


@pytest.fixture
def clinician(house, administrator):
    cookies = {"openward_session": house.session(house.clinician)}
    with httpx.Client(base_url=administrator.base_url, cookies=cookies) as client:
        yield client


@pytest.mark.parametrize("name", ["x", "%3Cx%3E"])
def test_what_is_not_there_is_not_found(administrator, clinician, name):
    assert administrator.get(f"/console/studio/{name}").status_code == 404
    assert clinician.get(f"/console/calculators/{name}").status_code == 404
    assert clinician.get("/console/calculators/qsofa").status_code == 200


def test_an_act_that_there_is_not_is_not_found(administrator):
    assert administrator.post(f"{STUDIO}/explode").status_code == 404
