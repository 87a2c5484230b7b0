"""A form made from the type of a service's input."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openward.domain.errors import InputError
from openward.harness.service import Service

_ONE_LINE: Final = 200


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: `kind` is "lines" (one item a line), "number", "flag", "text", "long" or "json"."""

    name: str
    kind: str
    about: str = ""
    default: str = ""


def fields_of(service: Service) -> list[Field]:
    """The fields of a service's input."""
    schema = msgspec.json.schema(service.reads)
    whole = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return [
        Field(name=name, kind=_kind(part), about=str(part.get("description", "")), default=_default(part))
        for name, part in whole.get("properties", {}).items()
    ]


def _default(part: Mapping[str, Any]) -> str:
    value = part.get("default")
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _kind(part: Mapping[str, Any]) -> str:
    """The kind of a field; one that may be left empty is of the kind that it has when filled."""
    options = [o for o in part.get("anyOf", [part]) if o.get("type") != "null"]
    only = options[0] if len(options) == 1 else {}
    kind = "string" if "enum" in only else str(only.get("type"))
    if kind == "array":
        items = only.get("items") or {}
        kinds = [items, *items.get("anyOf", [])]
        return "lines" if any(o.get("type") == "string" for o in kinds) else "json"
    if kind == "boolean" and only is not part:
        return "json"
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
    if field.kind in ("text", "long"):
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
