"""A mean with its 95 % interval by the bootstrap (Efron & Tibshirani, Introduction to the Bootstrap, 1993, ch. 13)."""

import random
from collections.abc import Sequence
from typing import Final

import msgspec

from openward.domain.errors import InputError

_RESAMPLES: Final = 2000
_SEED: Final = 1993
_TAIL: Final = 0.025


class Mean(msgspec.Struct, frozen=True):
    """The sum of `n` numbers from 0 to 1, with the bounds of the mean; with n = 0 nothing is known."""

    total: float
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The mean, None when nothing was measured."""
        return self.total / self.n if self.n else None

    @property
    def counted(self) -> str:
        """What was measured, for a table."""
        return f"mean of {self.n}"


def mean(values: Sequence[float]) -> Mean:
    """The mean, and the 2.5th and 97.5th percentile of the means of resamples; the same numbers give the same interval.

    Raises:
        InputError: a number is not between 0 and 1.
    """
    if not all(0 <= value <= 1 for value in values):
        msg = "a mean is taken of numbers from 0 to 1; scale them first"
        raise InputError(msg)
    if not values:
        return Mean(0.0, 0, 0.0, 1.0)
    chance, n = random.Random(_SEED), len(values)  # noqa: S311 - a resample, no secret
    means = sorted(sum(chance.choices(values, k=n)) / n for _ in range(_RESAMPLES))
    cut = int(_RESAMPLES * _TAIL)
    return Mean(sum(values), n, means[cut], means[-cut - 1])
