"""Whether words of a text are said to be so or not, for words that are no finding of the vocabulary."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from openward.language.assertions import Assertion, Sentence
from openward.language.cues import Cue, cues
from openward.language.passages import Span
from openward.language.prose import Prose


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
        number = bisect_right(self._starts, start) - 1
        if number < 0 or last > len(prose.words):
            return "present"
        sentence = self._sentences[number]
        bounds = bisect_left(prose.starts, sentence.start), bisect_left(prose.starts, sentence.end)
        span = first, min(last, bounds[1])
        if not bounds[0] <= span[0] < span[1]:
            return "present"
        return Sentence(prose.words, bounds, [span], self._near(bounds)).said(span).assertion

    def _near(self, bounds: tuple[int, int]) -> list[Cue]:
        if self._cues is None:
            self._cues = cues(self._prose, [False] * len(self._prose.words))
            self._cue_starts = [cue.start for cue in self._cues]
        return self._cues[bisect_left(self._cue_starts, bounds[0]) : bisect_left(self._cue_starts, bounds[1])]
