"""Intervals that tile the number line: a list of cuts, each saying on which side its own value lies."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError

_CUT: Final = re.compile(r"(>=|>)\s*(-?\d+(?:\.\d+)?)")


class Cut(msgspec.Struct, frozen=True):
    """Where a band ends and the next begins; `inclusive` when the value itself belongs to the upper band."""

    at: float
    inclusive: bool

    def passed(self, value: float) -> bool:
        """Whether a value lies in the upper band."""
        return value >= self.at if self.inclusive else value > self.at


@lru_cache(maxsize=4096)
def cut_of(text: str) -> Cut:
    """Reads `>=65` or `>3.0`.

    Raises:
        KnowledgeError: it is no cut.
    """
    found = _CUT.fullmatch(text.strip())
    if not found:
        raise KnowledgeError(f"'{text[:40]}' is no cut; write >=65 or >3.0")
    return Cut(float(found[2]), found[1] == ">=")


def ascending(cuts: Sequence[str]) -> bool:
    """Whether each cut lies above the one before, so that no band is empty."""
    keys = [(cut.at, not cut.inclusive) for cut in map(cut_of, cuts)]
    return all(a < b for a, b in pairwise(keys))


def band_of(cuts: Sequence[str], value: float) -> int:
    """The number of the band that a value lies in, from 0; n cuts make n + 1 bands without holes."""
    ends, inclusive = _ends_of(tuple(cuts))
    band = bisect_right(ends, value)
    while band and ends[band - 1] == value and not inclusive[band - 1]:
        band -= 1
    return band


@lru_cache(maxsize=4096)
def _ends_of(cuts: tuple[str, ...]) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    """Where the bands end, and whether each end belongs to the upper band."""
    read = [cut_of(cut) for cut in cuts]
    return tuple(cut.at for cut in read), tuple(cut.inclusive for cut in read)
