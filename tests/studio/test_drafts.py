"""Before an agent is published: it is asked, its faults are told with their field, its cases and links are kept."""

import pytest
from tests.studio.sample_page import PAGE, published
from tests.wards import a_house

from openward.access.access import HOUSE
from openward.domain.errors import AccessError, InputError, NotFoundError
from openward.domain.run import RunRequest
from openward.studio.fault import fault
from openward.studio.studio import DRAFT
from openward.studio.trying import Case
from openward.trail.trail import read_event

ASKED = RunRequest(
    input=b'{"messages": [{"role": "user", "text": "Check warfarin 5 mg daily, ibuprofen 400 mg three times daily."}]}',
    patient="p1",
)


@pytest.fixture
def house(tmp_path):
    with a_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def ward(house):
    return house.ward


def test_a_draft_answers_its_maker_keeps_no_run_and_the_trail_knows_of_whom(ward):
    ward.studio.new("drug-help", HOUSE)
    seen = []
    run = ward.studio.ask("drug-help", ASKED, HOUSE, watch=lambda event: seen.append(event.kind))
    assert b"warfarin" in bytes(run.proposal)
    assert "answer" in seen
    assert ward.stores.runs.list() == ()
    last = [read_event(entry) for entry in ward.trail.entries()][-1]
    assert (last.what, last.subject) == ("agent.try", "drug-help")
    assert last.patient is not None
    assert last.patient != "p1", "of the patient only the pseudonym is kept"


def test_a_version_is_asked_by_its_name(ward):
    published(ward, HOUSE)
    asked = RunRequest(input=b'{"messages": [{"role": "user", "text": "I have had a cough for three days."}]}')
    assert ward.studio.ask("ask-triage", asked, HOUSE, version="0.1.0").service_version == "0.1.0"
    assert ward.studio.ask("ask-triage", asked, HOUSE, version=DRAFT).status == "proposed"
    with pytest.raises(NotFoundError, match=r"no published version"):
        ward.studio.ask("ask-triage", asked, HOUSE, version="9.9.9")


def test_a_draft_that_contradicts_itself_cannot_be_asked(ward):
    ward.studio.new("drug-help", HOUSE)
    text, _ = ward.studio.text("drug-help")
    ward.studio.save("drug-help", text.replace("oversight: suggest", "oversight: draft"), HOUSE)
    with pytest.raises(InputError, match="must name the role that signs"):
        ward.studio.ask("drug-help", ASKED, HOUSE)
    (found,) = ward.studio.faults("drug-help")
    assert found.field == "signs"
    assert "签署" in found.said.zh


def test_only_an_administrator_asks_drafts_and_writes_cases(house):
    house.ward.studio.new("drug-help", HOUSE)
    clinician = house.ward.access.identify(house.session(house.clinician))
    case = Case(title="x", request={}, expect={"says": ["x"]})
    for act in (
        lambda: house.ward.studio.ask("drug-help", ASKED, clinician),
        lambda: house.ward.studio.add_case("drug-help", case, clinician),
        lambda: house.ward.studio.drop_case("drug-help", "01_interaction.json", clinician),
    ):
        with pytest.raises(AccessError):
            act()


def test_a_case_is_added_read_back_and_taken_away(ward):
    ward.studio.new("drug-help", HOUSE)
    request = {"input": {"messages": [{"role": "user", "text": "x"}]}, "language": "en"}
    case = Case(title="Says no", request=request, expect={"never": ["yes"]})
    name = ward.studio.add_case("drug-help", case, HOUSE)
    assert dict(ward.studio.cases("drug-help"))[name] == case
    ward.studio.drop_case("drug-help", name, HOUSE)
    assert name not in dict(ward.studio.cases("drug-help"))
    with pytest.raises(NotFoundError):
        ward.studio.drop_case("drug-help", "../draft.yaml", HOUSE)
    assert ward.studio.text("drug-help")[0]


def test_cases_of_an_agent_without_a_draft_are_not_changed(ward):
    with pytest.raises(NotFoundError, match="has no draft"):
        ward.studio.drop_case("handover", "01.json", HOUSE)
    assert ward.studio.cases("handover")


def test_one_link_is_ended_and_the_others_live(ward):
    published(ward, HOUSE, PAGE)
    first, second = (ward.studio.share("ask-triage", HOUSE, days=days) for days in (7, 30))
    assert [token for _, token in ward.studio.links("ask-triage")] == [first, second]
    share = ward.studio.links("ask-triage")[0][0]
    assert ward.studio.end_shares("ask-triage", HOUSE, share.id) == 1
    assert [token for _, token in ward.studio.links("ask-triage")] == [second]
    with pytest.raises(NotFoundError):
        ward.studio.shared(first)
    assert ward.studio.shared(second)[0].id == "ask-triage"


def test_a_fault_reads_as_its_english_words():
    assert str(fault("signs", "nobody signs", "无人签署")) == "nobody signs"
