"""The ward's own key."""

from typing import Protocol


class Signer(Protocol):
    """Signs and verifies with the ward's Ed25519 key and makes pseudonyms with its secret."""

    key_id: str

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (64 bytes) of a message."""
        ...

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over this message."""
        ...

    def public_key(self) -> bytes:
        """The raw public key (32 bytes)."""
        ...

    def pseudonym(self, value: str) -> str:
        """A keyed digest of an identifier (HMAC-SHA-256, hex, 32 characters): the same for the same value."""
        ...
