"""A tool that a model wants called, before it is called."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.acts import acts_of, forbidden_acts
from openward.checks.guards.arguments import commands, fitting, texts_of
from openward.checks.guards.instructions import speaks_to_a_model
from openward.checks.guards.leaving import on_exit
from openward.checks.guards.reading import Words
from openward.checks.guards.secrets import GUARD as SECRETS
from openward.checks.guards.stop import Stop, held, refused
from openward.checks.guards.taint import tainted_choice
from openward.domain.actor import Role
from openward.domain.agent import Audience, Oversight
from openward.domain.card import Risk

ALLOWED: Final = "allow-list"
OVERSIGHT: Final = "oversight"
INSTRUCTS: Final = "instructions"


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as it was offered to the model; `schema` is the JSON Schema of its arguments.

    `remote` is a stranger's server, `writes` changes something outside of the house.
    """

    schema: Mapping[str, Any]
    description: str = ""
    remote: bool = False
    writes: bool = False


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """For whom an agent acts, and what it was offered, by name: what is not here is called by nobody."""

    role: Role
    tools: Mapping[str, Offered]
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
    tool = allowed.tools.get(call.tool)
    if tool is None:
        return (refused(ALLOWED, "the tool was not offered to this agent for this person"),)
    value, faults = fitting(call.arguments, tool.schema)
    if faults or not (tool.remote or tool.writes):
        return faults
    return (*_of_acts(call, tool, allowed, value), *_of_arguments(call, tool, value))


def _of_acts(call: Call, tool: Offered, allowed: Allowed, value: object) -> Iterator[Stop]:
    """What the call would do, for whom, and whose words chose it."""
    acts = acts_of(call.tool, tool.description, value, writes=tool.writes)
    writes = tool.writes or bool(acts)
    if writes:
        yield from _by_oversight(allowed)
        yield from forbidden_acts(acts, role=allowed.role, risk=allowed.risk, approved=call.approved)
    yield from tainted_choice(call.tool, value, asked=call.asked, seen=call.seen, writes=writes, approved=call.approved)


def _of_arguments(call: Call, tool: Offered, value: object) -> Iterator[Stop]:
    """What the arguments carry beyond the house."""
    yield from commands(value)
    if any(speaks_to_a_model(text) for text in texts_of(value)):
        yield refused(INSTRUCTS, "an argument speaks to a model")
    if not tool.remote:
        return
    for stop in on_exit("\n".join(texts_of(value)), "tool", call.identifiers):
        if stop.outcome == "refuse" or stop.guard == SECRETS:
            yield refused(stop.guard, stop.reason)
        elif not call.approved:
            yield held(stop.guard, stop.reason)


def _by_oversight(allowed: Allowed) -> Iterator[Stop]:
    if allowed.oversight == "suggest":
        yield refused(OVERSIGHT, "an agent that only suggests changes nothing")
    elif allowed.audience == "patient" and allowed.role != "patient":
        yield refused(OVERSIGHT, "an agent for patients acts for the patient alone")
