"""The agents of the gallery: each passes the gate, and each of its cases, with the embedded talker alone."""

from datetime import UTC, datetime

import pytest

from openward.access.access import HOUSE
from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, MemoryVault, memory_stores
from openward.settings import settings_of
from openward.studio import gate
from openward.studio.folder import Index
from openward.studio.shelf import manifest_in, shipped
from openward.studio.trying import try_cases
from openward.ward import Ward

FOLDERS = sorted(shipped())
WANTED = {
    "ward-assistant", "pre-consultation", "discharge-letter", "admission-note", "referral-letter", "ward-round-brief",
    "handover", "patient-education", "medication-counselling", "guideline-question", "mdt-preparation",
    "research-cohort-question",
}  # fmt: skip


NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """A ward at the hour in which the cases play."""
    settings = settings_of(home=tmp_path_factory.mktemp("gallery"))
    parts = {"signer": MemorySigner(), "clock": FixedClock(NOW), "ids": CountingIds(), "vault": MemoryVault()}
    with Ward(settings, memory_stores(), **parts) as opened:
        yield opened


def test_the_gallery_has_every_agent_that_is_wanted():
    assert {folder.name for folder in FOLDERS} >= WANTED


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_people_read_of_an_agent_is_in_both_languages(folder):
    it = manifest_in(folder)
    texts = [it.title, it.purpose, it.not_for, it.population, it.persona, *it.examples]
    assert it.examples
    for text in texts:
        assert text.en.strip()
        assert text.en.isascii()
        assert any("一" <= sign <= "鿿" for sign in text.zh)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_agent_of_the_gallery_passes_the_gate(ward, folder):
    manifest = manifest_in(folder)
    faults = gate.faults(manifest, folder.name, Index(), ward.services.engines, ward.settings.home, {})
    assert [*faults] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_case_of_an_agent_holds_without_a_large_model(ward, folder):
    tried = try_cases(folder / "cases", lambda request: ward.execute(folder.name, request, actor=HOUSE, door="python"))
    assert [*gate.case_faults(tried)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_cases_of_an_agent_speak_both_languages_and_say_what_must_never_be_said(folder):
    texts = [path.read_text(encoding="utf-8") for path in sorted((folder / "cases").glob("*.json"))]
    assert len(texts) >= 3
    assert any('"language": "zh"' in text for text in texts)
    assert any('"never"' in text for text in texts)
