"""An agent that holds every credential it may hold cannot decide, over every store."""

from datetime import timedelta

import msgspec
import pytest
from tests.review.conftest import PHRASE, PROPOSAL, office_over, sha256

from openward.access.access import HOUSE
from openward.access.scopes import BY_ROLE, DECIDE, PLAIN
from openward.domain.actor import Actor
from openward.domain.errors import AccessError, NotFoundError, OpenWardError, SignOffError, UnknownCallerError

ALL = [*(s for s in PLAIN if s != DECIDE), "system/*.cruds", "user/*.cruds", "patient/*.cruds", "service/*.run"]


@pytest.fixture
def office(stores):
    return office_over(stores)


@pytest.fixture
def ada(office):
    return office.person("ada", "pharmacist")


@pytest.fixture
def showing(office, ada):
    """What the pharmacist was shown; the agent has seen it too."""
    office.run()
    return office.desk.show("run-1", ada)[1]


@pytest.fixture
def root(office):
    """The administrator's API token, in the agent's hands."""
    return office.access.identify(office.access.first_start())


def refused(office, attempt, error=AccessError):
    """An attempt fails, is in the trail as refused, and decides nothing."""
    before = len(office.events())
    with pytest.raises(error) as caught:
        attempt()
    told = office.events()[before:]
    assert told, "the attempt left no trace"
    assert all(event.outcome == "refused" for event in told)
    assert office.stores.runs.decision("run-1") is None
    assert "zhang" not in str(caught.value)
    return [event.what for event in told]


def test_the_administrators_token_does_not_decide(office, showing, root):
    assert "decision.refused" in refused(office, lambda: office.decide(root, showing))


def test_the_administrators_token_does_not_make_a_token_that_decides(office, showing, root):
    for role in BY_ROLE:
        for scopes in ([DECIDE], ["*"], [*ALL, DECIDE]):
            wanted = {"label": "agent", "role": role, "scopes": scopes}
            assert refused(office, lambda wanted=wanted: office.access.issue(root, **wanted))


def test_the_administrators_token_does_not_make_a_person_who_decides(office, showing, root):
    person = {"id": "mallory", "name": "Mallory", "role": "pharmacist", "passphrase": PHRASE}
    assert refused(office, lambda: office.access.add_person(root, **person, confirmation=PHRASE))
    assert refused(office, lambda: office.access.sign_in("mallory", PHRASE), UnknownCallerError)


@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_no_token_of_any_role_decides_with_every_scope_there_is(office, showing, root, role):
    _, token = office.access.issue(root, label="agent", role=role, scopes=ALL)
    agent = office.access.identify(f"Bearer {token}")
    assert agent.kind == "service"
    assert "decision.refused" in refused(office, lambda: office.decide(agent, showing))
    assert refused(office, lambda: office.desk.show("run-1", agent))


def test_a_token_whose_row_in_the_store_was_changed_does_not_decide(office, showing, root):
    record, token = office.access.issue(root, label="agent", role="pharmacist")
    for change in ({"scopes": (DECIDE, "*")}, {"scopes": (DECIDE,), "person": "ada"}):
        office.stores.access.put_token(msgspec.structs.replace(record, **change))
        agent = office.access.identify(token)
        assert refused(office, lambda agent=agent: office.decide(agent, showing))


def test_the_house_does_not_decide(office, showing):
    assert "decision.refused" in refused(office, lambda: office.decide(HOUSE, showing))


def test_an_actor_that_nobody_proved_does_not_decide(office, ada, showing, root):
    scopes = frozenset({DECIDE})
    for forged in (
        Actor(id="ada", kind="person", role="pharmacist", scopes=scopes, confirmed_at=office.clock.now()),
        Actor(id="ada", kind="person", role="pharmacist", scopes=scopes, credential=root.credential),
        Actor(id="ada", kind="person", role="pharmacist", scopes=scopes, credential="session-x"),
        Actor(id="mallory", kind="person", role="pharmacist", scopes=scopes, credential=ada.credential),
        msgspec.structs.replace(root, kind="person", role="pharmacist", scopes=scopes),
    ):
        assert "decision.refused" in refused(office, lambda forged=forged: office.decide(forged, showing))


def test_a_stolen_session_does_not_decide_without_the_passphrase(office, ada, showing):
    for phrase in (None, "", "wrong", sha256(PROPOSAL)):
        told = refused(office, lambda phrase=phrase: office.decide(ada, showing, passphrase=phrase))
        assert told == ["access.denied", "decision.refused"]


def test_a_stolen_session_does_not_decide_by_guessing(office, ada, showing):
    for guess in range(30):
        assert refused(office, lambda guess=guess: office.decide(ada, showing, passphrase=f"guess {guess}"))
    assert refused(office, lambda: office.decide(ada, showing), UnknownCallerError)


def test_a_stolen_session_that_expired_does_not_decide_even_with_the_passphrase(office, ada, showing):
    _, token = office.access.sign_in("ada", PHRASE)
    office.clock.advance(timedelta(hours=8))
    assert refused(office, lambda: office.access.identify(token), UnknownCallerError) == ["access.denied"]
    told = refused(office, lambda: office.decide(ada, showing), UnknownCallerError)
    assert told == ["access.denied", "decision.refused"]


def test_a_session_that_was_revoked_does_not_decide(office, ada, showing, root):
    office.access.revoke(root, ada.credential)
    assert refused(office, lambda: office.decide(ada, showing), UnknownCallerError)


def test_a_person_who_was_disabled_does_not_decide(office, ada, showing, root):
    office.access.disable(root, "ada")
    assert refused(office, lambda: office.decide(ada, showing), UnknownCallerError)


@pytest.mark.parametrize("role", ["nurse", "clinician"])
def test_a_session_of_a_person_who_signs_for_other_services_does_not_decide(office, showing, role):
    other = office.person(f"other-{role}", role)
    assert refused(office, lambda: office.decide(other, showing), SignOffError)
    assert refused(office, lambda: office.desk.show("run-1", other), SignOffError)


@pytest.mark.parametrize("role", ["administrator", "auditor", "researcher", "patient"])
def test_a_session_of_a_person_who_signs_nothing_does_not_decide(office, showing, role):
    other = office.person(f"other-{role}", role)
    assert refused(office, lambda: office.decide(other, showing))


def test_changed_bytes_are_not_decided_on(office, ada, showing):
    swapped = PROPOSAL.replace(b"5.0", b"500")
    for digest in (sha256(swapped), "", showing.digest.upper()):
        assert refused(office, lambda digest=digest: office.decide(ada, showing, digest=digest), SignOffError)


def test_a_showing_is_not_replayed(office, ada, showing):
    office.run("run-2")
    _, second = office.desk.show("run-2", ada)
    office.decide(ada, second, "run-2")
    kept = office.stores.runs.decision("run-2")
    for run_id, used in (("run-2", second), ("run-1", second), ("run-2", showing)):
        assert refused(office, lambda run_id=run_id, used=used: office.decide(ada, used, run_id), SignOffError)
    assert office.stores.runs.decision("run-2") == kept


def test_nothing_is_left_open_behind_all_of_this(office, ada, showing, root):
    for attempt in (
        lambda: office.decide(root, showing),
        lambda: office.decide(ada, showing, passphrase=None),
        lambda: office.decide(ada, showing, "run-x"),
    ):
        with pytest.raises((AccessError, NotFoundError, OpenWardError)):
            attempt()
    assert office.decide(ada, showing).person == "ada"
    assert office.trail.verify().ok
