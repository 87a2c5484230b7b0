"""Findings of a vocabulary in clinical prose, English and Chinese, each with how it is meant.

A phrase is plain words, in any case and inflection; `radiat*` is the beginning of a word, `leg/calf pain` holds
alternatives, `pain + worse + lying` needs all parts in one sentence in any order, `!z` after a `+` must not be there.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final, Literal

import msgspec

from openward.domain.errors import InputError
from openward.language.assertions import Assertion, Said, Sentence, Subject, When
from openward.language.cues import cues
from openward.language.passages import sections, sentences
from openward.language.prose import LONGEST, Node, Prose, found_at

MAX_TEXT: Final = 2_000_000
_MAX_FORMS: Final = 200
_ARTICLES: Final = frozenset({"the", "his", "her", "my", "your", "their"})
_SKIPPED: Final = _ARTICLES | {"a", "an", "left", "right", "both", "bilateral", "any", "some"}

Span = tuple[int, int]


class Mention(msgspec.Struct, frozen=True):
    """One finding in a text; `days` is how long it has lasted or how long ago it began."""

    term: str
    start: int
    end: int
    assertion: Assertion = "present"
    subject: Subject = "patient"
    when: When = "current"
    severity: Literal["mild", "moderate", "severe"] | None = None
    days: float | None = None


class _Phrase(msgspec.Struct, frozen=True):
    """A phrase of several parts."""

    term: str
    parts: tuple[int, ...]
    without: tuple[int, ...]


class Lexicon:
    """A vocabulary ready to be found in texts."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self.root = Node()
        self.terms: list[str] = []
        self._numbers: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self.compounds: dict[int, list[_Phrase]] = {}
        for phrase, term in phrases:
            self._add(phrase, term)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """All findings of a text in order; of overlapping phrases the longest wins.

        Raises:
            InputError: the text is longer than 2,000,000 characters.
        """
        if len(text) > MAX_TEXT:
            raise InputError(f"a text may have {MAX_TEXT:,} characters; split it")
        return _Reading(self, Prose(text), text).mentions()

    def _add(self, phrase: str, term: str) -> None:
        parts = [part.strip() for part in f" {phrase} ".split(" + ")]
        if len(parts) == 1:
            self._file(phrase, self._number(term))
            return
        wanted = tuple(self._part(part) for part in parts if part and not part.startswith("!"))
        without = tuple(self._part(part[1:]) for part in parts if part.startswith("!"))
        if not wanted:
            raise InputError(
                f"the phrase of the term '{term}' names nothing that must be there; add one part without '!'"
            )
        self.compounds.setdefault(wanted[0], []).append(_Phrase(term, wanted, without))

    def _number(self, term: str) -> int:
        """Terms are the even numbers, parts of phrases the odd ones."""
        if term not in self._numbers:
            self._numbers[term] = len(self.terms) * 2
            self.terms.append(term)
        return self._numbers[term]

    def _part(self, part: str) -> int:
        if part not in self._parts:
            self._parts[part] = len(self._parts) * 2 + 1
            self._file(part, self._parts[part])
        return self._parts[part]

    def _file(self, phrase: str, number: int) -> None:
        for keys in _forms(phrase):
            self.root.add(keys, number)


def _forms(phrase: str) -> list[tuple[str, ...]]:
    """Every way to say a phrase, as keys of the tree."""
    positions = [[_keys(word) for word in position.split("/") if word] for position in phrase.split()]
    forms = []
    for chosen in product(*(position for position in positions if position)):
        keys = [key for keys in chosen for key in keys]
        kept = [key for key in keys[:-1] if key not in _ARTICLES] + keys[-1:]
        if kept and len(kept) < LONGEST:
            forms.append(tuple(kept))
        if len(forms) >= _MAX_FORMS:
            break
    if not forms:
        raise InputError("a phrase has no words; write at least one letter or number")
    return forms


def _keys(word: str) -> list[str]:
    prose = Prose(word.rstrip("*"))
    if not word.endswith("*") or not prose.words:
        return prose.stems
    return [*prose.stems[:-1], prose.words[-1] + "*"]


class _Reading:
    """One text being read."""

    def __init__(self, lexicon: Lexicon, prose: Prose, text: str) -> None:
        self.lexicon = lexicon
        self.prose = prose
        self.text = text
        self.found: list[tuple[str, tuple[Span, ...]]] = []
        self.parts: dict[int, list[Span]] = {}

    def mentions(self) -> tuple[Mention, ...]:
        bounds = self._bounds()
        chosen: list[list[tuple[str, tuple[Span, ...]]]] = []
        covered = [False] * len(self.prose.words)
        for first, last in bounds:
            self.found, self.parts = [], {}
            self._match(first, last)
            self._join()
            chosen.append(self.found)
            for _, spans in self.found:
                for start, end in spans:
                    covered[start:end] = [True] * (end - start)
        return self._judge(bounds, chosen, covered)

    def _bounds(self) -> list[Span]:
        """The sentences as ranges of words."""
        found: list[Span] = []
        place, starts = 0, self.prose.starts
        for sentence in sentences(self.text):
            first = place
            while place < len(starts) and starts[place] < sentence.end:
                place += 1
            if place > first:
                found.append((first, place))
        return found

    def _match(self, first: int, last: int) -> None:
        prose, root = self.prose, self.lexicon.root
        place, free = first, first
        while place < last:
            if not root.lengths and prose.stems[place] not in root.next:
                place += 1
                continue
            best = 0
            terms: list[int] = []
            for end, values in found_at(root, prose.stems, prose.words, place, _SKIPPED):
                if end > last:
                    break
                for value in values:
                    if value % 2:
                        self.parts.setdefault(value, []).append((place, end))
                if place >= free and (simple := [value for value in values if not value % 2]):
                    terms = simple if end > best else [*terms, *simple]
                    best = end
            for value in terms:
                self.found.append((self.lexicon.terms[value // 2], ((place, best),)))
            free = max(free, best)
            place += 1

    def _join(self) -> None:
        """Phrases whose parts all stand in the sentence, one mention each."""
        seen: set[str] = set()
        for part in list(self.parts):
            for phrase in self.lexicon.compounds.get(part, ()):
                if phrase.term in seen or any(p in self.parts for p in phrase.without):
                    continue
                if spans := self._places(phrase.parts):
                    seen.add(phrase.term)
                    self.found.append((phrase.term, spans))

    def _places(self, parts: Sequence[int]) -> tuple[Span, ...]:
        """A place for each part; no two parts are the same words."""
        taken: list[Span] = []
        for part in parts:
            places = self.parts.get(part, ())
            free = next((p for p in places if all(p[1] <= t[0] or p[0] >= t[1] for t in taken)), None)
            if free is None:
                return ()
            taken.append(free)
        return tuple(taken)

    def _judge(
        self,
        bounds: Sequence[Span],
        chosen: Sequence[Sequence[tuple[str, tuple[Span, ...]]]],
        covered: Sequence[bool],
    ) -> tuple[Mention, ...]:
        said = cues(self.prose, covered)
        parts = sections(self.text)
        out: list[Mention] = []
        cue = part = 0
        for (first, last), found in zip(bounds, chosen, strict=True):
            begin = cue
            while cue < len(said) and said[cue].start < last:
                cue += 1
            if not found:
                continue
            sentence = Sentence(
                self.prose.words, (first, last), [s for _, spans in found for s in spans], said[begin:cue]
            )
            for term, spans in found:
                start = self.prose.starts[min(s for s, _ in spans)]
                end = self.prose.ends[max(e for _, e in spans) - 1]
                while part < len(parts) and parts[part].end <= start:
                    part += 1
                kind = parts[part].kind if part < len(parts) and parts[part].start <= start else None
                subject: Subject = "family" if kind == "family" else "patient"
                when: When = "past" if kind == "past_history" else "current"
                meant = _joint([sentence.said(span, subject, when) for span in spans])
                out.append(Mention(term, start, end, meant.assertion, meant.subject, meant.when))
        return tuple(sorted(out, key=lambda m: (m.start, m.end, m.term)))


def _joint(said: Sequence[Said]) -> Said:
    """What is meant by a phrase of several parts: that of its first part, but absent when any part is."""
    if any(part.assertion == "absent" for part in said):
        return msgspec.structs.replace(said[0], assertion="absent")
    return said[0]
