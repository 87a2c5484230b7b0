"""Whether a source says of a finding what a claim says: the same, its kin, there or not, and whose."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from openward.checks.claims.actors import KIN
from openward.checks.claims.agree import NOT_FOUND, Agreement, Saying
from openward.checks.claims.claim import Claim
from openward.checks.claims.compare_manner import manner
from openward.checks.claims.findings import general, is_loose
from openward.checks.claims.manner import MANNERS
from openward.checks.claims.phrases import DOES, TELLS, TESTED
from openward.checks.claims.source import Place, Source
from openward.checks.claims.words import content, like
from openward.language.assertions import Assertion

_FEWEST: Final = 2
_LASTING: Final = ("condition:", "history_")
_AGAIN: Final = 4
_BESIDE: Final = 25
_DOING: Final = re.compile(r"[a-z]{2,16}(?:ing|ed)\b")
_LIGHT: Final = re.compile(r"(?:apply|us|tak|put|wear|do|perform|mak|try|utiliz|keep)(?:t?ing|en|s|e)? ")
_SAME_BEGINNING: Final = 6
_OPPOSITE: Final = {"present": "the source denies it", "absent": "the source says that it is there"}
_ALL_WELL: Final = (
    (
        frozenset({"wheeze", "crackles", "rhonchi", "stridor"}),
        re.compile(
            r"lungs?[^.?。？\n]{0,40}(?:clear|normal|good|fine)|(?:clear|normal)[^.?。？\n]{0,20}lungs?|"
            r"肺[^。]{0,12}(?:清|正常)",
            re.IGNORECASE,
        ),
    ),
    (
        frozenset({"murmur", "gallop", "pericardial_rub", "arrhythmia", "palpitations", "irregular_pulse"}),
        re.compile(
            r"heart[^.?。？\n]{0,50}(?:clear|normal|good|fine|regular)|regular rate|(?:clear|"
            r"normal)[^.?。？\n]{0,20}heart|"
            r"心[^。]{0,12}(?:正常|齐)",
            re.IGNORECASE,
        ),
    ),
    (
        None,
        re.compile(
            r"(?:any|no) (?:other|additional) (?:symptoms?|issues|problems|complaints|"
            r"concerns)[^?？\n]{0,80}[?？]?\s{0,2}"
            r"(?:\[\w{1,20}\]|\w{1,20}:)?\s?(?:no|nope|none|nothing|not)\b|no other (?:symptoms|complaints|issues|"
            r"problems)|"
            r"nothing else|otherwise (?:normal|negative|fine|unremarkable)|"
            r"(?:everything|all)(?: else)? (?:is|was|looks?|seems?) (?:\w{1,12} )?(?:normal|good|fine|negative|okay|"
            r"clear)|"
            r"余无|其余[^。]{0,10}正常",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


def finding(claim: Claim, source: Source, saying: Saying) -> Agreement | None:
    """A finding is compared by meaning, and by its words where no table knows it."""
    near = _Near(claim, source, saying)
    if near.found:
        return near.agreement()
    worded = _worded(claim, source)
    if worded.verdict == "not_found" and (claim.assertion == "hypothetical" or is_loose(claim)):
        return None
    if worded.verdict != "not_found" or claim.assertion != "absent":
        return worded
    return _nothing_else(claim, source) or worded


class _Near:
    """What a source says of the same finding, of its children and its parents."""

    def __init__(self, claim: Claim, source: Source, saying: Saying) -> None:
        self.claim = claim
        self.sides = {one.side for one in saying.claims if one.kind == "side"}
        own = [one for one in saying.claims if one.kind == "side" and -1 <= claim.start - one.start <= _BESIDE]
        self.side = own[-1].side if own and own[-1].side != "both" else None
        self.parts = own[-1].terms if own else ()
        self.source = source
        above = general()
        wanted = set(claim.terms)
        parents = sorted({parent for term in claim.terms for parent in above.get(term, ())} - wanted)
        children = sorted({t for t in source.findings if not wanted.isdisjoint(above.get(t, ()))} - wanted)
        self.same = [found for term in claim.terms for found in source.findings.get(term, ())]
        self.below = [found for term in children for found in source.findings[term]]
        self.above = [found for term in parents for found in source.findings.get(term, ())]
        self.found = [*self.same, *self.below, *self.above]

    def agreement(self) -> Agreement:
        """What they say together; the same finding weighs more than its kin."""
        whose = [one for one in self.found if self._is_theirs(one)]
        if not whose:
            return Agreement(
                "contradicted", self.source.evidence(self.found[0]), "the source says it of another person"
            )
        if self.claim.assertion in ("hypothetical", "uncertain"):
            return Agreement("supported", self.source.evidence(whose[0]))
        same, kin, far = (self._mine(group) for group in (self.same, *self._kin()))
        if self._is_outnumbered(same):
            return self._opposite(same) or NOT_FOUND
        verdict = self._support((*same, *kin)) or self._opposite((*same, *far))
        return verdict or self._support(far) or Agreement("supported", self.source.evidence(whose[0]))

    def _is_outnumbered(self, same: Sequence[Claim]) -> bool:
        """Whether what is said again and again stands against a single mention, which was misread or a slip."""
        if self.claim.terms == ("pain",) or any(one.side not in self.sides for one in self.source.sides if self.sides):
            return False
        own = sum(one.assertion == self.claim.assertion for one in same)
        return own == 1 and len(self._against(same)) >= _AGAIN

    def _kin(self) -> tuple[list[Claim], list[Claim]]:
        """Those whose word proves the claim, and those whose word disproves it: a child proves its parent."""
        return (self.below, self.above) if self.claim.assertion == "present" else (self.above, self.below)

    def _mine(self, group: Sequence[Claim]) -> list[Claim]:
        return [one for one in group if self._is_theirs(one)]

    def _support(self, group: Sequence[Claim]) -> Agreement | None:
        same = next((one for one in group if one.assertion == self.claim.assertion), None)
        return Agreement("supported", self.source.evidence(same)) if same is not None else None

    def _opposite(self, group: Sequence[Claim]) -> Agreement | None:
        against = self._against(group)
        why = _OPPOSITE[self.claim.assertion]
        return Agreement("contradicted", self.source.evidence(against[0]), why) if against else None

    def _against(self, group: Sequence[Claim]) -> list[Claim]:
        """The opposite; what was once there does not gainsay that it is not there now."""
        wanted: Assertion = "absent" if self.claim.assertion == "present" else "present"
        return [
            one
            for one in group
            if one.assertion == wanted
            and self._is_of_the_side(one)
            and (wanted == "absent" or one.past == self.claim.past or one.terms[0].startswith(_LASTING))
        ]

    def _is_of_the_side(self, one: Claim) -> bool:
        """Whether a finding may be on the side where the claim denies it: pain of the right knee says nothing there."""
        side = self.side if self.claim.assertion == "absent" else None
        if side is None:
            return True
        near = [two.side for two in self.source.sides if abs(two.start - one.start) < _BESIDE]
        if near:
            return not {side, "both"}.isdisjoint(near)
        named = [two.side for two in self.source.sides if set(two.terms) & set(self.parts)]
        return 2 * sum(two in (side, "both") for two in named) >= len(named)

    def _is_theirs(self, one: Claim) -> bool:
        """Whether it is said of the same person; a relative may be named in the words around."""
        if (one.subject == "family") == (self.claim.subject == "family") or self.source.told_by_kin:
            return True
        return self.claim.subject == "family" and bool(KIN.search(self.source.around(one.start)))


def phrase(claim: Claim, source: Source, _saying: Saying) -> Agreement | None:
    """Words that no table knows can be contradicted by the same words; missed only if none of them is there."""
    if claim.terms in MANNERS:
        return manner(claim, source)
    if claim.assertion not in ("present", "absent"):
        return None
    words, does = list(content(claim.text)), claim.terms == DOES
    if claim.terms == TELLS and claim.assertion == "present" and not any(map(source.has, words)):
        return NOT_FOUND
    if claim.terms == TESTED:
        return _by_words(claim, words, source, source.plainly)
    if not does:
        return _by_words(claim, words, source, source.assertion_at)
    return _done(claim, words, source)


def _done(claim: Claim, words: Sequence[str], source: Source) -> Agreement | None:
    """What is done or is so: the first words decide, and "applying ice" may be "putting ice" there."""
    least = 1 if _DOING.match(claim.text) else min(len(words), _FEWEST)
    for size in range(len(words), least - 1, -1):
        if (found := _by_words(claim, words[:size], source, source.plainly)) is not None:
            return found
    if _LIGHT.match(claim.text) and len(words) > 1 and claim.assertion == "absent":
        return _by_words(claim, words[1:], source, source.plainly)
    return None


def _by_words(
    claim: Claim, words: Sequence[str], source: Source, how: Callable[[Place], Assertion]
) -> Agreement | None:
    """What the sentences say that hold all the words: support when any says the same, None when none holds them."""
    places = source.found_all(words)
    if not places:
        return None
    said = [how(at) for at in places]
    if claim.terms == DOES and claim.assertion == "absent":
        said = ["present" if one == "uncertain" else one for one in said]
    opposite: Assertion = "absent" if claim.assertion == "present" else "present"
    if (
        claim.assertion in ("present", "absent")
        and opposite in said
        and claim.assertion not in said
        and "hypothetical" not in said
    ):
        return Agreement("contradicted", source.words_at(*places[said.index(opposite)]), _OPPOSITE[claim.assertion])
    return Agreement("supported", source.words_at(*places[0]))


def _worded(claim: Claim, source: Source) -> Agreement:
    """A finding that the source does not name may still stand there in the same words."""
    words = list(content(claim.text))
    near = _by_words(claim, words, source, source.assertion_at) if words else None
    if near is not None and not is_loose(claim):
        return near
    at = source.found_word(words) if words else None
    if at is None and len(words) > _FEWEST:
        at = source.found_word([words[0], words[-1]])
    if at is None and is_loose(claim) and len(words) > 1:
        at = source.found_word(sorted(words, key=len)[-((len(words) + 1) // 2) :])
    if at is None and not claim.terms and words:
        at = source.first_word(lambda word: word.startswith(words[0][:_SAME_BEGINNING]) or like(word, words[0]))
    return Agreement("supported", source.words_at(*at)) if at is not None else NOT_FOUND


def _nothing_else(claim: Claim, source: Source) -> Agreement | None:
    """What was not named may be denied as a whole: "no other symptoms", "lungs are clear"."""
    for terms, pattern in _ALL_WELL:
        if terms is None or not terms.isdisjoint(claim.terms):
            found = pattern.search(source.marked)
            if found is not None:
                return Agreement("supported", source.words_at(*found.span()), "the source denies it as a whole")
    return None
