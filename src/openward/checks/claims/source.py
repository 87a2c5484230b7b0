"""A source text made ready to be compared with: its claims by what they are about, its words by where they stand."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import msgspec

from openward.checks.claims import talk
from openward.checks.claims.actors import KIN, kin_word
from openward.checks.claims.claim import Claim
from openward.checks.claims.read import Read
from openward.checks.claims.words import carries, meant
from openward.domain.evidence import DocumentEvidence
from openward.language.assertions import Assertion
from openward.language.passages import Span
from openward.language.questions import Answer

_TAG: Final = re.compile(r"(?:okay|ok|right|alright|correct|you know)[ ,]{0,2}[?？]$", re.IGNORECASE)
_ONCE: Final = re.compile(r"\bi (?:did|have|had|used to)\b(?! ?(?:n['’]?t|not|never|no)\b)", re.IGNORECASE)
_QUOTED: Final = re.compile(
    rf"(?:{KIN.pattern})(?=[^.?!。？！\n]{{0,24}}(?:(?<![a-z])(?:says?|said|saying|tells?|told|noticed|notices|"
    rf"thinks?|thought|"
    r"worried|worries|mention(?:s|ed)|complain(?:s|ed)|sees|saw|describes?|described|reports?|reported|called?|"
    r"brought)(?![a-z])|"
    r"说|觉得|发现|担心|告诉|注意到|反映|代诉))"
)
_PARENTS: Final = frozenset({"mother", "father", "parents", "family", "caregiver"})
_CHILD: Final = re.compile(
    r"(?<![a-z])(?:your (?:\w{1,12} )?(?:son|daughter|baby|child|kid|little one|boy|girl)|accompanied by|here with "
    r"(?:his|her|mom|dad)|"
    r"(?:hi|hey|hello) (?:mom|dad|mum)|is (?:he|she) (?:eating|sleeping|drinking|playing))(?![a-z])|孩子|宝宝|娃"
)
_CLAUSE: Final = "，。；\n"
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_AFTER: Final = 2
_MOST: Final = 200
_TRIED: Final = 8
_CLOSE: Final = 9
_NEAR: Final = 5
_BEGINS: Final = 5
_FAR: Final = 12
_NOT: Final = frozenset(
    {"not", "n't", "never", "no", "without", "nothing", "none", "denies", "denied", "cannot", "没", "未", "无"}
)
_STOPS: Final = frozenset({".", "。", ",", "，", ";", "but", "because", "so", "\n"})
_TIMES_BETTER: Final = 2.0
_MUCH: Final = 0.3
_TIMES_CLOSER: Final = 1.5
_LITTLE: Final = 0.1

Place = tuple[int, int]


def clause(text: str, place: int) -> tuple[int, int]:
    """Where the clause of Chinese begins and ends that a place stands in; English commas end nothing."""
    begin = max(text.rfind(sign, 0, place) for sign in _CLAUSE) + 1
    ends = [end for sign in _CLAUSE if (end := text.find(sign, place)) >= 0]
    return begin, min(ends, default=len(text))


def _denies(words: Sequence[str], at: int) -> bool:
    """Whether a word denies: `not`, and the last part of `do n't` and `don't`."""
    return words[at] in _NOT or (words[at] == "t" and at > 0 and words[at - 1].endswith("n"))


class Source:
    """One text that statements are held against; a dialogue is read turn by turn."""

    def __init__(self, id: str, text: str) -> None:
        self.id = id
        self.text = text
        self.turns = talk.turns(text)
        self.marked = talk.punctuated(text, self.turns) if self.turns else text
        self.read = Read(text, marked=self.marked, spoken=True)
        self._parts: Sequence[talk.Turn | Span] = self.turns or self.read.sentences
        self._part_starts = [part.start for part in self._parts]
        self._sentence_starts = [sentence.start for sentence in self.read.sentences]
        self.findings: dict[str, list[Claim]] = {}
        self.drugs: dict[str, list[Claim]] = {}
        self.amounts: list[Claim] = []
        self.sides: list[Claim] = []
        for claim in self.read.claims:
            self._file(claim)

    def _file(self, claim: Claim) -> None:
        if claim.kind == "finding":
            asked = self._answered(claim)
            for term in claim.terms:
                self.findings.setdefault(term, []).append(asked)
        elif claim.kind == "drug":
            for term in claim.terms:
                self.drugs.setdefault(term, []).append(claim)
        elif claim.kind == "amount":
            self.amounts.append(claim)
        else:
            self.sides.append(claim)

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """The places of every stem, as numbers of words; words of one meaning stand together."""
        found: dict[str, list[int]] = {}
        for number, stem in enumerate(self.read.prose.stems):
            found.setdefault(meant(stem), []).append(number)
        return found

    @cached_property
    def plurals(self) -> frozenset[str]:
        """All words as they are written."""
        return frozenset(self.read.prose.words)

    @cached_property
    def is_chinese(self) -> bool:
        """Whether the text has Chinese words."""
        return _CHINESE.search(self.text) is not None

    @cached_property
    def told_by_kin(self) -> bool:
        """Whether only a relative speaks for the patient, who is then "my father" or "the child"."""
        who = {turn.who for turn in self.turns}
        return "relative" in who and "patient" not in who

    @cached_property
    def kin(self) -> frozenset[str]:
        """The relatives that are named."""
        return frozenset(word for mark in KIN.finditer(self.text.lower()) if (word := kin_word(mark.group())))

    def tells(self, kin: str | None) -> bool:
        """Whether a relative speaks in the dialogue, is quoted there, or is a parent who speaks for a child."""
        if kin is None or any(turn.who == "relative" for turn in self.turns):
            return True
        plain = self.text.lower()
        if any(kin_word(mark.group()) == kin for mark in _QUOTED.finditer(plain)):
            return True
        return kin in _PARENTS and bool(_CHILD.search(plain))

    def passage_at(self, place: int) -> int:
        """The number of the turn, or of the sentence where there are no turns."""
        return max(bisect_right(self._part_starts, place) - 1, 0)

    def sentence_at(self, place: int) -> int:
        """The number of the sentence."""
        return max(bisect_right(self._sentence_starts, place) - 1, 0)

    def line_at(self, place: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, place) + 1

    def around(self, place: int) -> str:
        """The passage, the one before it and the one behind it."""
        number = self.passage_at(place)
        first, last = self._parts[max(number - 1, 0)], self._parts[min(number + 1, len(self._parts) - 1)]
        return self.text[max(first.start, place - 400) : min(last.end, place + 400)]

    def evidence(self, claim: Claim) -> DocumentEvidence:
        """The place of a claim as evidence."""
        return self.words_at(claim.start, claim.end)

    def words_at(self, start: int, end: int) -> DocumentEvidence:
        """Some words as evidence."""
        return DocumentEvidence(id=self.id, start=start, end=end, quote=self.text[start:end])

    def found_word(self, words: Sequence[str]) -> Place | None:
        """Where the rarest of some stems stands with all the others: in one passage.

        What is asked in one turn of a dialogue may be answered in the next.
        """
        held = sorted((self.words.get(word, []) for word in dict.fromkeys(words)), key=len)
        if not held or not held[0]:
            return None
        reach = _AFTER if self.turns else 0
        places = [self._spread(numbers, reach, wide=True) for numbers in held]
        both = set.intersection(*places)
        if not both:
            return None
        first = min(both)
        number = next(word for word in held[0] if 0 <= first - self._number(word, wide=True) <= reach)
        return self.read.prose.starts[number], self.read.prose.ends[number]

    def found_all(self, words: Sequence[str]) -> list[Place]:
        """Where the first of some stems stands in a sentence with all others close by, at most eight places."""
        held = sorted((self.words.get(word, []) for word in dict.fromkeys(words)), key=len)
        if not held or not held[0]:
            return []
        both = set.intersection(*(self._spread(numbers, 0, wide=False) for numbers in held))
        prose = self.read.prose
        here = [
            number for number in held[0] if self._number(number, wide=False) in both and self._is_close(number, held)
        ]
        first = self.words[words[0]]
        said = dict.fromkeys(min(first, key=lambda one: self._apart(one, number)) for number in here[:_TRIED])
        return [(prose.starts[number], prose.ends[number]) for number in said]

    def _apart(self, one: int, other: int) -> tuple[bool, int]:
        """How far two words are apart; a word of another sentence is always farther."""
        return self._number(one, wide=False) != self._number(other, wide=False), abs(one - other)

    @staticmethod
    def _is_close(word: int, held: Sequence[Sequence[int]]) -> bool:
        """Whether each of some words stands a few words from one."""
        return all(any(abs(other - word) <= _CLOSE for other in places) for places in held)

    def _spread(self, numbers: Sequence[int], reach: int, *, wide: bool) -> set[int]:
        found = {self._number(number, wide=wide) for number in numbers}
        return {place + more for place in found for more in range(reach + 1)}

    def _number(self, word: int, *, wide: bool) -> int:
        place = self.read.prose.starts[word]
        return self.passage_at(place) if wide else self.sentence_at(place)

    def first_word(self, fits: Callable[[str], bool]) -> Place | None:
        """The first word whose stem fits."""
        word = next((stem for stem in self.words if fits(stem)), None)
        if word is None:
            return None
        number = self.words[word][0]
        return self.read.prose.starts[number], self.read.prose.ends[number]

    def assertion_at(self, place: Place) -> Assertion:
        """How some words of the text are meant, a question with its answer."""
        meant_so: Assertion = "absent" if self._is_negated(place) else self.read.polarity.at(*place)
        return self._answered_so(place, meant_so)

    def _is_negated(self, place: Place) -> bool:
        """Whether a word denies itself: `nontender`."""
        return self.text[place[0] : place[0] + 3].lower() == "non"

    def has(self, stemmed: str) -> bool:
        """Whether a stem, or one that begins like it, stands anywhere."""
        return stemmed in self.words or any(word.startswith(stemmed[:_BEGINS]) for word in self.words)

    def plainly(self, place: Place) -> Assertion:
        """How some words are meant where that is plain: a question, a far "not" and a condition leave it open."""
        if self.turns and self._asks(place):
            return self.assertion_at(place)
        if self._is_negated(place):
            return "absent"
        number = bisect_left(self.read.prose.starts, place[0])
        words = self.read.prose.words[max(0, number - _FAR) : number]
        denied = [len(words) - at for at, word in enumerate(words) if _denies(words, at)]
        if denied and denied[-1] <= _NEAR and _STOPS.isdisjoint(words[len(words) - denied[-1] :]):
            return "absent"
        said = self.read.polarity.at(*place)
        return "hypothetical" if denied or said == "absent" else said

    def speaks_for(self, words: frozenset[str], others: Sequence[Claim], own: Sequence[Claim]) -> Claim | None:
        """The one of `others` whose surroundings share much more with some words than those of `own`, if any."""
        mine = max(self._shared(words, one) for one in own[:_MOST])
        best, score = None, mine * _TIMES_BETTER + _MUCH
        for one in others[:_MOST]:
            if (found := self._shared(words, one)) > score:
                best, score = one, found
        return best

    def closer(self, words: frozenset[str], others: Sequence[Claim], own: Sequence[Claim]) -> Claim | None:
        """The one of `others` with more of some words a few words away than any of `own`, if there is one."""
        mine = max(self._beside(words, one) for one in own[:_MOST])
        best, score = None, mine * _TIMES_CLOSER + _LITTLE
        for one in others[:_MOST]:
            if (found := self._beside(words, one)) > score:
                best, score = one, found
        return best

    def is_beside(self, words: frozenset[str], one: Claim) -> bool:
        """Whether any of some words stands a few words away."""
        return self._beside(words, one) > 0

    def drug_before(self, amount: Claim) -> Claim | None:
        """The drug that a number of a line belongs to: the last one before it."""
        line = self.line_at(amount.start)
        before = [one for ones in self.drugs.values() for one in ones if line <= one.start < amount.start]
        return max(before, key=lambda one: one.start, default=None)

    def right_before(self, amount: Claim, reach: int) -> Claim | None:
        """The drug that stands right before a number: "lasix 40 milligrams"."""
        before = [one for ones in self.drugs.values() for one in ones if 0 <= amount.start - one.end < reach]
        return max(before, key=lambda one: one.start, default=None)

    def _beside(self, words: frozenset[str], one: Claim) -> float:
        prose = self.read.prose
        first = bisect_left(prose.starts, one.start)
        last = bisect_left(prose.starts, one.end)
        begin, end = clause(self.text, one.start)
        near = {
            meant(prose.stems[at])
            for at in range(max(0, first - _CLOSE), min(last + _CLOSE, len(prose.stems)))
            if begin <= prose.starts[at] < end
        }
        return sum(1 / len(self.words[word]) for word in words & near)

    def _shared(self, words: frozenset[str], one: Claim) -> float:
        """How much the surroundings of a claim share with some words; a rare word counts more."""
        number = self.sentence_at(one.start)
        near = {word for at in range(number - 1, number + 2) for word in self._sentence_words.get(at, ())}
        return sum(1 / len(self.words[word]) for word in words & near)

    @cached_property
    def _sentence_words(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for stem, start in zip(self.read.prose.stems, self.read.prose.starts, strict=True):
            if carries(stem):
                found.setdefault(self.sentence_at(start), set()).add(meant(stem))
        return found

    def _answered(self, claim: Claim) -> Claim:
        said = self._answered_so((claim.start, claim.end), claim.assertion)
        return claim if said == claim.assertion else msgspec.structs.replace(claim, assertion=said)

    def _answered_so(self, place: Place, said: Assertion) -> Assertion:
        """What is asked about is as the answer has it; a denial that is asked about stays one."""
        number = bisect_right(self._part_starts, place[0]) - 1
        if not self.turns or number < 0 or not self._asks(place):
            return said
        if self.read.polarity.at(*place) == "absent":
            return "absent"
        answer = talk.answer(self._behind(place, self.turns[number].end))
        if answer is None and number + 1 < len(self.turns):
            after = self.turns[number + 1]
            said_then = self.text[after.start : min(after.end, after.start + 120)]
            answer = talk.answer(said_then)
            if answer == "no" and _ONCE.search(said_then):
                return "hypothetical"
            if answer is not None and self._names_another(place, after, answer):
                return "hypothetical"
        if answer is None:
            return "hypothetical"
        return "present" if answer == "yes" else "absent"

    def _names_another(self, place: Place, turn: talk.Turn, answer: Answer) -> bool:
        """Whether an answer picks findings out of those that were asked about; what it names speaks for itself."""
        named = self._terms(turn.start, turn.end)
        if not named:
            return False
        if not self._terms(*place).isdisjoint(named):
            return answer == "no"
        sentence = self.read.sentences[self.sentence_at(place[0])]
        return answer == "yes" or not named.isdisjoint(self._terms(sentence.start, sentence.end))

    def _terms(self, start: int, end: int) -> set[str]:
        return {t for one in self.read.claims if one.kind == "finding" and start <= one.start < end for t in one.terms}

    def _behind(self, place: Place, end: int) -> str:
        """What the same person says behind a question: some answer it themselves, some transcripts miss a turn."""
        stop = self.read.sentences[self.sentence_at(place[0])].end
        said = self.text[stop : min(end, stop + 20)].lstrip()
        return said if said.startswith(("no ", "no.", "no,", "none", "yes", "yeah no")) and "?" not in said else ""

    def _asks(self, place: Place) -> bool:
        """Whether the sentence asks, but for "…, okay?"."""
        sentence = self.read.sentences[self.sentence_at(place[0])]
        words = self.marked[max(place[1], sentence.end - 40) : sentence.end]
        return bool(words) and words[-1] in "?？" and not _TAG.search(words)
