"""A form made from the type of a service's input."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.proposal import Language
from openward.doors.outline import name_of
from openward.harness.service import Service

_ONE_LINE: Final = 200
_MAYBE: Final = {"yes": True, "no": False}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: `kind` is "lines" (one item a line), "number", "flag", "maybe", "choice", "text", "long" or "json"."""

    name: str
    label: str
    kind: str
    default: str = ""
    choices: tuple[str, ...] = ()


def fields_of(service: Service, language: Language = "en") -> list[Field]:
    """The fields of a service's input, with their names in a language."""
    schema = msgspec.json.schema(service.reads)
    whole = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return [
        Field(
            name=name, label=name_of(name, language), kind=_kind(part), default=_default(part), choices=_choices(part)
        )
        for name, part in whole.get("properties", {}).items()
    ]


def _choices(part: Mapping[str, Any]) -> tuple[str, ...]:
    options = [*part.get("anyOf", []), part]
    return tuple(str(choice) for o in options for choice in o.get("enum", ()) if choice is not None)


def _default(part: Mapping[str, Any]) -> str:
    """The default of a plain value in a form's words; a list or an object that is left empty keeps its own default."""
    value = part.get("default")
    return str(value) if isinstance(value, str | int | float) else ""


def _kind(part: Mapping[str, Any]) -> str:
    """The kind of a field; one that may be left empty is of the kind that it has when filled."""
    options = [o for o in part.get("anyOf", [part]) if o.get("type") != "null"]
    only = options[0] if len(options) == 1 else {}
    if "enum" in only:
        return "choice"
    kind = str(only.get("type"))
    if kind == "array":
        items = only.get("items") or {}
        kinds = [items, *items.get("anyOf", [])]
        return "lines" if any(o.get("type") == "string" for o in kinds) else "json"
    if kind == "boolean" and only is not part:
        return "maybe"
    if kind == "string" and only.get("maxLength", 0) > _ONE_LINE:
        return "long"
    return {"integer": "number", "number": "number", "boolean": "flag", "string": "text"}.get(kind, "json")


def input_of(service: Service, form: Mapping[str, str]) -> dict[str, Any]:
    """The service's input out of a filled form; empty fields are left out.

    Raises:
        InputError: a field cannot be read; the message names it.
    """
    found: dict[str, Any] = {}
    for field in fields_of(service):
        text = form.get(f"input.{field.name}", "").strip()
        if text:
            found[field.name] = _value(field, text)
    return found


def _value(field: Field, text: str) -> Any:
    if field.kind == "lines":
        return [_line(line.strip()) for line in text.splitlines() if line.strip()]
    if field.kind == "flag":
        return text == "on"
    if field.kind == "maybe" and text in _MAYBE:
        return _MAYBE[text]
    if field.kind in ("text", "long", "choice"):
        return text
    try:
        return msgspec.json.decode(text.encode())
    except msgspec.DecodeError as error:
        msg = f"the field '{field.name}' is not {'a number' if field.kind == 'number' else 'JSON'}: {error}"
        raise InputError(msg) from error


def _line(line: str) -> Any:
    if not line.startswith("{"):
        return line
    try:
        return msgspec.json.decode(line.encode())
    except msgspec.DecodeError:
        return line
