"""Search over current resources: which ones match, in what order, page by page."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, or_, select, tuple_

from openward.adapters.cursor import Cursor, checked_sort, read_cursor, write_cursor
from openward.adapters.dates import coarser_texts, interval, least_text, micros
from openward.adapters.put import field_of, indexed
from openward.adapters.tables import resource, stale, token, word
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
    type = words.number(query.type)
    if type is None:
        return Found([], 0, None)
    plain, codes = _plain(query, type), [_one_of(tokens, query.type, words) for tokens in query.tokens]
    narrow = query.patient is not None or bool(query.ids)
    total = _count(connection, query, plain, codes, by_code=not narrow) if start is None else start.total
    coded = [_has(code, by_code=not narrow and total <= _GATHERED) for code in codes]
    rows = _page(connection, [*plain, *coded], query, start)
    page = rows[: query.count]
    more = page and len(rows) > len(page)
    cursor = write_cursor(Cursor(query.sort, total, page[-1].id, page[-1].date, page[-1].seq)) if more else None
    return Found([row.seq for row in page], total, cursor)


def _plain(query: SearchQuery, type: int) -> list[Condition]:
    """The conditions on a resource's own columns."""
    conditions = [resource.c.type == type, resource.c.until.is_(None)]
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
    before, first = date < start, min((start, *coarser))
    after = and_(date >= first, or_(date >= end, date.in_(ends_later)))
    at_least = and_(date >= first, or_(date >= end, date.in_(ends_later), inside))
    at_most = and_(date < end, or_(before, inside))
    other = and_(date.is_not(None), not_(inside))
    return _by_prefix(prefix, {"eq": inside, "ne": other, "gt": after, "ge": at_least, "lt": before, "le": at_most})


def _received(prefix: str, text: str) -> Condition:
    wanted, received = interval(text), resource.c.received
    start, end = micros(wanted.start), micros(wanted.end)
    inside = and_(received >= start, received < end)
    conditions = {
        "eq": inside,
        "ne": not_(inside),
        "gt": received >= end,
        "ge": received >= start,
        "lt": received < start,
        "le": received < end,
    }
    return _by_prefix(prefix, conditions)


def _by_prefix(prefix: str, conditions: dict[str, Condition]) -> Condition:
    if prefix not in conditions:
        raise InputError(f"the prefix of a date is not one of {', '.join(sorted(conditions))}")
    return conditions[prefix]


def _one_of(tokens: tuple[Token, ...], type: str, words: Words) -> Condition:
    """The rows of `token` that match one of the alternatives."""
    conditions = [and_(_field(wanted, type, words), token.c.code == indexed(wanted.code)) for wanted in tokens]
    return or_(*conditions) if conditions else false()


def _field(wanted: Token, type: str, words: Words) -> Condition:
    """The field of a token; without a system, every field of its parameter."""
    beginning = field_of(type, wanted.param)
    if wanted.system:
        number = words.number(beginning + indexed(wanted.system))
        return token.c.field == number if number is not None else false()
    fields = select(word.c.id).where(word.c.text >= beginning, word.c.text < f"{beginning[:-1]}}}")
    return token.c.field.in_(fields)


def _has(code: Condition, *, by_code: bool) -> Condition:
    """The resources that have such a token: gathered by code, or each resource asked for it."""
    if by_code:
        return resource.c.seq.in_(select(token.c.seq).where(code))
    return exists(select(token.c.seq).where(token.c.seq == resource.c.seq, code))


def _count(
    connection: Connection, query: SearchQuery, plain: list[Condition], codes: list[Condition], *, by_code: bool
) -> int:
    if codes and not (query.ids or query.patient is not None or query.dates or query.updated):
        # The field of a token says the type, and `stale` which tokens do not count: no resource need be read.
        first, *others = codes
        also = [token.c.seq.in_(select(token.c.seq).where(code)) for code in others]
        current = token.c.seq.not_in(select(stale.c.seq))
        counted: Select[Any] = select(func.count(token.c.seq.distinct())).where(first, current, *also)
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
