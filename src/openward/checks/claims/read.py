"""All claims of one text, read once."""

import re
from typing import Final

import msgspec

from openward.checks.claims.actors import actors
from openward.checks.claims.amounts import amounts
from openward.checks.claims.claim import Claim
from openward.checks.claims.findings import findings, lexicon
from openward.checks.claims.manner import manners
from openward.checks.claims.phrases import DOES, TESTED, phrases
from openward.checks.claims.polarity import Polarity
from openward.checks.claims.sides import sides
from openward.domain.errors import InputError
from openward.knowledge.analytes import analytes
from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import remembered
from openward.language.passages import Span, sentences
from openward.language.prose import Prose, lowered

MAX_TEXT: Final = 200_000
_DOSE: Final = re.compile(
    r" ?\d{1,5}(?:\.\d{1,3})? ?(?:mg|mcg|g|ml|units|tablet|毫克|片)| (?:tablet|supplement|pill|capsule)"
)
_NOT_TAKEN: Final = re.compile(
    r" (?:that |which )?(?:she|he|the patient|they) (?:is|has|does|was|did) (?:not|n't|never|no longer) "
    r"(?:been |currently )?(?:tak|us|on\b)"
)
# A denial before these words is of something else: "denies using the coupon that was recommended for …".
_ASIDE: Final = re.compile(r"\b(?:that was|that were|which|because|due to)\b[^.;\n]{0,80}$")
_NO_DRUG: Final = frozenset({"ms", "oxygen", "glucose", "thyroid", "alcohol", "water", "氧", "水"})


class Read:
    """A text with its words, sentences and claims; claims are in order of their place."""

    __slots__ = ("claims", "polarity", "prose", "sentences", "text")

    def __init__(self, text: str, *, marked: str | None = None, spoken: bool = False) -> None:
        """Reads `text`; `marked` is the same text with marks of sentences put in, of the same length."""
        if len(text) > MAX_TEXT:
            raise InputError(f"a text may have {MAX_TEXT:,} characters; split it")
        plain = marked if marked is not None else text
        self.text = text
        self.prose = Prose(plain)
        self.sentences: tuple[Span, ...] = sentences(plain)
        self.polarity = Polarity(self.prose, self.sentences)
        found = [
            *findings(text, self.prose, lexicon().mentions(plain), spoken=spoken),
            *amounts(text, self.prose, spoken=spoken),
            *sides(text, self.prose, spoken=spoken),
            *medicines(text),
        ]
        if not spoken:
            found = [self._meant(claim) for claim in found]
            found += [*actors(plain), *manners(plain), *(self._denied(claim) for claim in phrases(plain, found))]
        self.claims: tuple[Claim, ...] = tuple(sorted(found, key=lambda claim: (claim.start, claim.end)))

    def _denied(self, claim: Claim) -> Claim:
        """A phrase that reads as stated may stand behind an earlier denial or an "if"."""
        if claim.assertion == "absent":
            return claim
        said = self.polarity.at(claim.start, claim.end)
        own = claim.terms in (DOES, TESTED) and said == "absent"
        return claim if own else msgspec.structs.replace(claim, assertion=said)

    def _meant(self, claim: Claim) -> Claim:
        """A drug, or a finding that no table knows, with how it is meant."""
        if claim.kind != "drug" and (claim.kind != "finding" or claim.terms):
            return claim
        said = self.polarity.at(claim.start, claim.end)
        if claim.kind == "drug" and _NOT_TAKEN.match(self.prose.plain, claim.end):
            said = "absent"
        elif claim.kind == "drug" and said == "absent" and _ASIDE.search(self.prose.plain, 0, claim.start):
            said = "uncertain"
        return msgspec.structs.replace(claim, assertion=said)


@remembered(1)
def _drugs() -> Drugs:
    return Drugs()


@remembered(1)
def _measured() -> frozenset[str]:
    """Names that laboratories use for what they measure; without a dose they are no drug (glucose, iron)."""
    return frozenset(name.lower() for one in analytes() if one.group != "drugs" for name in (one.name_en, one.name_zh))


def medicines(text: str) -> tuple[Claim, ...]:
    """The drugs that a text names; `terms` are the ids of their ingredients."""
    plain = lowered(text)
    found: list[Claim] = []
    for start, end in _drugs().places(plain):
        words = plain[start:end]
        if words in _NO_DRUG or (words in _measured() and not _DOSE.match(plain[end : end + 20])):
            continue
        ids = _drugs().resolve_text(words)
        terms = ids.ids or ids.ambiguous
        found.append(Claim(kind="drug", text=text[start:end], start=start, end=end, terms=terms))
    return tuple(found)
