"""The values of search parameters, read as FHIR R4 writes them (3.1.1.4 to 3.1.1.5)."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from openward.domain.errors import InputError
from openward.domain.resource import Token, Wanted
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.parameters import Parameter
from openward.record.folding import folded
from openward.record.index import EXACT, local_reference
from openward.record.times import when

Dated = tuple[str, str]

_DATE: Final = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?([0-9].*)", re.DOTALL)
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_SPLIT: Final = re.compile(r"((?:[^\\,]|\\.|\\\Z)*)(?:,|\Z)", re.DOTALL)
_BAR: Final = re.compile(r"((?:[^\\|]|\\.|\\\Z)*)(\|)?(.*)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([,|$\\])")
_MOST_ALTERNATIVES: Final = 200
_MOST_CLAUSES: Final = 32
# "ap" is within a tenth of the time between now and the date (FHIR R4 3.1.1.4.5 recommends it).
_TENTH: Final = 10


def alternatives(value: str) -> list[str]:
    """The values that commas separate, one after a backslash does not; empty ones are left out.

    Raises:
        InputError: there are too many.
    """
    parts = [match.group(1) for match in _SPLIT.finditer(value)]
    found = [part for part in parts if part]
    if len(found) > _MOST_ALTERNATIVES:
        raise InputError(f"a parameter may have {_MOST_ALTERNATIVES} alternatives; ask in several searches")
    return found


def unescaped(text: str) -> str:
    """The text without the backslashes that keep separators from separating."""
    return _ESCAPED.sub(r"\1", text)


def tokens(parameter: Parameter, value: str) -> tuple[Token, ...]:
    """`code`, `system|code`, `|code` (without a system) and `system|` (any of it), one of which must be there."""
    return tuple(_token(parameter, part) for part in alternatives(value))


def _token(parameter: Parameter, text: str) -> Token:
    match = _BAR.fullmatch(text)
    system, bar, code = match.groups() if match else ("", "", text)
    system, code = unescaped(system), unescaped(code)
    if not bar:
        return Token(parameter.name, "", system)
    if not (system or code):
        raise InputError(f"'{parameter.name}' takes a code, a system and a code joined by '|', or one of them with it")
    if parameter.coded:
        # A code has the system of its value set, which the resource does not say.
        if not code:
            raise NotSupportedError(f"'{parameter.name}' is a code without a system of its own: search for the code")
        return Token(parameter.name, "", code)
    if not code:
        return Wanted(parameter.name, system, "", "starts")
    return Token(parameter.name, system, code) if system else Wanted(parameter.name, "", code, bare=True)


def texts(parameter: Parameter, value: str, modifier: str) -> list[tuple[Token, ...]]:
    """A string by its beginning, by a part (`contains`) or exactly, as clauses of which each must hold."""
    parts = [unescaped(part) for part in alternatives(value)]
    if modifier == "exact":
        return [tuple(Token(parameter.name + EXACT, "", part) for part in parts)]
    plain = [folded(part) for part in parts]
    if not all(plain):
        raise InputError(f"'{parameter.name}' takes a text with letters or digits")
    if modifier == "contains":
        return [tuple(Wanted(parameter.name, "", part, "contains") for part in plain)]
    words = [part.split() if parameter.words else [part] for part in plain]
    clauses = list(itertools.islice(itertools.product(*words), _MOST_CLAUSES + 1))
    if len(clauses) > _MOST_CLAUSES:
        raise NotSupportedError(f"the alternatives of '{parameter.name}' have too many words; search for each alone")
    return [tuple(Wanted(parameter.name, "", word, "starts") for word in clause) for clause in clauses]


def references(parameter: Parameter, value: str, modifier: str) -> tuple[str, ...]:
    """References as they are indexed, `Type/id`: from `id`, `Type/id` or an address; the modifier is the type."""
    return tuple(_reference(parameter, unescaped(part), modifier) for part in alternatives(value))


def _reference(parameter: Parameter, text: str, modifier: str) -> str:
    local = local_reference(text)
    target = modifier or parameter.target
    if modifier and parameter.target not in (None, modifier):
        raise NotSupportedError(f"'{parameter.name}' is searched for references to {parameter.target} only")
    if local and target in (None, local[0]):
        return f"{local[0]}/{local[1]}"
    if local:
        raise NotSupportedError(f"'{parameter.name}' is searched for references to {target} only")
    if not _ID.fullmatch(text):
        raise InputError(f"'{parameter.name}' takes an id, Type/id or the address of a resource")
    if target is None:
        raise InputError(f"'{parameter.name}' may point at any type: write Type/id")
    return f"{target}/{text}"


def dates(name: str, value: str, now: datetime) -> list[tuple[Dated, ...]]:
    """Dates with prefixes, as clauses of which each must hold; of alternatives each may be one date.

    Raises:
        InputError: a value is no date.
        NotSupportedError: `ap` stands among alternatives.
    """
    found = [_date(name, part, now) for part in alternatives(value)]
    if len(found) == 1:
        return [(one,) for one in found[0]]
    if any(len(one) > 1 for one in found):
        raise NotSupportedError(f"the prefix 'ap' cannot stand among alternatives of '{name}'")
    return [tuple(one for (one,) in found)]


def _date(name: str, value: str, now: datetime) -> tuple[Dated, ...]:
    match = _DATE.fullmatch(value)
    text = match.group(2).replace(" ", "+") if match else ""
    prefix = (match.group(1) if match else None) or "eq"
    found = when(text)
    if found is None:
        raise InputError(f"'{name}' takes dates such as 2020-01-31, each with a prefix or without")
    if prefix != "ap":
        return ((prefix, text),)
    span = abs(now - found.earliest) / _TENTH
    return ("ge", _instant(found.earliest, -span)), ("le", _instant(found.latest, span))


def _instant(moment: datetime, span: timedelta) -> str:
    try:
        moved = (moment + span).astimezone(UTC)
    except OverflowError:
        moved = moment
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
