"""The handlers: each is a function of the ward, the caller and the request, and writes the trail before it answers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from openward.domain.actor import Actor
from openward.domain.errors import InputError, NotFoundError
from openward.domain.resource import Stored
from openward.doors.fhir.bundles import Bundle, Entry, Link, etag, found, headers, version
from openward.doors.fhir.query import CURSOR, MOST, PAGE, asked_of
from openward.record.index import known
from openward.record.times import when
from openward.ward import Ward

DOOR: Final = "fhir"
_DIGITS: Final = 9


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call: the ward, who calls, the address of this door, path and search parameters, two headers."""

    ward: Ward
    actor: Actor
    base: str
    path: Mapping[str, str]
    parameters: tuple[tuple[str, str], ...] = ()
    strict: bool = False
    if_none_match: str = ""

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand once; the last wins."""
        return next((value for key, value in reversed(self.parameters) if key == name), None)

    def allow(self, type: str, letter: str) -> None:
        """Lets the caller pass who may read (`r`) or search (`s`) a type."""
        self.ward.access.require(self.actor, f"system/{type}.{letter}")

    def seen(self, what: str, type: str, resources: Iterable[Stored]) -> None:
        """Writes each patient of whom something is about to be shown to the trail; nobody is an entry too."""
        counts = Counter(stored.patient for stored in resources)
        for patient, count in counts.items() or [(None, 0)]:
            self.write(what, type, patient, count)

    def write(self, what: str, type: str, patient: str | None, count: int) -> None:
        """Writes to the trail that so many resources of one patient are about to be shown."""
        detail: dict[str, str | int] = {"type": type, "resources": count}
        self.ward.trail.write(self.actor, what, "read", patient=patient, door=DOOR, detail=detail)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes out."""

    body: bytes
    headers: Mapping[str, str]
    status: int = 200


Handler = Callable[[Call], Answer]


def read(call: Call) -> Answer:
    """The current version of one resource, or a given one; 304 when the caller has it already."""
    type, id = call.path["type"], call.path["id"]
    call.allow(type, "r")
    asked = call.path.get("version")
    stored = call.ward.record.resource(f"{type}/{id}", None if asked is None else _version(asked))
    call.seen("fhir.read", type, [stored])
    if etag(stored) in {tag.strip() for tag in call.if_none_match.split(",")}:
        return Answer(body=b"", headers=headers(stored), status=304)
    return Answer(body=call.ward.record.rewrite(stored), headers=headers(stored))


def history(call: Call) -> Answer:
    """All versions of one resource, newest first, page by page."""
    type, id = call.path["type"], call.path["id"]
    call.allow(type, "r")
    count, before = _count(call), call.one(CURSOR)
    versions = call.ward.stores.record.history(type, id)
    if not versions:
        raise NotFoundError("there is no such resource in the record")
    rest = [v for v in versions if before is None or v.version < _version(before)]
    page = rest[:count]
    call.seen("fhir.history", type, page)
    url = f"{call.base}/{type}/{id}/_history?_count={count}"
    links = _links(url, f"{url}&{CURSOR}={page[-1].version}" if len(rest) > len(page) else None)
    entries = tuple(version(call.base, v, call.ward.record.rewrite(v)) for v in page)
    return _answer(Bundle(type="history", total=len(versions), link=links, entry=entries))


def search(call: Call) -> Answer:
    """One page of what matches."""
    type = call.path["type"]
    call.allow(type, "s")
    asked = asked_of(type, call.parameters, strict=call.strict)
    page = None if asked.nothing else call.ward.stores.record.search(asked.query)
    shown = () if page is None or asked.only_count else page.items
    call.seen("fhir.search", type, shown)
    url = f"{call.base}/{type}"
    following = page.next if page and not asked.only_count else None
    links = _links(_with(url, asked.link()), _with(url, asked.link(following)) if following else None)
    return _answer(Bundle(type="searchset", total=page.total if page else 0, link=links, entry=_found(call, shown)))


def everything(call: Call) -> Answer:
    """The patient and all that is held of the patient, with the Medications spoken of, page by page.

    Later pages show the record as it was at the first one.
    """
    types = _types(call)
    call.allow("Patient", "r")
    for type in types or ("*",):
        call.allow(type, "r")
    patient, count = call.path["id"], _count(call)
    at, after = _place(call)
    held = call.ward.record.holding(patient, types=types, at=at).resources
    # The Medications may have come in after the last of the patient's own resources.
    at = at if at is not None else max((r.seq for r in held), default=0)
    wanted = sorted((r for r in held if _since(call, r)), key=lambda r: r.seq)
    rest = [r for r in wanted if r.seq > after]
    page = rest[:count]
    call.write("fhir.everything", "Patient", patient, len(page))
    asked = [("_count", str(count)), *((n, v) for n in ("_type", "_since") if (v := call.one(n)))]
    url = f"{call.base}/Patient/{patient}/$everything?"
    following = urlencode([*asked, (CURSOR, f"{at}.{page[-1].seq}")]) if len(rest) > len(page) else None
    links = _links(url + urlencode(asked), url + following if following else None)
    return _answer(Bundle(type="searchset", total=len(wanted), link=links, entry=_found(call, page)))


def _answer(bundle: Bundle) -> Answer:
    return Answer(body=bundle.written(), headers={})


def _found(call: Call, resources: Iterable[Stored]) -> tuple[Entry, ...]:
    return tuple(found(call.base, stored, call.ward.record.rewrite(stored)) for stored in resources)


def _links(own: str, following: str | None) -> tuple[Link, ...]:
    return (Link("self", own), *([Link("next", following)] if following else []))


def _with(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _version(text: str) -> int:
    if not _is_number(text):
        raise NotFoundError("there is no such version of this resource; _history lists the versions")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _count(call: Call) -> int:
    text = call.one("_count") or str(PAGE)
    if not _is_number(text):
        raise InputError("'_count' must be a whole number")
    return max(1, min(int(text), MOST))


def _place(call: Call) -> tuple[int | None, int]:
    """From where a page goes on: the `seq` of the record at the first page, and the last `seq` shown."""
    cursor = call.one(CURSOR)
    if cursor is None:
        return None, 0
    at, dot, after = cursor.partition(".")
    if not (dot and _is_number(at) and _is_number(after)):
        raise InputError(f"'{CURSOR}' is not one that this door gave; begin at the first page")
    return int(at), int(after)


def _types(call: Call) -> tuple[str, ...] | None:
    text = call.one("_type")
    if not text:
        return None
    types = tuple(sorted(set(filter(None, text.split(",")))))
    if not all(known(type) for type in types):
        raise InputError("'_type' takes resource types of FHIR R4, separated by commas")
    return types


def _since(call: Call, stored: Stored) -> bool:
    text = call.one("_since")
    if text is None:
        return True
    moment = when(text.replace(" ", "+"))
    if moment is None:
        raise InputError("'_since' takes an instant, such as 2020-01-31T00:00:00Z")
    return stored.received >= moment.earliest
