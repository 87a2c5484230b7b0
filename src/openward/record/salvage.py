"""What can still be had of a JSON document that does not parse: its whole parts one by one, the rest set apart."""

import re
from collections.abc import Iterator
from typing import Final

from openward.domain.resource import Incoming
from openward.record.bundle import Entries, read_entries, read_resource, survey
from openward.record.files import Buffer
from openward.record.intake import Place, Refused, Tally, refuse

# A token of JSON as far as counting brackets needs it; a string that is not closed on its line is no string.
_TOKEN: Final = re.compile(rb'"(?:[^"\\\x00-\x1f]++|\\.)*+"|[{}\[\]]')
_IS_BUNDLE: Final = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
_ENTRIES: Final = 2
_QUOTE: Final = ord('"')


def salvage(place: Place, body: Buffer, reason: str, tally: Tally) -> Iterator[Incoming | Refused]:
    """The resources in a document that does not parse.

    Whole entries of a Bundle, members of an array and documents that stand one after another are read; all other
    bytes are refused together, for the `reason` for which the document did not parse.
    """
    depth = _depth(body)
    spans = list(_pieces(body, depth))
    if depth == 0 and len(spans) <= 1:
        spans = []
    parts = [body[start:end] for start, end in spans]
    if depth == _ENTRIES:
        entries: Entries = dict(enumerate(parts))
        yield from read_entries(place, entries, survey(entries, tally, conditional=True), tally)
    else:
        for number, part in enumerate(parts):
            yield from read_resource(Place(f"{place.source}[{number}]", place.known, place.depth), part, tally)
    rest = _outside(body, spans)
    # Whole documents one after another, with nothing else between them, are all there is.
    if not spans or depth or rest.strip():
        yield refuse(place.source, reason, rest)


def _depth(body: Buffer) -> int:
    """How many brackets deep the resources lie: 2 in a Bundle's entries, 1 in an array, 0 one after another."""
    if body[:1024].lstrip().startswith(b"["):
        return 1
    return _ENTRIES if _IS_BUNDLE.search(body) else 0


def _pieces(body: Buffer, depth: int) -> Iterator[tuple[int, int]]:
    """Where the whole objects at a depth begin and end, by counting brackets; at depth 2 below the key `entry`."""
    level, start, inside, key = 0, -1, depth == 0, b""
    for match in _TOKEN.finditer(body):
        token = match.group()
        if token[0] == _QUOTE:
            key = token if level == 1 else key
        elif token in b"{[":
            start = match.start() if inside and level == depth else start
            level += 1
            inside = inside or (level == depth and token == b"[" and (depth == 1 or key == b'"entry"'))
        else:
            level -= 1
            if inside and level == depth and start >= 0:
                yield start, match.end()
                start = -1
            inside = inside and level >= depth


def _outside(body: Buffer, spans: list[tuple[int, int]]) -> bytes:
    edges = [0, *(edge for span in spans for edge in span), len(body)]
    return b"".join(body[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
