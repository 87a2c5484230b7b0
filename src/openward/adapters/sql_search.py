"""Search over current resources: which ones match, in what order, page by page."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, or_, select, tuple_

from openward.adapters.cursor import Cursor, checked_sort, read_cursor, write_cursor
from openward.adapters.dates import coarser_texts, interval, least_text, micros
from openward.adapters.put import indexed, kind_of
from openward.adapters.tables import resource, token
from openward.adapters.words import Words
from openward.domain.errors import InputError
from openward.domain.resource import SearchQuery, Token

# Up to so many hits are gathered by their codes and sorted; more are met soon enough by walking in the order asked for.
_GATHERED: Final = 2_000

Condition = ColumnElement[bool]


class Found(NamedTuple):
    """The `seq` of each resource on the page, the number of all, and the cursor of the next page."""

    seqs: list[int]
    total: int
    next: str | None


def search(connection: Connection, query: SearchQuery, words: Words) -> Found:
    """Looks for one page.

    Raises:
        InputError: the sort, a date or the cursor cannot be read.
    """
    checked_sort(query.sort)
    start = read_cursor(query.after, query.sort) if query.after else None
    numbers = words.numbers(connection, _texts(query))
    plain, codes = _plain(query, numbers), [_one_of(tokens, query.type, numbers) for tokens in query.tokens]
    narrow = query.patient is not None or bool(query.ids)
    total = _count(connection, query, plain, codes, by_code=not narrow) if start is None else start.total
    coded = [_has(code, by_code=not narrow and total <= _GATHERED) for code in codes]
    rows = _page(connection, [*plain, *coded], query, start)
    page = rows[: query.count]
    more = page and len(rows) > len(page)
    cursor = write_cursor(Cursor(query.sort, total, page[-1].id, page[-1].date, page[-1].seq)) if more else None
    return Found([row.seq for row in page], total, cursor)


def _texts(query: SearchQuery) -> list[str]:
    tokens = [token for tokens in query.tokens for token in tokens]
    kinds = [kind_of(query.type, token.param) for token in tokens]
    return [query.type, *kinds, *(indexed(token.system) for token in tokens)]


def _plain(query: SearchQuery, numbers: dict[str, int]) -> list[Condition]:
    """The conditions on a resource's own columns."""
    conditions = [resource.c.type == numbers.get(query.type, 0), resource.c.until.is_(None)]
    if query.ids:
        conditions.append(resource.c.id.in_(query.ids))
    if query.patient is not None:
        conditions.append(resource.c.patient == query.patient)
    conditions.extend(_dated(prefix, text) for prefix, text in query.dates)
    conditions.extend(_received(prefix, text) for prefix, text in query.updated)
    return conditions


def _dated(prefix: str, text: str) -> Condition:
    """FHIR R4 prefixes (search, section 3.1.1.4.9) over texts of any precision; what has no date never matches."""
    wanted, date = interval(text), resource.c.date
    start, end = least_text(wanted.start), least_text(wanted.end)
    coarser = coarser_texts(text)
    # A coarser text holds the whole interval: it cannot lie inside, and begins earlier or ends later.
    ends_later = [other for other in coarser if interval(other).end > wanted.end]
    inside = and_(date >= start, date < end, date.not_in(coarser))
    after, before = or_(date >= end, date.in_(ends_later)), date < start
    return _by_prefix(prefix, inside, after, before, and_(date.is_not(None), not_(inside)))


def _received(prefix: str, text: str) -> Condition:
    wanted, received = interval(text), resource.c.received
    start, end = micros(wanted.start), micros(wanted.end)
    inside = and_(received >= start, received < end)
    return _by_prefix(prefix, inside, received >= end, received < start, not_(inside))


def _by_prefix(prefix: str, inside: Condition, after: Condition, before: Condition, other: Condition) -> Condition:
    conditions = {
        "eq": inside,
        "ne": other,
        "gt": after,
        "lt": before,
        "ge": or_(after, inside),
        "le": or_(before, inside),
    }
    if prefix not in conditions:
        raise InputError(f"the prefix of a date is not one of {', '.join(sorted(conditions))}")
    return conditions[prefix]


def _one_of(tokens: tuple[Token, ...], type: str, numbers: dict[str, int]) -> Condition:
    """The rows of `token` that match one of the alternatives."""
    conditions = []
    for wanted in tokens:
        kind, system = numbers.get(kind_of(type, wanted.param)), numbers.get(indexed(wanted.system))
        if kind is None or (wanted.system and system is None):
            continue
        condition = and_(token.c.kind == kind, token.c.code == indexed(wanted.code))
        conditions.append(and_(condition, token.c.system == system) if wanted.system else condition)
    return or_(*conditions) if conditions else false()


def _has(code: Condition, *, by_code: bool) -> Condition:
    """The resources that have such a token: gathered by code, or each resource asked for it."""
    if by_code:
        return resource.c.seq.in_(select(token.c.seq).where(code))
    return exists(select(token.c.seq).where(token.c.seq == resource.c.seq, code))


def _count(
    connection: Connection, query: SearchQuery, plain: list[Condition], codes: list[Condition], *, by_code: bool
) -> int:
    if codes and not (query.ids or query.patient is not None or query.dates or query.updated):
        # The kind of a token says the type, and only current versions have tokens: the index alone can count.
        first, *others = codes
        also = [token.c.seq.in_(select(token.c.seq).where(code)) for code in others]
        counted: Select[Any] = select(func.count(token.c.seq.distinct())).where(first, *also)
    else:
        coded = [_has(code, by_code=by_code) for code in codes]
        counted = select(func.count()).select_from(resource).where(*plain, *coded)
    return int(connection.execute(counted).scalar_one())


def _page(connection: Connection, conditions: list[Condition], query: SearchQuery, start: Cursor | None) -> list[Any]:
    """One row more than the page holds, when there are more."""
    rows: list[Any] = []
    for stretch, order in _stretches(query.sort, start):
        left = max(query.count, 0) + 1 - len(rows)
        if left > 0:
            wanted = select(resource.c.seq, resource.c.id, resource.c.date).where(*conditions, *stretch)
            rows.extend(connection.execute(wanted.order_by(*order).limit(left)).all())
    return rows


def _stretches(sort: str, start: Cursor | None) -> list[tuple[list[Condition], list[Any]]]:
    """The parts of a sorted list that follow the cursor: conditions and order of each."""
    c = resource.c
    if sort == "_id":
        return [([c.id > start.id] if start else [], [c.id])]
    if sort == "-_lastUpdated":
        return [([c.seq < start.seq] if start else [], [c.seq.desc()])]
    undated: Condition = c.date.is_(None)
    if start and start.date is None:
        return [([undated, c.seq > start.seq], [c.seq])]
    place = tuple_(c.date, c.seq)
    dated = [c.date.is_not(None)]
    if sort == "-date":
        parts = [place < (start.date, start.seq)] if start else []
        return [([*dated, *parts], [c.date.desc(), c.seq.desc()]), ([undated], [c.seq])]
    parts = [place > (start.date, start.seq)] if start else []
    return [([*dated, *parts], [c.date, c.seq]), ([undated], [c.seq])]
