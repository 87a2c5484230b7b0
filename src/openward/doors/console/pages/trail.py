"""The trail: who looked at what and what was done, and whether it is whole."""

from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.trail import Entry
from openward.doors.console.visit import PageRoute, Visit, draw

_A_PAGE: Final = 50
_DIGITS: Final = 15


def trail(visit: Visit) -> Response:
    """A page of entries, of one patient if wanted; the newest page when none is named."""
    ward = visit.ward
    ward.access.require(visit.actor, "trail.read")
    patient = visit.query.get("patient", "").strip() or None
    after = _number(visit.query["after"]) if "after" in visit.query else _newest(visit)
    found = ward.trail.entries(after=after, limit=_A_PAGE, patient=patient)
    return draw(
        visit, "trail.html", rows=[_row(entry) for entry in reversed(found)], after=after, patient=patient,
        older=max(0, after - _A_PAGE) if after else None, newer=found[-1].seq if len(found) == _A_PAGE else None,
    )  # fmt: skip


def verify(visit: Visit) -> Response:
    """Recomputes the chain and every signed checkpoint."""
    visit.ward.access.require(visit.actor, "trail.read")
    return draw(visit, "verified.html", result=visit.ward.trail.verify())


def _newest(visit: Visit) -> int:
    """Where the last page begins: a little before the last checkpoint, which is never far from the end."""
    checkpoints = visit.ward.stores.trail.checkpoints()
    return max(0, checkpoints[-1].size - _A_PAGE // 2) if checkpoints else 0


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise InputError("'after' must be the number of an entry of the trail")
    return int(text)


def _row(entry: Entry) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.json.decode(entry.event)
    return {"seq": entry.seq, "hash": entry.hash[:12], "patient": "", "subject": "", "run": "", "door": "", **event}


ROUTES: Final = (
    PageRoute("/console/trail", trail),
    PageRoute("/console/trail/verification", verify, method="POST"),
)
