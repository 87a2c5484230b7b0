"""One resource: from the bytes received to what the record takes in, or the reason why it does not."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final, get_args

import msgspec

from openward.domain.errors import RecordError
from openward.domain.resource import Incoming
from openward.record.files import Buffer
from openward.record.index import read_index
from openward.record.references import canonical, links_of
from openward.record.views import AnyResource, View, decode

# A quarantined piece larger than this is kept by its first part only: the source file holds the rest.
KEEP_BYTES: Final = 256 * 1024 * 1024
KEEP_PART: Final = 1024 * 1024

_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CHECKED: Final = frozenset(view.__name__ for view in get_args(View)) - {AnyResource.__name__}


class Refused(msgspec.Struct, frozen=True):
    """What could not be read: where it stood, why (never with patient data), and its bytes."""

    source: str
    reason: str
    body: bytes


class Place(msgspec.Struct, frozen=True):
    """Where a resource stands: its source, what references mean there (`known`), and how deep in Bundles."""

    source: str
    known: Mapping[str, str] = {}
    depth: int = 0


class Tally(msgspec.Struct):
    """What a reading did besides: ids that it assigned, bundle entries that carry nothing, files that it passed by."""

    reading: str = ""
    assigned: int = 0
    empty: int = 0
    passed_by: list[str] = []
    nameless: Counter[str] = msgspec.field(default_factory=Counter)


class Head(msgspec.Struct, rename="camel", gc=False):
    """The type and id of a resource."""

    resource_type: str | None = None
    id: str | None = None


HEAD: Final = msgspec.json.Decoder(Head)
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def refuse(source: str, reason: str, body: Buffer) -> Refused:
    """Something that cannot be read; of a huge piece the first part is kept."""
    if len(body) > KEEP_BYTES:
        reason = f"{reason}; of its {len(body)} bytes the first {KEEP_PART} are kept here, the rest is in the source"
        return Refused(source, reason, bytes(body[:KEEP_PART]))
    return Refused(source, reason, bytes(body))


def reason_of(error: Exception) -> str:
    """Why bytes are no JSON, or not of the form that was expected, in words without any of their content."""
    if isinstance(error, UnicodeDecodeError):
        return "the bytes are not UTF-8"
    return "the JSON is nested too deeply" if isinstance(error, RecursionError) else str(error)


def nameless_id(body: bytes, tally: Tally, name: str = "") -> str:
    """An id for a resource that has none: the digest of its bytes and of what its source calls it.

    The same met again in one reading is another resource and counts up, so that reading a source again gives the same.
    """
    digest = hashlib.sha256(name.encode() + body).hexdigest()[:40]
    tally.nameless[digest] += 1
    nth = tally.nameless[digest]
    return digest if nth == 1 else f"{digest}-{nth}"


def take_in(place: Place, type: str | None, body: bytes, tally: Tally, id: str | None = None) -> Incoming | Refused:
    """One resource, indexed and checked; one without id gets the `id`, else one made from its bytes.

    The bytes stay as received.
    """
    try:
        if not body.isascii():
            body.decode()
        return _incoming(place, _checked(type), body, tally, id)
    except (*UNREADABLE, RecordError) as error:
        return refuse(place.source, reason_of(error), body)


def _checked(type: str | None) -> str:
    if type is None:
        raise RecordError("the resource has no resourceType")
    if not _TYPE.fullmatch(type):
        raise RecordError("the resourceType is not a FHIR type name (a capital letter, then letters)")
    return type


def _incoming(place: Place, type: str, body: bytes, tally: Tally, id: str | None) -> Incoming:
    links = links_of(body, place.known)
    found = read_index(type, body, links)
    target = place.known.get(canonical(found.asked)) if found.asked else None
    if found.asked and target:
        links = {**links, found.asked: target}
        found = read_index(type, body, links)
    if type in _CHECKED:
        decode(type, body)
    digest = hashlib.sha256(body).hexdigest()
    identity = found.id
    if identity is None:
        tally.assigned += 1
        identity = id or nameless_id(body, tally)
    if not _ID.fullmatch(identity):
        raise RecordError("the id is not a FHIR id (1 to 64 letters, digits, '-' and '.')")
    return Incoming(
        type=type,
        id=identity,
        body=body,
        digest=digest,
        source_version=found.source_version,
        updated=found.updated,
        patient=identity if type == "Patient" else found.patient,
        date=found.date,
        tokens=found.tokens,
        links=links,
        source=place.source,
        asked=found.asked,
    )
