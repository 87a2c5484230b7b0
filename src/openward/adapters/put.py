"""What a batch of resources does to the record, decided before anything is written."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from openward.adapters.dates import is_older
from openward.domain.resource import Incoming, PutCounts

# What a Row holds, in order; `until` and the body stand where the driver binds them fastest.
ROW: Final = (
    "seq", "type", "id", "version", "until", "digest", "received", "patient", "date", "updated", "source_version",
    "source", "links", "body",
)  # fmt: skip
Row = tuple[
    int, int, str, int, int | None, str, int, str | None, str | None, str | None, str | None, str, bytes | None, bytes
]
TokenRow = tuple[int, str, int]

# The head of the query for the rows of a PastRow.
PAST: Final = "SELECT id, seq, until, digest, updated FROM resource WHERE type = ?"
_CODE: Final = 200
_encode: Final = msgspec.json.Encoder().encode


class KnownError(Exception):
    """A resource that was taken for new is in the record already; the plan must be made again with what is there."""


class PastRow(NamedTuple):
    """One version that the record holds."""

    id: str
    seq: int
    until: int | None
    digest: str
    updated: str | None


class Past(msgspec.Struct):
    """What the record holds of one resource: the digests of all versions, and which is current."""

    digests: set[str] = msgspec.field(default_factory=set)
    seq: int = 0
    updated: str | None = None

    def add(self, digest: str, seq: int, until: int | None, updated: str | None) -> None:
        """Adds one version."""
        self.digests.add(digest)
        if until is None:
            self.seq, self.updated = seq, updated


class Plan(msgspec.Struct):
    """What to write; `superseded` holds (until, seq) of versions that are current no more."""

    rows: list[Row] = msgspec.field(default_factory=list)
    tokens: list[TokenRow] = msgspec.field(default_factory=list)
    superseded: list[tuple[int, int]] = msgspec.field(default_factory=list)
    counts: PutCounts = msgspec.field(default_factory=PutCounts)


class Writer(Protocol):
    """How one kind of database reads and writes many rows, inside a transaction that keeps other writers out."""

    def last_seq(self) -> int:
        """The highest `seq` so far."""
        ...

    def past(self, type: int, ids: Sequence[str]) -> Sequence[PastRow]:
        """All versions of these resources."""
        ...

    def write(self, plan: Plan) -> None:
        """Carries the plan out.

        Raises:
            KnownError: a first version is not the first; nothing of the transaction may be kept.
        """
        ...


class Planner:
    """Plans one batch over what the record holds of it (`past`, by type and id).

    `words` gives the number of a type or of a field, and makes one for a new word.
    """

    def __init__(self, words: Mapping[str, int], past: dict[tuple[str, str], Past], seq: int, received: int) -> None:
        self.plan = Plan()
        self._words = words
        self._past = past
        self._seq = seq
        self._received = received
        self._met: dict[tuple[str, str], tuple[Incoming, int]] = {}
        self._fields: dict[tuple[str, str, str], int] = {}

    def add(self, item: Incoming) -> None:
        """Plans one resource."""
        key = (item.type, item.id)
        past = self._past.get(key)
        if past is None:
            if key not in self._met:
                self._met[key] = (item, self._seq + 1)
                self._add_row(item, 1, None)
                self.plan.counts.created += 1
                return
            first, seq = self._met[key]
            past = self._past[key] = Past()
            past.add(first.digest, seq, None, first.updated)
        if item.digest in past.digests:
            self.plan.counts.unchanged += 1
        else:
            self._add_version(item, past)

    def _add_version(self, item: Incoming, past: Past) -> None:
        seq = self._seq + 1
        until = seq if is_older(item.updated, past.updated) else None
        if until is None:
            self.plan.superseded.append((seq, past.seq))
        self._add_row(item, len(past.digests) + 1, until)
        past.add(item.digest, seq, until, item.updated)
        self.plan.counts.updated += 1

    def _add_row(self, item: Incoming, version: int, until: int | None) -> None:
        self._seq = seq = self._seq + 1
        name = item.type
        self.plan.rows.append(
            (
                seq,
                self._words[name],
                item.id,
                version,
                until,
                item.digest,
                self._received,
                item.patient or (item.id if name == "Patient" else None),
                item.date,
                item.updated,
                item.source_version,
                item.source,
                _encode(item.links) if item.links else None,
                item.body,
            )
        )
        if until is None and item.tokens:
            self._add_tokens(item, seq)

    def _add_tokens(self, item: Incoming, seq: int) -> None:
        fields, name, add = self._fields, item.type, self.plan.tokens.append
        for token in item.tokens:
            code = token.code
            if len(code) > _CODE or "\x00" in code:
                code = indexed(code)
            key = (name, token.param, token.system)
            field = fields.get(key)
            if field is None:
                field = fields[key] = self._words[field_of(name, token.param) + indexed(token.system)]
            add((field, code, seq))


def field_of(type: str, param: str) -> str:
    """How the word of a field begins, before its code system."""
    return f"{indexed(type)}.{indexed(param)}|"


def indexed(text: str) -> str:
    """A text as an index holds it: one too long for an index is cut and made unique by its digest."""
    if len(text) > _CODE:
        text = text[: _CODE // 2] + hashlib.sha256(text.encode()).hexdigest()
    return text.replace("\x00", "\ufffd") if "\x00" in text else text
