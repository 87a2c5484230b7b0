"""Findings of a vocabulary in clinical prose, English and Chinese, each with how it is meant.

A phrase is plain words, in any case and inflection; `radiat*` is the beginning of a word, `leg/calf pain` holds
alternatives, `pain + worse + lying` needs all parts in one sentence in any order, `!z` after a `+` must not be there.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final, NamedTuple

import msgspec

from openward.domain.errors import InputError
from openward.language.assertions import Assertion, Said, Sentence, Subject, When
from openward.language.course import Course, Severity
from openward.language.cues import Cue, cues
from openward.language.passages import Kind, Section, sections, sentences
from openward.language.prose import LONGEST, Node, Prose, found_at
from openward.language.questions import Answer, answer_in, is_question, only_fillers

MAX_TEXT: Final = 2_000_000
_MAX_FORMS: Final = 200
_TRIED: Final = 16
_ARTICLES: Final = frozenset({"the", "his", "her", "my", "your", "their"})
_NO: Final = frozenset("没无未")
_SKIPPED: Final = _ARTICLES | {"a", "an", "left", "right", "both", "bilateral", "any", "some"}

# A sentence that begins so has left the past history, heading or not.
_NEWS: Final = frozenset({"presents", "presented", "comes", "came", "now", "currently", "today", "complains"})

Span = tuple[int, int]


class Mention(msgspec.Struct, frozen=True):
    """One finding in a text; `days` is how long it has lasted or how long ago it began."""

    term: str
    start: int
    end: int
    assertion: Assertion = "present"
    subject: Subject = "patient"
    when: When = "current"
    severity: Severity | None = None
    days: float | None = None


class _Phrase(msgspec.Struct, frozen=True):
    """A phrase of several parts."""

    term: str
    parts: tuple[int, ...]
    wanted: frozenset[int]
    without: frozenset[int]


class _Found(NamedTuple):
    """A term and the words that name it, one range for each part of its phrase."""

    term: str
    spans: tuple[Span, ...]


class Lexicon:
    """A vocabulary ready to be found in texts."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._root = Node()
        self._terms: list[str] = []
        self._numbers: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._compounds: dict[int, list[_Phrase]] = {}
        for phrase, term in phrases:
            self._add(phrase, term)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """All findings of a text in order; of overlapping phrases the longest wins.

        Raises:
            InputError: the text is longer than 2,000,000 characters.
        """
        if len(text) > MAX_TEXT:
            raise InputError(f"a text may have {MAX_TEXT:,} characters; split it")
        prose = Prose(text)
        bounds = _bounds(prose, text)
        found = [self._found(prose, first, last) for first, last in bounds]
        return _Reader(prose, bounds, found, sections(text)).read()

    def _add(self, phrase: str, term: str) -> None:
        parts = [part.strip() for part in f" {phrase} ".split(" + ")]
        if len(parts) == 1:
            self._file(phrase, self._number(term))
            return
        wanted = tuple(self._part(part) for part in parts if part and not part.startswith("!"))
        without = frozenset(self._part(part[1:]) for part in parts if part.startswith("!"))
        if not wanted:
            raise InputError(f"the phrase of the term '{term}' has no part that must be there; add one without '!'")
        self._compounds.setdefault(wanted[0], []).append(_Phrase(term, wanted, frozenset(wanted), without))

    def _number(self, term: str) -> int:
        """Terms are the even numbers, parts of phrases the odd ones."""
        if term not in self._numbers:
            self._numbers[term] = len(self._terms) * 2
            self._terms.append(term)
        return self._numbers[term]

    def _part(self, part: str) -> int:
        if part not in self._parts:
            self._parts[part] = len(self._parts) * 2 + 1
            self._file(part, self._parts[part])
        return self._parts[part]

    def _file(self, phrase: str, number: int) -> None:
        for keys in _forms(phrase):
            self._root.add(keys, number)

    def _found(self, prose: Prose, first: int, last: int) -> list[_Found]:
        """The terms in one sentence."""
        found: list[_Found] = []
        parts: dict[int, list[Span]] = {}
        free = first
        for place in range(first, last):
            if not self._root.begins(prose.stems[place], prose.words[place]):
                continue
            best = 0
            terms: list[int] = []
            for end, values in found_at(self._root, prose.stems, prose.words, place, _SKIPPED):
                if end > last:
                    break
                for part in (value for value in values if value % 2):
                    parts.setdefault(part, []).append((place, end))
                simple = [value for value in values if not value % 2] if place >= free else []
                if simple:
                    best, terms = end, simple if end > best else terms + simple
            if terms and prose.words[place] in _NO and self._reads_on(prose, place, best, last):
                continue
            found += [_Found(self._terms[value // 2], ((place, best),)) for value in terms]
            free = max(free, best)
        return found + self._joined(parts) if parts else found

    def _reads_on(self, prose: Prose, place: int, end: int, last: int) -> bool:
        """Whether a phrase that begins with a denial denies a longer word: `没有呼吸困难` is not `没有呼吸`."""
        begin = place + (2 if prose.words[place + 1] == "有" else 1)
        return any(
            end < further <= last and any(value % 2 == 0 for value in values)
            for further, values in found_at(self._root, prose.stems, prose.words, begin, _SKIPPED)
        )

    def _joined(self, parts: dict[int, list[Span]]) -> list[_Found]:
        """Phrases whose parts all stand in the sentence, one mention for each term."""
        found: dict[str, _Found] = {}
        for part in parts:
            for phrase in self._compounds.get(part, ()):
                here = phrase.wanted <= parts.keys() and phrase.term not in found
                if not here or not phrase.without.isdisjoint(parts):
                    continue
                if spans := _places(parts, phrase.parts):
                    found[phrase.term] = _Found(phrase.term, spans)
        return list(found.values())


def _places(places: dict[int, list[Span]], parts: Sequence[int]) -> tuple[Span, ...]:
    """A place for each part, no word twice and the parts as near as can be; empty when a part has none."""
    best: tuple[Span, ...] = ()
    for start in places.get(parts[0], ())[:_TRIED]:
        taken = _nearest(places, parts, start)
        if taken and (not best or _width(taken) < _width(best)):
            best = taken
    return best


def _nearest(places: dict[int, list[Span]], parts: Sequence[int], start: Span) -> tuple[Span, ...]:
    taken = [start]
    for part in parts[1:]:
        free = [p for p in places.get(part, ())[:_TRIED] if all(p[1] <= t[0] or p[0] >= t[1] for t in taken)]
        if not free:
            return ()
        taken.append(min(free, key=lambda p: abs(p[0] - start[0])))
    return tuple(taken)


def _width(spans: Sequence[Span]) -> int:
    return max(end for _, end in spans) - min(start for start, _ in spans)


def _forms(phrase: str) -> list[tuple[str, ...]]:
    """Every way to say a phrase, as keys of the tree."""
    positions = [[_keys(word) for word in position.split("/") if word] for position in phrase.split()]
    forms: list[tuple[str, ...]] = []
    for chosen in product(*(position for position in positions if position)):
        keys = [key for keys in chosen for key in keys]
        kept = tuple([key for key in keys[:-1] if key not in _ARTICLES] + keys[-1:])
        if kept and len(kept) < LONGEST:
            forms.append(kept)
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


def _bounds(prose: Prose, text: str) -> list[Span]:
    """The sentences as ranges of words."""
    found: list[Span] = []
    place, starts = 0, prose.starts
    for sentence in sentences(text):
        first = place
        while place < len(starts) and starts[place] < sentence.end:
            place += 1
        if place > first:
            found.append((first, place))
    return found


class _Reader:
    """Says of every term that was found how it is meant."""

    def __init__(self, prose: Prose, bounds: list[Span], found: list[list[_Found]], parts: tuple[Section, ...]) -> None:
        self.prose = prose
        self.bounds = bounds
        self.found = found
        self.parts = parts
        self.part = 0

    def read(self) -> tuple[Mention, ...]:
        """The mentions in order."""
        said = cues(self.prose, self._covered())
        out: list[Mention] = []
        cue = 0
        for number, (first, last) in enumerate(self.bounds):
            begin = cue
            while cue < len(said) and said[cue].start < last:
                cue += 1
            if self.found[number]:
                out += self._sentence(number, (first, last), said[begin:cue])
        return tuple(sorted(out, key=lambda m: (m.start, m.end, m.term)))

    def _covered(self) -> list[bool]:
        """For every word, whether it belongs to a finding: such a word is no cue."""
        covered = [False] * len(self.prose.words)
        for start, end in (span for found in self.found for one in found for span in one.spans):
            covered[start:end] = [True] * (end - start)
        return covered

    def _sentence(self, number: int, bounds: Span, near: Sequence[Cue]) -> list[Mention]:
        found = self.found[number]
        spans = [span for one in found for span in one.spans]
        sentence = Sentence(self.prose.words, bounds, spans, near)
        course = Course(self.prose, bounds, spans)
        asked = is_question(self.prose.words, *bounds)
        answer = self._answer(number) if asked else None
        leaves = not _NEWS.isdisjoint(self.prose.words[bounds[0] : bounds[0] + 2])
        out: list[Mention] = []
        for one in sorted(found, key=lambda f: f.spans[0]):
            subject, when = _default(None if leaves else self._section(one.spans[0]))
            meant = _joint([sentence.said(span, subject, when) for span in one.spans])
            if when == "current" and sentence.is_history(one.spans[0]) and course.goes_on(one.spans[0]):
                meant = msgspec.structs.replace(meant, when="current")
            out.append(self._mention(one, _answered(meant, answer) if asked else meant, course))
        return out

    def _mention(self, one: _Found, meant: Said, course: Course) -> Mention:
        lasting = course.lasting(one.spans[0])
        return Mention(
            one.term,
            self.prose.starts[min(start for start, _ in one.spans)],
            self.prose.ends[max(end for _, end in one.spans) - 1],
            meant.assertion,
            meant.subject,
            "past" if course.is_over(one.spans[0], lasting) else meant.when,
            course.severity(one.spans[0]),
            lasting.days if lasting is not None and meant.assertion == "present" else None,
        )

    def _answer(self, number: int) -> Answer | None:
        """What the next sentence that says something answers."""
        for first, last in self.bounds[number + 1 : number + 3]:
            if not only_fillers(self.prose.words, first, last):
                return answer_in(self.prose.words, first, last)
        return None

    def _section(self, span: Span) -> Kind | None:
        place = self.prose.starts[span[0]]
        while self.part < len(self.parts) and self.parts[self.part].end <= place:
            self.part += 1
        inside = self.part < len(self.parts) and self.parts[self.part].start <= place
        return self.parts[self.part].kind if inside else None


def _default(kind: Kind | None) -> tuple[Subject, When]:
    return "family" if kind == "family" else "patient", "past" if kind == "past_history" else "current"


def _joint(said: Sequence[Said]) -> Said:
    """What is meant by a phrase of several parts: that of its first part, but absent when any part is."""
    if any(part.assertion == "absent" for part in said):
        return msgspec.structs.replace(said[0], assertion="absent")
    return said[0]


def _answered(meant: Said, answer: Answer | None) -> Said:
    """A finding that was asked about is there when the answer says so; without an answer nothing is known."""
    if meant.assertion == "absent" and answer != "yes":
        return meant if answer == "no" else msgspec.structs.replace(meant, assertion="hypothetical")
    assertion: Assertion = "hypothetical" if answer is None else "present" if answer == "yes" else "absent"
    return msgspec.structs.replace(meant, assertion=assertion)
