"""A proportion with its 95 % Wilson interval (Wilson, J Am Stat Assoc 1927;22:209; Newcombe, Stat Med 1998;17:857)."""

import math
from typing import Final

import msgspec

from openward.domain.errors import InputError

Z95: Final = 1.959963984540054


class Proportion(msgspec.Struct, frozen=True):
    """`hits` of `n`, with the bounds of the 95 % interval; with n = 0 nothing is known and the interval is 0 to 1."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The proportion, None when nothing was counted."""
        return self.hits / self.n if self.n else None

    @property
    def counted(self) -> str:
        """What was counted, for a table."""
        return f"{self.hits}/{self.n}"


def proportion(hits: int, n: int) -> Proportion:
    """The Wilson score interval, which stays inside 0 to 1 and has width also at 0 and at n."""
    if not 0 <= hits <= n:
        msg = f"{hits} of {n} is not a proportion: give 0 <= hits <= n"
        raise InputError(msg)
    if n == 0:
        return Proportion(0, 0, 0.0, 1.0)
    share, z2 = hits / n, Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return Proportion(hits, n, low, high)
