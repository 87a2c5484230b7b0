"""A text on its way out of the house, by any channel."""

from typing import Literal

from openward.checks.guards.stop import Stop

# person: the answer to whoever asked; page: a page that anybody with its link can see; model, tool: a server outside;
# log: logs, traces, metrics and error messages.
Channel = Literal["person", "page", "model", "tool", "log"]


def on_exit(text: str, channel: Channel, identifiers: tuple[str, ...] = ()) -> tuple[Stop, ...]:
    """Stops for a text that leaves; `identifiers` tell who the patient is."""
    return ()
