"""FHIR out of the record: the bytes received, with the references that only their source could read made plain."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openward.domain.resource import SearchQuery, Stored, Token
from openward.ports.store import RecordStore
from openward.record.references import conditional, rewrite_references

_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")


class Rewriting:
    """Rewrites references; remembers the conditional ones that it looked up."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._found: dict[str, str | None] = {}

    def rewrite(self, stored: Stored) -> bytes:
        """The bytes of a resource with linked and conditional references as `Type/id`; all else stays as it is.

        A reference by identifier that no resource, or more than one, answers stays as it is.
        """
        if not stored.links and b"?identifier=" not in stored.body:
            return stored.body
        return rewrite_references(stored.body, lambda text: stored.links.get(text) or self._look_up(text))

    def _look_up(self, text: str) -> str | None:
        if "?" not in text:
            return None
        if text not in self._found:
            self._found[text] = look_up(self._store, text)
        return self._found[text]


def look_up(store: RecordStore, text: str) -> str | None:
    """The one resource that a conditional reference by identifier names, as `Type/id`."""
    asked = conditional(text)
    if asked is None:
        return None
    type_name, system, value = asked
    page = store.search(SearchQuery(type=type_name, tokens=((Token("identifier", system, value),),), count=2))
    return f"{type_name}/{page.items[0].id}" if len(page.items) == 1 else None


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
