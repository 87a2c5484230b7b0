"""The hash chain: canonical bytes of an event, and the link from one entry to the next."""

import hashlib
from datetime import UTC
from typing import Final

import msgspec

from openward.domain.errors import TrailError
from openward.domain.trail import Entry, Event

GENESIS: Final = "0" * 64


def canonical(event: Event) -> bytes:
    """The bytes of an event, the same for the same event: JSON with sorted keys, no spaces, time in UTC."""
    return msgspec.json.encode(msgspec.structs.replace(event, at=event.at.astimezone(UTC)), order="sorted")


def link(previous: str, event: bytes) -> str:
    """The hash of an entry: SHA-256 over the previous hash (its 32 bytes) and the event's bytes, as hex."""
    return hashlib.sha256(bytes.fromhex(previous) + event).hexdigest()


def seal(event: bytes, last: Entry | None) -> Entry:
    """The entry that puts an event's bytes behind the last one."""
    previous = last.hash if last else GENESIS
    seq = last.seq + 1 if last else 1
    return Entry(seq=seq, event=msgspec.Raw(event), previous=previous, hash=link(previous, event))


def read_event(entry: Entry) -> Event:
    """The event of an entry.

    Raises:
        TrailError: its bytes are not those of an event.
    """
    try:
        return msgspec.json.decode(entry.event, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        msg = f"entry {entry.seq} of the trail cannot be read: run `openward trail verify`"
        raise TrailError(msg) from error
