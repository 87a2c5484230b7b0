"""Where a page of a search ended, as an opaque text."""

import base64
from typing import Final, NamedTuple

import msgspec

from openward.domain.errors import InputError

SORTS: Final = frozenset({"_id", "date", "-date", "-_lastUpdated"})


class Cursor(NamedTuple):
    """The sort of the search, how many resources it found, and the id, date and seq of the last one on the page."""

    sort: str
    total: int
    id: str
    date: str | None
    seq: int


def write_cursor(cursor: Cursor) -> str:
    """The cursor as URL-safe text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode("ascii").rstrip("=")


def read_cursor(text: str, sort: str) -> Cursor:
    """The cursor that such a text holds.

    Raises:
        InputError: it is no cursor, or one of a search with another sort.
    """
    padded = text + "=" * (-len(text) % 4)
    try:
        cursor = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=Cursor)
    except (ValueError, msgspec.DecodeError):
        raise InputError(
            "the page cursor cannot be read: follow the `next` link of the previous page unchanged"
        ) from None
    if cursor.sort != sort:
        raise InputError("the page cursor belongs to a search with another sort: begin again at the first page")
    return cursor


def checked_sort(sort: str) -> str:
    """The sort itself when it is known.

    Raises:
        InputError: it is not.
    """
    if sort not in SORTS:
        raise InputError(f"the sort is not one of {', '.join(sorted(SORTS))}")
    return sort
