"""A form over the body of a proposal, made from its type: what a person may change, and the body as they want it.

Parts that the form does not show (of another kind, or left out by the service) stay as they are. A field is named by
its JSON Pointer behind `body`; items to add are counted in `more<pointer>`, those to take out named `drop<pointer>`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

import msgspec
from msgspec import inspect

from openward.domain.errors import InputError
from openward.domain.proposal import Language
from openward.doors.outline import is_hidden, name_of, said_of, title_of
from openward.harness.service import Service

_LONG: Final = 90
_MOST_ADDED: Final = 20
_LINES: Final = "lines"
_YES: Final = "yes"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the form: a field, or a group or list of parts.

    `kind` is "text", "long", "lines" (one item a line), "number", "choice", "flag", "group", "list" or "item"; `was` is
    what was proposed, where that is no longer so.
    """

    kind: str
    name: str
    label: str
    value: str = ""
    was: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple["Part", ...] = ()
    grows: bool = False
    count: int = 0
    dropped: bool = False


@dataclass(frozen=True)
class _Form:
    """What was sent, and in which language it is shown."""

    sent: Mapping[str, str]
    language: Language

    def text(self, at: str, otherwise: str) -> str:
        return self.sent.get(f"body{at}", otherwise).replace("\r\n", "\n")

    def dropped(self, at: str) -> bool:
        return f"drop{at}" in self.sent

    def more(self, at: str) -> int:
        told = self.sent.get(f"more{at}", "0")
        wanted = int(told) if told.isascii() and told.isdigit() else 0
        return min(_MOST_ADDED, wanted + (self.sent.get("add") == at))


def parts_of(service: Service, body: dict[str, Any], sent: Mapping[str, str], language: Language) -> tuple[Part, ...]:
    """The parts of the form, filled with the body or with what was sent."""
    form, found = _Form(sent, language), []
    for type, value, at, wanted in _tops(service, body):
        part = _part(form, type, value, at, wanted)
        if part is not None and service.card.kind == "agent":
            part = msgspec.structs.replace(part, label=service.card.title.in_(language))
        if part is not None:
            found.append(part)
    return tuple(found)


def edited(service: Service, body: dict[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """The body as the form has it, and what follows from that.

    Raises:
        InputError: a field cannot be read, or together they are no body of this service.
    """
    form, after = _Form(sent, "en"), dict(body)
    for type, value, at, wanted in _tops(service, body):
        after[_last(at)] = _edited(form, type, value, at, wanted)
    if after == body:
        return body
    try:
        before, typed = (msgspec.convert(one, service.body) for one in (body, after))
    except msgspec.ValidationError as error:
        msg = "this is not what the service proposes: look at the fields that were changed"
        raise InputError(msg) from error
    plain, follows = (_as_json(one) for one in (typed, service.amends.settled(before, typed)))
    return after | {name: value for name, value in follows.items() if value != plain.get(name)}


def _as_json(body: msgspec.Struct) -> dict[str, Any]:
    """A body as what is kept of it: its lists are lists."""
    return msgspec.json.decode(msgspec.json.encode(body), type=dict[str, Any])


def _tops(service: Service, body: dict[str, Any]) -> list[tuple[inspect.Type, Any, str, str]]:
    """The top parts that are offered: type, value, pointer, and the one field that is wanted of them, if any."""
    whole = inspect.type_info(service.body)
    held = {field.encode_name: field.type for field in whole.fields} if isinstance(whole, inspect.StructType) else {}
    wanted = service.amends.fields or tuple(name for name in held if not is_hidden(name))
    split = [(name.partition(".")[0], name.partition(".")[2]) for name in wanted]
    return [(held[top], body[top], f"/{top}", field) for top, field in split if top in held and top in body]


def _part(form: _Form, type: inspect.Type, value: Any, at: str, wanted: str = "") -> Part | None:
    """A part of the form; None where nothing of it can be shown."""
    inner, maybe = _inner(type)
    label = name_of(_last(at), form.language)
    match inner:
        case inspect.StructType() if isinstance(value, dict):
            parts = _fields(form, inner, value, at, wanted)
            return Part(kind="group", name=at, label=label, parts=parts) if parts else None
        case inspect.DictType(value_type=inspect.StrType()) if isinstance(value, dict):
            named = tuple(_leaf(form, "text", value[k], f"{at}/{_escaped(k)}", k) for k in value)
            return Part(kind="group", name=at, label=label, parts=named)
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, list):
            return _list(form, inner.item_type, value, at, label, wanted)
        case _:
            kind = _kind(inner, value)
            return _leaf(form, kind, value, at, label, _choices(inner, maybe, form.language)) if kind else None


def _fields(
    form: _Form, type: inspect.StructType, value: dict[str, Any], at: str, wanted: str = ""
) -> tuple[Part, ...]:
    """The parts of a struct that people read, or the one that is wanted."""
    found = []
    for field in type.fields:
        name = field.encode_name
        if name in value and (name == wanted if wanted else not is_hidden(name)):
            part = _part(form, field.type, value[name], f"{at}/{_escaped(name)}")
            if part is not None and part.kind != "list":
                found.append(part)
    return tuple(found)


def _list(form: _Form, item: inspect.Type, value: list[Any], at: str, label: str, wanted: str) -> Part | None:
    """A list: words as lines of one field, structs as items that can be added and taken out."""
    if isinstance(item, inspect.StrType):
        return _leaf(form, _LINES, value, at, label) if _in_lines(value) else None
    if not isinstance(item, inspect.StructType):
        return None
    blank, found = (None if wanted else _blank(item)), []
    added = form.more(at) if blank is not None else 0
    for number, one in enumerate([*value, *[blank] * added]):
        here = f"{at}/{number}"
        parts = _fields(form, item, one, here, wanted)
        title = title_of(one) or f"{label} {number + 1}"
        found.append(Part(kind="item", name=here, label=title, parts=parts, dropped=form.dropped(here)))
    return Part(
        kind="list", name=at, label=label, parts=tuple(found), grows=blank is not None, count=added, value=wanted
    )


def _leaf(form: _Form, kind: str, value: Any, at: str, label: str, choices: tuple[tuple[str, str], ...] = ()) -> Part:
    proposed = _shown(value)
    now = form.text(at, proposed)
    if kind == "text" and (len(proposed) > _LONG or "\n" in now):
        kind = "long"
    told = dict(choices).get(proposed, proposed)
    return Part(
        kind=kind,
        name=at,
        label=label,
        value=now,
        was=told if _plain(now) != _plain(proposed) else None,
        choices=choices,
    )


def _edited(form: _Form, type: inspect.Type, value: Any, at: str, wanted: str = "") -> Any:
    """A value as the form has it; the very same where nothing was changed."""
    inner, maybe = _inner(type)
    match inner:
        case inspect.StructType() if isinstance(value, dict):
            types = {field.encode_name: field.type for field in inner.fields}
            return {
                name: _edited(form, types[name], one, f"{at}/{_escaped(name)}") if name in types else one
                for name, one in value.items()
            }
        case inspect.DictType(value_type=inspect.StrType()) if isinstance(value, dict):
            return {k: form.text(f"{at}/{_escaped(k)}", one) for k, one in value.items()}
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, list):
            return _edited_list(form, inner.item_type, value, at, wanted)
        case _:
            return _read(form, inner, value, at, maybe=maybe)


def _edited_list(form: _Form, item: inspect.Type, value: list[Any], at: str, wanted: str) -> list[Any]:
    if isinstance(item, inspect.StrType):
        now = form.text(at, _shown(value))
        same = not _in_lines(value) or _plain(now) == _plain(_shown(value))
        return value if same else [line.strip() for line in now.splitlines() if line.strip()]
    if not isinstance(item, inspect.StructType):
        return value
    blank = None if wanted else _blank(item)
    items = [*value, *[blank] * (form.more(at) if blank is not None else 0)]
    return [_edited(form, item, one, f"{at}/{n}") for n, one in enumerate(items) if not form.dropped(f"{at}/{n}")]


def _read(form: _Form, type: inspect.Type, value: Any, at: str, *, maybe: bool) -> Any:
    """One field as a value of its type."""
    kind, proposed = _kind(type, value), _shown(value)
    now = form.text(at, proposed)
    if not kind or _plain(now) == _plain(proposed):
        return value
    if not now.strip() and maybe:
        return None
    if kind == "flag":
        return now == _YES
    if kind == "number":
        return _number(now, at)
    return now if kind in {"text", "long"} else now.strip()


def _number(text: str, at: str) -> int | float:
    try:
        found = msgspec.json.decode(text.strip().encode(), type=int | float)
    except msgspec.DecodeError as error:
        msg = f"'{name_of(_last(at), 'en')}' is not a number"
        raise InputError(msg) from error
    return found


def _kind(type: inspect.Type, value: Any) -> str:
    """The kind of a field; empty where a form has none for it."""
    match type:
        case inspect.LiteralType() | inspect.EnumType():
            return "choice"
        case inspect.BoolType():
            return "flag"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.StrType() if value is None or isinstance(value, str):
            return "text"
        case _:
            return ""


def _choices(type: inspect.Type, maybe: bool, language: Language) -> tuple[tuple[str, str], ...]:  # noqa: FBT001
    values: Sequence[Any] = ()
    if isinstance(type, inspect.LiteralType):
        values = type.values
    elif isinstance(type, inspect.EnumType):
        values = [one.value for one in type.cls]
    elif isinstance(type, inspect.BoolType):
        values = (_YES, "no")
    held = tuple((str(one), said_of(str(one), language)) for one in values)
    return (("", "–"), *held) if maybe and held else held


def _inner(type: inspect.Type) -> tuple[inspect.Type, bool]:
    """The type of a part when it is there, and whether it may be left out."""
    if not isinstance(type, inspect.UnionType):
        return type, False
    rest = [one for one in type.types if not isinstance(one, inspect.NoneType)]
    return (rest[0] if len(rest) == 1 else type), len(rest) < len(type.types)


def _blank(type: inspect.StructType) -> dict[str, Any] | None:
    """An item with nothing in it; None when one of its parts cannot be empty."""
    found: dict[str, Any] = {}
    for field in type.fields:
        if not field.required:
            default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            found[field.encode_name] = msgspec.json.decode(msgspec.json.encode(default))
            continue
        inner, maybe = _inner(field.type)
        empty = None if maybe else _EMPTY.get(inner.__class__, NoneType)
        if isinstance(inner, inspect.LiteralType) and not maybe:
            empty = inner.values[0]
        if empty is NoneType:
            return None
        found[field.encode_name] = list(empty) if isinstance(empty, tuple) else empty
    return found


_EMPTY: Final[dict[Any, Any]] = {
    inspect.StrType: "", inspect.IntType: 0, inspect.FloatType: 0.0, inspect.BoolType: False,
    inspect.VarTupleType: (), inspect.ListType: (),
}  # fmt: skip


def _in_lines(value: Any) -> bool:
    return all(isinstance(one, str) and "\n" not in one for one in value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return _YES if value else "no"
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    """A text as a browser sends it back: its first and last line breaks are lost."""
    return text.replace("\r\n", "\n").strip("\n")


def _last(at: str) -> str:
    return at.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
