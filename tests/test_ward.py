"""Settings have an origin, and a ward opens only on ones that make sense."""

from pathlib import Path

import pytest
import reportlab
from tests.wards import a_house

from openward.domain.errors import AccessError, InputError, NotFoundError, SettingsError
from openward.domain.resource import SearchQuery
from openward.settings import settings_of
from openward.ward import Ward


@pytest.fixture
def house(tmp_path):
    with a_house(tmp_path / "home") as opened:
        yield opened


def test_arguments_win_over_environment_over_file_over_defaults(tmp_path, monkeypatch):
    (tmp_path / "openward.toml").write_text('site = "file"\nport = 1000\nlanguage = "zh"\n')
    monkeypatch.setenv("OPENWARD_PORT", "2000")
    monkeypatch.setenv("OPENWARD_SITE", "environment")
    settings = settings_of(home=tmp_path, site="argument")
    assert (settings.site, settings.port, settings.language, settings.host) == ("argument", 2000, "zh", "127.0.0.1")
    assert [settings.origins[n] for n in ("site", "port", "language", "host")] == [
        "argument", "environment", "openward.toml", "default",
    ]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), [
    ({"port": "many"}, "port"), ({"language": "fr"}, "language"), ({"colour": "red"}, "colour"),
])  # fmt: skip
def test_a_wrong_setting_is_named(tmp_path, given, words):
    with pytest.raises(SettingsError, match=words):
        settings_of(home=tmp_path, **given)


@pytest.mark.parametrize(("held", "words"), [
    (None, "is not there"), (b"no font at all", "no font with TrueType outlines"),
    (b"OTTO" + bytes(60), "no font with TrueType outlines"),
    ((Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes(), "no Chinese signs"),
])  # fmt: skip
def test_a_face_that_a_pdf_could_not_hold_is_refused_at_the_start(tmp_path, held, words):
    face = tmp_path / "face.ttf"
    if held is not None:
        face.write_bytes(held)
    with pytest.raises(SettingsError, match=f"pdf_font.*{words}"):
        settings_of(home=tmp_path, pdf_font=face)


def test_a_broken_settings_file_is_named(tmp_path):
    (tmp_path / "openward.toml").write_text("site = ")
    with pytest.raises(SettingsError, match=r"openward\.toml"):
        settings_of(home=tmp_path)


def test_a_password_is_never_shown(tmp_path):
    settings = settings_of(home=tmp_path, database_url="postgresql://user:geheim@db.example:5432/ward")
    assert settings.database == "postgresql://…@db.example:5432/ward"


def test_another_database_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match="postgresql://"):
        Ward.open(home=tmp_path, database_url="mysql://user:geheim@host/x")


def test_the_home_is_private(house):
    assert house.ward.settings.home.stat().st_mode & 0o077 == 0


def test_an_unknown_service_and_patient_are_named_errors(house):
    with pytest.raises(NotFoundError, match="prescription-review"):
        house.ward.run("nothing")
    with pytest.raises(NotFoundError, match="patient"):
        house.ward.run("prescription-review", patient="nobody")


def test_a_request_over_the_budget_of_the_card_is_refused(house):
    budget = house.ward.services["prescription-review"].card.budget.input_bytes
    with pytest.raises(InputError, match="bytes"):
        house.ward.run("prescription-review", b'{"orders": ["' + b"x" * budget + b'"]}')


def test_who_may_not_run_leaves_a_refusal_in_the_trail(house):
    auditor = house.ward.access.identify(house.ward.access.issue(_house(), label="auditor", role="auditor")[1])
    with pytest.raises(AccessError):
        house.ward.run("prescription-review", patient="p1", actor=auditor)
    assert house.ward.trail.entries(what="access.denied", limit=10)


def _house():
    from openward.access.access import HOUSE

    return HOUSE


def test_a_run_is_kept_with_what_a_person_will_be_shown(house):
    run = house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg"]}, patient="p1", language="zh")
    kept = house.ward.stores.runs.get(run.id)
    assert kept is not None
    assert bytes(kept.proposal or b"") == bytes(run.proposal or b"")
    assert (kept.language, kept.patient, kept.site) == ("zh", "p1", "ward")
    assert {s.name for s in kept.trace} == {"read", "think", "check"}


def test_everybody_who_was_shown_in_a_list_is_in_the_trail(house):
    actor = house.ward.access.identify(house.program)
    house.ward.run("prescription-review", patient="p1")
    house.ward.runs(actor=actor, door="http")
    house.ward.patients(SearchQuery(type="Patient"), actor=actor, door="http")
    pharmacist = house.ward.access.identify(house.session())
    house.ward.desk.queue(pharmacist)
    for what in ("run.list", "patient.list", "queue.read"):
        assert house.ward.trail.entries(what=what, patient="p1", limit=10), what


def test_the_trail_names_no_patient(house):
    house.ward.run("prescription-review", patient="p1")
    assert not [e for e in house.ward.trail.entries(limit=1000) if b'"p1"' in bytes(e.event)]
