"""The arguments of a call: they fit the tool's schema, and hold no command for a machine behind it."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from openward.checks.guards.patterns import matching
from openward.checks.guards.stop import Stop, refused

GUARD: Final = "arguments"
COMMANDS: Final = "commands"
_MOST_BYTES: Final = 1024 * 1024
_DEEPEST: Final = 32
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def fitting(arguments: str, schema: Mapping[str, Any]) -> tuple[Any, tuple[Stop, ...]]:
    """The arguments as plain data, and what is wrong with them; the words name no value."""
    if len(arguments) > _MOST_BYTES:
        return None, (refused(GUARD, "the arguments are longer than 1 MiB"),)
    try:
        value = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None, (refused(GUARD, "the arguments are no JSON"),)
    if not isinstance(value, dict):
        return None, (refused(GUARD, "the arguments are no JSON object"),)
    try:
        fault = next(validator(schema).iter_errors(value), None)
    except RecursionError:
        return value, (refused(GUARD, "the arguments nest too deeply"),)
    if fault is None:
        return value, ()
    place = "/".join(str(part) for part in list(fault.absolute_path)[:4]) or "the arguments"
    return value, (refused(GUARD, f"{place[:80]}: they do not fit the schema of the tool ({fault.validator})"),)


def commands(value: object) -> tuple[Stop, ...]:
    """Refuses arguments that hold a command for a shell, a database, a template or a file system."""
    kinds = {kind for text in texts_of(value) for kind, _ in matching("commands", text)}
    return tuple(refused(COMMANDS, f"an argument holds a command for a machine ({kind})") for kind in sorted(kinds))


def texts_of(value: object, depth: int = _DEEPEST) -> Iterator[str]:
    """Every text of plain data, names of fields included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth:
        for name, held in value.items():
            yield str(name)
            yield from texts_of(held, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for held in value:
            yield from texts_of(held, depth - 1)


def validator(schema: Mapping[str, Any]) -> Any:
    """What holds plain data against a JSON Schema (2020-12); it fetches no other schema."""
    return _validator(_encode(schema))


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    # Loaded only here: it takes 0.1 s, and most runs call no tool of a stranger.
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(msgspec.json.decode(schema), registry=Registry())
