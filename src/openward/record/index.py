"""What the record can be searched by: patient, date and codes of a resource, read straight from its bytes.

Parameter names are those of FHIR R4 search. The places come from `r4/search.json`; for each type a struct of exactly
these elements is made once, so that reading costs one pass over the bytes. Strings (`name`) are indexed folded, from
each of their words on, and as they are under the name of the parameter with `:exact`; references (`encounter`,
`medication`) as `Type/id` without system.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import GenericAlias
from typing import Any, Final

import msgspec

from openward.domain.resource import Token
from openward.record import r4
from openward.record.folding import beginnings, joined
from openward.record.moments import sortable, sortable_instant
from openward.record.references import conditional_on

LOCAL_REFERENCE: Final = re.compile(
    r"(?:https?://\S+/)?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?"
)

_LONGEST_VERSION: Final = 64

EXACT: Final = ":exact"

PATIENT_ASKED: Final = "Patient?identifier="

Act = Callable[[Any, list[Any]], None]


class Places(msgspec.Struct, frozen=True, rename="camel"):
    """Where one type keeps what it is searched by; a path is `participant*.actor`, `*` marks what repeats."""

    tokens: dict[str, tuple[tuple[str, str], ...]] = {}
    date_param: str | None = None
    date: tuple[tuple[str, str], ...] = ()
    patient: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Indexed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was read of a resource; `updated` is meta.lastUpdated in UTC to the microsecond.

    `asked` is the conditional reference that says the same as an identifier by which alone the patient is named.
    """

    id: str | None
    source_version: str | None
    updated: str | None
    patient: str | None
    date: str | None
    tokens: tuple[Token, ...]
    asked: str | None = None


class _Coding(msgspec.Struct, gc=False):
    system: str | None = None
    code: str | None = None


class _Concept(msgspec.Struct, gc=False):
    coding: list[_Coding | None] | None = None


class _Identifier(msgspec.Struct, gc=False):
    system: str | None = None
    value: str | None = None


class _Reference(msgspec.Struct, gc=False):
    reference: str | None = None
    type: str | None = None
    identifier: _Identifier | None = None


class _Name(msgspec.Struct, gc=False):
    family: str | None = None
    given: list[str | None] | None = None
    text: str | None = None
    prefix: list[str | None] | None = None
    suffix: list[str | None] | None = None


class _Period(msgspec.Struct, gc=False):
    start: str | None = None
    end: str | None = None


class _Repeat(msgspec.Struct, gc=False, rename="camel"):
    bounds_period: _Period | None = None


class _Timing(msgspec.Struct, gc=False):
    event: list[str | None] | None = None
    repeat: _Repeat | None = None


class _Meta(msgspec.Struct, gc=False, rename="camel"):
    version_id: str | None = None
    last_updated: str | None = None


_KINDS: Final[dict[str, Any]] = {
    "concept": _Concept,
    "coding": _Coding,
    "identifier": _Identifier,
    "reference": _Reference,
    "name": _Name,
    "code": str,
    "string": str,
    "boolean": bool,
    "date": str,
    "period": _Period,
    "timing": _Timing,
}
# A type that R4 does not know may still say whose it is; what does not fit is left alone, never refused.
_UNKNOWN: Final = Places(
    tokens={
        "identifier": (("identifier*", "identifier"),),
        "status": (("status", "code"),),
        "code": (("code", "concept"),),
    },
    patient=("patient", "subject"),
)
_SEARCH: Final = {
    name: rows for name, rows in r4.load("search", dict[str, Places | str]).items() if not isinstance(rows, str)
}


def places(type: str) -> Places:
    """Where a type keeps what it is searched by; a type unknown to R4 gives the places that most types share."""
    return _SEARCH.get(type, _UNKNOWN)


def known(type: str) -> bool:
    """Whether search parameters of R4 are indexed for this type."""
    return type in _SEARCH


def read_index(type: str, body: bytes | msgspec.Raw, links: Mapping[str, str]) -> Indexed:
    """What a resource is searched by; `links` maps references of its source to `Type/id`.

    Raises:
        msgspec.ValidationError: an element that is searched by has a wrong type; the message names the JSON path.
        msgspec.DecodeError: the bytes are no JSON.
    """
    reader = _reader(type)
    view = reader.decode(body)
    codes: list[Any] = []
    for act in reader.tokens:
        act(view, codes)
    dates: list[Any] = []
    for act in reader.dates:
        act(view, dates)
    meta = view.meta
    patient = view.id if type == "Patient" else _patient(reader, view, links)
    return Indexed(
        id=view.id,
        source_version=_version(meta.version_id) if meta else None,
        updated=sortable_instant(meta.last_updated) if meta else None,
        patient=patient,
        date=next((moment for text in dates if (moment := sortable(text))), None),
        tokens=_tokens(codes, links),
        asked=_asked(reader, view) if patient is None else None,
    )


def local_reference(text: str, links: Mapping[str, str] = {}) -> tuple[str, str] | None:
    """The type and id that a reference names, after its links; None for a reference that no resource can answer."""
    return _local(links.get(text, text))


# References and dates come again and again in one export.
@lru_cache(maxsize=16_384)
def _local(text: str) -> tuple[str, str] | None:
    match = LOCAL_REFERENCE.fullmatch(text)
    return (match.group(1), match.group(2)) if match else None


def _version(text: str | None) -> str | None:
    """A version as its source calls it, when it is one that can be shown and compared."""
    return text if text and len(text) <= _LONGEST_VERSION and text.isprintable() else None


class _Reader(msgspec.Struct, frozen=True):
    decode: Callable[[bytes | msgspec.Raw], Any]
    tokens: tuple[Act, ...]
    dates: tuple[Act, ...]
    patient: tuple[Act, ...]
    others: tuple[Act, ...]


class _Bare(msgspec.Struct):
    id: str | None = None
    meta: _Meta | None = None


@lru_cache(maxsize=512)
def _reader(type: str) -> _Reader:
    rows = places(type)
    wanted = [pair for pairs in rows.tokens.values() for pair in pairs]
    wanted += [*rows.date, *((path, "reference") for path in (*rows.patient, *rows.others))]
    shape = _shape(wanted, {"id": str, "meta": _Meta})
    return _Reader(
        decode=msgspec.json.Decoder(shape).decode if known(type) else _lenient(shape),
        tokens=tuple(_follow(path, _emit(param, kind)) for param, pairs in rows.tokens.items() for path, kind in pairs),
        dates=tuple(_follow(path, _DATES[kind]) for path, kind in rows.date),
        patient=tuple(_follow(path, _add_reference) for path in rows.patient),
        others=tuple(_follow(path, _add_reference) for path in rows.others),
    )


def _lenient(shape: Any) -> Callable[[bytes | msgspec.Raw], Any]:
    whole, bare = msgspec.json.Decoder(shape), msgspec.json.Decoder(_Bare)

    def decode(body: bytes | msgspec.Raw) -> Any:
        try:
            return whole.decode(body)
        except msgspec.ValidationError:
            view = bare.decode(body)
            return shape(id=view.id, meta=view.meta)

    return decode


def _shape(wanted: Iterable[tuple[str, str]], fields: dict[str, Any]) -> Any:
    """A struct with the fields and the wanted elements, nested as their paths are; all of it optional."""
    inner: dict[str, list[tuple[str, str]]] = {}
    for path, kind in wanted:
        step, _, rest = path.partition(".")
        if rest:
            inner.setdefault(step, []).append((rest, kind))
        else:
            fields[step] = _KINDS[kind]
    fields |= {step: _shape(rows, {}) for step, rows in inner.items()}
    typed: list[tuple[str, Any, None]] = []
    for step, element in fields.items():
        many = GenericAlias(list, (element | None,)) if step.endswith("*") else element
        typed.append((step.removesuffix("*"), many | None, None))
    return msgspec.defstruct("Shape", typed, gc=False)


def _follow(path: str, act: Act) -> Act:
    """A function that acts on every value at a path."""
    for step in reversed(path.split(".")):
        act = _each(step[:-1], act) if step.endswith("*") else _one(step, act)
    return act


def _one(name: str, act: Act) -> Act:
    def follow(node: Any, out: list[Any]) -> None:
        value = getattr(node, name)
        if value is not None:
            act(value, out)

    return follow


def _each(name: str, act: Act) -> Act:
    def follow(node: Any, out: list[Any]) -> None:
        for value in getattr(node, name) or ():
            if value is not None:
                act(value, out)

    return follow


def _emit(param: str, kind: str) -> Act:
    make = _EMITS[kind]

    def emit(value: Any, out: list[Any]) -> None:
        make(param, value, out)

    return emit


def _emit_concept(param: str, value: _Concept, out: list[Any]) -> None:
    for coding in value.coding or ():
        if coding and coding.code:
            out.append((param, coding.system or "", coding.code))  # noqa: PERF401 - there is seldom more than one


def _emit_coding(param: str, value: _Coding, out: list[Any]) -> None:
    if value.code:
        out.append((param, value.system or "", value.code))


def _emit_identifier(param: str, value: _Identifier, out: list[Any]) -> None:
    if value.value:
        out.append((param, value.system or "", value.value))


def _emit_reference(param: str, value: _Reference, out: list[Any]) -> None:
    if value.reference:
        out.append((param, None, value.reference))


def _emit_word(param: str, value: str, out: list[Any]) -> None:
    out.append((param, "", value))


def _emit_boolean(param: str, value: bool, out: list[Any]) -> None:  # noqa: FBT001 - the value of the element
    out.append((param, "", "true" if value else "false"))


def _emit_string(param: str, value: str, out: list[Any]) -> None:
    out.append((f"{param}{EXACT}", "", value))
    out.extend((param, "", text) for text in beginnings(value))


def _emit_name(param: str, value: _Name, out: list[Any]) -> None:
    family, given = value.family or "", [part for part in value.given or () if part]
    for part in given:
        _emit_string("given", part, out)
    if family:
        _emit_string("family", family, out)
    whole = joined(family, given)
    for text in (family, *given, value.text, *(value.prefix or ()), *(value.suffix or ()), whole):
        if text:
            _emit_string(param, text, out)


_EMITS: Final[dict[str, Callable[[str, Any, list[Any]], None]]] = {
    "concept": _emit_concept,
    "coding": _emit_coding,
    "identifier": _emit_identifier,
    "reference": _emit_reference,
    "name": _emit_name,
    "code": _emit_word,
    "string": _emit_string,
    "boolean": _emit_boolean,
}


def _add_date(value: str, out: list[Any]) -> None:
    out.append(value)


def _add_period(value: _Period, out: list[Any]) -> None:
    out.extend((value.start, value.end))


def _add_timing(value: _Timing, out: list[Any]) -> None:
    out.extend(value.event or ())
    if value.repeat and value.repeat.bounds_period:
        _add_period(value.repeat.bounds_period, out)


def _add_reference(value: _Reference, out: list[Any]) -> None:
    named = value.identifier
    if value.reference is None and named is not None and named.value:
        out.append(conditional_on(value.type or "Patient", named.system or "", named.value))
    else:
        out.append(value.reference)


_DATES: Final[dict[str, Act]] = {"date": _add_date, "period": _add_period, "timing": _add_timing}


def _patient(reader: _Reader, view: Any, links: Mapping[str, str]) -> str | None:
    """The patient whom the resource is about; only when it says nothing of that, one who takes part in it."""
    for group in (reader.patient, reader.others):
        found: list[str | None] = []
        for act in group:
            act(view, found)
        for text in found:
            local = local_reference(text, links) if text else None
            if local and local[0] == "Patient":
                return local[1]
        if found:
            return None
    return None


def _asked(reader: _Reader, view: Any) -> str | None:
    found: list[str | None] = []
    for act in reader.patient:
        act(view, found)
    return next((text for text in found if text and text.startswith(PATIENT_ASKED)), None)


def _tokens(codes: list[Any], links: Mapping[str, str]) -> tuple[Token, ...]:
    return tuple(
        [
            Token(param, "", _target(code, links)) if system is None else Token(param, system, code)
            for param, system, code in dict.fromkeys(codes)
        ]
    )


def _target(reference: str, links: Mapping[str, str]) -> str:
    local = local_reference(reference, links)
    return f"{local[0]}/{local[1]}" if local else reference
