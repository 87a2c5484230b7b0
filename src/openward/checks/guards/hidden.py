"""Characters that nobody sees: they carry words to a model that a person cannot read, or turn words around."""

import re
from typing import Final

from openward.checks.guards.stop import Outcome, Stop

GUARD: Final = "hidden-text"
# Tags, variation selectors of the second plane, zero width, soft hyphen, direction marks, invisible operators.
UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]+"
)
_TAGS: Final = re.compile("[\U000e0020-\U000e007e]+")
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]")
_STRAY: Final = 2  # so many come along with a copy from a web page
_HARMLESS: Final = frozenset("\ufeff\u00ad\u200e\ufe0e\x0c")  # a byte order mark, a hyphenation point, a page's end


def hidden(text: str) -> tuple[Stop, ...]:
    """Each run of unseen characters: held where it spells or turns words, told where it is only not needed."""
    if text.isprintable() and text.isascii():
        return ()
    found = (match for match in UNSEEN.finditer(text) if not _HARMLESS.issuperset(match.group()))
    return tuple(_stop(match.group(), match.start(), match.end()) for match in found)


def whispered(text: str) -> str:
    """What tag characters spell, which is shown to nobody and read by models."""
    return " ".join("".join(chr(ord(c) - 0xE0000) for c in run) for run in _TAGS.findall(text))


def _stop(run: str, start: int, end: int) -> Stop:
    outcome: Outcome = "hold" if len(run) > _STRAY or _TURNS.search(run) else "alert"
    named = ", ".join(sorted({f"U+{ord(c):04X}" for c in run})[:3])
    return Stop(guard=GUARD, outcome=outcome, reason=f"characters that nobody sees ({named})", start=start, end=end)
