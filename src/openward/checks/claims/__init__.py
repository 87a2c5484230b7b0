"""Clinical claims of free sentences, and whether a source supports them."""

from openward.checks.claims.claim import Claim
from openward.checks.claims.ground import Ground, Judged, Judgement
from openward.checks.claims.read import Read

__all__ = ["Claim", "Ground", "Judged", "Judgement", "claims"]


def claims(text: str) -> tuple[Claim, ...]:
    """The clinical claims of a text in order of their place."""
    return Read(text).claims
