"""How well a candidate fits, in a word: its share of expert weights is no probability and must not be read as one."""

from typing import Final, Literal

from openward.domain.proposal import Language
from openward.domain.text import Text

Fit = Literal["well", "partly", "little"]

# A choice of presentation, no clinical limit: the least share of all weights of what is called so.
_FITS: Final[tuple[tuple[float, Fit], ...]] = ((0.25, "well"), (0.05, "partly"))
_WORDS: Final[dict[Fit, Text]] = {
    "well": Text("fits well", "高度符合"),
    "partly": Text("fits", "符合"),
    "little": Text("fits little", "符合较少"),
}
_SMALL: Final = 0.01


def fit_of(share: float) -> Fit:
    """How well something with this share fits."""
    return next((fit for least, fit in _FITS if share >= least), "little")


def fits(share: float, language: Language) -> str:
    """The same in words."""
    return _WORDS[fit_of(share)].in_(language)


def percent(share: float) -> str:
    """A share as a number; a small one is not called nothing."""
    return f"{share * 100:.0f} %" if share >= _SMALL else "< 1 %"
