"""What signed proposals do in the ward, for the few services whose proposals change something in it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from openward.harness.service import Service
from openward.ports.store import RunStore

_PAGE: Final = 200


class _Body(msgspec.Struct, frozen=True):
    """The part of a proposal that is signed."""

    body: msgspec.Raw


def take_effect(service: Service, runs: RunStore, home: Path) -> None:
    """Makes the ward's home say what all signed proposals of a service say; most services have no effect.

    Raises:
        OpenWardError: the service could not; its home is then as it was.
    """
    if service.effect is not None:
        signed = sorted(_signed(service.id, runs), key=lambda one: one[0])
        service.effect(home, [msgspec.json.decode(body, type=service.body) for _, body in signed])


def _signed(service: str, runs: RunStore) -> Iterator[tuple[datetime, bytes]]:
    """When each proposal was signed, and the body that was."""
    before: str | None = None
    while page := runs.list(service=service, limit=_PAGE, before=before):
        for run in page:
            decision = runs.decision(run.id)
            if decision is not None and decision.choice != "reject":
                body = decision.amended or msgspec.json.decode(run.proposal or b"", type=_Body).body
                yield decision.decided, bytes(body)
        before = page[-1].id
