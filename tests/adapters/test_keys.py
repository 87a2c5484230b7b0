"""The ward's keys: made once, kept for their owner, the same ever after."""

import stat
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from openward.adapters.keys import FileSigner
from openward.adapters.memory import MemorySigner
from openward.domain.errors import SettingsError


def test_keys_are_made_on_first_use_for_their_owner_only(tmp_path: Path):
    FileSigner(tmp_path / "home")
    keys = tmp_path / "home" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()} == {
        "ward.ed25519": 0o600,
        "pseudonym.hmac": 0o600,
    }


def test_the_same_home_has_the_same_keys(tmp_path: Path):
    first, second = FileSigner(tmp_path), FileSigner(tmp_path)
    assert first.key_id == second.key_id
    assert first.pseudonym("p1") == second.pseudonym("p1")
    assert second.verify(b"message", first.sign(b"message"))


def test_another_home_has_other_keys(tmp_path: Path):
    first, second = FileSigner(tmp_path / "a"), FileSigner(tmp_path / "b")
    assert first.key_id != second.key_id
    assert first.pseudonym("p1") != second.pseudonym("p1")
    assert not second.verify(b"message", first.sign(b"message"))


@given(st.binary(), st.binary())
def test_a_signature_holds_for_its_message_only(message: bytes, other: bytes):
    signer = MemorySigner()
    signature = signer.sign(message)
    assert len(signature) == 64
    assert signer.verify(message, signature)
    assert signer.verify(other, signature) == (other == message)
    assert not signer.verify(message, b"")


def test_anybody_can_verify_with_the_public_key():
    signer = MemorySigner()
    key = Ed25519PublicKey.from_public_bytes(signer.public_key())
    key.verify(signer.sign(b"message"), b"message")
    with pytest.raises(InvalidSignature):
        key.verify(signer.sign(b"another"), b"message")


def test_a_pseudonym_is_short_hex_and_does_not_show_the_value():
    pseudonym = MemorySigner().pseudonym("Jane Roe 药")
    assert len(pseudonym) == 32
    assert int(pseudonym, 16)


def test_of_many_first_starts_all_get_the_same_key(tmp_path: Path):
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(FileSigner(tmp_path).key_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert sorted(file.name for file in (tmp_path / "keys").iterdir()) == ["pseudonym.hmac", "ward.ed25519"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path):
    FileSigner(tmp_path)
    (tmp_path / "keys" / "ward.ed25519").chmod(0o640)
    with pytest.raises(SettingsError, match=r"others may read this key; run `chmod 600`"):
        FileSigner(tmp_path)


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path):
    FileSigner(tmp_path)
    key = tmp_path / "keys" / "pseudonym.hmac"
    key.write_bytes(b"short")
    with pytest.raises(SettingsError, match=r"damaged \(5 bytes, not 32\)"):
        FileSigner(tmp_path)
    assert key.read_bytes() == b"short"


def test_a_home_that_is_a_file_is_an_error_of_the_settings(tmp_path: Path):
    (tmp_path / "home").write_text("")
    with pytest.raises(SettingsError, match="cannot be made"):
        FileSigner(tmp_path / "home")
