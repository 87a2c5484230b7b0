"""Sign-in by code: what goes to the provider, what may come back, and what becomes of it. No network."""

import base64
import hashlib
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from openward.access.access import HOUSE, Access
from openward.access.code_flow import LIVES, LONGEST_WAY, CodeFlow
from openward.access.oidc import Oidc, roles_of
from openward.access.passphrase import Cost
from openward.access.provider import Addresses, Client, Provider
from openward.adapters.memory import CountingIds, MemorySigner
from openward.domain.errors import AccessError, SettingsError, SignInError, UnknownCallerError

ISSUER, CLIENT, BACK = "https://id.hospital.example", "ward", "https://ward.example/console/sign-in/back"
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
DOORS = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize?tenant=1", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks", "end_session_endpoint": f"{ISSUER}/logout",
}  # fmt: skip


class Channel:
    """The provider's server as the ward sees it."""

    def __init__(self, clock):
        self.clock, self.said, self.gets, self.posts = clock, dict(DOORS), [], []
        self.claims, self.answer, self.down, self.nonce = {}, None, False, ""

    def get(self, address):
        self.gets.append(address)
        if self.down:
            raise SignInError("unreachable", "down")
        told = {"keys": [KEY.as_dict(private=False)]} if address.endswith("/jwks") else self.said
        return json.dumps(told).encode()

    def post(self, address, fields, basic=None):
        self.posts.append((address, dict(fields), basic))
        return self.answer if self.answer is not None else json.dumps({"id_token": self.token()}).encode()

    def token(self):
        now = self.clock.now().timestamp()
        told = {"iss": ISSUER, "aud": CLIENT, "sub": "u-1", "name": "Ada", "roles": ["pharmacist"], "exp": now + 300,
                "auth_time": now, "nonce": self.nonce, **self.claims}  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": "k1"}, {k: v for k, v in told.items() if v is not None}, KEY)


@pytest.fixture
def channel(clock):
    return Channel(clock)


@pytest.fixture
def provider(channel, clock):
    return Provider(ISSUER, channel, clock, Addresses())


@pytest.fixture
def flow_of(provider, clock, trail):
    def make(client=Client(CLIENT, "secret")):  # noqa: B008
        return CodeFlow(
            provider, Oidc(ISSUER, CLIENT, provider.keys), client, signer=MemorySigner(), trail=trail, clock=clock,
            ids=CountingIds(),
        )  # fmt: skip

    return make


@pytest.fixture
def flow(flow_of):
    return flow_of()


@pytest.fixture
def access(store, trail, clock, provider):
    return Access(store, trail, clock, CountingIds(), cost=Cost(4, 1, 1), session_minutes=480, idle_minutes=30)


def asked(begun):
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}


def arrival(flow, channel, *, again=None, after="/console/desk", **told):
    begun = flow.begin(back=BACK, after=after, again=again)
    sent = asked(begun)
    channel.nonce = sent["nonce"]
    return flow.finish(begun.pending, {"code": "c-1", "state": sent["state"], **told}, back=BACK)


def fault(flow, channel, **changes):
    with pytest.raises(SignInError) as caught:
        arrival(flow, channel, **changes)
    return caught.value.fault


class TestGoing:
    def test_asks_for_a_code_with_pkce_state_and_nonce(self, flow, channel):
        begun = flow.begin(back=BACK, after="/console", language="zh")
        sent = asked(begun)
        assert begun.address.startswith(f"{ISSUER}/authorize?tenant=1&")
        assert (sent["response_type"], sent["client_id"], sent["redirect_uri"]) == ("code", CLIENT, BACK)
        assert (sent["code_challenge_method"], sent["ui_locales"]) == ("S256", "zh-CN")
        assert len({sent["state"], sent["nonce"], sent["code_challenge"]}) == 3
        assert "prompt" not in sent
        assert channel.gets == [f"{ISSUER}/.well-known/openid-configuration"]

    def test_the_verifier_fits_the_challenge_and_is_told_to_the_provider_only(self, flow, channel):
        begun = flow.begin(back=BACK, after="/console")
        channel.nonce = asked(begun)["nonce"]
        flow.finish(begun.pending, {"code": "c-1", "state": asked(begun)["state"]}, back=BACK)
        address, fields, basic = channel.posts[0]
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked(begun)["code_challenge"]
        assert fields["code_verifier"] not in begun.address
        assert (address, basic, fields["redirect_uri"]) == (f"{ISSUER}/token", (CLIENT, "secret"), BACK)
        assert "client_secret" not in fields

    def test_a_client_without_a_secret_names_itself(self, flow_of, channel):
        arrival(flow_of(Client(CLIENT)), channel)
        _, fields, basic = channel.posts[0]
        assert (fields["client_id"], basic) == (CLIENT, None)

    def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(self, flow, channel):
        channel.said["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
        arrival(flow, channel)
        _, fields, basic = channel.posts[0]
        assert (fields["client_id"], fields["client_secret"], basic) == (CLIENT, "secret", None)

    def test_to_confirm_the_provider_is_asked_for_a_fresh_sign_in(self, flow, ada):
        sent = asked(flow.begin(back=BACK, after="/console", again=ada))
        assert (sent["prompt"], sent["max_age"]) == ("login", "0")

    def test_two_sign_ins_share_nothing(self, flow):
        one, two = (asked(flow.begin(back=BACK, after="/console")) for _ in range(2))
        assert not {one["state"], one["nonce"]} & {two["state"], two["nonce"]}

    def test_a_long_way_still_fits_a_cookie(self, flow):
        word = flow.begin(back=BACK, after="/console/" + "x" * LONGEST_WAY).pending
        assert len(word) < 3500
        assert flow.way(word)[0].startswith("/console/xxx")

    def test_signing_out_leads_to_the_provider_if_it_has_such_a_place(self, flow, channel, provider):
        assert flow.leave("https://ward.example/x").startswith(f"{ISSUER}/logout?client_id=ward&post_logout_redirect_")
        channel.said.pop("end_session_endpoint")
        provider._found = None
        assert flow.leave("https://ward.example/x") == ""


class TestComing:
    def test_whom_the_provider_vouches_for_comes_in(self, flow, channel, clock):
        came = arrival(flow, channel)
        assert (came.identity.person, came.identity.role, came.after) == ("oidc-u-1", "pharmacist", "/console/desk")
        assert came.identity.authenticated == clock.now()

    def test_an_answer_counts_once(self, flow, channel):
        begun = flow.begin(back=BACK, after="/console")
        told = {"code": "c-1", "state": asked(begun)["state"]}
        channel.nonce = asked(begun)["nonce"]
        flow.finish(begun.pending, told, back=BACK)
        with pytest.raises(SignInError, match="was used"):
            flow.finish(begun.pending, told, back=BACK)
        assert len(channel.posts) == 1

    def test_ten_minutes_are_enough(self, flow, channel, clock):
        begun = flow.begin(back=BACK, after="/console")
        channel.nonce = asked(begun)["nonce"]
        clock.advance(timedelta(minutes=10, seconds=1))
        with pytest.raises(SignInError, match="too old"):
            flow.finish(begun.pending, {"code": "c-1", "state": asked(begun)["state"]}, back=BACK)

    @pytest.mark.parametrize("word", ["", "x", "x.y", "é.ü", "e30." + "A" * 86])
    def test_a_word_that_the_ward_did_not_sign_is_nobodys(self, flow, word):
        with pytest.raises(SignInError) as caught:
            flow.finish(word, {"code": "c", "state": "s"}, back=BACK)
        assert (caught.value.fault, flow.way(word)) == ("stale", ("", False))

    @pytest.mark.parametrize(
        ("told", "why"),
        [({"state": "other"}, "stale"), ({"state": "é"}, "stale"), ({"iss": "https://evil.example"}, "refused"),
         ({"code": "", "error": "access_denied"}, "declined"), ({"code": "", "error": "server_error"}, "refused"),
         ({"code": ""}, "refused")],
        ids=str,
    )  # fmt: skip
    def test_an_answer_that_does_not_fit_is_refused(self, flow, channel, told, why):
        assert fault(flow, channel, **told) == why
        assert channel.posts == []

    def test_a_provider_that_names_itself_always_is_held_to_it(self, flow, channel):
        channel.said["authorization_response_iss_parameter_supported"] = True
        assert fault(flow, channel) == "refused"
        assert arrival(flow, channel, iss=ISSUER)

    @pytest.mark.parametrize(
        "claims",
        [{"nonce": "other"}, {"nonce": 7}, {"aud": "other"}, {"iss": "https://evil.example"}, {"exp": 1},
         {"aud": [CLIENT, "other"]}, {"azp": "other"}],
        ids=str,
    )  # fmt: skip
    def test_an_id_token_that_does_not_fit_is_refused(self, flow, channel, claims, trail):
        channel.claims = claims
        assert fault(flow, channel) == "refused"
        assert trail.words()[-1] == ("session.refused", "refused", "refused")

    def test_several_audiences_are_well_if_the_token_was_made_for_us(self, flow, channel):
        channel.claims = {"aud": [CLIENT, "other"], "azp": CLIENT}
        assert arrival(flow, channel).identity.subject == "u-1"

    def test_who_has_no_role_here_is_told_so(self, flow, channel):
        channel.claims = {"roles": ["visitor"]}
        assert fault(flow, channel) == "no_role"

    @pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"id_token": 7}', b'{"id_token": "x"}'])
    def test_an_answer_of_the_token_door_that_is_none_is_refused(self, flow, channel, answer):
        channel.answer = answer
        assert fault(flow, channel) == "refused"

    def test_a_provider_that_is_down_is_told_apart(self, flow, channel):
        channel.down = True
        with pytest.raises(SignInError) as caught:
            flow.begin(back=BACK, after="/console")
        assert caught.value.fault == "unreachable"

    @pytest.mark.parametrize("said", [{"issuer": f"{ISSUER}/"}, {"issuer": "https://evil.example"},
                                      {"authorization_endpoint": ""}, {"token_endpoint": 7}])  # fmt: skip
    def test_a_description_of_another_provider_is_refused(self, flow, channel, said):
        channel.said |= said
        with pytest.raises(SignInError) as caught:
            flow.begin(back=BACK, after="/console")
        assert caught.value.fault == "refused"


class TestAddresses:
    def test_that_are_given_by_hand_need_no_discovery(self, channel, clock):
        given = Addresses(authorization_endpoint="https://a.example", token_endpoint="https://t.example")
        assert Provider(ISSUER, channel, clock, given).addresses() == given
        assert channel.gets == []

    def test_are_asked_for_once_an_hour(self, provider, channel, clock):
        provider.addresses()
        clock.advance(timedelta(minutes=59))
        provider.addresses()
        assert len(channel.gets) == 1
        clock.advance(timedelta(minutes=2))
        provider.addresses()
        assert len(channel.gets) == 2

    def test_invented_key_ids_do_not_make_the_ward_ask_again_and_again(self, provider, channel, clock):
        tokens = Oidc(ISSUER, CLIENT, provider.keys)
        for n in range(5):
            forged = jwt.encode({"alg": "ES256", "kid": f"new-{n}"}, {"iss": ISSUER}, KEY)
            with pytest.raises(UnknownCallerError):
                tokens.verify(forged, clock.now())
        assert [address for address in channel.gets if address.endswith("/jwks")] == [f"{ISSUER}/jwks"]


class TestSessions:
    def test_who_arrives_has_a_session_of_the_wards_own_length(self, access, flow, channel, clock):
        record, token = access.arrive(arrival(flow, channel).identity)
        actor = access.identify(token)
        assert (actor.id, actor.kind, actor.role, actor.display) == ("oidc-u-1", "person", "pharmacist", "Ada")
        assert record.expires == clock.now() + timedelta(minutes=30)
        assert access.confirm(actor, None) == actor

    def test_a_provider_that_does_not_say_when_signs_in_but_confirms_nothing(self, access, flow, channel):
        channel.claims = {"auth_time": None}
        actor = access.identify(access.arrive(arrival(flow, channel).identity)[1])
        assert actor.kind == "person"
        with pytest.raises(AccessError, match="fresh sign-in"):
            access.confirm(actor, "words")

    def test_confirming_makes_a_new_session_and_ends_the_former(self, access, flow, channel, clock):
        _, former = access.arrive(arrival(flow, channel).identity)
        clock.advance(timedelta(minutes=6))
        actor = access.identify(former)
        with pytest.raises(AccessError, match="fresh sign-in"):
            access.confirm(actor, None)
        came = arrival(flow, channel, again=actor)
        _, token = access.arrive(came.identity, came.session)
        assert access.confirm(access.identify(token), None).id == "oidc-u-1"
        with pytest.raises(UnknownCallerError, match="was revoked"):
            access.identify(former)

    @pytest.mark.parametrize(
        ("claims", "why"),
        [
            ({"sub": "u-2"}, "another_person"),
            ({"auth_time": None}, "no_time"),
            ({"auth_time": 1_700_000_000}, "not_fresh"),
        ],
    )
    def test_what_does_not_confirm_leaves_the_session_as_it_was(self, access, flow, channel, claims, why):
        _, token = access.arrive(arrival(flow, channel).identity)
        before = access.identify(token)
        channel.claims = claims
        assert fault(flow, channel, again=before) == why
        assert access.identify(token) == before

    def test_a_session_that_ended_meanwhile_is_not_confirmed(self, access, flow, channel):
        _, token = access.arrive(arrival(flow, channel).identity)
        actor = access.identify(token)
        came = arrival(flow, channel, again=actor)
        access.revoke(actor, actor.credential)
        with pytest.raises(UnknownCallerError, match="was revoked"):
            access.arrive(came.identity, came.session)

    def test_who_is_disabled_here_does_not_come_in(self, access, flow, channel):
        identity = arrival(flow, channel).identity
        access.arrive(identity)
        access.disable(HOUSE, "oidc-u-1")
        with pytest.raises(UnknownCallerError, match="may no longer sign in"):
            access.arrive(identity)

    def test_a_session_lives_while_it_is_used_and_no_longer_than_a_shift(self, access, flow, channel, clock):
        record, token = access.arrive(arrival(flow, channel).identity)
        for _ in range(22):
            clock.advance(timedelta(minutes=21))
            access.identify(token)
        clock.advance(timedelta(minutes=18))
        assert clock.now() - record.created == timedelta(minutes=480)
        with pytest.raises(UnknownCallerError, match="has expired"):
            access.identify(token)

    def test_a_session_that_nobody_uses_ends(self, access, clock):
        access.add_person(HOUSE, id="bo", name="Bo", role="nurse", passphrase="nine slow barges at noon")
        _, token = access.sign_in("bo", "nine slow barges at noon")
        clock.advance(timedelta(minutes=20))
        access.identify(token, used=False)
        clock.advance(timedelta(minutes=10))
        with pytest.raises(UnknownCallerError, match="has expired"):
            access.identify(token)

    def test_a_session_that_was_ended_meanwhile_is_not_prolonged(self, access, store, clock, flow, channel):
        record, _ = access.arrive(arrival(flow, channel).identity)
        ended = msgspec.structs.replace(record, revoked=clock.now())
        store.put_token(ended)
        clock.advance(timedelta(minutes=5))
        access._sessions.prolong(record)
        assert store.token(record.id) == ended

    def test_a_person_sees_their_own_open_sessions(self, access, flow, channel, clock):
        identity = arrival(flow, channel).identity
        first, _ = access.arrive(identity)
        clock.advance(timedelta(seconds=1))
        second, token = access.arrive(identity)
        actor = access.identify(token)
        assert [s.id for s in access.sessions(actor)] == [second.id, first.id]
        assert {s.hash for s in access.sessions(actor)} == {""}
        access.revoke(actor, first.id)
        assert [s.id for s in access.sessions(actor)] == [second.id]

    def test_a_program_has_no_sessions(self, access, program):
        with pytest.raises(AccessError, match="a person in a session"):
            access.sessions(program)


class TestRoles:
    def test_are_told_in_one_line(self):
        assert roles_of(" Apotheke = pharmacist , G-17=nurse") == {"Apotheke": "pharmacist", "G-17": "nurse"}
        assert roles_of("")["clinician"] == "clinician"

    @pytest.mark.parametrize("text", ["Apotheke", "Apotheke=apothecary", "=nurse", "x=service"])
    def test_that_lead_nowhere_are_a_wrong_setting(self, text):
        with pytest.raises(SettingsError, match="leads to no role"):
            roles_of(text)


class TestWhatIsLeft:
    def test_a_provider_that_falls_silent_after_the_code_is_told_as_unreachable(self, flow, channel):
        begun = flow.begin(back=BACK, after="/console")
        channel.nonce, channel.down = asked(begun)["nonce"], True
        with pytest.raises(SignInError) as caught:
            flow.finish(begun.pending, {"code": "c-1", "state": asked(begun)["state"]}, back=BACK)
        assert caught.value.fault == "unreachable"

    def test_ended_sign_ins_are_forgotten_when_they_could_not_be_used_any_more(self, flow, channel, clock):
        arrival(flow, channel)
        clock.at += LIVES + timedelta(seconds=1)
        arrival(flow, channel)
        assert len(flow._ended) == 1

    def test_a_session_that_is_gone_cannot_be_confirmed(self, access, flow, channel):
        identity = arrival(flow, channel).identity
        with pytest.raises(UnknownCallerError):
            access.arrive(identity, again="token-of-nobody")
