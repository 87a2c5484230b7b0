"""How bad a finding is and how long it has lasted, from the words around it in its sentence."""

from collections.abc import Sequence
from typing import Final, Literal

from openward.language.durations import Duration, durations
from openward.language.prose import Prose
from openward.language.words import is_chinese

Severity = Literal["mild", "moderate", "severe"]
Span = tuple[int, int]

_SAID: Final[tuple[tuple[Severity, str], ...]] = (
    ("mild", "mild mildly slight slightly minimal minor faint trace 轻度 轻微 稍 轻 略 微"),
    ("moderate", "moderate moderately 中度 中等 中等度"),
    (
        "severe",
        (
            "severe severely intense excruciating unbearable extreme extremely worst agonizing agonising profound "
            "massive terrible debilitating profuse copious intolerable crushing thunderclap 重度 剧烈 严重 剧 难以忍受 "
            "极度 大量 难忍"
        ),
    ),
)
_SEVERITY: Final = {word: severity for severity, words in _SAID for word in words.split()}
_BREAKS: Final = frozenset({",", ";", "、", ".", "and", "or", "but", "no", "with", "without", "。", "无", "伴"})
_CLAUSES: Final = frozenset({"but", "however", "although", ";", "但", "。", "whereas"})
_LINKS: Final = frozenset(
    {"is", "was", "are", "were", "(", "-", ":", "very", "quite", "为", "呈", "较", "更", "becoming", "has", "been"}
)
_OPENS: Final = frozenset({"history", "hx", "of", "course"})
_ONCE: Final = frozenset({"had", "hospitalized", "hospitalised", "admitted", "treated", "underwent", "suffered"})
_LONG_AGO: Final = 7.0
_NEAR: Final = 3
_GAP: Final = 6
_FAR: Final = 40
_SCALE: Final = "10"
_MODERATE_FROM: Final = 4.0
_SEVERE_FROM: Final = 7.0


class Course:
    """The lengths of time in one sentence, given to its findings."""

    def __init__(self, prose: Prose, bounds: Span, spans: Sequence[Span]) -> None:
        self.prose = prose
        self.words = prose.words
        self.first, self.last = bounds
        self.spans = sorted(set(spans))
        self.inside = {place for start, end in self.spans for place in range(start, end)}
        self.found = durations(prose, *bounds)
        self.following = {span: self._following(span) for span in self.spans} if self.found else {}
        self.taken = {d.start for d in self.following.values() if d is not None}

    def lasting(self, span: Span) -> Duration | None:
        """How long ago a finding began or how long it has lasted."""
        if not self.found:
            return None
        return self.following.get(span) or self._before(span)

    def is_over(self, span: Span, lasting: Duration | None) -> bool:
        """Whether a finding was there at a time well before now ("had a sore throat 3 weeks ago")."""
        if lasting is None or not lasting.ago or lasting.days < _LONG_AGO:
            return False
        return not _ONCE.isdisjoint(self.words[max(self.first, span[0] - _NEAR) : span[0]])

    def goes_on(self, span: Span) -> bool:
        """Whether a history goes on until now ("a history of cough for 3 months")."""
        following = self.following.get(span)
        return following is not None and not following.ago and not is_chinese(self.words[following.end - 1])

    def severity(self, span: Span) -> Severity | None:
        """Mild, moderate or severe, as the words next to the finding say."""
        return self._word_before(span[0]) or self._word_behind(span[1]) or self._scale(span)

    def _word_before(self, place: int) -> Severity | None:
        for at in range(place - 1, max(self.first, place - 1 - _NEAR) - 1, -1):
            if self.words[at] in _BREAKS or at in self.inside:
                return None
            if (said := self._said(at)) is not None:
                return said
        return None

    def _word_behind(self, place: int) -> Severity | None:
        for at in range(place, min(self.last, place + _NEAR)):
            if at in self.inside:
                return None
            if (said := self._said(at)) is not None:
                return said
            if self.words[at] not in _LINKS:
                return None
        return None

    def _said(self, at: int) -> Severity | None:
        """The severity that a word says, or the Chinese word that it begins or ends."""
        if not is_chinese(self.words[at]):
            return _SEVERITY.get(self.words[at])
        near = self.words[max(self.first, at - 1) : min(at + 2, self.last)]
        pairs = ("".join(pair) for pair in (near[:2], near[1:]))
        return next((_SEVERITY[pair] for pair in pairs if pair in _SEVERITY), None)

    def _scale(self, span: Span) -> Severity | None:
        """`8/10` and 8分 next to a pain."""
        for at in range(span[1], min(self.last - 1, span[1] + _GAP)):
            if at in self.inside or self.words[at] in _CLAUSES:
                return None
            if not self.words[at][0].isdigit():
                continue
            if self.words[at + 1 : at + 3] == ["/", _SCALE] or self.words[at + 1 : at + 4] == ["out", "of", _SCALE]:
                return _graded(self.words[at])
            if self.words[at + 1] == "分" and self.words[at + 2 : at + 3] != ["钟"]:
                return _graded(self.words[at])
        return None

    def _following(self, span: Span) -> Duration | None:
        """The next length of time behind a finding, when only a few other words stand between."""
        gap = 0
        nearest = next((d for d in self.found if d.start >= span[1]), None)
        if nearest is None or nearest.start - span[1] > _FAR or self._opens(nearest):
            return None
        for at in range(span[1], nearest.start):
            gap += at not in self.inside
            if gap > _GAP or self.words[at] in _CLAUSES:
                return None
        return nearest

    def _opens(self, duration: Duration) -> bool:
        """Whether a length of time belongs to what follows it ("3-day history of", 3天前出现)."""
        after = self.words[duration.end : duration.end + 1]
        if (after and after[0] in _OPENS) or self._is_hyphenated(duration):
            return True
        before = self.words[duration.start - 1] if duration.start > self.first else ","
        return (
            duration.ago
            and is_chinese(self.words[duration.end - 1])
            and before in (",", ";", "。", "、", "者", "于", "约")
        )

    def _is_hyphenated(self, duration: Duration) -> bool:
        """`3-week trip`: the length is that of the next word."""
        return "-" in self.prose.plain[self.prose.starts[duration.start] : self.prose.ends[duration.end - 1]]

    def _before(self, span: Span) -> Duration | None:
        """The last length of time before a finding that speaks of what follows it."""
        nearest = next((d for d in reversed(self.found) if d.end <= span[0]), None)
        if nearest is None or nearest.start in self.taken or span[0] - nearest.end > _FAR:
            return None
        between = self.words[nearest.end : span[0]]
        if _CLAUSES & set(between):
            return None
        if self._is_hyphenated(nearest) and between[:1] not in ([], ["history"], ["course"], ["duration"], ["period"]):
            return None
        leads = nearest.start - self.first <= _GAP or span[0] - nearest.end <= _NEAR
        return nearest if nearest.ago or self._opens(nearest) or leads else None


def _graded(score: str) -> Severity | None:
    try:
        value = float(score)
    except ValueError:
        return None
    if not 0 < value <= float(_SCALE):
        return None
    return "mild" if value < _MODERATE_FROM else "moderate" if value < _SEVERE_FROM else "severe"
