"""Bundles that go out; resources stand in them as the bytes that the record holds."""

from datetime import UTC
from email.utils import format_datetime
from typing import Any, Literal

import msgspec

from openward.domain.resource import Stored

_ENCODER = msgspec.json.Encoder()


class Link(msgspec.Struct, frozen=True):
    """Bundle.link."""

    relation: Literal["self", "next"]
    url: str


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Bundle.entry."""

    resource: msgspec.Raw
    full_url: str | None = None
    search: dict[str, str] | None = None
    request: dict[str, str] | None = None
    response: dict[str, str] | None = None


class Bundle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Bundle; an empty list of entries is left out, as FHIR forbids empty lists."""

    type: Literal["searchset", "history"]
    link: tuple[Link, ...]
    resource_type: str = msgspec.field(default="")
    total: int | None = None
    entry: tuple[Entry, ...] = ()

    def written(self) -> bytes:
        """The Bundle as JSON."""
        return _ENCODER.encode(msgspec.structs.replace(self, resource_type="Bundle"))


def found(base: str, stored: Stored, body: bytes, mode: str) -> Entry:
    """A resource that a search found (`match`) or brings beside it (`include`)."""
    return Entry(full_url=_full_url(base, stored), resource=msgspec.Raw(body), search={"mode": mode})


def told(outcome: bytes) -> Entry:
    """An OperationOutcome that tells something of the search itself."""
    return Entry(resource=msgspec.Raw(outcome), search={"mode": "outcome"})


def version(base: str, stored: Stored, body: bytes) -> Entry:
    """One version of a resource."""
    return Entry(
        full_url=_full_url(base, stored),
        resource=msgspec.Raw(body),
        request={"method": "PUT", "url": f"{stored.type}/{stored.id}"},
        response={
            "status": "201" if stored.version == 1 else "200",
            "etag": etag(stored),
            "lastModified": instant(stored),
        },
    )


def etag(stored: Stored) -> str:
    """The version as an entity tag."""
    return f'W/"{stored.version}"'


def instant(stored: Stored) -> str:
    """When this version came into the record, as a FHIR instant."""
    return stored.received.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def headers(stored: Stored) -> dict[str, Any]:
    """The headers of one resource."""
    moment = stored.received.astimezone(UTC).replace(microsecond=0)
    return {"ETag": etag(stored), "Last-Modified": format_datetime(moment, usegmt=True)}


def _full_url(base: str, stored: Stored) -> str:
    return f"{base}/{stored.type}/{stored.id}"
