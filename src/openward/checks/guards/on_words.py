"""A text of a stranger before a model sees it: cleaned, fenced, tainted, with what was found in it."""

import hashlib

import msgspec

from openward.checks.guards.hidden import UNSEEN, hidden
from openward.checks.guards.stop import TRUSTED, Origin, Stop


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text as a model may see it.

    `text` is cleaned: what was found is cut out and a mark says so. `found` has its places in the text as it came.
    `tainted` says that a stranger wrote it: nothing that it asks for is done. `attacked` says that it tries to lead.
    """

    text: str
    origin: Origin
    found: tuple[Stop, ...] = ()

    @property
    def tainted(self) -> bool:
        """Whether somebody else than the house wrote it."""
        return self.origin not in TRUSTED

    @property
    def attacked(self) -> bool:
        """Whether something in it was held back."""
        return bool(self.found)

    @property
    def fenced(self) -> str:
        """The text between marks that name its digest: a text cannot contain its own, so it cannot end its fence."""
        mark = hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:16]
        return f"<data origin={self.origin} fence={mark}>\n{self.text}\n</data fence={mark}>"


def on_words(text: str, origin: Origin) -> Words:
    """Looks at a text before a model sees it."""
    if origin in TRUSTED:
        return Words(text=text, origin=origin)
    return Words(text=UNSEEN.sub("", text), origin=origin, found=hidden(text))
