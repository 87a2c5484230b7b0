"""All services of a ward, those among them that were published while it runs: every process sees them at once."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from openward.domain.errors import OpenWardError, ServiceError
from openward.harness.registry import Discovered
from openward.harness.service import Service
from openward.studio.building import service_of
from openward.studio.folder import AGENTS, CHANGED, Folder, agents_in, digest_of
from openward.studio.shelf import agents, manifest_in, shipped


class Catalogue(Mapping[str, Service]):
    """The services by id, in order: engines, the agents that ship, and those that were published in this ward.

    One that cannot serve (it could not be loaded, its file was changed, a tool is gone) is left out and named in
    `faults`; the ward and its other services go on.
    """

    def __init__(self, found: Discovered, home: Path) -> None:
        self.engines, unloaded = found
        self.shipped, unshipped = agents(shipped(), self.engines)
        self._left_out = unloaded | unshipped
        self._home = home
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._faults: dict[str, str] = {}
        self._held: dict[str, Service] = {}
        self._current()

    @property
    def faults(self) -> dict[str, str]:
        """The services that are left out, and why: what is wrong, where, and what to do."""
        self._current()
        return self._left_out | self._faults

    def __getitem__(self, id: str) -> Service:
        """One service; KeyError when there is none."""
        return self._current()[id]

    def __iter__(self) -> Iterator[str]:
        """The ids, sorted."""
        return iter(self._current())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._current())

    def _current(self) -> dict[str, Service]:
        """The services as they are now; one look at a file tells whether something was published."""
        stamp = _stamp(self._home)
        if stamp != self._stamp:
            with self._lock:
                self._held, self._faults = self._read()
                self._stamp = stamp
        return self._held

    def _read(self) -> tuple[dict[str, Service], dict[str, str]]:
        found: dict[str, Service] = {**self.engines, **self.shipped}
        faults: dict[str, str] = {}
        for folder in agents_in(self._home):
            try:
                service = self._published(folder, found)
            except OpenWardError as error:
                faults[folder.id] = str(error)
                continue
            if service is not None:
                found[service.id] = service
        return dict(sorted(found.items())), faults

    def _published(self, folder: Folder, taken: Mapping[str, Service]) -> Service | None:
        index = folder.index()
        if index.current is None:
            return None
        frozen = folder.frozen(index.current)
        manifest = manifest_in(frozen)
        if digest_of(frozen) != index.version(index.current).digest or manifest.id != folder.id:
            raise ServiceError(f"{frozen} was changed after it was published; publish it anew, or roll back")
        if manifest.id in taken:
            raise ServiceError(f"{frozen}: there is a service '{manifest.id}' already; publish it with another id")
        return service_of(manifest, frozen, self.engines)


def _stamp(home: Path) -> tuple[int, int]:
    """When the mark was written, and as which file: two changes in one moment differ in the second."""
    try:
        mark = (home / AGENTS / CHANGED).stat()
    except OSError:
        return 0, 0
    return mark.st_mtime_ns, mark.st_ino
