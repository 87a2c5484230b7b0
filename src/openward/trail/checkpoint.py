"""Signed Merkle roots: what is signed, how it is made, how it is checked."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from openward.domain.trail import Checkpoint
from openward.ports.signer import Signer
from openward.trail.walk import Walk

# A signature made here must mean nothing elsewhere, and the other way round.
PURPOSE: Final = b"openward trail checkpoint 1\n"

Verifier = Callable[[bytes, bytes], bool]


def statement(checkpoint: Checkpoint) -> bytes:
    """The bytes that are signed: everything in the checkpoint but the signature."""
    bare = msgspec.structs.replace(checkpoint, at=checkpoint.at.astimezone(UTC), signature="")
    return PURPOSE + msgspec.json.encode(bare, order="sorted")


def sign(walk: Walk, at: datetime, signer: Signer) -> Checkpoint:
    """A checkpoint over the entries that were walked, signed."""
    bare = Checkpoint(
        size=walk.size, root=walk.root(), at=at, key=signer.key_id, signature="", head=walk.head, peaks=walk.peaks
    )  # fmt: skip
    return msgspec.structs.replace(bare, signature=signer.sign(statement(bare)).hex())


def genuine(checkpoint: Checkpoint, verify: Verifier) -> bool:
    """Whether the signature is the key's over this checkpoint."""
    try:
        signature = bytes.fromhex(checkpoint.signature)
    except ValueError:
        return False
    return verify(statement(checkpoint), signature)


def verifier_of(public_key: bytes) -> Verifier:
    """Checks signatures with a raw Ed25519 public key (32 bytes) that somebody outside of the ward trusts.

    Raises:
        ValueError: the bytes are no public key.
    """
    # Loaded when asked for: nothing on the way to a first answer needs it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(public_key)

    def verify(message: bytes, signature: bytes) -> bool:
        """Whether the signature is the trusted key's."""
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify
