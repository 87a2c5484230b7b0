"""New identifiers and secrets."""

from typing import Protocol


class Ids(Protocol):
    """Makes identifiers."""

    def new(self, kind: str) -> str:
        """A new unique id that begins with `kind` and sorts by time (`run-01J…`)."""
        ...

    def secret(self) -> str:
        """A new unguessable secret of at least 256 bits, URL-safe."""
        ...
