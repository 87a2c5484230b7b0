"""The cards by which other agents find those of this ward; they hold nothing of patients and need no credential."""

from collections.abc import Sequence
from typing import Any, Final

import openward
from openward.harness.service import Service

PROTOCOL: Final = "0.3.0"
MODES: Final = ("text/plain",)


def ward_card(site: str, url: str, agents: Sequence[Service]) -> dict[str, Any]:
    """One card for the ward: each agent is a skill; a message names it in `metadata.agent`."""
    described = (
        f"Clinical agents of the ward '{site}'. They compute with evidence and suggest; a person decides. Name the "
        "agent in the metadata of a message ('agent': the id of a skill), and a patient of the record ('patient')."
    )
    return _card(f"OpenWard {site}", described, url, openward.__version__, agents)


def agent_card(url: str, agent: Service) -> dict[str, Any]:
    """The card of one agent."""
    card = agent.card
    return _card(card.title.en, f"{card.intended_use.en} Not for: {card.not_for.en}", url, card.version, [agent])


def _card(name: str, description: str, url: str, version: str, agents: Sequence[Service]) -> dict[str, Any]:
    return {
        "protocolVersion": PROTOCOL, "name": name, "description": description, "url": url,
        "preferredTransport": "JSONRPC", "version": version,
        "capabilities": {"streaming": False, "pushNotifications": False, "stateTransitionHistory": False},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token of this ward."}},
        "security": [{"bearer": []}], "defaultInputModes": MODES, "defaultOutputModes": MODES,
        "skills": [_skill(agent) for agent in agents], "supportsAuthenticatedExtendedCard": False,
    }  # fmt: skip


def _skill(agent: Service) -> dict[str, Any]:
    card = agent.card
    talk = card.talk
    examples = [*(text.en for text in talk.examples), *talk.en, *talk.zh] if talk else []
    return {
        "id": agent.id, "name": card.title.en, "description": f"{card.intended_use.en} Not for: {card.not_for.en}",
        "tags": ["clinical", card.risk, *card.audience], "examples": examples[:6], "inputModes": MODES,
        "outputModes": MODES,
    }  # fmt: skip
