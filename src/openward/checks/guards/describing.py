"""What a stranger's MCP server says of a tool, before the tool is offered to a model."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.arguments import texts_of
from openward.checks.guards.patterns import patterns
from openward.checks.guards.persons import formed
from openward.checks.guards.plain import Plain
from openward.checks.guards.reading import on_words
from openward.checks.guards.secrets import secrets
from openward.checks.guards.stop import Stop, refused

DIGEST: Final = "tool-digest"
POISON: Final = "tool-poisoning"
SHADOW: Final = "tool-shadowing"
_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_NAME: Final = re.compile(r"[A-Za-z][\w.-]{0,99}", re.ASCII)
_LONGEST: Final = 4000


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as its server describes it (MCP `tools/list`)."""

    server: str
    tool: str
    description: str = ""
    schema: Mapping[str, Any] = {}
    annotations: Mapping[str, Any] = {}


def digest_of(described: Described) -> str:
    """SHA-256 (hex) of all that a server says of a tool: with any other word it is another tool."""
    return hashlib.sha256(_encode(msgspec.to_builtins(described))).hexdigest()


def on_tool_description(described: Described, pinned: str | None, taken: Collection[str] = ()) -> tuple[Stop, ...]:
    """Refuses a tool that is not the one that was pinned, that speaks to the model, or takes the name of another.

    `pinned` is None when a person is about to pin it; `taken` are the names of the other tools of this agent, which a
    description has no reason to name.
    """
    return tuple(_faults(described, pinned, taken))


def _faults(described: Described, pinned: str | None, taken: Collection[str]) -> Iterator[Stop]:
    if pinned is not None and digest_of(described) != pinned:
        yield refused(DIGEST, "the server describes the tool otherwise than when it was approved")
    if not _NAME.fullmatch(described.tool):
        yield refused(POISON, "the tool's name holds something else than letters, digits, '_', '.' and '-'")
    said = [described.description, *texts_of(described.schema), *texts_of(described.annotations)]
    whole = "\n".join(said)
    if len(whole) > _LONGEST:
        yield refused(POISON, f"the tool is described in more than {_LONGEST:,} characters")
        whole = whole[:_LONGEST]
    names = {name.casefold().replace("_", "-") for name in taken}
    if described.tool.casefold().replace("_", "-") in names:
        yield refused(SHADOW, "the tool has the name of another one")
    if any(name in Plain(described.description).text.replace("_", "-") for name in names if "-" in name):
        yield refused(SHADOW, "the description speaks of another tool")
    yield from _of_words(whole, described)


def _of_words(whole: str, described: Described) -> Iterator[Stop]:
    read = on_words(whole, "remote")
    yield from (refused(stop.guard, stop.reason) for stop in read.found)
    if patterns("tools")["steers"].search(Plain(whole).text):
        yield refused(POISON, "the description tells a model what to do, or what to bring along")
    if any(patterns("tools")["greedy"].search(name) for name in _fields(described.schema)):
        yield refused(POISON, "the tool wants the conversation, the prompt or keys as an argument")
    yield from (refused(stop.guard, stop.reason) for stop in (*secrets(whole), *formed(whole)))


def _fields(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, held in schema.items():
            if name == "properties" and isinstance(held, Mapping):
                yield from (str(field) for field in held)
            yield from _fields(held)
    elif isinstance(schema, list | tuple):
        for held in schema:
            yield from _fields(held)
