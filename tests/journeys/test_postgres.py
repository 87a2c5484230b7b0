"""The same ward over a real PostgreSQL: import, run, decide, trail, and the web doors."""

import json

import httpx
import pytest
from tests.wards import PASSPHRASE, a_house, bearer, patient_bundle, served

RUN = "/v1/services/prescription-review/run"


@pytest.fixture
def house(tmp_path, postgres_url):
    with a_house(tmp_path, database_url=postgres_url) as opened:
        yield opened


def test_a_ward_lives_in_postgresql(house):
    with served(house.ward) as url, httpx.Client(base_url=url, headers=bearer(house.program), timeout=60) as program:
        run = program.post(RUN, json={"patient": "p1", "input": {"orders": ["clarithromycin 500 mg"]}}).json()
        assert run["status"] == "proposed"
        person = httpx.Client(base_url=url, headers=bearer(house.session()), timeout=60)
        showing = person.post(f"/v1/runs/{run['id']}/showing").json()["showing"]
        body = {"showing": showing["id"], "digest": showing["digest"], "choice": "accept", "passphrase": PASSPHRASE}
        assert person.post(f"/v1/runs/{run['id']}/decision", json=body).status_code == 201
        person.close()
        assert program.get("/fhir/Patient/p1").json()["id"] == "p1"
    assert house.ward.trail.verify().ok
    assert not (house.ward.settings.home / "ward.db").exists()


def test_an_import_again_changes_nothing(house):
    report = house.ward.record.import_bytes("p1.json", json.dumps(patient_bundle()).encode())
    assert sum(c.created + c.updated for c in report.types.values()) == 0


def test_a_database_that_is_not_there_is_a_clear_error_without_the_password(tmp_path):
    from openward.domain.errors import StoreError
    from openward.ward import Ward

    with pytest.raises(StoreError) as caught:
        Ward.open(home=tmp_path, database_url="postgresql://user:geheim@127.0.0.1:1/ward")
    assert "geheim" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
