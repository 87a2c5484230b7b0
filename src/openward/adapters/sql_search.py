"""Search over current resources: which ones match, in what order, page by page."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, not_, or_, select

from openward.adapters.cursor import Cursor, Order, checked_match, order_of, read_cursor, write_cursor
from openward.adapters.dates import coarser_texts, interval, least_text, micros
from openward.adapters.put import field_of, indexed
from openward.adapters.tables import resource, stale, token, word
from openward.adapters.words import Words
from openward.domain.errors import InputError
from openward.domain.resource import SearchQuery, Token, Wanted

# Up to so many hits are gathered by their codes and sorted; more are met soon enough by walking in the order asked for.
_GATHERED: Final = 2_000
# The last code point, and those that no text holds.
_LAST: Final = 0x10FFFF
_SURROGATES: Final = 0xD800
_SURROGATES_END: Final = 0xE000

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
    order = order_of(query.sort)
    start = read_cursor(query.after, query.sort) if query.after else None
    type = words.number(query.type)
    if type is None:
        return Found([], 0, None)
    plain, codes = _plain(query, type), [_one_of(tokens, query.type, words) for tokens in query.tokens]
    if query.without:
        plain.append(not_(_has(_one_of(query.without, query.type, words), by_code=False)))
    narrow = query.patient is not None or bool(query.ids or query.patients)
    total = _count(connection, query, plain, codes, by_code=not narrow) if start is None else start.total
    coded = [_has(code, by_code=not narrow and total <= _GATHERED) for code in codes]
    rows = _page(connection, [*plain, *coded], _stretches(order, start), query.count)
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
    if query.patients:
        conditions.append(resource.c.patient.in_(query.patients))
    conditions.extend(_dated(prefix, text) for prefix, text in query.dates)
    conditions.extend(or_(false(), *(_dated(*one) for one in either)) for either in query.any_dates)
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
    conditions = {
        "eq": inside,
        "ne": and_(date.is_not(None), not_(inside)),
        "gt": after,
        "ge": at_least,
        "lt": before,
        "le": at_most,
        "sa": date >= end,
        "eb": and_(before, date.not_in(coarser)),
    }
    return _by_prefix(prefix, conditions)


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
        "sa": received >= end,
        "eb": received < start,
    }
    return _by_prefix(prefix, conditions)


def _by_prefix(prefix: str, conditions: dict[str, Condition]) -> Condition:
    if prefix not in conditions:
        raise InputError(f"the prefix of a date is not one of {', '.join(sorted(conditions))}")
    return conditions[prefix]


def _one_of(tokens: tuple[Token, ...], type: str, words: Words) -> Condition:
    """The rows of `token` that match one of the alternatives."""
    conditions = [and_(_field(wanted, type, words), *_code(wanted)) for wanted in tokens]
    return or_(*conditions) if conditions else false()


def _code(wanted: Token) -> list[Condition]:
    code = token.c.code
    match = checked_match(wanted)
    if match == "equal":
        return [code == indexed(wanted.code)]
    part = indexed(wanted.code)
    if not part:
        return []
    if match == "contains":
        # LIKE tells no case apart in SQLite.
        return [func.replace(code, part, "") != code]
    end = _after(part)
    return [code >= part, *([code < end] if end else [])]


def _after(beginning: str) -> str | None:
    """The least text that follows all texts with this beginning, by code points; None when nothing does."""
    text = beginning.rstrip(chr(_LAST))
    if not text:
        return None
    following = ord(text[-1]) + 1
    return text[:-1] + chr(_SURROGATES_END if following == _SURROGATES else following)


def _field(wanted: Token, type: str, words: Words) -> Condition:
    """The field of a token; without a system, every field of its parameter."""
    beginning, bare = field_of(type, wanted.param), isinstance(wanted, Wanted) and wanted.bare
    if bare and wanted.system:
        return false()
    if bare or wanted.system:
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
    by_columns = query.ids or query.patients or query.patient is not None or query.dates or query.any_dates
    if codes and not (by_columns or query.updated or query.without):
        # The field of a token says the type, and `stale` which tokens do not count: no resource need be read.
        first, *others = codes
        also = [token.c.seq.in_(select(token.c.seq).where(code)) for code in others]
        current = token.c.seq.not_in(select(stale.c.seq))
        counted: Select[Any] = select(func.count(token.c.seq.distinct())).where(first, current, *also)
    else:
        coded = [_has(code, by_code=by_code) for code in codes]
        counted = select(func.count()).select_from(resource).where(*plain, *coded)
    return int(connection.execute(counted).scalar_one())


def _page(
    connection: Connection, conditions: list[Condition], stretches: list[tuple[list[Condition], list[Any]]], count: int
) -> list[Any]:
    """One row more than the page holds, when there are more."""
    rows: list[Any] = []
    for stretch, order in stretches:
        left = max(count, 0) + 1 - len(rows)
        if left > 0:
            wanted = select(resource.c.seq, resource.c.id, resource.c.date).where(*conditions, *stretch)
            rows.extend(connection.execute(wanted.order_by(*order).limit(left)).all())
    return rows


def _stretches(order: Order, start: Cursor | None) -> list[tuple[list[Condition], list[Any]]]:
    """The parts of a sorted list that follow the cursor: conditions and order of each."""
    key, date = resource.c[order.key], resource.c.date
    last = getattr(start, order.key) if start else None
    if not order.dated:
        return [([_beyond(key, last, falls=order.falls)] if start else [], [_sorted(key, falls=order.falls)])]
    undated: list[Condition] = [date.is_(None)]
    sorted_undated = [_sorted(key, falls=order.undated_falls)]
    if start and start.date is None:
        return [([*undated, _beyond(key, last, falls=order.undated_falls)], sorted_undated)]
    dated: list[Condition] = [date.is_not(None)]
    if start:
        later = _beyond(date, start.date, falls=order.date_falls)
        dated += [
            date <= start.date if order.date_falls else date >= start.date,
            or_(later, and_(date == start.date, _beyond(key, last, falls=order.falls))),
        ]
    sorted_dated = [_sorted(date, falls=order.date_falls), _sorted(key, falls=order.falls)]
    return [(dated, sorted_dated), (undated, sorted_undated)]


def _beyond(column: Any, last: Any, *, falls: bool) -> Condition:
    beyond: Condition = column < last if falls else column > last
    return beyond


def _sorted(column: Any, *, falls: bool) -> Any:
    return column.desc() if falls else column
