"""An answer as JSON that fits a schema: the words in its text, nothing invented for the rest."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openward.domain.errors import EndpointError

_TEXTS: Final = ("answer", "text", "reply", "message", "content", "summary", "output", "note")


def fitted(text: str, schema: Mapping[str, Any]) -> str:
    """The answer as JSON.

    Raises:
        EndpointError: the schema wants a value that only a person or a model could give.
    """
    root = _resolved(schema, schema)
    told = _value(root, schema, text, holds=True)
    return msgspec.json.encode(told).decode()


def _value(schema: Mapping[str, Any], root: Mapping[str, Any], text: str, *, holds: bool) -> Any:
    kinds = _kinds(schema)
    if "default" in schema:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    if "object" in kinds:
        return _object(schema, root, text, holds=holds)
    if "string" in kinds and "enum" not in schema and holds:
        return text
    if "null" in kinds:
        return None
    if "array" in kinds and not schema.get("minItems"):
        return []
    raise EndpointError(
        "the embedded talker has no large model and invents nothing: it cannot fill this schema; ask for text",
        ill=False,
    )


def _object(schema: Mapping[str, Any], root: Mapping[str, Any], text: str, *, holds: bool) -> dict[str, Any]:
    fields = {name: _resolved(one, root) for name, one in schema.get("properties", {}).items()}
    texts = [name for name, one in fields.items() if "string" in _kinds(one) and "enum" not in one]
    words = next((name for name in (*_TEXTS, *texts) if name in texts), "") if holds else ""
    wanted = [name for name in fields if name == words or name in schema.get("required", ())]
    return {name: _value(fields[name], root, text, holds=name == words) for name in wanted}


def _kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    kind = schema.get("type", "object" if "properties" in schema else ())
    inner = [
        one.get("type", "") for key in ("anyOf", "oneOf") for one in schema.get(key, ()) if isinstance(one, Mapping)
    ]
    return frozenset([kind] if isinstance(kind, str) else kind) | frozenset(inner)


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(schema, Mapping):
        return {}
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found = root.get("$defs", root.get("definitions", {})).get(name)
    return found if isinstance(found, Mapping) else schema
