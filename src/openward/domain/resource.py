"""FHIR resources as the record keeps them: the bytes received, with version and digest."""

from datetime import datetime
from typing import Final, Literal

import msgspec

PART: Final = 100


class Token(msgspec.Struct, frozen=True, gc=False):
    """One indexed code of a resource; `param` is the FHIR search parameter (`code`, `category`, `identifier`, …)."""

    param: str
    system: str
    code: str


class Wanted(Token, frozen=True, gc=False):
    """A token as a search asks for it, when not by its whole code.

    `match` says whether the code is equal, begins so (an empty one: any) or has this in it (at most `PART` characters);
    `bare` asks for tokens without a system only, where otherwise an empty system stands for any.
    """

    match: Literal["equal", "starts", "contains"] = "equal"
    bare: bool = False


class Incoming(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A resource that was read and may be stored.

    `patient` is the id of the patient in whose compartment it lies; `date` the clinically relevant date as ISO 8601
    text in UTC (sortable); `links` maps references of the source that were resolved on import (`urn:uuid:…`) to
    `Type/id`; `source` says where it came from (`bundle.json[17]`, `patients.ndjson:12`); `asked` is the conditional
    reference to a patient who is named by an identifier only and was not found where it came from.
    """

    type: str
    id: str
    body: bytes
    digest: str
    source_version: str | None = None
    updated: str | None = None
    patient: str | None = None
    date: str | None = None
    tokens: tuple[Token, ...] = ()
    links: dict[str, str] = {}
    source: str = ""
    asked: str | None = None


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A resource in the record; `version` counts from 1 for each resource, `seq` over the whole record."""

    type: str
    id: str
    version: int
    seq: int
    body: bytes
    digest: str
    received: datetime
    patient: str | None = None
    date: str | None = None
    links: dict[str, str] = {}


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read, kept whole: where it stood, why it was refused, its bytes."""

    id: str
    source: str
    reason: str
    body: bytes
    received: datetime


class PutCounts(msgspec.Struct, kw_only=True):
    """What a write did; `unchanged` were there already with the same bytes."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search over one resource type, every condition of which must hold.

    `tokens` is a conjunction of alternatives: each inner tuple holds tokens of which one must match (empty system
    matches any system), `Wanted` ones by more than equality; a resource that has one of `without` does not match.
    `dates` are (prefix, ISO text) pairs with FHIR prefixes eq, ne, lt, le, gt, ge, sa, eb, `any_dates` sets of them of
    which one must hold. `patients` are those of whom it must be one. `sort` is "_id", "_lastUpdated" or "date", the
    date alone or followed by one of the others ("-date,_id"), each with "-" when it falls; what has no date stands
    last. `after` is the opaque cursor of the previous page.
    """

    type: str
    ids: tuple[str, ...] = ()
    patient: str | None = None
    patients: tuple[str, ...] = ()
    tokens: tuple[tuple[Token, ...], ...] = ()
    without: tuple[Token, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    any_dates: tuple[tuple[tuple[str, str], ...], ...] = ()
    updated: tuple[tuple[str, str], ...] = ()
    sort: str = "_id"
    count: int = 50
    after: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of resources; `next` is the cursor of the following page, None at the end."""

    items: tuple[Stored, ...]
    total: int
    next: str | None = None
