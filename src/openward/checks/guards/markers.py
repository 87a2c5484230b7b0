"""Marks by which models and their servers tell who speaks: in a stranger's text they are forged."""

from typing import Final

from openward.checks.guards.patterns import matching
from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held

GUARD: Final = "forged-marks"


def forged_marks(text: str) -> tuple[Stop, ...]:
    """Each mark of a conversation's frame that stands in the text, with the line that it opens."""
    plain = Plain(text)
    return tuple(_line(text, *plain.span(*match.span())) for _, match in matching("marks", plain.text))


def _line(text: str, start: int, end: int) -> Stop:
    stop = text.find("\n", end)
    return held(
        GUARD, "it forges who speaks, or where a tool's result or the text ends", start, end if stop < 0 else stop
    )
