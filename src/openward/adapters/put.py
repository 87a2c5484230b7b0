"""What a batch of resources does to the record, decided before anything is written."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from openward.adapters.dates import is_older
from openward.domain.resource import Incoming, PutCounts

_CODE: Final = 200
_encode: Final = msgspec.json.Encoder().encode


class Row(NamedTuple):
    """One row of `resource`, in the order of its columns."""

    seq: int
    type: int
    id: str
    version: int
    until: int | None
    digest: str
    received: int
    patient: str | None
    date: str | None
    updated: str | None
    source_version: str | None
    source: str | None
    links: bytes | None
    tokens: bytes | None
    body: bytes


TokenRow = tuple[int, str, int, int]


class Past(msgspec.Struct):
    """What the record holds of one resource already."""

    digests: set[str] = msgspec.field(default_factory=set)
    seq: int = 0
    updated: str | None = None
    tokens: bytes | None = None

    def add(self, row: Row) -> None:
        """Adds one version."""
        self.digests.add(row.digest)
        if row.until is None:
            self.seq, self.updated, self.tokens = row.seq, row.updated, row.tokens


class Plan(msgspec.Struct, kw_only=True):
    """What to write: `superseded` holds (until, seq) of versions that are current no more, `withdrawn` their tokens."""

    rows: list[Row] = msgspec.field(default_factory=list)
    tokens: list[TokenRow] = msgspec.field(default_factory=list)
    superseded: list[tuple[int, int]] = msgspec.field(default_factory=list)
    withdrawn: list[TokenRow] = msgspec.field(default_factory=list)
    counts: PutCounts = msgspec.field(default_factory=PutCounts)


class Writer(Protocol):
    """How one kind of database reads and writes many rows, inside a transaction that keeps other writers out."""

    def last_seq(self) -> int:
        """The highest `seq` so far."""
        ...

    def past(self, type: int, ids: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        """The rows of all versions of these resources: `Row` without links and body, which are None."""
        ...

    def write(self, plan: Plan) -> None:
        """Carries the plan out."""
        ...


class Planner:
    """Plans one batch; `words` numbers types, kinds of token and systems, and makes numbers for new ones."""

    def __init__(self, words: Mapping[str, int], past: dict[tuple[str, str], Past], seq: int, received: int) -> None:
        self.plan = Plan()
        self._words = words
        self._past = past
        self._seq = seq
        self._received = received
        self._met: dict[tuple[str, str], Row] = {}
        self._kinds: dict[tuple[str, str], int] = {}

    def add(self, item: Incoming) -> None:
        """Plans one resource."""
        key = (item.type, item.id)
        past = self._past.get(key)
        if past is None:
            met = self._met.get(key)
            if met is None:
                self._met[key] = self._row(item, 1, None)
                self.plan.counts.created += 1
                return
            past = self._past[key] = Past()
            past.add(met)
        if item.digest in past.digests:
            self.plan.counts.unchanged += 1
        else:
            self._add_version(item, past)

    def _add_version(self, item: Incoming, past: Past) -> None:
        version = len(past.digests) + 1
        self.plan.counts.updated += 1
        if is_older(item.updated, past.updated):
            past.add(self._row(item, version, self._seq + 1))
            return
        self.plan.superseded.append((self._seq + 1, past.seq))
        if past.tokens:
            rows = msgspec.json.decode(past.tokens, type=list[TokenRow])
            self.plan.withdrawn.extend(rows)
        past.add(self._row(item, version, None))

    def _row(self, item: Incoming, version: int, until: int | None) -> Row:
        self._seq = seq = self._seq + 1
        tokens = self._tokens(item, seq) if item.tokens and until is None else None
        row = Row(
            seq,
            self._words[item.type],
            item.id,
            version,
            until,
            item.digest,
            self._received,
            item.patient or (item.id if item.type == "Patient" else None),
            item.date,
            item.updated,
            item.source_version,
            item.source,
            _encode(item.links) if item.links else None,
            tokens,
            item.body,
        )
        self.plan.rows.append(row)
        return row

    def _tokens(self, item: Incoming, seq: int) -> bytes:
        kinds, words, name = self._kinds, self._words, item.type
        rows = []
        for token in item.tokens:
            kind = kinds.get((name, token.param))
            if kind is None:
                kind = kinds[name, token.param] = words[kind_of(name, token.param)]
            rows.append((kind, indexed(token.code), seq, words[indexed(token.system)]))
        self.plan.tokens.extend(rows)
        return _encode(rows)


def kind_of(type: str, param: str) -> str:
    """The word for a parameter of a type."""
    return indexed(f"{type}.{param}")


def indexed(code: str) -> str:
    """A code as the index holds it: one too long for an index is cut and made unique by its digest."""
    if len(code) > _CODE:
        code = code[: _CODE // 2] + hashlib.sha256(code.encode()).hexdigest()
    return code.replace("\x00", "\ufffd") if "\x00" in code else code
