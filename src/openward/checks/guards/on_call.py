"""A tool that a model wants called, before it is called."""

from collections.abc import Mapping
from typing import Any

import msgspec

from openward.checks.guards.on_words import Words
from openward.checks.guards.stop import Stop
from openward.domain.actor import Role
from openward.domain.agent import Audience, Oversight
from openward.domain.card import Risk


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """For whom an agent acts and what it may do: tools by name with the JSON Schema of their arguments.

    `remote` are those of strangers' servers, `writes` those that change something outside of the house.
    """

    role: Role
    tools: Mapping[str, Mapping[str, Any]]
    remote: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    risk: Risk = "informs"
    audience: Audience = "clinician"
    oversight: Oversight = "draft"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call as a model wrote it, and what the model had seen by then.

    `asked` is what the person said; `seen` are the strangers' texts in the model's view; `identifiers` tell who the
    patient is; `approved` says that a person approved exactly these arguments.
    """

    tool: str
    arguments: str
    asked: tuple[str, ...] = ()
    seen: tuple[Words, ...] = ()
    identifiers: tuple[str, ...] = ()
    approved: bool = False


def on_call(call: Call, allowed: Allowed) -> tuple[Stop, ...]:
    """Stops for one call: `refuse`, or `hold` where a person's approval of these arguments would do."""
    return ()
