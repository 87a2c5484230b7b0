"""The tool that reads the chart: which parts of it may be read, and the calls for some of them."""

from collections.abc import Iterator
from typing import Any

from openward.domain.model import Tool
from openward.models.embedded.stranger import outer


def sections(tool: Tool | None) -> tuple[str, ...]:
    """The parts of the chart that a tool offers, as its schema lists them."""
    return tuple(dict.fromkeys(name for _, names, _ in _lists(tool) for name in names))


def calls(tool: Tool | None, wanted: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """The inputs that read some parts: one for all of them where the tool takes a list, else one for each."""
    for field, names, many in _lists(tool):
        kept = [name for name in wanted if name in names]
        if kept:
            return ({field: kept},) if many else tuple({field: name} for name in kept)
    return ()


def _lists(tool: Tool | None) -> Iterator[tuple[str, list[str], bool]]:
    """Fields of the schema that have a choice of names, and whether they take several."""
    for field, schema in (outer(tool.parameters).get("properties", {}) if tool else {}).items():
        inner = schema.get("items", {})
        for choice, many in ((schema, False), (inner, True)):
            names = _resolved(choice, tool).get("enum") if isinstance(choice, dict) else None
            if names:
                yield field, [str(name) for name in names], many


def _resolved(schema: dict[str, Any], tool: Tool | None) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found = (tool.parameters.get("$defs", {}) if tool else {}).get(name)
    return found if isinstance(found, dict) else schema
