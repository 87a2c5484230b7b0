"""Read and vread: one resource, whole or in part, or the word that the caller has it already."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from openward.domain.errors import NotFoundError
from openward.domain.resource import Stored
from openward.doors.fhir.bundles import etag, headers
from openward.doors.fhir.call import Answer, Call, number
from openward.doors.fhir.shaping import read_shape


def read(call: Call) -> Answer:
    """The current version of one resource, or a given one; 304 when the caller has it already."""
    type, id = call.path["type"], call.path["id"]
    call.allow(type, "r")
    shape, _ = read_shape(call.parameters, None, strict=call.strict)
    asked = call.path.get("version")
    stored = call.ward.record.resource(f"{type}/{id}", None if asked is None else _version(asked))
    call.seen("fhir.read", type, [stored])
    if _is_known(call, stored):
        return Answer(body=b"", headers=headers(stored), status=304)
    return Answer(body=shape.cut.of(stored, call.ward.record.rewrite(stored)), headers=headers(stored))


def _is_known(call: Call, stored: Stored) -> bool:
    """Whether the caller has this version; a tag goes before a date (RFC 9110, 13.2.2)."""
    if call.if_none_match:
        tags = {tag.strip().removeprefix("W/") for tag in call.if_none_match.split(",")}
        return bool(tags & {"*", etag(stored).removeprefix("W/")})
    try:
        moment = parsedate_to_datetime(call.if_modified_since)
    except ValueError:
        return False
    since = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return stored.received.replace(microsecond=0) <= since


def _version(text: str) -> int:
    found = number(text)
    if found is None:
        raise NotFoundError("there is no such version of this resource; _history lists the versions")
    return found
