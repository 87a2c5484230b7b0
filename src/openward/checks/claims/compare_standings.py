"""Whether dated and flagged rows bear out that a value is usual, how it goes on, and which one is the latest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from openward.checks.claims.agree import Agreement
from openward.checks.claims.claim import Claim
from openward.checks.claims.dates import dates
from openward.checks.claims.dispositions import permits, says_the_same
from openward.checks.claims.rows import Row, Rows, State, rows, until
from openward.checks.claims.source import Source
from openward.checks.claims.standings import Stated, standings
from openward.domain.evidence import DocumentEvidence
from openward.language.prose import narrowed

_NOISE: Final = 0.10  # a change this small may be called stable
_NONE: Final = 0.02  # one this small is no change
_TIMES: Final = {"double": (1.75, 2.5), "triple": (2.6, 3.6), "half": (0.4, 0.6)}
_CENTURY: Final = "20"
_YESTERDAY: Final = ("yesterday", "昨")
_ADMISSION: Final = ("admission", "admitted", "入院")
_SINCE: Final = ("since", "from", "than", "compared", "较", "比", "自", "从", "以来")
# Of what nobody flags: whether less of it is better.
_LESS: Final = frozenset({"creatinine", "alt", "ast", "bilirubin", "crp", "urea"})
_MORE: Final = frozenset({"egfr"})
_UNKNOWN: Final = Agreement("not_found", None, "no dated or flagged row of a source says so")


class Standing:
    """The rows of all written sources together, and their words; read when first asked for."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._written = [one for one in sources if not one.turns]

    @cached_property
    def _rows(self) -> Rows:
        return Rows([row for one in self._written for row in rows(one.id, one.text)])

    @cached_property
    def _said(self) -> list[tuple[Source, int, Stated]]:
        """What written sources state in words."""
        return [
            (one, span.start, course)
            for one in self._written
            for span in one.read.sentences
            for course in standings(one.text[span.start : span.end])
        ]

    def judge(self, sentence: str, start: int) -> Iterator[tuple[Claim, Agreement]]:
        """What a sentence says of values and of what may be done, with what the sources say of it."""
        if (allowed := permits(sentence)) is not None and self._written:
            text = allowed.group()
            yield _claim(text, start + allowed.start(), start + allowed.end()), self._permitted(sentence)
        for course in standings(sentence):
            if (found := self._of(course, sentence)) is not None:
                yield _claim(course.text, start + course.start, start + course.end, course.name.of), found

    def _permitted(self, sentence: str) -> Agreement:
        for source in self._written:
            for span in source.read.sentences:
                if says_the_same(sentence, source.text[span.start : span.end]):
                    return Agreement("supported", source.words_at(span.start, span.end))
        return Agreement("not_found", None, "no source says that this may be done")

    def _of(self, course: Stated, sentence: str) -> Agreement | None:
        """None where no source has rows, or a talk may say it."""
        if not self._rows:
            return None
        groups = [_at(group, course, sentence) for group in self._rows.of(course.name)]
        found = [one for group in groups if group and (one := _KINDS[course.kind](course, group, sentence)) is not None]
        if found:
            return _together(found, course)
        if len(self._written) < len(self._sources):
            return None
        return self._in_words(course)

    def _in_words(self, course: Stated) -> Agreement:
        for source, start, said in self._said:
            same = (said.kind, said.said, said.denied) == (course.kind, course.said, course.denied)
            if same and said.name.of & course.name.of and course.kind != "latest":
                return Agreement("supported", source.words_at(start + said.start, start + said.end))
        return _UNKNOWN


def _claim(text: str, start: int, end: int, terms: Iterable[str] = ()) -> Claim:
    return Claim(kind="phrase", text=text, start=start, end=end, terms=tuple(sorted(terms)))


def _together(found: Sequence[Agreement], course: Stated) -> Agreement:
    """Of one thing any of its rows may be meant; of the function of an organ all must agree that it is well."""
    good = course.said in {"normal", "better", "same"} and not course.denied
    held = next((one for one in found if one.verdict != "supported"), None)
    if course.name.organ and good and held is not None:
        return held
    return next((one for one in found if one.verdict == "supported"), found[0])


def _at(group: Sequence[Row], course: Stated, sentence: str) -> Sequence[Row]:
    """The rows up to the moment that a statement is about: the newest, or those of the day it names."""
    days = _days(sentence, group)
    if course.kind != "course" and not days and any(word in sentence.lower() for word in _ADMISSION):
        return group[:1]
    if course.kind == "state" and days:
        return [row for row in group if row.day == days[-1]]
    if course.kind == "course" and (len(days) > 1 or (days and not _compares(sentence))):
        return until(group, days[-1])
    return group


def _compares(sentence: str) -> bool:
    return any(word in sentence.lower() for word in _SINCE)


def _days(sentence: str, group: Sequence[Row]) -> list[str]:
    """The days that a sentence names, in order; one without a year is of the newest row's."""
    found: list[str] = []
    for one in dates(narrowed(sentence)):
        if one.terms[0] == "date" and one.terms[3]:
            year = f"{_CENTURY}{int(one.terms[1]):02}" if one.terms[1] else group[-1].day[:4]
            found.append(f"{year}-{int(one.terms[2]):02}-{int(one.terms[3]):02}")
    return sorted(found)


def _state(course: Stated, group: Sequence[Row], _sentence: str) -> Agreement | None:
    """The newest row says whether the value is usual."""
    newest = [row for row in group if row.when == group[-1].when and row.state is not None]
    if not newest:
        return None
    agreed = next((row for row in newest if _is_so(course, row.state)), None)
    if agreed is not None:
        return Agreement("supported", _evidence(agreed))
    return Agreement("contradicted", _evidence(newest[-1]), f"the newest row is {newest[-1].state}")


def _is_so(course: Stated, state: State | None) -> bool:
    same = state != "normal" if course.said == "abnormal" else state == course.said
    return same != course.denied


def _latest(course: Stated, group: Sequence[Row], _sentence: str) -> Agreement:
    newest = [row for row in group if row.when == group[-1].when]
    same = next((row for row in newest if row.value == course.last), None)
    if same is not None:
        return Agreement("supported", _evidence(same))
    return Agreement("contradicted", _evidence(newest[-1]), "the newest row has another value")


def _course(course: Stated, group: Sequence[Row], sentence: str) -> Agreement | None:
    """Two dated rows say how a value goes on."""
    dated = [row for row in group if row.day]
    new = _newest(dated, course.last)
    old = _older(dated, new, course, sentence) if new is not None else None
    if new is None or old is None or not old.value:
        return None
    if _goes(course, old, new) != course.denied:
        return Agreement("supported", _evidence(new))
    return Agreement("contradicted", _evidence(new), f"it went from {old.value:g} to {new.value:g}")


def _newest(dated: Sequence[Row], value: float | None) -> Row | None:
    return next((row for row in reversed(dated) if value in (None, row.value)), None)


def _older(dated: Sequence[Row], new: Row, course: Stated, sentence: str) -> Row | None:
    """The row that a course came from: the value or day that is named, else the one before."""
    earlier = [row for row in dated if row.when < new.when]
    if course.first is not None:
        return next((row for row in reversed(earlier) if row.value == course.first), None)
    lower = sentence.lower()
    if any(word in lower for word in _ADMISSION):
        return earlier[0] if earlier else None
    if any(word in lower for word in _YESTERDAY):
        earlier = [row for row in earlier if row.day < new.day]
    days = _days(sentence, dated)
    if days and (len(days) > 1 or _compares(sentence)):
        earlier = list(until(earlier, days[0]))
    return earlier[-1] if earlier else None


def _goes(course: Stated, old: Row, new: Row) -> bool:
    times = new.value / old.value
    if course.said in _TIMES:
        least, most = _TIMES[course.said]
        return least <= times <= most
    if course.said == "same":
        return abs(times - 1) <= _NOISE
    if abs(times - 1) < _NONE:
        return False
    good = _is_better(old, new)
    if course.said in {"better", "worse"} or course.name.organ:
        return good is not None and good == (course.said in {"better", "higher"})
    return (times > 1) == (course.said == "higher")


def _is_better(old: Row, new: Row) -> bool | None:
    """Whether a change goes towards what is usual; None where nobody can say."""
    up = new.value > old.value
    if old.state in ("high", "low"):
        return up == (old.state == "low")
    if new.state in ("high", "low"):
        return up == (new.state == "low")
    if old.name.of & _MORE:
        return up
    return not up if old.name.of & _LESS else None


def _evidence(row: Row) -> DocumentEvidence:
    return DocumentEvidence(id=row.source, start=row.start, end=row.end, quote=row.quote)


_KINDS: Final[dict[str, Callable[[Stated, Sequence[Row], str], Agreement | None]]] = {
    "state": _state, "course": _course, "latest": _latest,
}  # fmt: skip
