"""Words under lock: each thing that is kept sealed has a key of its own, which can be thrown away."""

from typing import Protocol


class Vault(Protocol):
    """Seals bytes with keys that are themselves wrapped with the ward's key."""

    def new_key(self) -> bytes:
        """A new random key, wrapped; whoever deletes it deletes what is sealed with it."""
        ...

    def seal(self, key: bytes, data: bytes, bound: str) -> bytes:
        """The data sealed with a wrapped key, and bound to a name: under another name it does not open.

        Raises:
            StoreError: the key is not of this ward.
        """
        ...

    def open(self, key: bytes, sealed: bytes, bound: str) -> bytes:
        """The data again.

        Raises:
            StoreError: the key is not of this ward, or the bytes or the name are not those that were sealed.
        """
        ...
