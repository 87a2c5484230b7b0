"""Reads the tables of knowledge while a server that has just started waits for its first person."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from openward.access.access import HOUSE
from openward.domain.errors import OpenWardError
from openward.harness.request import request_of
from openward.harness.service import Service
from openward.knowledge import tables
from openward.ward import Ward

FIRST: Final = 0.5  # seconds in which a server starts before anything is read
BETWEEN: Final = 0.02  # seconds between two steps, in which those who wait for a page go first
_SLOWEST: Final = "prescription-review"  # its tables make up most of what a first run reads


@contextmanager
def warming(ward: Ward) -> Iterator[threading.Thread]:
    """Warms the ward in a thread of its own, which has ended when this is left.

    What cannot be read is told by whoever reads it, as without this.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_warm, args=(ward, stop), name="openward-warming", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def _warm(ward: Ward, stop: threading.Event) -> None:
    """One table after the other, then one worked example of the service that reads most of them."""
    if stop.wait(FIRST):
        return
    with contextlib.suppress(OpenWardError, OSError):
        for name in tables.names():
            with contextlib.suppress(OpenWardError, OSError):
                tables.find(name)
            if stop.wait(BETWEEN):
                return
        if (service := ward.services.get(_SLOWEST)) is not None:
            _try(ward, service)


def _try(ward: Ward, service: Service) -> None:
    """Runs the first worked example of a service; nothing of it is kept."""
    for path in sorted((service.folder / "cases").glob("*.json"))[:1]:
        case = msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw])
        ward.think(service.id, request_of(bytes(case["request"])), actor=HOUSE, door="study")
