"""Texts outside of a request that evidence may quote, such as an imported corpus; their ids say who has them."""

from collections.abc import Callable
from typing import Final

Find = Callable[[str], str | None]
_KEEPERS: Final[dict[str, Find]] = {}


def provide(kind: str, find: Find) -> None:
    """Names who finds the texts whose ids begin with `kind/`; the finder gets the rest of the id."""
    _KEEPERS[kind] = find


def text_of(id: str) -> str | None:
    """The text of that id, None when nobody has it."""
    kind, slash, rest = id.partition("/")
    keeper = _KEEPERS.get(kind) if slash else None
    return keeper(rest) if keeper else None
