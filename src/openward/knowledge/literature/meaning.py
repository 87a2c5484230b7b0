"""Puts the likeliest passages in order by what they mean, too, where a ward has a model that turns text into vectors.

A passage about the same thing in other words is near to the question in such a model. Only the first passages of the
ranking by words are looked at; both scores, brought to the same height, count the same (docs/evidence/literature.md).
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

MOST: Final = 60
_LONGEST: Final = 2000
_SHARE: Final = 0.5

Vector = Sequence[float]
Vectors = Callable[[tuple[str, ...]], Sequence[Vector] | None]
Item = TypeVar("Item")


def nearer(
    question: str, ranked: Sequence[Item], *, score: Callable[[Item], float], text: Callable[[Item], str],
    vectors: Vectors,
) -> list[Item] | None:  # fmt: skip
    """What was ranked by words with its first part in order by words and meaning; None where there is no such model."""
    first = ranked[:MOST]
    found = vectors((question[:_LONGEST], *(text(item)[:_LONGEST] for item in first))) if first else None
    if found is None or len(found) != len(first) + 1:
        return None
    near = [_cosine(found[0], vector) for vector in found[1:]]
    highest, nearest = max(map(score, first)) or 1.0, max(near)
    if nearest <= 0:
        return None
    both = [(1 - _SHARE) * score(i) / highest + _SHARE * n / nearest for i, n in zip(first, near, strict=True)]
    order = sorted(range(len(first)), key=lambda place: (-both[place], place))
    return [*(first[place] for place in order), *ranked[MOST:]]


def _cosine(one: Vector, other: Vector) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    if len(one) != len(other) or not lengths or not math.isfinite(lengths):
        return 0.0
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / lengths
