"""A source text made ready to be compared with: its claims by what they are about, its words by sentence."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from openward.checks.claims import talk
from openward.checks.claims.actors import KIN, kin_word
from openward.checks.claims.claim import Claim
from openward.checks.claims.read import Read
from openward.checks.claims.words import meant
from openward.domain.evidence import DocumentEvidence
from openward.language.assertions import Assertion
from openward.language.passages import Span

_TAG: Final = re.compile(r"(?:okay|ok|right|alright|correct|you know)[ ,]{0,2}[?？]$", re.IGNORECASE)


class Source:
    """One text that statements are held against; a dialogue is read turn by turn."""

    def __init__(self, id: str, text: str) -> None:
        self.id = id
        self.text = text
        self.turns = talk.turns(text)
        self.marked = talk.punctuated(text, self.turns) if self.turns else text
        self.read = Read(text, marked=self.marked, spoken=True)
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
        for stem, passage in zip(self.read.prose.stems, self._passages(), strict=True):
            self.words.setdefault(meant(stem), set()).add(passage)
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

    def _passages(self) -> Iterator[int]:
        """For every word, the number of its passage: a turn of a dialogue, else a sentence."""
        spans: Sequence[talk.Turn | Span] = self.turns or self.read.sentences
        number = 0
        for start in self.read.prose.starts:
            while number + 1 < len(spans) and spans[number + 1].start <= start:
                number += 1
            yield number

    def passage(self, number: int) -> DocumentEvidence:
        """A passage as evidence."""
        spans: Sequence[talk.Turn | Span] = self.turns or self.read.sentences
        found = spans[min(number, len(spans) - 1)]
        return DocumentEvidence(id=self.id, start=found.start, end=found.end, quote=self.text[found.start : found.end])

    def words_at(self, start: int, end: int) -> DocumentEvidence:
        """Some words as evidence."""
        return DocumentEvidence(id=self.id, start=start, end=end, quote=self.text[start:end])

    def said_together(self, words: Iterable[str]) -> int | None:
        """The first passage that holds all of some stems; what is asked in one turn may be answered in the next."""
        held = [self.words.get(meant(word), set()) for word in words]
        if self.turns:
            held = [places | {place + 1 for place in places} for places in held]
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
        """A finding that a clinician asks about, as the answer has it."""
        number = self.turn_at(claim.start)
        if number is None or self.turns[number].who != "clinician" or not self._is_asked(claim):
            return claim
        after = self.turns[number + 1] if number + 1 < len(self.turns) else None
        said = talk.answer(self.text[after.start : after.end]) if after is not None else None
        if claim.assertion == "absent":
            return claim
        answered: Assertion = {"yes": "present", "no": "absent", None: "hypothetical"}[said]
        return msgspec.structs.replace(claim, assertion=answered)

    def _is_asked(self, claim: Claim) -> bool:
        """Whether the sentence asks, but for "…, okay?"."""
        sentence = self.read.sentences[self.sentence_at(claim.start)]
        words = self.marked[claim.end : sentence.end]
        return bool(words) and words[-1] in "?？" and not _TAG.search(words)
