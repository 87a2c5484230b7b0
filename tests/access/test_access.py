import hashlib
from datetime import timedelta

import msgspec
import pytest

from openward.access.access import HOUSE, NOBODY, Access
from openward.access.passphrase import Cost
from openward.adapters.memory import CountingIds, FixedClock, MemoryAccessStore, MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.domain.errors import (
    AccessError,
    InputError,
    NotFoundError,
    StoreError,
    TrailError,
    UnknownCallerError,
)
from openward.trail.trail import Trail

PHRASE = "seven grey herons over the weir"
OTHER = "nine blue kettles on a hot stove"


class TestTheFirstStart:
    def test_makes_an_administrators_token_once(self, access, store):
        token = access.first_start()
        actor = access.identify(f"Bearer {token}")
        assert (actor.kind, actor.role) == ("service", "administrator")
        assert "admin" in actor.scopes
        assert access.first_start() is None
        assert len(store.tokens()) == 1

    def test_keeps_no_secret(self, access, store):
        token = access.first_start()
        assert token.split(".")[1] not in msgspec.json.encode(store.tokens()).decode()

    def test_does_not_make_another_when_the_first_was_revoked(self, access, program):
        access.revoke(program, program.credential)
        assert access.first_start() is None

    def test_its_token_ends_after_a_year(self, access, clock):
        token = access.first_start()
        clock.advance(timedelta(days=365))
        with pytest.raises(UnknownCallerError, match="has expired"):
            access.identify(token)


class TestTokens:
    def test_a_program_gets_a_token_with_the_scopes_it_was_given(self, access, program):
        record, token = access.issue(program, label="the bed board", scopes=["run.read", "service/triage.run"])
        actor = access.identify(token)
        assert (actor.id, actor.kind, actor.display) == (record.id, "service", "the bed board")
        assert actor.scopes == {"run.read", "service/triage.run"}

    def test_a_program_without_scopes_gets_those_of_its_role_but_never_that_of_deciding(self, access, program):
        record, token = access.issue(program, label="ward round", role="pharmacist")
        assert "run.decide" not in record.scopes
        assert "service/*.run" in record.scopes
        assert access.identify(token).kind == "service"

    @pytest.mark.parametrize("scope", ["run.decide", "*"])
    def test_no_token_carries_what_takes_a_person(self, access, program, store, trail, scope):
        with pytest.raises(AccessError, match="only a person decides"):
            access.issue(program, label="x", role="pharmacist", scopes=["run.read", scope])
        assert len(store.tokens()) == 1
        assert trail.words()[-1] == ("token.refused", "refused", "needs-a-person")

    def test_a_row_that_somebody_changed_in_the_store_still_cannot_decide(self, access, program, store):
        record, token = access.issue(program, label="x")
        store.put_token(msgspec.structs.replace(record, scopes=("run.decide", "*", "admin"), role="pharmacist"))
        actor = access.identify(token)
        assert (actor.kind, actor.scopes) == ("service", {"admin"})

    @pytest.mark.parametrize(
        "wrong", [{"label": " "}, {"label": "x" * 201}, {"days": 0}, {"days": 367}, {"scopes": ["nonsense"]}]
    )
    def test_a_token_that_cannot_be_is_refused(self, access, program, wrong):
        with pytest.raises(InputError):
            access.issue(program, **({"label": "x"} | wrong))

    def test_only_an_administrator_issues(self, access, ada, trail):
        with pytest.raises(AccessError, match="scope `admin`"):
            access.issue(ada, label="x")
        assert trail.words()[-1] == ("access.denied", "refused", "scope")

    def test_a_revoked_token_counts_no_more(self, access, program):
        record, token = access.issue(program, label="x")
        assert access.revoke(program, record.id).revoked
        with pytest.raises(UnknownCallerError, match="was revoked"):
            access.identify(token)
        assert access.revoke(program, record.id).revoked

    def test_everybody_may_give_up_their_own_credential(self, access, program, ada):
        _, token = access.issue(program, label="x", scopes=["run.read"])
        own = access.identify(token)
        access.revoke(own, own.credential)
        access.revoke(ada, ada.credential)
        for credential in (own.credential, ada.credential):
            assert next(t for t in access.tokens(program) if t.id == credential).revoked

    def test_a_person_may_end_another_session_of_their_own(self, access, ada):
        record, token = access.sign_in("ada", PHRASE)
        access.revoke(ada, record.id)
        with pytest.raises(UnknownCallerError):
            access.identify(token)

    def test_nobody_revokes_what_belongs_to_others(self, access, ada, program):
        with pytest.raises(AccessError):
            access.revoke(ada, program.credential)
        with pytest.raises(AccessError):
            access.revoke(ada, "no such token")
        assert not any(token.revoked for token in access.tokens(program))

    def test_what_does_not_exist_cannot_be_revoked(self, access, program):
        with pytest.raises(NotFoundError, match="no token with this id"):
            access.revoke(program, "token-x")

    def test_lists_show_no_hashes(self, access, program, ada):
        assert [t.hash for t in access.tokens(program)] == ["", ""]
        assert [(p.id, p.hash) for p in access.persons(program)] == [("ada", "")]
        with pytest.raises(AccessError):
            access.persons(ada)
        with pytest.raises(AccessError):
            access.tokens(ada)


class TestPersons:
    def test_the_house_adds_a_person_who_can_sign_in(self, ada):
        assert (ada.id, ada.kind, ada.role, ada.display) == ("ada", "person", "pharmacist", "Ada Lin")
        assert "run.decide" in ada.scopes

    def test_an_administrator_in_a_session_adds_a_person_with_their_own_passphrase(self, access, root):
        person = access.add_person(root, id="bo", name="Bo", role="nurse", passphrase=OTHER, confirmation=PHRASE)
        assert (person.id, person.role) == ("bo", "nurse")
        assert access.identify(access.sign_in("bo", OTHER)[1]).role == "nurse"

    @pytest.mark.parametrize("confirmation", [None, "", "wrong"])
    def test_an_open_session_alone_adds_nobody(self, access, root, store, confirmation):
        with pytest.raises(AccessError, match="passphrase"):
            access.add_person(root, id="bo", name="Bo", role="nurse", passphrase=OTHER, confirmation=confirmation)
        assert store.person("bo") is None

    def test_a_program_adds_nobody_or_it_could_make_itself_a_person(self, access, program, store, trail):
        with pytest.raises(AccessError, match="an API token cannot add persons"):
            access.add_person(program, id="bot", name="Bot", role="pharmacist", passphrase=OTHER)
        assert store.person("bot") is None
        assert trail.words()[-1] == ("access.denied", "refused", "needs-a-person")

    def test_a_person_who_is_no_administrator_adds_nobody(self, access, ada):
        with pytest.raises(AccessError):
            access.add_person(ada, id="bo", name="Bo", role="nurse", passphrase=OTHER, confirmation=PHRASE)

    @pytest.mark.parametrize("id", ["", "A", "a", "Ada", "a b", "-a", "x" * 65, "house", "unknown", "oidc-ada", "周"])
    def test_an_id_that_cannot_be_is_refused(self, access, id):
        with pytest.raises(InputError, match="a person's id"):
            access.add_person(HOUSE, id=id, name="Ada", role="nurse", passphrase=OTHER)

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 201}, {"role": "service"}])
    def test_a_person_needs_a_name_and_a_persons_role(self, access, wrong):
        with pytest.raises(InputError, match="name of 1 to 200"):
            access.add_person(HOUSE, **({"id": "bo", "name": "Bo", "role": "nurse", "passphrase": OTHER} | wrong))

    @pytest.mark.usefixtures("ada")
    def test_an_id_is_given_once(self, access):
        with pytest.raises(InputError, match="taken"):
            access.add_person(HOUSE, id="ada", name="Ada", role="nurse", passphrase=OTHER)

    def test_a_weak_passphrase_is_refused(self, access, store):
        with pytest.raises(InputError, match="guessed too soon"):
            access.add_person(HOUSE, id="ada", name="Ada", role="nurse", passphrase="adaadaadaada1234")
        assert store.persons() == ()

    def test_a_disabled_person_is_out_at_once(self, access, ada, program):
        _, token = access.sign_in("ada", PHRASE)
        assert access.disable(program, "ada").disabled
        with pytest.raises(UnknownCallerError, match="may no longer sign in"):
            access.identify(token)
        with pytest.raises(UnknownCallerError):
            access.sign_in("ada", PHRASE)
        with pytest.raises(UnknownCallerError):
            access.confirm(ada, PHRASE)

    def test_only_an_administrator_disables_and_only_who_is_there(self, access, ada, program):
        with pytest.raises(AccessError):
            access.disable(ada, "ada")
        with pytest.raises(NotFoundError, match="no person with this id"):
            access.disable(program, "zoe")

    def test_the_id_of_a_patient_stays_out_of_the_trail(self, access, program, trail):
        access.add_person(HOUSE, id="zhang", name="Zhang", role="patient", passphrase=PHRASE)
        access.identify(access.sign_in("zhang", PHRASE)[1])
        access.disable(program, "zhang")
        with pytest.raises(UnknownCallerError):
            access.sign_in("zhang", PHRASE)
        assert all(b"zhang" not in bytes(entry.event) for entry in trail.entries())


class TestSigningIn:
    @pytest.mark.usefixtures("ada")
    def test_gives_a_session_that_ends(self, access, clock):
        record, token = access.sign_in("ada", PHRASE)
        assert (record.kind, record.person, record.expires) == ("session", "ada", clock.now() + timedelta(hours=8))
        clock.advance(timedelta(hours=8) - timedelta(seconds=1))
        assert access.identify(token).id == "ada"
        clock.advance(timedelta(seconds=1))
        with pytest.raises(UnknownCallerError, match="has expired"):
            access.identify(token)

    @pytest.mark.usefixtures("ada")
    def test_does_not_tell_whether_somebody_exists(self, access):
        told = set()
        for person, phrase in (("ada", "wrong"), ("zoe", PHRASE), ("zoe", ""), ("", ""), ("oidc-x", "")):
            with pytest.raises(UnknownCallerError) as caught:
                access.sign_in(person, phrase)
            told.add(str(caught.value))
        assert len(told) == 1

    @pytest.mark.usefixtures("ada")
    def test_works_as_hard_for_nobody_as_for_somebody(self, access, monkeypatch):
        costs = []
        real = hashlib.scrypt
        monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: costs.append((k["n"], k["r"], k["p"])) or real(*a, **k))
        for person in ("ada", "zoe"):
            with pytest.raises(UnknownCallerError):
                access.sign_in(person, "wrong")
        assert costs == [(16, 1, 1)] * 2

    @pytest.mark.parametrize("person", ["ada", "zoe"])
    @pytest.mark.usefixtures("ada")
    def test_gets_slower_after_five_failures_for_those_who_exist_and_those_who_do_not(self, access, person, clock):
        for _ in range(5):
            with pytest.raises(UnknownCallerError, match="is wrong"):
                access.sign_in(person, "wrong")
        with pytest.raises(UnknownCallerError, match="wait 2 s"):
            access.sign_in(person, PHRASE)
        clock.advance(timedelta(seconds=2))
        with pytest.raises(UnknownCallerError, match="is wrong"):
            access.sign_in(person, "wrong")
        with pytest.raises(UnknownCallerError, match="wait 4 s"):
            access.sign_in(person, PHRASE)

    @pytest.mark.usefixtures("ada")
    def test_works_again_after_the_wait_and_then_forgets_the_failures(self, access, clock):
        for _ in range(2):
            for _ in range(5):
                with pytest.raises(UnknownCallerError):
                    access.sign_in("ada", "wrong")
            clock.advance(timedelta(seconds=2))
            assert access.sign_in("ada", PHRASE)

    def test_who_guesses_at_the_door_does_not_keep_a_person_inside_from_signing(self, access, ada):
        for _ in range(5):
            with pytest.raises(UnknownCallerError):
                access.sign_in("ada", "wrong")
        assert access.confirm(ada, PHRASE).id == "ada"

    @pytest.mark.usefixtures("ada")
    def test_failures_are_in_the_trail_without_what_was_typed(self, access, trail):
        for person in ("ada", "my secret typed into the wrong box"):
            with pytest.raises(UnknownCallerError):
                access.sign_in(person, "wrong")
            assert (trail.last().what, trail.last().outcome, trail.last().actor) == (
                "session.refused", "refused", "unknown",
            )  # fmt: skip
        assert all(b"secret typed" not in bytes(entry.event) for entry in trail.entries())
        assert trail.last().subject is None


class TestIdentifying:
    @pytest.mark.parametrize(
        "credential",
        [None, "", "Bearer", "Bearer ", "Basic YTpi", "x.y", "token-1", "a.b.c", "Bearer " + "x" * 9000, "\udcff.x"],
    )
    def test_what_is_no_credential_is_nobody(self, access, credential):
        with pytest.raises(UnknownCallerError, match="not known"):
            access.identify(credential)

    def test_a_wrong_secret_is_nobody_and_is_in_the_trail(self, access, program, trail):
        with pytest.raises(UnknownCallerError, match="the token is wrong"):
            access.identify(f"{program.credential}.{'z' * 43}")
        assert trail.words()[-1] == ("access.denied", "refused", "wrong-secret")
        assert (trail.last().actor, trail.last().subject) == (NOBODY.id, program.credential)

    def test_an_id_that_does_not_exist_is_nobody(self, access):
        with pytest.raises(UnknownCallerError):
            access.identify(f"token-x.{'z' * 43}")

    @pytest.mark.usefixtures("ada")
    def test_a_person_whose_role_changed_signs_in_again(self, access, store):
        _, token = access.sign_in("ada", PHRASE)
        store.put_person(msgspec.structs.replace(store.person("ada"), role="nurse"))
        with pytest.raises(UnknownCallerError, match="another role"):
            access.identify(token)

    def test_costs_no_scrypt_because_every_request_pays_for_it(self, access, monkeypatch):
        token = access.first_start()
        monkeypatch.setattr(hashlib, "scrypt", None)
        assert access.identify(f"Bearer {token}").role == "administrator"


class TestConfirming:
    def test_takes_the_passphrase_and_tells_when(self, access, ada, clock, trail):
        clock.advance(timedelta(hours=1))
        assert access.confirm(ada, PHRASE).confirmed_at == clock.now()
        assert trail.words()[-1] == ("session.confirm", "success", None)

    @pytest.mark.parametrize(
        ("phrase", "reason"), [(None, "not-confirmed"), ("", "not-confirmed"), ("wrong", "wrong-passphrase")]
    )
    def test_takes_nothing_else_not_even_right_after_signing_in(self, access, ada, trail, phrase, reason):
        with pytest.raises(AccessError, match="passphrase"):
            access.confirm(ada, phrase)
        assert trail.words()[-1] == ("access.denied", "refused", reason)

    def test_does_not_last(self, access, ada):
        access.confirm(ada, PHRASE)
        with pytest.raises(AccessError):
            access.confirm(ada, None)

    def test_gets_slower_after_five_failures(self, access, ada):
        for _ in range(5):
            with pytest.raises(AccessError, match="the passphrase is wrong"):
                access.confirm(ada, "wrong")
        with pytest.raises(UnknownCallerError, match="wait 2 s"):
            access.confirm(ada, PHRASE)

    def test_a_person_removed_meanwhile_confirms_nothing(self, trail, clock):
        class Vanishing(MemoryAccessStore):
            looks = 0

            def person(self, id):
                self.looks += 1
                return super().person(id) if self.looks < 5 else None

        access = Access(Vanishing(), trail, clock, CountingIds(), cost=Cost(4, 1, 1))
        access.add_person(HOUSE, id="ada", name="Ada Lin", role="pharmacist", passphrase=PHRASE)
        ada = access.identify(access.sign_in("ada", PHRASE)[1])
        with pytest.raises(AccessError, match="passphrase is wrong"):
            access.confirm(ada, PHRASE)


class TestBeingPresent:
    def test_gives_the_person_as_the_ward_knows_them_whatever_the_actor_claims(self, access, ada):
        claimed = msgspec.structs.replace(ada, role="administrator", scopes=frozenset({"admin"}), display="x")
        assert access.present(claimed) == ada

    def test_takes_a_person_in_a_session(self, access, ada, program, trail):
        forged = Actor(id="ada", kind="person", role="pharmacist", scopes=frozenset({"run.decide"}))
        token = msgspec.structs.replace(program, kind="person")
        borrowed = msgspec.structs.replace(ada, id="bo")
        unknown = msgspec.structs.replace(ada, credential="session-x")
        for actor in (HOUSE, program, forged, token, borrowed, unknown):
            with pytest.raises(AccessError, match="a person in a session of their own"):
                access.present(actor)
            assert trail.words()[-1] == ("access.denied", "refused", "needs-a-person")

    def test_ends_with_the_session(self, access, ada, clock):
        clock.advance(timedelta(days=1))
        with pytest.raises(UnknownCallerError, match="expired"):
            access.present(ada)


class TestRequiring:
    def test_the_house_may_do_everything_but_decide(self, access):
        for scope in ("system/*.cruds", "service/x.run", "trail.read", "admin", "record.write"):
            access.require(HOUSE, scope)
        with pytest.raises(AccessError):
            access.require(HOUSE, "run.decide")

    def test_a_star_is_worth_nothing_in_other_hands(self, access, ada):
        with pytest.raises(AccessError):
            access.require(msgspec.structs.replace(ada, scopes=frozenset({"*"})), "run.read")

    def test_deciding_takes_a_person_whatever_the_scopes_say(self, access, ada, program):
        access.require(ada, "run.decide")
        with pytest.raises(AccessError):
            access.require(msgspec.structs.replace(program, scopes=frozenset({"run.decide"})), "run.decide")

    def test_an_administrator_has_no_right_to_sign(self, access, root):
        access.require(root, "admin")
        with pytest.raises(AccessError):
            access.require(root, "run.decide")

    def test_the_refusal_names_the_scope_and_is_in_the_trail(self, access, ada, trail):
        with pytest.raises(AccessError, match=r"needs the scope `trail\.read`"):
            access.require(ada, "trail.read")
        assert (trail.last().what, trail.last().actor, trail.last().subject) == ("access.denied", "ada", "trail.read")


class TestTheTrailComesFirst:
    class Full(MemoryTrailStore):
        full = False

        def append(self, seal):
            if self.full:
                raise StoreError("the disk is full")
            return super().append(seal)

    @pytest.fixture
    def full(self):
        clock, chain, store = FixedClock(), self.Full(), MemoryAccessStore()
        access = Access(store, Trail(chain, MemorySigner(), clock), clock, CountingIds(), cost=Cost(4, 1, 1))
        access.add_person(HOUSE, id="ada", name="Ada Lin", role="pharmacist", passphrase=PHRASE)
        program = access.identify(access.first_start())
        chain.full = True
        return access, store, program

    def test_nothing_changes_that_cannot_be_written_down(self, full):
        access, store, program = full
        before = (store.persons(), store.tokens())
        for act in (
            lambda: access.issue(program, label="x"),
            lambda: access.revoke(program, program.credential),
            lambda: access.disable(program, "ada"),
            lambda: access.add_person(HOUSE, id="bo", name="Bo", role="nurse", passphrase=OTHER),
            lambda: access.sign_in("ada", PHRASE),
            lambda: access.require(program, "feedback.write"),
        ):
            with pytest.raises(TrailError):
                act()
        assert (store.persons(), store.tokens()) == before
