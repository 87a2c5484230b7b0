"""What every AccessStore must do, the fake and the real ones alike."""

import msgspec
from tests.contracts.samples import LATER, NOW, credential, person

from openward.ports.store import Stores


def test_a_person_is_kept_and_changed(stores: Stores):
    assert stores.access.person("ada") is None
    stores.access.put_person(person())
    assert stores.access.person("ada") == person()
    disabled = msgspec.structs.replace(person(), disabled=True, name="Ada 李")
    stores.access.put_person(disabled)
    assert stores.access.person("ada") == disabled


def test_persons_are_listed_by_id(stores: Stores):
    for id in ("eve", "Zoe", "ada"):
        stores.access.put_person(person(id))
    assert [kept.id for kept in stores.access.persons()] == ["Zoe", "ada", "eve"]


def test_a_token_is_kept_and_revoked(stores: Stores):
    kept = credential(kind="session", person="ada", confirmed_at=NOW, label="desk 3")
    assert stores.access.token("token-1") is None
    stores.access.put_token(kept)
    assert stores.access.token("token-1") == kept
    stores.access.put_token(msgspec.structs.replace(kept, revoked=LATER))
    found = stores.access.token("token-1")
    assert found is not None
    assert found.revoked == LATER


def test_tokens_are_listed_by_id(stores: Stores):
    for id in ("token-2", "token-1"):
        stores.access.put_token(credential(id))
    assert [kept.id for kept in stores.access.tokens()] == ["token-1", "token-2"]


def test_a_token_is_replaced_only_as_long_as_it_stands_as_it_did(stores: Stores):
    kept = credential(kind="session", person="ada", confirmed_at=NOW)
    stores.access.put_token(kept)
    longer = msgspec.structs.replace(kept, label="longer")
    assert stores.access.replace_token(kept, longer)
    assert stores.access.token(kept.id) == longer
    assert not stores.access.replace_token(kept, msgspec.structs.replace(kept, label="late"))
    ended = msgspec.structs.replace(longer, revoked=LATER)
    stores.access.put_token(ended)
    assert not stores.access.replace_token(longer, msgspec.structs.replace(longer, label="late"))
    assert stores.access.token(kept.id) == ended
    assert not stores.access.replace_token(credential("token-none"), credential("token-none"))
