"""Holds sentences against their sources: supported, contradicted or not found, claim by claim, with the place."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from openward.checks.claims import agree
from openward.checks.claims.agree import NOT_FOUND, Agreement, Verdict
from openward.checks.claims.claim import Claim, Kind
from openward.checks.claims.read import Read
from openward.checks.claims.source import Source
from openward.domain.evidence import DocumentEvidence

_KINDS: Final[dict[Kind, Callable[[Claim, Source], Agreement]]] = {
    "finding": agree.finding, "drug": agree.drug, "amount": agree.amount, "side": agree.side, "actor": agree.actor,
}  # fmt: skip
_RANK: Final[dict[Verdict, int]] = {"contradicted": 0, "not_found": 1, "supported": 2}


class Judged(msgspec.Struct, frozen=True):
    """One claim, what the sources say of it, and where they say it."""

    claim: Claim
    verdict: Verdict
    evidence: DocumentEvidence | None = None
    why: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """One sentence with its place in the text it came from; its verdict is that of its worst claim."""

    text: str
    start: int
    end: int
    verdict: Verdict
    claims: tuple[Judged, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the sentence must not be shown as supported."""
        return self.verdict != "supported"


class Ground:
    """Source texts by id, read once; sentences are held against all of them."""

    def __init__(self, texts: Mapping[str, str] | str) -> None:
        named = {"source": texts} if isinstance(texts, str) else texts
        self._sources = tuple(Source(id, text) for id, text in named.items())

    def judge(self, sentence: str) -> Judgement:
        """One statement as a whole, however many sentences it has."""
        found = tuple(self._judged(claim) for claim in Read(sentence).claims)
        return Judgement(sentence, 0, len(sentence), _worst(found), found)

    def judge_all(self, text: str) -> tuple[Judgement, ...]:
        """Every sentence of a text, in order."""
        read = Read(text)
        out: list[Judgement] = []
        at = 0
        for sentence in read.sentences:
            claims: list[Claim] = []
            while at < len(read.claims) and read.claims[at].start < sentence.end:
                claims.append(read.claims[at])
                at += 1
            found = tuple(self._judged(claim) for claim in claims)
            words = text[sentence.start : sentence.end]
            out.append(Judgement(words, sentence.start, sentence.end, _worst(found), found))
        return tuple(out)

    def _judged(self, claim: Claim) -> Judged:
        said = [_KINDS[claim.kind](claim, source) for source in self._sources]
        best = max(said, key=lambda one: _RANK[one.verdict] + (one.evidence is not None) / 2, default=NOT_FOUND)
        return Judged(claim, best.verdict, best.evidence, best.why)


def _worst(found: tuple[Judged, ...]) -> Verdict:
    return min((one.verdict for one in found), key=lambda verdict: _RANK[verdict], default="supported")
