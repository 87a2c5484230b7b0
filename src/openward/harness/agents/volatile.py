"""A journal that ends with its run: for runs that are not kept."""

from collections.abc import Callable

from openward.harness.agency import Kept


class Volatile:
    """Keeps nothing beyond this run, so that nothing can go on after it, and nobody can approve anything."""

    def once(self, name: str, type: type[Kept], make: Callable[[], Kept]) -> Kept:  # noqa: ARG002 - as the port has it
        """What `make` gives."""
        return make()

    def kept(self, name: str, type: type[Kept]) -> Kept | None:  # noqa: ARG002 - as the port has it
        """Nothing."""
        return None

    def approved(self, call: int, digest: str) -> bool:  # noqa: ARG002 - as the port has it
        """No."""
        return False
