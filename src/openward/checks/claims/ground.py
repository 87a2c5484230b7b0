"""Holds sentences against their sources: supported, contradicted or not found, claim by claim, with the place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from openward.checks.claims.agree import Agreement, Saying, Verdict
from openward.checks.claims.claim import Claim, Kind
from openward.checks.claims.compare_amounts import amount
from openward.checks.claims.compare_findings import finding, phrase
from openward.checks.claims.compare_names import actor, drug
from openward.checks.claims.compare_sides import side
from openward.checks.claims.compare_standings import Standing
from openward.checks.claims.read import Read
from openward.checks.claims.source import Source
from openward.checks.claims.words import content
from openward.domain.evidence import DocumentEvidence

_KINDS: Final[dict[Kind, Callable[[Claim, Source, Saying], Agreement | None]]] = {
    "finding": finding, "drug": drug, "amount": amount, "side": side, "actor": actor, "phrase": phrase,
}  # fmt: skip
_RANK: Final[dict[Verdict, int]] = {"contradicted": 0, "not_found": 1, "supported": 2}
_WEIGHT: Final[dict[Verdict, int]] = {"not_found": 0, "contradicted": 1, "supported": 2}  # among sources


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
        self._sources = tuple(Source(id, text) for id, text in (named or {"nothing": ""}).items())
        self._standing = Standing(self._sources)

    def judge(self, sentence: str) -> Judgement:
        """One statement as a whole, however many sentences it has."""
        return self._judgement(sentence, 0, Read(sentence).claims)

    def judge_all(self, text: str) -> tuple[Judgement, ...]:
        """Every sentence of a text, in order."""
        read = Read(text)
        out: list[Judgement] = []
        at = 0
        for sentence in read.sentences:
            begin = at
            while at < len(read.claims) and read.claims[at].start < sentence.end:
                at += 1
            words = text[sentence.start : sentence.end]
            out.append(self._judgement(words, sentence.start, read.claims[begin:at]))
        return tuple(out)

    def _judgement(self, text: str, start: int, claims: tuple[Claim, ...]) -> Judgement:
        if text.isupper() and text.isascii():
            return Judgement(text, start, start + len(text), "supported")
        saying = Saying(text, start, claims, frozenset(content(text)) if claims else frozenset())
        standing = tuple(Judged(claim, *agreed) for claim, agreed in self._standing.judge(text, start))
        left = [claim for claim in claims if not _is_covered(claim, standing)]
        found = tuple(judged for claim in left if (judged := self._judged(claim, saying)) is not None)
        found = (*found, *standing)
        return Judgement(text, start, start + len(text), _worst(found), found)

    def _judged(self, claim: Claim, saying: Saying) -> Judged | None:
        """What the source that says most of it says; None when none of them can judge it."""
        said = [one for source in self._sources if (one := _KINDS[claim.kind](claim, source, saying)) is not None]
        best = max(said, key=lambda one: (_WEIGHT[one.verdict], one.evidence is not None), default=None)
        return Judged(claim, best.verdict, best.evidence, best.why) if best is not None else None


def _is_covered(claim: Claim, standing: Sequence[Judged]) -> bool:
    """Whether rows bear out what a finding or a phrase only seems to be: "it fell" is no fall, nor a low value."""
    return claim.kind in ("finding", "phrase") and any(
        one.verdict == "supported" and one.claim.start < claim.end and claim.start < one.claim.end for one in standing
    )


def _worst(found: tuple[Judged, ...]) -> Verdict:
    return min((one.verdict for one in found), key=lambda verdict: _RANK[verdict], default="supported")
