"""The history of one resource, page by page."""

from urllib.parse import urlencode

from openward.domain.errors import InputError, NotFoundError
from openward.domain.resource import Stored
from openward.doors.fhir.bundles import Bundle, version
from openward.doors.fhir.call import Answer, Call, answer, links, number, wrong_cursor
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.shaping import CURSOR
from openward.record.times import When, when


def history(call: Call) -> Answer:
    """All versions of one resource, newest first; those since (`_since`), or current at (`_at`), a time."""
    type, id = call.path["type"], call.path["id"]
    call.allow(type, "r")
    count, cursor = call.count(), call.one(CURSOR)
    before = None if cursor is None else number(cursor)
    if cursor is not None and before is None:
        raise wrong_cursor(CURSOR)
    versions = call.ward.stores.record.history(type, id)
    if not versions:
        raise NotFoundError("there is no such resource in the record")
    wanted = _at(_since(versions, moment_of(call, "_since")), moment_of(call, "_at"))
    rest = [v for v in wanted if before is None or v.version < before]
    page = rest[:count]
    call.seen("fhir.history", type, page)
    kept = [(name, value) for name, value in call.parameters if name in {"_since", "_at", "_format", "_pretty"}]
    url = f"{call.base}/{type}/{id}/_history?{urlencode([('_count', str(count)), *kept])}"
    following = f"{url}&{CURSOR}={page[-1].version}" if len(rest) > len(page) else None
    entries = tuple(version(call.base, v, call.ward.record.rewrite(v)) for v in page)
    return answer(Bundle(type="history", total=len(wanted), link=links(url, following), entry=entries))


def of_many(_call: Call) -> Answer:
    """The history of a type, or of everything, which the record does not keep in order."""
    raise NotSupportedError("the history of a whole type is not kept; read the history of one resource")


def moment_of(call: Call, name: str) -> When | None:
    """A parameter that is a time.

    Raises:
        InputError: it is none.
    """
    text = call.one(name)
    moment = when(text.replace(" ", "+")) if text else None
    if text and moment is None:
        raise InputError(f"'{name}' takes a date or an instant, such as 2020-01-31T00:00:00Z")
    return moment


def _since(versions: tuple[Stored, ...], since: When | None) -> list[Stored]:
    return [v for v in versions if since is None or v.received >= since.earliest]


def _at(versions: list[Stored], at: When | None) -> list[Stored]:
    """Those that were the newest at some moment of that time."""
    if at is None:
        return versions
    newer = [None, *versions[:-1]]
    return [
        v
        for v, following in zip(versions, newer, strict=True)
        if v.received <= at.latest and (following is None or following.received > at.earliest)
    ]
