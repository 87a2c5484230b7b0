"""A source text made ready to be compared with: its claims by what they are about, its words by sentence."""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from openward.checks.claims import talk
from openward.checks.claims.actors import KIN, kin_word
from openward.checks.claims.claim import Claim
from openward.checks.claims.read import Read
from openward.domain.evidence import DocumentEvidence
from openward.language.assertions import Assertion


class Source:
    """One text that statements are held against; a dialogue is read turn by turn."""

    def __init__(self, id: str, text: str) -> None:
        self.id = id
        self.text = text
        self.turns = talk.turns(text)
        marked = talk.punctuated(text, self.turns) if self.turns else text
        self.read = Read(text, marked=marked, spoken=True)
        self._turn_starts = [turn.start for turn in self.turns]
        self._sentence_starts = [sentence.start for sentence in self.read.sentences]
        self.findings: dict[str, list[Claim]] = {}
        self.drugs: dict[str, list[Claim]] = {}
        self.amounts: list[Claim] = []
        self.sides: list[Claim] = []
        self.actors: list[Claim] = []
        for claim in self.read.claims:
            self._file(self._answered(claim) if claim.kind == "finding" else claim)
        self.words: dict[str, set[int]] = {}
        for stem, start in zip(self.read.prose.stems, self.read.prose.starts, strict=True):
            self.words.setdefault(stem, set()).add(self.sentence_at(start))
        self.kin = frozenset(word for mark in KIN.finditer(text.lower()) if (word := kin_word(mark.group())))

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that a place belongs to."""
        return max(bisect_right(self._sentence_starts, place) - 1, 0)

    def turn_at(self, place: int) -> int | None:
        """The number of the turn that a place belongs to, None outside a dialogue."""
        number = bisect_right(self._turn_starts, place) - 1
        return number if number >= 0 else None

    def speaks(self, place: int) -> talk.Who | None:
        """Who says what stands at a place, None outside a dialogue."""
        number = self.turn_at(place)
        return self.turns[number].who if number is not None else None

    def evidence(self, claim: Claim) -> DocumentEvidence:
        """The place of a claim as evidence."""
        return DocumentEvidence(
            id=self.id, start=claim.start, end=claim.end, quote=self.text[claim.start : claim.end]
        )

    def span(self, number: int) -> DocumentEvidence:
        """A sentence as evidence."""
        found = self.read.sentences[number]
        return DocumentEvidence(id=self.id, start=found.start, end=found.end, quote=self.text[found.start : found.end])

    def said_together(self, words: Iterable[str]) -> int | None:
        """The first sentence that holds all of some words, None when there is none."""
        held = [self.words.get(word, set()) for word in words]
        both = set.intersection(*held) if held else set[int]()
        return min(both) if both else None

    def _file(self, claim: Claim) -> None:
        if claim.kind == "finding":
            for term in claim.terms:
                self.findings.setdefault(term, []).append(claim)
        elif claim.kind == "drug":
            for term in claim.terms:
                self.drugs.setdefault(term, []).append(claim)
        elif claim.kind == "amount":
            self.amounts.append(claim)
        elif claim.kind == "side":
            self.sides.append(claim)
        else:
            self.actors.append(claim)

    def _answered(self, claim: Claim) -> Claim:
        """A finding that was asked about, as the answer has it."""
        number = self.turn_at(claim.start)
        if number is None or claim.assertion != "hypothetical" or self.turns[number].who != "clinician":
            return claim
        after = next((turn for turn in self.turns[number + 1 : number + 2] if turn.who != "clinician"), None)
        said = talk.answer(self.text[after.start : after.end]) if after is not None else None
        if said is None:
            return claim
        meant: Assertion = "present" if said == "yes" else "absent"
        return msgspec.structs.replace(claim, assertion=meant)
