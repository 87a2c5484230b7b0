"""A journal that ends with its run: for runs that are not kept."""

from collections.abc import Callable

from openward.harness.agency import Kept


class Volatile:
    """Keeps nothing beyond this run, so that nothing can go on after it, and nobody can approve anything."""

    def once(  # as the port has it
        self,
        name: str,  # noqa: ARG002
        type: type[Kept],  # noqa: ARG002
        make: Callable[[], Kept],
        *,
        firm: bool = False,  # noqa: ARG002
    ) -> Kept:
        """What `make` gives."""
        return make()

    def kept(self, name: str, type: type[Kept]) -> Kept | None:  # noqa: ARG002 - as the port has it
        """Nothing."""
        return None

    def approved(self, call: int, digest: str) -> bool:  # noqa: ARG002 - as the port has it
        """No."""
        return False
