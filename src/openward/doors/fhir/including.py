"""`_include` and `_revinclude`: resources that matches point at, or that point at matches (FHIR R4 3.1.1.5.3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from openward.domain.resource import SearchQuery, Stored, Token
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.parameters import includes, parameters, resource_types, reverse_includes
from openward.ports.store import RecordStore
from openward.record.index import read_index

MOST_INCLUDED: Final = 1000
_ROUNDS: Final = 3
_WHOSE: Final = frozenset({"patient", "subject"})
_ITERATE: Final = frozenset({"iterate", "recurse"})


class Include(msgspec.Struct, frozen=True, kw_only=True):
    """References of one type to follow, forwards to `target` (any when None) or back from `source`."""

    source: str
    parameter: str
    target: str | None = None
    back: bool = False
    iterate: bool = False


class Included(msgspec.Struct, frozen=True):
    """What was found beside the matches; not `whole` when there is more than one answer can hold."""

    resources: tuple[Stored, ...] = ()
    whole: bool = True


def read_include(type: str, name: str, modifier: str, value: str) -> Include:
    """Reads `Source:parameter` or `Source:parameter:Target`.

    Raises:
        NotSupportedError: the record cannot follow it; the CapabilityStatement lists what can be followed.
    """
    back, iterate = name == "_revinclude", modifier in _ITERATE
    source, _, rest = value.partition(":")
    parameter, _, target = rest.partition(":")
    # Of several rounds only the first begins at the type that is searched.
    if iterate:
        followed = includes(source) if source in resource_types() else ()
    else:
        followed = reverse_includes(type) if back else includes(type)
    if (modifier and not iterate) or f"{source}:{parameter}" not in followed:
        raise NotSupportedError(f"this '{name}' is not supported for {type}; GET metadata lists those that are")
    return Include(source=source, parameter=parameter, target=target or None, back=back, iterate=iterate)


def included(store: RecordStore, wanted: Sequence[Include], matches: Sequence[Stored]) -> Included:
    """The resources to include beside these matches, each once."""
    found = {(match.type, match.id): match for match in matches}
    front, rules = list(matches), list(wanted)
    for _ in range(_ROUNDS):
        new: list[Stored] = []
        for stored in _followed(store, rules, front):
            if (stored.type, stored.id) in found:
                continue
            if len(found) - len(matches) == MOST_INCLUDED:
                return Included(tuple(found.values())[len(matches) :], whole=False)
            found[stored.type, stored.id] = stored
            new.append(stored)
        front, rules = new, [rule for rule in rules if rule.iterate]
        if not (front and rules):
            break
    return Included(tuple(found.values())[len(matches) :])


def _followed(store: RecordStore, rules: Iterable[Include], front: Sequence[Stored]) -> Iterator[Stored]:
    for rule in rules:
        query = _back(rule, front) if rule.back else None
        if query is not None:
            yield from store.search(query).items
        elif not rule.back:
            yield from _forward(store, rule, front)


def _forward(store: RecordStore, rule: Include, front: Sequence[Stored]) -> Iterator[Stored]:
    ids: dict[str, set[str]] = {}
    for stored in front:
        if stored.type == rule.source:
            for target in _targets(stored, rule.parameter):
                type, _, id = target.partition("/")
                if id and rule.target in (None, type):
                    ids.setdefault(type, set()).add(id)
    for type, wanted in ids.items():
        yield from store.search(SearchQuery(type=type, ids=tuple(sorted(wanted)), count=len(wanted))).items


def _targets(stored: Stored, parameter: str) -> list[str]:
    if parameter in _WHOSE:
        return [f"Patient/{stored.patient}"] if stored.patient else []
    tokens = read_index(stored.type, stored.body, stored.links).tokens
    return [token.code for token in tokens if token.param == parameter]


def _back(rule: Include, front: Sequence[Stored]) -> SearchQuery | None:
    """The search for what points at these; None when nothing can."""
    target = parameters(rule.source)[rule.parameter].target
    pointed = [stored for stored in front if target in (None, stored.type) and rule.target in (None, stored.type)]
    if not pointed:
        return None
    if rule.parameter in _WHOSE:
        return SearchQuery(type=rule.source, patients=tuple(s.id for s in pointed), count=MOST_INCLUDED + 1)
    tokens = tuple(Token(rule.parameter, "", f"{stored.type}/{stored.id}") for stored in pointed)
    return SearchQuery(type=rule.source, tokens=(tokens,), count=MOST_INCLUDED + 1)
