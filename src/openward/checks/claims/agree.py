"""What a source says of one claim."""

from typing import Literal, NamedTuple

import msgspec

from openward.checks.claims.claim import Claim
from openward.domain.evidence import DocumentEvidence

Verdict = Literal["supported", "contradicted", "not_found"]


class Agreement(NamedTuple):
    """What one source says of one claim, where, and in a few words why."""

    verdict: Verdict
    evidence: DocumentEvidence | None = None
    why: str = ""


class Saying(msgspec.Struct, frozen=True):
    """The sentence of a claim, where it begins, all its claims, and the stems of its words that carry meaning."""

    text: str
    start: int = 0
    claims: tuple[Claim, ...] = ()
    words: frozenset[str] = frozenset()


NOT_FOUND = Agreement("not_found", None, "the source does not say it")
