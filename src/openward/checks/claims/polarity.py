"""Whether words of a text are said to be so or not, for words that are no finding of the vocabulary."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from openward.language.assertions import Assertion, Sentence
from openward.language.cues import Cue, cues
from openward.language.passages import Span
from openward.language.prose import Prose

_NOT_TAKEN: Final = re.compile(
    r"(?:\b(?:not|never|no longer|den(?:ies|ied)|without)|n't) (?:\w{1,12} ){0,2}(?:tak\w{1,3}|us\w{1,3}|on|"
    r"receiv\w{1,3}|prescribed|given|"
    r"tolerat\w{1,3}) (?:(?!but|and|or)\w{1,12} ){0,2}$|(?:未|没有?|不再?)(?:服用?|使用|用|吃|口服)(?:过)?$"
)
_REACH: Final = 60


class Polarity:
    """The cues of a text, read when first asked for."""

    def __init__(self, prose: Prose, sentences: Sequence[Span]) -> None:
        self._prose = prose
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]
        self._cues: list[Cue] | None = None
        self._cue_starts: list[int] = []

    def at(self, start: int, end: int) -> Assertion:
        """How the words between two places of the text are meant."""
        prose = self._prose
        first = bisect_left(prose.starts, start)
        last = max(bisect_left(prose.starts, end), first + 1)
        sentence = self._sentences[max(bisect_right(self._starts, start) - 1, 0)]
        bounds = bisect_left(prose.starts, sentence.start), bisect_left(prose.starts, sentence.end)
        span = first, min(last, bounds[1])
        if not bounds[0] <= span[0] < span[1]:
            return "present"  # no word of the sentence
        said = Sentence(prose.words, bounds, [span], self._near(bounds)).said(span).assertion
        if said == "present" and _NOT_TAKEN.search(prose.plain, max(sentence.start, start - _REACH), start):
            return "absent"
        return said

    def _near(self, bounds: tuple[int, int]) -> list[Cue]:
        if self._cues is None:
            self._cues = cues(self._prose, [False] * len(self._prose.words))
            self._cue_starts = [cue.start for cue in self._cues]
        return self._cues[bisect_left(self._cue_starts, bounds[0]) : bisect_left(self._cue_starts, bounds[1])]
