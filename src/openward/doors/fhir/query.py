"""Search parameters of a request, read against what the record is indexed by (FHIR R4 3.1.1 Search).

What is not known is passed over, or refused when the caller asks for strict handling; a modifier, prefix or chain that
is not known is always refused, since passing over it would find something else.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

import msgspec

from openward.domain.errors import InputError
from openward.domain.resource import SearchQuery, Token
from openward.doors.fhir.outcome import NotSupportedError
from openward.record.index import local_reference, places
from openward.record.times import when

PAGE: Final = 50
MOST: Final = 200
CURSOR: Final = "_cursor"
_DATE: Final = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?([0-9].*)")
_POINT_PREFIX: Final = {"sa": "gt", "eb": "lt"}
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CODED: Final = frozenset({"code", "boolean"})
_WORDS: Final = frozenset({"name", "string"})
# Known to every FHIR client and harmless to pass over: they shape the answer, not what is found.
_SHAPING: Final = frozenset({"_format", "_pretty", "_total"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it was understood; `used` are the parameters that count, for the self link."""

    query: SearchQuery
    used: tuple[tuple[str, str], ...]
    only_count: bool = False
    nothing: bool = False

    def link(self, cursor: str | None = None) -> str:
        """The search again as a query string, from a cursor on."""
        return urlencode([*self.used, *([(CURSOR, cursor)] if cursor else [])])


class _Reading:
    """The parameters of one search, taken one by one."""

    def __init__(self, type: str, *, strict: bool) -> None:
        self.type = type
        self.strict = strict
        self.places = places(type)
        self.used: list[tuple[str, str]] = []
        self.ids: list[frozenset[str]] = []
        self.patients: list[str] = []
        self.tokens: list[tuple[Token, ...]] = []
        self.dates: list[tuple[str, str]] = []
        self.updated: list[tuple[str, str]] = []
        self.sort = "_id"
        self.count = PAGE
        self.only_count = False
        self.after: str | None = None

    def take(self, key: str, value: str) -> None:
        """Reads one parameter."""
        name, _, modifier = key.partition(":")
        if self._shape(name, value) or name in _SHAPING:
            return
        if "." in name or name == "_has":
            raise NotSupportedError("chained search is not supported: search for the one, then for the other")
        if not self._known(name):
            if self.strict:
                raise NotSupportedError(f"'{_plain(name)}' is no search parameter of {self.type}; see GET metadata")
            return
        if modifier and not (name in {"patient", "subject"} and modifier == "Patient"):
            raise NotSupportedError(f"the modifier of '{name}' is not supported")
        if value:
            self._condition(name, value)
            self.used.append((key, value))

    def _known(self, name: str) -> bool:
        if name in {"_id", "_lastUpdated"} or name in self.places.tokens or name == self.places.date_param:
            return True
        if name in {"family", "given"}:
            return "name" in self._kinds("name")
        whose = bool(self.places.patient or self.places.others)
        return name in {"patient", "subject"} and whose and self.type != "Patient"

    def _shape(self, name: str, value: str) -> bool:
        """Whether the parameter says how the answer looks, and was read."""
        if name == "_count":
            self.count, self.only_count = _count(value), self.only_count or value == "0"
        elif name == CURSOR:
            self.after = value
            return True
        elif name == "_summary":
            self.only_count = self.only_count or value == "count"
            if value != "count":
                return self._pass_over("_summary", known=value == "false")
        elif name == "_sort":
            order = self._order(value)
            if order is None:
                return self._pass_over("_sort")
            self.sort = order
        else:
            return False
        self.used.append((name, value))
        return True

    def _pass_over(self, name: str, *, known: bool = False) -> bool:
        if self.strict and not known:
            raise NotSupportedError(f"this value of '{name}' is not supported; see GET metadata")
        return True

    def _order(self, value: str) -> str | None:
        dated = {"date", "-date"}
        if self.places.date_param and value.removeprefix("-") == self.places.date_param:
            return "-date" if value.startswith("-") else "date"
        return value if value in {"_id", "-_lastUpdated"} or (value in dated and self.places.date_param) else None

    def _condition(self, name: str, value: str) -> None:
        if name == "_id":
            self.ids.append(frozenset(_alternatives(value)))
        elif name == "_lastUpdated":
            self.updated.append(_date(name, value))
        elif name in {"patient", "subject"}:
            self.patients.append(_patient(value))
        elif name == self.places.date_param:
            self.dates.append(_date(name, value))
        else:
            self._token(name, value)

    def _kinds(self, name: str) -> frozenset[str]:
        return frozenset(kind for _, kind in self.places.tokens.get(name, ()))

    def _token(self, name: str, value: str) -> None:
        kinds = self._kinds("name" if name in {"family", "given"} else name)
        if kinds & _WORDS:
            self.tokens.extend(_words(name, value))
        elif "reference" in kinds:
            self.tokens.append(tuple(Token(name, "", _target(name, part)) for part in _alternatives(value)))
        else:
            coded = kinds <= _CODED
            self.tokens.append(tuple(_coded(name, part, coded=coded) for part in _alternatives(value)))

    def asked(self) -> Asked:
        """The whole search."""
        ids = frozenset.intersection(*self.ids) if self.ids else frozenset()
        query = SearchQuery(
            type=self.type,
            ids=tuple(sorted(ids)),
            patient=self.patients[0] if self.patients else None,
            tokens=tuple(self.tokens),
            dates=tuple(self.dates),
            updated=tuple(self.updated),
            sort=self.sort,
            count=self.count,
            after=self.after,
        )
        contradicts = len(set(self.patients)) > 1 or (bool(self.ids) and not ids)
        return Asked(query=query, used=tuple(self.used), only_count=self.only_count, nothing=contradicts)


def asked_of(type: str, parameters: Iterable[tuple[str, str]], *, strict: bool = False) -> Asked:
    """Reads the parameters of a search for one resource type.

    Raises:
        InputError: a value cannot be read.
        NotSupportedError: a parameter, modifier, prefix or chain that would change what is found is not known.
    """
    reading = _Reading(type, strict=strict)
    for key, value in parameters:
        reading.take(key, value)
    return reading.asked()


def parameters_of(type: str) -> list[tuple[str, str]]:
    """The search parameters of a resource type with their types, as a CapabilityStatement lists them."""
    rows = places(type)
    found = [("_id", "token"), ("_lastUpdated", "date")]
    for name, pairs in rows.tokens.items():
        kinds = {kind for _, kind in pairs}
        found.append((name, "string" if kinds & _WORDS else "reference" if "reference" in kinds else "token"))
        found.extend((part, "string") for part in ("family", "given") if "name" in kinds)
    if rows.date_param:
        found.append((rows.date_param, "date"))
    if (rows.patient or rows.others) and type != "Patient":
        found.extend((name, "reference") for name in ("patient", "subject"))
    return list(dict.fromkeys(found))


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise InputError("'_count' must be a whole number")
    return min(int(value[:6]), MOST) or 1


def _alternatives(value: str) -> list[str]:
    """The values that a comma separates; one after a backslash does not."""
    return [part for part in re.split(r"(?<!\\),", value) if part]


def _unescaped(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _coded(name: str, value: str, *, coded: bool) -> Token:
    """`code`, `system|code`; what a code-typed element is compared with has no system of its own."""
    parts = [_unescaped(part) for part in re.split(r"(?<!\\)\|", value, maxsplit=1)]
    if len(parts) == 1:
        return Token(name, "", parts[0])
    if not (parts[0] and parts[1]):
        raise NotSupportedError(f"'{name}' takes a code, or a system and a code joined by '|'")
    return Token(name, "" if coded else parts[0], parts[1])


def _words(name: str, value: str) -> list[tuple[Token, ...]]:
    """Every word must be there; of alternatives each may be one word."""
    parts = [_unescaped(part).casefold().split() for part in _alternatives(value)]
    if len(parts) == 1:
        return [(Token(name, "", word),) for word in parts[0]]
    if any(len(words) != 1 for words in parts):
        raise NotSupportedError(f"of several values of '{name}' each may be one word only")
    return [tuple(Token(name, "", words[0]) for words in parts)]


def _target(name: str, value: str) -> str:
    """A reference as it is indexed: `Type/id`; a bare id is one of the type that the parameter is named after."""
    local = local_reference(value)
    return f"{local[0]}/{local[1]}" if local else f"{name.capitalize()}/{value}"


def _patient(value: str) -> str:
    local = local_reference(value)
    if local and local[0] == "Patient":
        return local[1]
    if local or not _ID.fullmatch(value):
        raise NotSupportedError("'patient' takes one patient: an id or Patient/id")
    return value


def _date(name: str, value: str) -> tuple[str, str]:
    match = _DATE.fullmatch(value)
    text = match.group(2).replace(" ", "+") if match else ""
    prefix = (match.group(1) if match else None) or "eq"
    if when(text) is None:
        raise InputError(f"'{name}' takes one date, such as 2020-01-31, with a prefix or without")
    if prefix == "ap":
        raise NotSupportedError(f"the prefix 'ap' is not supported for '{name}'")
    return _POINT_PREFIX.get(prefix, prefix), text


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "?", name)[:64]
