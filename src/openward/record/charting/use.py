"""Whether a medication is in use at a moment, from its status and its dates; None where that cannot be known.

Status codes: FHIR R4 medicationrequest-status, medication-statement-status, medication-admin-status,
medicationdispense-status; intent: medicationrequest-intent.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from openward.record.charting.frame import Bounds
from openward.record.times import When

GIVEN_LASTS: Final = timedelta(hours=24)
_OVER: Final = frozenset({"completed", "stopped", "cancelled", "not-taken", "declined", "not-done"})
_NOT_ORDERED: Final = frozenset({"proposal", "option"})
_LONGEST_DAYS: Final = 365_250.0
SOMEWHEN: Final = When("", None, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def requested(
    status: str | None,
    intent: str | None,
    authored: When | None,
    therapy: Sequence[Bounds],
    validity: Bounds,
    *,
    as_of: datetime,
) -> bool | None:
    """An order: active, written before the moment, and not past the end of every dosage instruction.

    A prescription whose validity has ended may still be taken from what was dispensed: None, unless the dosage says.
    """
    if status in _OVER or status == "draft" or intent in _NOT_ORDERED:
        return False
    if status != "active":
        return None
    valid = within(validity, as_of) is True or any(bounds.end for bounds in therapy)
    written = begun(authored, as_of) if authored else True
    return _all(written, _any_running(therapy, as_of), True if valid else None)


def stated(status: str | None, taken: Bounds, therapy: Sequence[Bounds], *, as_of: datetime) -> bool | None:
    """A statement: active, and the moment within the period in which it was taken."""
    if status in _OVER or status == "intended":
        return False
    if status != "active":
        return None
    return _all(within(taken, as_of), _any_running(therapy, as_of))


def administered(status: str | None, given: Bounds, *, as_of: datetime) -> bool | None:
    """An administration: running, or ended within the last 24 hours."""
    if status == "not-done":
        return False
    if status == "in-progress":
        return within(given, as_of)
    last = given.end or given.start
    if status not in {"completed", "stopped"} or last is None:
        return None
    over = True if last.earliest >= as_of - GIVEN_LASTS else None
    return _all(begun(given.start or last, as_of), False if last.latest < as_of - GIVEN_LASTS else over)


def dispensed(
    status: str | None, handed_over: When | None, supply_days: float | None, *, as_of: datetime
) -> bool | None:
    """A dispense: the moment lies within the days that it was dispensed for."""
    if status in _OVER and status != "completed":
        return False
    if status != "completed" or handed_over is None or supply_days is None:
        return None
    return within(Bounds(handed_over, lasting(handed_over, supply_days)), as_of)


def begun(start: When, as_of: datetime) -> bool | None:
    """Whether a time has come, None when it is partial and may have."""
    if start.earliest > as_of:
        return False
    return True if start.at is not None or start.latest <= as_of else None


def within(bounds: Bounds, as_of: datetime) -> bool | None:
    """Whether a moment lies in a period whose missing ends are open; None when a partial date leaves it open."""
    start, end = bounds
    ended = end is not None and end.latest < as_of
    maybe_ended = end is not None and end.at is None and end.earliest <= as_of
    return _all(begun(start, as_of) if start else True, False if ended else None if maybe_ended else True)


def lasting(start: When | None, days: float | None, most: float | None = None) -> When | None:
    """The end of what lasts so many days, or up to `most`: somewhere in time when it cannot be computed.

    None without a length, and for a length that has no upper end.
    """
    longest = days if most is None else most
    if longest is None:
        return None
    shortest = min(days or 0.0, longest)
    if start is None or not 0 < longest < _LONGEST_DAYS:
        return SOMEWHEN
    try:
        length = timedelta(days=longest)
        exact = start.at + length if start.at and shortest == longest else None
        return When("", exact, start.earliest + timedelta(days=shortest), start.latest + length)
    except OverflowError:
        return SOMEWHEN


def _any_running(therapy: Sequence[Bounds], as_of: datetime) -> bool | None:
    """Whether one of the dosage instructions holds; without instructions there is nothing to end."""
    states = [within(bounds, as_of) for bounds in therapy] or [True]
    return True if True in states else None if None in states else False


def _all(*states: bool | None) -> bool | None:
    """Whether all hold: one that does not settles it, one that is unknown leaves it unknown."""
    return False if False in states else None if None in states else True
