"""Reads a manifest: YAML without anchors, tags or doubled keys, of bounded size; every fault is told with its line."""

import re
from typing import Any, Final

import msgspec
import yaml

from openward.domain.errors import InputError
from openward.studio.manifest import Manifest

MAX_BYTES: Final = 64 * 1024
_DEEPEST: Final = 24
_PLAIN: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq"))
_PATH: Final = re.compile(r" - at `\$(?P<path>[^`]*)`")
_STEP: Final = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[\.\.\.\]")


def read_manifest(text: str, where: str) -> Manifest:
    """The manifest that a text holds.

    Raises:
        InputError: it is no YAML of the plain kind, or a field is wrong; the message says which line and what to do.
    """
    if len(text.encode()) > MAX_BYTES:
        raise InputError(f"{where}: a manifest may have {MAX_BYTES:,} bytes; move long texts into a skill")
    try:
        _shallow(text, where)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        if root is None:
            raise InputError(f"{where}: the manifest is empty; `openward studio new` writes one to begin with")
        _plain(root, where)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InputError(f"{where}: {_told(error)}") from error
    try:
        return msgspec.convert(data, Manifest)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}, line {_line(root, str(error))}: {_PATH.sub(_named, str(error))}") from error


def schema() -> dict[str, Any]:
    """The JSON Schema of a manifest, for editors."""
    return msgspec.json.schema(Manifest)


def write_manifest(manifest: Manifest) -> str:
    """A manifest as YAML, fields in the order of the schema, without those that hold their default."""
    plain = msgspec.to_builtins(manifest, str_keys=True)
    fields = msgspec.structs.fields(Manifest)
    told = {field.name: plain[field.name] for field in fields if field.required or _said(manifest, field)}
    return yaml.dump(told, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)


def _said(manifest: Manifest, field: msgspec.structs.FieldInfo) -> bool:
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return bool(getattr(manifest, field.name) != default)


def _shallow(text: str, where: str) -> None:
    """Refuses what bombs are made of, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        place = f"{where}, line {event.start_mark.line + 1 if event.start_mark else 1}"
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{place}: write it out; a manifest takes no anchors and aliases")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise InputError(f"{place}: this nests more than {_DEEPEST} levels; write it flatter")


def _plain(node: yaml.Node, where: str) -> None:
    """Refuses values that are no plain data, and keys that stand twice."""
    if node.tag not in _PLAIN:
        place = f"{where}, line {node.start_mark.line + 1}"
        raise InputError(f"{place}: write plain text, numbers, lists and maps; put other values in quotes")
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _plain(item, where)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise InputError(f"{where}, line {key.start_mark.line + 1}: '{key.value[:40]}' stands here twice")
            seen.add(key.value)
            _plain(value, where)


def _told(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "this cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark else f"{problem}"


def _line(root: yaml.Node, fault: str) -> int:
    """The line of the node that a fault speaks of, or of the nearest one around it."""
    node, found = root, _PATH.search(fault)
    for name, number in ((m[1], m[2]) for m in _STEP.finditer(found["path"] if found else "")):
        inner = _inner(node, name, number)
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1


def _inner(node: yaml.Node, name: str | None, number: str | None) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode) and name is not None:
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode) and number is not None and int(number) < len(node.value):
        return node.value[int(number)]  # type: ignore[no-any-return]
    return None


def _named(found: re.Match[str]) -> str:
    path = found["path"].lstrip(".")
    return f" in '{path}'" if path else ""
