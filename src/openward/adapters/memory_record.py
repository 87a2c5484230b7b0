"""The patient record in memory: the honest fake of the record store, searched by plain comparison."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from openward.adapters.cursor import Cursor, checked_match, order_of, read_cursor, write_cursor
from openward.adapters.dates import PREFIXES, Interval, interval, is_older
from openward.domain.errors import InputError
from openward.domain.resource import Incoming, Page, PutCounts, SearchQuery, Stored, Token, Unreadable, Wanted

_FOREVER: Final = 1 << 62


class _Kept(msgspec.Struct):
    """One version; it was current from `stored.seq` to just before `until`."""

    stored: Stored
    incoming: Incoming
    until: int = _FOREVER


class MemoryRecordStore:
    """The record as a dictionary of versions."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._versions: dict[tuple[str, str], list[_Kept]] = {}
        self._seq = 0
        self._quarantine: dict[tuple[str, bytes], Unreadable] = {}

    def put(self, batch: Sequence[Incoming], received: datetime) -> PutCounts:
        """Stores a batch."""
        counts = PutCounts()
        with self._lock:
            for item in batch:
                self._put(item, received.astimezone(UTC), counts)
        return counts

    def _put(self, item: Incoming, received: datetime, counts: PutCounts) -> None:
        versions = self._versions.setdefault((item.type, item.id), [])
        if any(kept.stored.digest == item.digest for kept in versions):
            counts.unchanged += 1
            return
        self._seq += 1
        kept = _Kept(_stored(item, len(versions) + 1, self._seq, received), item)
        current = next((kept for kept in versions if kept.until == _FOREVER), None)
        versions.append(kept)
        if current is None:
            counts.created += 1
            return
        counts.updated += 1
        (kept if is_older(item.updated, current.incoming.updated) else current).until = self._seq

    def read(self, type: str, id: str, version: int | None = None) -> Stored | None:
        """One resource, the current version or a given one."""
        with self._lock:
            for kept in self._versions.get((type, id), ()):
                if kept.until == _FOREVER if version is None else kept.stored.version == version:
                    return kept.stored
        return None

    def history(self, type: str, id: str) -> tuple[Stored, ...]:
        """All versions, newest first."""
        with self._lock:
            return tuple(kept.stored for kept in reversed(self._versions.get((type, id), [])))

    def compartment(
        self, patient: str, types: Sequence[str] | None = None, at: int | None = None
    ) -> tuple[Stored, ...]:
        """The patient and all that belongs to the patient, in `seq` order."""
        moment = self._seq if at is None else at
        return tuple(
            kept.stored
            for kept in self._in_order()
            if kept.stored.patient == patient
            and kept.stored.seq <= moment < kept.until
            and (types is None or kept.stored.type in types)
        )

    def version(self, patient: str) -> int:
        """The last `seq` at which the compartment changed."""
        mine = [kept for kept in self._in_order() if kept.stored.patient == patient]
        return max((kept.stored.seq if kept.until == _FOREVER else kept.until for kept in mine), default=0)

    def scan(self, types: Sequence[str] | None = None, patient: str | None = None) -> Iterator[Stored]:
        """All current resources in `seq` order."""
        current = [kept.stored for kept in self._in_order() if kept.until == _FOREVER]
        for stored in current:
            if (types is None or stored.type in types) and (patient is None or stored.patient == patient):
                yield stored

    def counts(self) -> dict[str, int]:
        """How many current resources there are of each type, by type."""
        counts: dict[str, int] = {}
        for name, _ in sorted(self._versions):
            counts[name] = counts.get(name, 0) + 1
        return counts

    def search(self, query: SearchQuery) -> Page:
        """One page of current resources of a type."""
        start = read_cursor(query.after, query.sort) if query.after else None
        found = [kept for kept in self._in_order() if kept.until == _FOREVER and _matches(kept, query)]
        rest = _sorted(found, query.sort)
        if start is not None:
            rest = _after(rest, start)
        page = rest[: query.count]
        total = len(found) if start is None else start.total
        more = page and len(rest) > len(page)
        return Page(
            items=tuple(kept.stored for kept in page),
            total=total,
            next=write_cursor(_cursor(page[-1], query.sort, total)) if more else None,
        )

    def quarantine(self, items: Sequence[Unreadable]) -> int:
        """Keeps what could not be read; returns how many are new."""
        with self._lock:
            before = len(self._quarantine)
            for item in items:
                if all(kept.id != item.id for kept in self._quarantine.values()):
                    self._quarantine.setdefault((item.source, item.body), item)
            return len(self._quarantine) - before

    def quarantined(self, limit: int = 100, after: str | None = None) -> tuple[Unreadable, ...]:
        """What could not be read, by id."""
        items = sorted(self._quarantine.values(), key=lambda item: item.id)
        return tuple(item for item in items if after is None or item.id > after)[:limit]

    def _in_order(self) -> list[_Kept]:
        with self._lock:
            return sorted(
                (kept for versions in self._versions.values() for kept in versions), key=lambda kept: kept.stored.seq
            )


def _stored(item: Incoming, version: int, seq: int, received: datetime) -> Stored:
    return Stored(
        type=item.type,
        id=item.id,
        version=version,
        seq=seq,
        body=item.body,
        digest=item.digest,
        received=received,
        patient=item.patient or (item.id if item.type == "Patient" else None),
        date=item.date,
        links=item.links,
    )


def _matches(kept: _Kept, query: SearchQuery) -> bool:
    stored, tokens = kept.stored, kept.incoming.tokens
    if stored.type != query.type or (query.ids and stored.id not in query.ids):
        return False
    if query.patient is not None and stored.patient != query.patient:
        return False
    if query.patients and stored.patient not in query.patients:
        return False
    if _any(tokens, query.without) or not all(_any(tokens, any_of) for any_of in query.tokens):
        return False
    received = Interval(stored.received, stored.received)
    return all(_on(received, *wanted) for wanted in query.updated) and all(
        stored.date is not None and any(_on(interval(stored.date), *wanted) for wanted in any_of)
        for any_of in (*query.any_dates, *((one,) for one in query.dates))
    )


def _any(tokens: Sequence[Token], any_of: Sequence[Token]) -> bool:
    return any(_is(token, wanted) for wanted in any_of for token in tokens)


def _is(token: Token, wanted: Token) -> bool:
    match = checked_match(wanted)
    if token.param != wanted.param or wanted.system not in ("", token.system):
        return False
    if isinstance(wanted, Wanted) and wanted.bare and token.system:
        return False
    return {
        "equal": token.code == wanted.code,
        "starts": token.code.startswith(wanted.code),
        "contains": wanted.code in token.code,
    }[match]


def _on(target: Interval, prefix: str, text: str) -> bool:
    """Whether a value's interval fits a search's, by the table of prefixes of FHIR R4 (search, section 3.1.1.4.9)."""
    if prefix not in PREFIXES:
        raise InputError(f"the prefix of a date is not one of {', '.join(sorted(PREFIXES))}")
    wanted = interval(text)
    inside = wanted.start <= target.start and target.end <= wanted.end and target.start < wanted.end
    after, before = target.end > wanted.end or target.start >= wanted.end, target.start < wanted.start
    return {
        "eq": inside,
        "ne": not inside,
        "gt": after,
        "lt": before,
        "ge": after or inside,
        "le": before or inside,
        "sa": target.start >= wanted.end,
        "eb": target.end <= wanted.start and target.start < wanted.start,
    }[prefix]


def _sorted(found: list[_Kept], sort: str) -> list[_Kept]:
    order = order_of(sort)

    def by_key(some: list[_Kept], *, falls: bool) -> list[_Kept]:
        return sorted(some, key=lambda kept: getattr(kept.stored, order.key), reverse=falls)

    if not order.dated:
        return by_key(found, falls=order.falls)
    dated = by_key([kept for kept in found if kept.stored.date], falls=order.falls)
    undated = by_key([kept for kept in found if not kept.stored.date], falls=order.undated_falls)
    return [*sorted(dated, key=lambda kept: kept.stored.date or "", reverse=order.date_falls), *undated]


def _cursor(last: _Kept, sort: str, total: int) -> Cursor:
    return Cursor(sort, total, last.stored.id, last.stored.date or None, last.stored.seq)


def _after(rest: list[_Kept], start: Cursor) -> list[_Kept]:
    """What follows the cursor's place, also when the resource that stood there has left."""
    order = order_of(start.sort)

    def beyond(here: str | int, there: str | int, *, falls: bool) -> bool:
        return here < there if falls else here > there  # type: ignore[operator]

    def follows(stored: Stored) -> bool:
        here, there = getattr(stored, order.key), getattr(start, order.key)
        if not order.dated:
            return beyond(here, there, falls=order.falls)
        if not stored.date or start.date is None:
            return not stored.date and (start.date is not None or beyond(here, there, falls=order.undated_falls))
        if stored.date == start.date:
            return beyond(here, there, falls=order.falls)
        return beyond(stored.date, start.date, falls=order.date_falls)

    return [kept for kept in rest if follows(kept.stored)]
