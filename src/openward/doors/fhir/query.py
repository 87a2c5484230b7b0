"""Search parameters of a request, read against what the record is indexed by (FHIR R4 3.1.1 Search).

What is not known is passed over, or refused when the caller asks for strict handling; a modifier, prefix, chain or
include that is not known is always refused, since passing over it would find something else.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import msgspec

from openward.domain.errors import InputError
from openward.domain.resource import SearchQuery, Token
from openward.doors.fhir.including import Include, read_include
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.parameters import Parameter, parameters
from openward.doors.fhir.shaping import CURSOR, SHAPING, Shape, read_shape
from openward.doors.fhir.values import Dated, alternatives, dates, references, texts, tokens
from openward.record.index import places

_INCLUDING: Final = frozenset({"_include", "_revinclude"})
# That of a reference is the type that it points at.
_MODIFIERS: Final = {
    "_id": frozenset[str](),
    "token": frozenset({"not"}),
    "string": frozenset({"exact", "contains"}),
    "date": frozenset[str](),
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it was understood; `used` are the parameters that count, for the self link."""

    query: SearchQuery
    shape: Shape
    used: tuple[tuple[str, str], ...]
    includes: tuple[Include, ...] = ()
    nothing: bool = False

    def link(self, cursor: str | None = None) -> str:
        """The search again as a query string, from a cursor on."""
        return urlencode([*self.used, *([(CURSOR, cursor)] if cursor else [])])


class _Reading:
    """The parameters of one search, taken one by one."""

    def __init__(self, type: str, now: datetime, *, strict: bool) -> None:
        self.type = type
        self.now = now
        self.strict = strict
        self.parameters = parameters(type)
        self.used: list[tuple[str, str]] = []
        self.includes: list[Include] = []
        self.ids: list[frozenset[str]] = []
        self.patients: list[frozenset[str]] = []
        self.tokens: list[tuple[Token, ...]] = []
        self.without: list[Token] = []
        self.dates: list[tuple[Dated, ...]] = []
        self.updated: list[Dated] = []

    def take(self, key: str, value: str) -> None:
        """Reads one parameter."""
        name, _, modifier = key.partition(":")
        if name in SHAPING or not value:
            return
        if name in _INCLUDING:
            self.includes.append(read_include(self.type, name, modifier, value))
            self.used.append((key, value))
            return
        if "." in key or name == "_has":
            raise NotSupportedError("chained search is not supported: search for the one, then for the other")
        parameter = self.parameters.get(name)
        if parameter is not None:
            if modifier and modifier not in _MODIFIERS.get("_id" if name == "_id" else parameter.kind, {modifier}):
                raise NotSupportedError(f"the modifier of '{name}' is not supported")
            self._condition(parameter, modifier, value)
            self.used.append((key, value))
        elif self.strict:
            # The name is a stranger's words, which may be anybody's name.
            raise NotSupportedError(f"a parameter is none that {self.type} is searched by; GET metadata lists them")

    def _condition(self, parameter: Parameter, modifier: str, value: str) -> None:
        if not alternatives(value):
            raise InputError(f"'{parameter.name}' has no value")
        if parameter.name == "_id":
            self.ids.append(frozenset(alternatives(value)))
        elif parameter.kind == "date":
            self._date(parameter.name, value)
        elif parameter.kind == "string":
            self.tokens.extend(texts(parameter, value, modifier))
        elif parameter.kind == "reference":
            self._reference(parameter, modifier, value)
        elif modifier == "not":
            self.without.extend(tokens(parameter, value))
        else:
            self.tokens.append(tokens(parameter, value))

    def _date(self, name: str, value: str) -> None:
        clauses = dates(name, value, self.now)
        if name != "_lastUpdated":
            self.dates.extend(clauses)
        elif any(len(clause) > 1 for clause in clauses):
            raise NotSupportedError("'_lastUpdated' takes one date; repeat the parameter for a range")
        else:
            self.updated.extend(one for (one,) in clauses)

    def _reference(self, parameter: Parameter, modifier: str, value: str) -> None:
        targets = references(parameter, value, modifier)
        if parameter.name in {"patient", "subject"}:
            self.patients.append(frozenset(target.partition("/")[2] for target in targets))
        else:
            self.tokens.append(tuple(Token(parameter.name, "", target) for target in targets))

    def asked(self, shape: Shape, shaping: tuple[tuple[str, str], ...]) -> Asked:
        """The whole search."""
        ids = frozenset.intersection(*self.ids) if self.ids else frozenset()
        patients = sorted(frozenset.intersection(*self.patients)) if self.patients else []
        query = SearchQuery(
            type=self.type,
            ids=tuple(sorted(ids)),
            patient=patients[0] if len(patients) == 1 else None,
            patients=tuple(patients) if len(patients) > 1 else (),
            tokens=tuple(self.tokens),
            without=tuple(self.without),
            dates=tuple(clause[0] for clause in self.dates if len(clause) == 1),
            any_dates=tuple(clause for clause in self.dates if len(clause) > 1),
            updated=tuple(self.updated),
            sort=shape.sort,
            count=shape.count,
            after=shape.after,
        )
        return Asked(
            query=query,
            shape=shape,
            used=(*self.used, *shaping),
            includes=tuple(self.includes),
            nothing=bool((self.patients and not patients) or (self.ids and not ids)),
        )


def asked_of(type: str, given: Iterable[tuple[str, str]], *, now: datetime, strict: bool = False) -> Asked:
    """Reads the parameters of a search for one resource type; `now` is what `ap` is measured from.

    Raises:
        InputError: a value cannot be read.
        NotSupportedError: a parameter, modifier, chain or include that would change what is found is not known.
    """
    pairs = list(given)
    shape, shaping = read_shape(pairs, places(type).date_param, strict=strict)
    reading = _Reading(type, now, strict=strict)
    for key, value in pairs:
        reading.take(key, value)
    return reading.asked(shape, shaping)
