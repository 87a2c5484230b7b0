"""An answer before a person sees it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from openward.checks.guards.stop import Stop
from openward.domain.agent import Audience
from openward.domain.proposal import Language


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wants to say, to whom, and what it may cite.

    `marks` are those of the tool results (`2`, `2.1`); `identifiers` tell who the patient is, `strangers` who others
    are; `secrets` are words that never leave (the prompt's own marks, keys).
    """

    text: str
    audience: Audience
    language: Language
    marks: frozenset[str] = frozenset()
    schema: Mapping[str, Any] | None = None
    strangers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def on_answer(said: Said) -> tuple[Stop, ...]:
    """Stops for one answer: `hold` with the place of each part that may not be shown, or `refuse` for all of it."""
    return ()
