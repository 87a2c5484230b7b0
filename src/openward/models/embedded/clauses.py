"""The clauses of a request: what asks for something, each apart, so that none of them is dropped in silence."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_BETWEEN: Final = re.compile(
    r"[;.?!；。？！](?!\d)|,? \b(?:and|also|then|plus)\b |，|以及|另外|还有|并且|然后|"
    r",(?=\s*(?:what|which|when|who|how|is|are|may|might|can|could|does|do|did|should|would)\b)"
)
_ASKS: Final = re.compile(
    r"^(?:please\s+|also\s+|then\s+|and\s+)*(?:what|which|when|who|whose|where|why|how|is|are|was|does|do|did|can|could|"
    r"may|might|must|shall|any|should|will|would|has|have|tell|show|give|list|book|order|write|check|find|explain|calculate|delete|remove|cancel|"
    r"the|his|her|their)\b|吗|什么|多少|怎么|如何|哪|谁|几|呢|是否|可否|能否|有没有|能不能|可不可以|要不要|该不该|^请|^帮",
    re.IGNORECASE,
)
_LONGEST: Final = 160


class Clause(NamedTuple):
    """One clause, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def asks(self) -> bool:
        """Whether it asks for something, and does not only tell."""
        return bool(_ASKS.search(self.text))

    def holds(self, start: int, end: int) -> bool:
        """Whether some of these words stand in it."""
        return start < self.end and self.start < end


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, without what parts them."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Clause]:
    at = 0
    for start, end in (*(found.span() for found in _BETWEEN.finditer(text)), (len(text), len(text))):
        said = text[at:start]
        if plain := said.strip(" ,，、"):
            begins = at + said.index(plain)
            yield Clause(plain, begins, begins + len(plain))
        at = end


def left_over(
    parts: Sequence[Clause], known: Sequence[tuple[int, int]], lost: Sequence[tuple[int, int]]
) -> tuple[str, ...]:
    """The clauses that ask and hold none of the places that were understood, or begin one that is lost."""
    return tuple(one.text[:_LONGEST] for one in parts if one.asks and _is_left(one, known, lost))


def _is_left(one: Clause, known: Sequence[tuple[int, int]], lost: Sequence[tuple[int, int]]) -> bool:
    if any(one.start <= start < one.end for start, _ in lost):
        return not any(one.start <= start < one.end for start, _ in known)
    return not any(one.holds(start, end) for start, end in known)
