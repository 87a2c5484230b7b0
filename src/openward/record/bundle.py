"""Bundles: their entries one by one, with the references among them resolved."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.domain.resource import Incoming
from openward.record.files import Buffer
from openward.record.intake import HEAD, UNREADABLE, Place, Refused, Tally, nameless_id, reason_of, refuse, take_in
from openward.record.references import by_identifier
from openward.record.repeats import REASON, repeats

DEEPEST: Final = 16
Entries = dict[int, msgspec.Raw | bytes]
_CONDITIONAL: Final = re.compile(rb"\?identifier=")
_REST: Final = re.compile(r"(?:https?://\S+/)?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})")
_UUID: Final = re.compile(r"urn:uuid:([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})|urn:oid:([0-9.]{1,64})")
_NOT_DONE: Final = {
    "DELETE": "a deletion is not carried out by an import; a person decides on it",
    "PATCH": "a patch is not carried out by an import; send the whole resource",
}
_CLASH: Final = (
    "another entry of this Bundle has the same type and id under another fullUrl, so they are two resources; "
    "import the Bundle of each server on its own, or give them ids of their own"
)
_NULL: Final = msgspec.Raw(b"null")


class Request(msgspec.Struct, gc=False):
    """Bundle.entry.request."""

    method: str | None = None
    url: str | None = None


class Entry(msgspec.Struct, rename="camel"):
    """One entry of a Bundle."""

    full_url: str | None = None
    resource: msgspec.Raw = _NULL
    request: Request | None = None
    response: msgspec.Raw = _NULL


class Bundle(msgspec.Struct):
    """A Bundle, its entries as they stand."""

    type: str | None = None
    entry: list[msgspec.Raw] | None = None


class Among(msgspec.Struct):
    """What holds among the entries of one Bundle: what references mean, and the ids of resources that came without.

    `clashing` are entries with the type and id of another that has another fullUrl: resources of two servers.
    """

    known: dict[str, str] = {}
    ids: dict[int, str] = {}
    urls: dict[str, tuple[int, str]] = {}
    clashing: set[int] = set()

    def name(self, number: int, full_url: str | None, target: str) -> None:
        """Enters what an entry is called by: its fullUrl, and the relative reference that this contains."""
        if not full_url:
            return
        first, url = self.urls.setdefault(target, (number, full_url))
        if url != full_url:
            self.clashing |= {first, number}
        self.known[full_url] = target
        match = _REST.fullmatch(full_url)
        if match and match.group(0) != target:
            self.known.setdefault(f"{match.group(1)}/{match.group(2)}", target)


class _Named(msgspec.Struct, gc=False):
    system: str | None = None
    value: str | None = None


class _Identified(msgspec.Struct, gc=False):
    identifier: list[_Named] | _Named | None = None


_BUNDLE: Final = msgspec.json.Decoder(Bundle)
_ENTRY: Final = msgspec.json.Decoder(Entry)
_IDENTIFIED: Final = msgspec.json.Decoder(_Identified)


def read_resource(place: Place, body: Buffer, tally: Tally, id: str | None = None) -> Iterator[Incoming | Refused]:
    """One resource, or all resources of a Bundle that stands in its place; `id` is for a resource without one.

    The Bundle itself is not kept: its entries are. Those of a history, which stands newest first, come oldest first. A
    Bundle within a Bundle is unpacked in its place.
    """
    try:
        type = HEAD.decode(body).resource_type
        bundle = _BUNDLE.decode(body) if type == "Bundle" else None
    except UNREADABLE as error:
        yield refuse(place.source, reason_of(error), body)
        return
    if bundle is None:
        yield take_in(place, type, bytes(body), tally, id)
    elif place.depth >= DEEPEST:
        yield refuse(place.source, f"Bundles are nested more than {DEEPEST} deep", body)
    else:
        entries: Entries = dict(enumerate(bundle.entry or ()))
        if repeats(_around(body, bundle.entry or [])):
            yield refuse(place.source, REASON, body)
            return
        among = survey(entries, tally, conditional=_CONDITIONAL.search(body) is not None)
        yield from read_entries(place, entries, among, tally, newest_first=bundle.type == "history")


def _around(body: Buffer, entries: list[msgspec.Raw]) -> bytes:
    """A Bundle without what stands from its first entry to its last."""
    if not entries:
        return bytes(body)
    first, last = bytes(entries[0]), bytes(entries[-1])
    return body[: body.find(first)] + body[body.rfind(last) + len(last) :]


def read_entries(
    place: Place, entries: Entries, among: Among, tally: Tally, *, newest_first: bool = False
) -> Iterator[Incoming | Refused]:
    """The resources of the entries of one Bundle, by their places in it."""
    known = {**place.known, **among.known}
    for number in reversed(entries) if newest_first else entries:
        inside = Place(f"{place.source}[{number}]", known, place.depth + 1)
        if number in among.clashing:
            yield refuse(inside.source, _CLASH, bytes(entries[number]))
            continue
        yield from _read_entry(inside, entries[number], tally, among.ids.get(number))


def survey(entries: Entries, tally: Tally, *, conditional: bool) -> Among:
    """What holds among the entries of a Bundle; `conditional` says whether references by identifier occur in it.

    An identifier that two resources share points to neither.
    """
    among = Among()
    shared: set[str] = set()
    for number, raw in entries.items():
        try:
            entry = _ENTRY.decode(raw)
            head = HEAD.decode(entry.resource)
        except UNREADABLE:
            continue
        if head.resource_type is None or head.resource_type == "Bundle":
            continue
        if head.id is None:
            among.ids[number] = _id_for(entry, head.resource_type, tally)
        target = f"{head.resource_type}/{head.id or among.ids[number]}"
        among.name(number, entry.full_url, target)
        named = conditional or head.resource_type == "Patient"
        for text in _identifiers(entry.resource, head.resource_type) if named else ():
            if among.known.setdefault(text, target) != target:
                shared.add(text)
    for text in shared:
        del among.known[text]
    return among


def _read_entry(place: Place, raw: msgspec.Raw | bytes, tally: Tally, id: str | None) -> Iterator[Incoming | Refused]:
    try:
        entry = _ENTRY.decode(raw)
    except UNREADABLE as error:
        yield refuse(place.source, reason_of(error), bytes(raw))
        return
    method = (entry.request.method or "").upper() if entry.request else ""
    resource = bytes(entry.resource)
    if repeats(bytes(raw).replace(resource, b"0", 1)):
        yield refuse(place.source, REASON, bytes(raw))
    elif method in _NOT_DONE:
        yield refuse(place.source, _NOT_DONE[method], bytes(raw))
    elif resource != b"null":
        yield from read_resource(place, resource, tally, id)
    elif entry.request is None and bytes(entry.response) == b"null":
        yield refuse(place.source, "the entry has neither a resource nor a request", bytes(raw))
    else:
        tally.empty += 1


def _id_for(entry: Entry, type: str, tally: Tally) -> str:
    """The id that a resource without one gets: by its PUT, by its fullUrl, else from what it is.

    Only a true UUID is taken from a fullUrl: `urn:uuid:patient1` means another patient in every Bundle.
    """
    put = entry.request.url if entry.request and entry.request.method == "PUT" else None
    for url in (put, entry.full_url):
        match = _REST.fullmatch(url) if url else None
        if match and match.group(1) == type:
            return match.group(2)
    match = _UUID.fullmatch(entry.full_url) if entry.full_url else None
    if match:
        return match.group(1) or match.group(2)
    return nameless_id(bytes(entry.resource), tally, entry.full_url or "")


def _identifiers(resource: msgspec.Raw, type: str) -> Iterator[str]:
    try:
        found = _IDENTIFIED.decode(resource).identifier
    except UNREADABLE:
        return
    for identifier in found if isinstance(found, list) else [found]:
        if identifier and identifier.value:
            yield from by_identifier(type, identifier.system or "", identifier.value)
