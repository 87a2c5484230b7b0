"""A text on its way out of the house, by any channel."""

from collections.abc import Iterable
from typing import Literal

from openward.checks.guards.persons import formed, known_person
from openward.checks.guards.secrets import secrets
from openward.checks.guards.stop import Stop

# person: the answer to whoever asked; page: a page that anybody with its link can see; model, tool: a server outside;
# log: logs, traces, metrics and error messages.
Channel = Literal["person", "page", "model", "tool", "log"]


def on_exit(text: str, channel: Channel, identifiers: Iterable[str] = ()) -> tuple[Stop, ...]:
    """Stops for a text that leaves; `identifiers` tell who the patient is.

    Keys leave nowhere. A person who asks may see the patient they ask about; nobody and nothing else may.
    """
    found = secrets(text)
    if channel == "person":
        return found
    return (*found, *known_person(text, identifiers), *formed(text))
