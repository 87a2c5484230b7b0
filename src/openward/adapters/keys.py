"""The ward's own keys, in files under its home that only their owner may read."""

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openward.domain.errors import SettingsError, StoreError

KEY_BYTES: Final = 32
_PSEUDONYM: Final = 32
_KEY_ID: Final = 16
_NONCE: Final = 12
_WRAPPED: Final = b"openward key of a journal"


class KeySigner:
    """Signs with an Ed25519 private key and makes pseudonyms with an HMAC key, both of 32 raw bytes."""

    def __init__(self, signing: bytes, pseudonyms: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(signing)
        self._public = self._private.public_key()
        self._pseudonyms = pseudonyms
        self.key_id = hashlib.sha256(self.public_key()).hexdigest()[:_KEY_ID]

    def sign(self, message: bytes) -> bytes:
        """The signature (64 bytes) of a message."""
        return self._private.sign(message)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over this message."""
        try:
            self._public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def public_key(self) -> bytes:
        """The raw public key (32 bytes)."""
        return self._public.public_bytes_raw()

    def pseudonym(self, value: str) -> str:
        """The first 32 hex characters of the HMAC-SHA-256 of a value."""
        return hmac.new(self._pseudonyms, value.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM]


class KeyVault:
    """Seals with AES-256-GCM: every key is random, and wrapped with one key of 32 raw bytes."""

    def __init__(self, wrapping: bytes) -> None:
        self._wrapping = AESGCM(wrapping)

    def new_key(self) -> bytes:
        """A new random key, wrapped (60 bytes)."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, secrets.token_bytes(KEY_BYTES), _WRAPPED)

    def seal(self, key: bytes, data: bytes, bound: str) -> bytes:
        """The data, sealed with a wrapped key and bound to a name."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._unwrapped(key).encrypt(nonce, data, bound.encode())

    def open(self, key: bytes, sealed: bytes, bound: str) -> bytes:
        """The data again."""
        try:
            return self._unwrapped(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound.encode())
        except (InvalidTag, ValueError):
            raise StoreError("what is kept sealed does not open: it was changed, or belongs elsewhere") from None

    def _unwrapped(self, key: bytes) -> AESGCM:
        try:
            return AESGCM(self._wrapping.decrypt(key[:_NONCE], key[_NONCE:], _WRAPPED))
        except (InvalidTag, ValueError):
            raise StoreError("the key of what is kept sealed is gone, or was wrapped by another ward") from None


class FileVault(KeyVault):
    """Seals with the key in `<home>/keys/`, made on first use; see `FileSigner`."""

    def __init__(self, home: Path) -> None:
        super().__init__(_key(_folder(home) / "journal.aes"))


class FileSigner(KeySigner):
    """Signs with the keys in `<home>/keys/`, made on first use (folder 0700, files 0600).

    Raises:
        SettingsError: a key file cannot be made or read, is damaged, or others may read it.
    """

    def __init__(self, home: Path) -> None:
        folder = _folder(home)
        super().__init__(_key(folder / "ward.ed25519"), _key(folder / "pseudonym.hmac"))


def _folder(home: Path) -> Path:
    folder = home / "keys"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{folder}: the folder of the keys cannot be made: {error.strerror}; check the home"
        ) from None
    return folder


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            _create(path, secrets.token_bytes(KEY_BYTES))
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: the key cannot be read or made: {error.strerror}; check owner and mode") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(
            f"{path}: others may read this key; run `chmod 600` on it, and replace it if it may have leaked"
        )
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{path}: the key is damaged ({len(key)} bytes, not {KEY_BYTES}); restore it from a backup")
    return key


def _create(path: Path, key: bytes) -> None:
    """Writes the key under another name and links it: of two first starts one wins and none reads half a key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
