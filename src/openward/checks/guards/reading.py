"""A text of a stranger before a model sees it: cleaned, fenced, tainted, with what was found in it."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from openward.checks.guards.active import active_content, data_in_links
from openward.checks.guards.encoded import encoded
from openward.checks.guards.hidden import GUARD as HIDDEN
from openward.checks.guards.hidden import UNSEEN, hidden
from openward.checks.guards.instructions import instructions
from openward.checks.guards.markers import forged_marks
from openward.checks.guards.stop import TRUSTED, Origin, Stop

WITHHELD: Final = "[withheld]"
_GUARDS: Final[tuple[Callable[[str], tuple[Stop, ...]], ...]] = (
    hidden, forged_marks, instructions, active_content, data_in_links, encoded,
)  # fmt: skip


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text as a model may see it.

    `text` is cleaned: what was found is cut out and `[withheld]` stands in its place, unseen characters are gone.
    `came` is the text as it came; `found` has its places there, so that a person can be shown what was withheld.
    """

    text: str
    came: str
    origin: Origin
    found: tuple[Stop, ...] = ()

    @property
    def tainted(self) -> bool:
        """Whether somebody else than the house wrote it: then nothing that it asks for is done."""
        return self.origin not in TRUSTED

    @property
    def attacked(self) -> bool:
        """Whether something in it was held back."""
        return any(stop.outcome != "alert" for stop in self.found)

    @property
    def fenced(self) -> str:
        """The text between marks that name its digest: a text cannot hold its own, so it cannot end its fence."""
        mark = hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:16]
        return f"<data origin={self.origin} fence={mark}>\n{self.text}\n</data fence={mark}>"


def on_words(text: str, origin: Origin) -> Words:
    """Looks at a text before a model sees it; what the house itself wrote stays as it is."""
    if origin in TRUSTED:
        return Words(text=text, came=text, origin=origin)
    found = tuple(stop for guard in _GUARDS for stop in guard(text))
    cut = ((stop.start or 0, stop.end or 0) for stop in found if stop.guard != HIDDEN)
    return Words(text=UNSEEN.sub("", _without(text, cut)), came=text, origin=origin, found=found)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a mark for each stretch, overlapping ones as one."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            kept += [text[at:start], WITHHELD]
        at = max(at, end)
    return "".join((*kept, text[at:]))
