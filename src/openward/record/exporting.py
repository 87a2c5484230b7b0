"""FHIR out of the record: the bytes received, with the references that only their source could read made plain.

A resource that came without id goes out with the one that it got: without it nothing could refer to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from openward.domain.resource import Stored
from openward.ports.store import RecordStore
from openward.record.lookup import Lookup
from openward.record.references import rewrite_references
from openward.record.views import head

_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")


class Rewriting:
    """Rewrites references; remembers the conditional ones that it looked up."""

    def __init__(self, store: RecordStore) -> None:
        self._lookup = Lookup(store)

    def rewrite(self, stored: Stored) -> bytes:
        """The bytes of a resource with linked and conditional references as `Type/id`; all else stays as it is.

        A reference by identifier that no resource, or more than one, answers stays as it is.
        """
        body = _named(stored)
        if not stored.links and b"?identifier=" not in body:
            return body
        return rewrite_references(body, lambda text: stored.links.get(text) or self._lookup.target(text))


def _named(stored: Stored) -> bytes:
    """The bytes of a resource with its id, before all else where they have none."""
    if head(stored.body).id is not None:
        return stored.body
    return b'{"id":' + msgspec.json.encode(stored.id) + b"," + stored.body.lstrip()[1:]


def ndjson(store: RecordStore, types: Sequence[str] | None, patient: str | None) -> Iterator[bytes]:
    """Current resources, each on one line."""
    rewriting = Rewriting(store)
    for stored in store.scan(types, patient):
        # Line ends can stand only between the tokens of JSON, never inside of them.
        yield rewriting.rewrite(stored).translate(_ONE_LINE)


def bundle_of(store: RecordStore, resources: Iterable[Stored]) -> Iterator[bytes]:
    """Resources as a collection Bundle, in parts that belong together as they come."""
    rewriting = Rewriting(store)
    lead = b'{"resourceType":"Bundle","type":"collection","entry":['
    for stored in resources:
        yield lead + b'{"resource":' + rewriting.rewrite(stored) + b"}"
        lead = b","
    yield (b"" if lead == b"," else lead) + b"]}"
