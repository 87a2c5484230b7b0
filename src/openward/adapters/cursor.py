"""What a search may ask of every store: its order, how codes are compared, and where a page ended, as opaque text."""

import base64
from typing import Final, NamedTuple

import msgspec

from openward.domain.errors import InputError
from openward.domain.resource import PART, Token, Wanted

_UNIQUE: Final = ("_id", "-_id", "_lastUpdated", "-_lastUpdated")
SORTS: Final = frozenset([*_UNIQUE, *(f"{d}{s}" for d in ("date", "-date") for s in ("", *(f",{k}" for k in _UNIQUE)))])


class Order(NamedTuple):
    """A sort taken apart: whether the date leads and falls, and the key ("id" or "seq") that decides among equals.

    `undated_falls` is how what has no date is sorted among itself.
    """

    dated: bool
    date_falls: bool
    key: str
    falls: bool
    undated_falls: bool


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


def order_of(sort: str) -> Order:
    """Takes a sort apart.

    Raises:
        InputError: it is not one that the record keeps.
    """
    checked_sort(sort)
    keys = sort.split(",")
    dated, date_falls = keys[0] in {"date", "-date"}, keys[0] == "-date"
    # By date alone, what came last stands on the same side as the latest date.
    last = keys[-1] if not dated or len(keys) > 1 else "-_lastUpdated" if date_falls else "_lastUpdated"
    falls = last.startswith("-")
    key = "id" if last.endswith("_id") else "seq"
    return Order(dated, date_falls, key, falls, falls and not (dated and len(keys) == 1))


def checked_match(wanted: Token) -> str:
    """How a token is compared.

    Raises:
        InputError: the beginning or part is longer than an index can tell.
    """
    match = wanted.match if isinstance(wanted, Wanted) else "equal"
    if match != "equal" and len(wanted.code) > PART:
        raise InputError(f"the beginning or part of a text that is searched for may have {PART} characters")
    return match
