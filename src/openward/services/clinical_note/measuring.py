"""A draft against a reference note: facts found, sentences supported, divisions right, words shared, length."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

import msgspec

from openward.checks.claims import Ground
from openward.services.clinical_note.proposal import Section

Division = Literal["subjective", "examination", "results", "plan"]
Fact = tuple[str, int, int]
_FACTS: Final = frozenset({"finding", "drug", "amount", "side"})
_HEADINGS: Final[dict[Division, tuple[str, ...]]] = {
    "subjective": (
        "chief complaint", "history of present illness", "hpi", "review of systems", "social history", "family history",
        "medical history", "past history", "past medical history", "past surgical history", "surgical history",
        "medications", "current medications", "allergies", "gynecologic history",
    ),
    "examination": ("physical exam", "physical examination", "exam", "vitals", "vitals reviewed"),
    "results": ("results",),
    "plan": ("assessment", "plan", "assessment and plan", "instructions", "impression", "procedure"),
}  # fmt: skip
_DIVISION: Final = {heading: division for division, headings in _HEADINGS.items() for heading in headings}
_OF_SECTION: Final[dict[str, Division]] = {
    "vital": "examination", "exam": "examination", "results": "results", "assessment": "plan", "plan": "plan",
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9]+")
_KEPT: Final = 4


class Measured(msgspec.Struct, frozen=True):
    """What was counted for one draft: facts of the reference, those found, those in the right division, and more."""

    facts: int
    found: int
    said: int
    found_of_said: int
    placed: int
    sentences: int
    supported: int
    rouge: float
    words: int
    reference_words: int


def measured(dialogue: str, note: str, sections: Sequence[Section]) -> Measured:
    """Counts for one draft; several questions on the same draft are counted once."""
    return _measured(dialogue, note, tuple((s.id, tuple(one.text for one in s.sentences)) for s in sections))


@lru_cache(maxsize=_KEPT)
def _measured(dialogue: str, note: str, sections: tuple[tuple[str, tuple[str, ...]], ...]) -> Measured:
    talk = Ground({"dialogue": dialogue})
    held: dict[Division, str] = {}
    for id, texts in sections:
        division = _OF_SECTION.get(id, "subjective")
        held[division] = f"{held.get(division, '')}\n{' '.join(texts)}"
    draft = "\n".join(" ".join(texts) for _, texts in sections)
    whole, apart = Ground({"draft": draft}), {d: Ground({"draft": text}) for d, text in held.items()}
    counts = Counter[str]()
    for division, text in divisions(note).items():
        _count(counts, facts(whole, text), facts(talk, text), facts(apart[division], text) if division in apart else {})
    sentences = [text for _, texts in sections for text in texts]
    return Measured(
        facts=counts["facts"], found=counts["found"], said=counts["said"], found_of_said=counts["both"],
        placed=counts["placed"], sentences=len(sentences),
        supported=sum(not talk.judge(text).held for text in sentences), rouge=rouge_1(draft, note),
        words=len(draft.split()), reference_words=len(note.split()),
    )  # fmt: skip


def _count(counts: Counter[str], found: dict[Fact, bool], said: dict[Fact, bool], placed: dict[Fact, bool]) -> None:
    for fact in found.keys() | said.keys():
        here = found.get(fact, False)
        counts["facts"] += 1
        counts["found"] += here
        counts["said"] += said.get(fact, False)
        if here and said.get(fact, False):
            counts["both"] += 1
            counts["placed"] += placed.get(fact, False)


def facts(source: Ground, text: str) -> dict[Fact, bool]:
    """The findings, drugs, numbers and sides of a text, and whether a source supports each."""
    return {
        (one.claim.kind, one.claim.start, one.claim.end): one.verdict == "supported"
        for judgement in source.judge_all(text)
        for one in judgement.claims
        if one.claim.kind in _FACTS
    }


def divisions(note: str) -> dict[Division, str]:
    """The lines of a reference note below the headings of each division."""
    found: dict[Division, list[str]] = {}
    now: Division | None = None
    for line in note.split("\n"):
        words = line.strip().rstrip(":")
        division = _DIVISION.get(words.lower())
        if division is not None and (words.isupper() or line.strip().endswith(":")):
            now = division
        elif now is not None:
            found.setdefault(now, []).append(line)
    return {division: "\n".join(lines) for division, lines in found.items()}


def rouge_1(text: str, reference: str) -> float:
    """The harmonic mean of the shares of single words (letters and digits) that two texts have in common."""
    one, two = Counter(_WORD.findall(text.lower())), Counter(_WORD.findall(reference.lower()))
    shared = sum((one & two).values())
    return 2 * shared / (one.total() + two.total()) if shared else 0.0
