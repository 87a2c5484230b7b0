"""Counts how many planted errors the grounding of free sentences catches, and how many true ones it lets through."""

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from openward.checks.claims import Ground, Judgement
from openward.domain.errors import InputError
from openward.studies.planting import KINDS, Planted, plant
from openward.studies.proportion import Proportion, proportion
from openward.studies.protocol import rows_of

Half = Literal["tuning", "other"]
HALVES: Final[tuple[Half, ...]] = ("tuning", "other")
_ALL: Final[tuple[Literal["all", "tuning", "other"], ...]] = ("all", "tuning", "other")
ERRORS_A_KIND: Final = 2
_RESAMPLES: Final = 1000
_TAIL: Final = 0.025


class Case(msgspec.Struct, frozen=True):
    """What was said, and the note that was written of it."""

    id: str
    dialogue: str
    note: str


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """One case that went wrong: a planted error that was let through, or a true sentence that was held."""

    id: str
    half: Half
    what: str
    how: str
    sentence: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A share with its Wilson interval, and one from a bootstrap over visits, as sentences of one are alike."""

    name: str
    half: Literal["tuning", "other", "all"]
    share: Proportion
    low_by_visit: float
    high_by_visit: float


class Measured(msgspec.Struct, frozen=True):
    """The figures of both halves and of all, and every miss."""

    cases: int
    seed: int
    figures: tuple[Figure, ...]
    misses: tuple[Miss, ...]


def cases_of(path: Path) -> Iterator[Case]:
    """The cases of a JSON Lines file with `id`, `dialogue` and `note`.

    Raises:
        InputError: a row lacks one of them.
    """
    for number, row in enumerate(rows_of(path), 1):
        try:
            yield msgspec.convert(row, Case)
        except msgspec.ValidationError as error:
            msg = f"{path}, case {number}: {error}; give id, dialogue and note"
            raise InputError(msg) from None


def half_of(id: str) -> Half:
    """The half that a case belongs to, by the digest of its id."""
    return HALVES[int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2]


def measure(cases: Iterable[Case], seed: int = 0, errors: int = ERRORS_A_KIND) -> Measured:
    """Every figure: `true_kept` and `caught`, what they leave aside, and `caught` by kind; `errors` a kind and note.

    `true_kept` counts the sentences of the notes as they are, without headings; `true_kept_of_claims` those in which
    anything was to be compared; `true_kept_said` those whose numbers of two and more digits the dialogue says at all.
    `caught` counts planted errors whose sentence is held, `caught_in_shown` only those planted into sentences that
    are let through as they are, where nothing else can have held them.
    """
    tallies = [_Tally(case, seed, errors) for case in cases]
    names = list(dict.fromkeys(name for tally in tallies for name in tally.counts))
    figures = tuple(
        _figure(name, half, [tally for tally in tallies if half in (tally.half, "all")])
        for half in _ALL
        for name in names
    )
    return Measured(len(tallies), seed, figures, tuple(miss for tally in tallies for miss in tally.misses))


class _Tally:
    """What was counted in one visit: hits and number by name of the figure."""

    def __init__(self, case: Case, seed: int, errors: int) -> None:
        self.case = case
        self.half: Half = half_of(case.id)
        self.counts: dict[str, tuple[int, int]] = {}
        self.misses: list[Miss] = []
        ground = Ground({"dialogue": case.dialogue})
        as_it_is = ground.judge_all(case.note)
        for judged in as_it_is:
            if not judged.text.isupper():
                self._true(judged)
        for planted in planted_in(case, seed, errors):
            self._planted(planted, caught=is_caught(ground, planted), shown=was_shown(as_it_is, planted))

    def _true(self, judged: Judgement) -> None:
        kept = not judged.held
        self._count("true_kept", kept)
        if judged.claims:
            self._count("true_kept_of_claims", kept)
        if not is_unsaid(judged.text, self.case.dialogue):
            self._count("true_kept_said", kept)
        if not kept:
            worst = next(one for one in judged.claims if one.verdict != "supported")
            self._miss("true", f"{worst.claim.kind} {worst.verdict}: {worst.claim.text}", judged.text)

    def _planted(self, planted: Planted, *, caught: bool, shown: bool) -> None:
        self._count("caught", caught)
        self._count(f"caught {planted.kind}", caught)
        if shown:
            self._count("caught_in_shown", caught)
        if not caught:
            self._miss(planted.kind, planted.how, planted.now)

    def _count(self, name: str, hit: bool) -> None:  # noqa: FBT001 - a count of hits
        hits, n = self.counts.get(name, (0, 0))
        self.counts[name] = hits + hit, n + 1

    def _miss(self, what: str, how: str, sentence: str) -> None:
        self.misses.append(Miss(id=self.case.id, half=self.half, what=what, how=how, sentence=sentence))


def _figure(name: str, half: Literal["tuning", "other", "all"], tallies: Sequence[_Tally]) -> Figure:
    pairs = [tally.counts.get(name, (0, 0)) for tally in tallies]
    share = proportion(sum(hits for hits, _ in pairs), sum(n for _, n in pairs))
    low, high = _by_visit(pairs)
    return Figure(name=name, half=half, share=share, low_by_visit=low, high_by_visit=high)


def _by_visit(pairs: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of the share over resamples of whole visits; 0 to 1 where nothing is counted."""
    chance = random.Random(len(pairs))  # noqa: S311 - a resample, no secret
    drawn = (chance.choices(pairs, k=len(pairs)) for _ in range(_RESAMPLES) if pairs)
    shares = sorted(sum(h for h, _ in one) / n for one in drawn if (n := sum(n for _, n in one)))
    cut = int(len(shares) * _TAIL)
    return (shares[cut], shares[-cut - 1]) if shares else (0.0, 1.0)


def planted_in(case: Case, seed: int = 0, errors: int = ERRORS_A_KIND) -> Iterator[Planted]:
    """The errors planted into a note, each changed sentence once for a kind."""
    for kind in KINDS:
        seen: set[str] = set()
        for number in range(errors):
            planted = plant(case.note, kind, f"{case.id}:{seed * errors + number}", case.dialogue)
            if planted is not None and planted.now not in seen:
                seen.add(planted.now)
                yield planted


def is_caught(ground: Ground, planted: Planted) -> bool:
    """Whether the sentence with the error is held."""
    return any(
        _overlaps(judged, planted.start, planted.end) and judged.held for judged in ground.judge_all(planted.note)
    )


def was_shown(judged: Iterable[Judgement], planted: Planted) -> bool:
    """Whether the sentence was let through as it was."""
    end = planted.start + len(planted.was)
    return not any(_overlaps(one, planted.start, end) and one.held for one in judged)


def _overlaps(judged: Judgement, start: int, end: int) -> bool:
    return judged.start < end and judged.end > start


# -- numbers that the dialogue does not have

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_DIGITS: Final = "零一二三四五六七八九"
_LONG: Final = re.compile(r"(?<![\w.,/:-])\d{2,4}(?![\w]|[.,/:]\d)(?!-\d)")
_HUNDRED: Final = 100


def is_unsaid(sentence: str, dialogue: str) -> bool:
    """Whether a sentence has a number of two to four digits that a dialogue has neither in digits nor in words."""
    said = re.sub(r"[-\s]+", " ", dialogue.lower())
    return any(not _says(said, found.group()) for found in _LONG.finditer(sentence))


def _says(said: str, digits: str) -> bool:
    if re.search(rf"(?<!\d){digits}(?!\d)", said):
        return True
    return any(words in said for words in _spelled(int(digits)))


def _spelled(value: int) -> Iterator[str]:
    """A number as people say it: `forty five`, `one twenty`, `one hundred and twenty`, `二十五`."""
    if value < len(_ONES):
        yield _ONES[value]
    elif value < _HUNDRED:
        tens, ones = divmod(value, 10)
        yield _TENS[tens - 2] + (f" {_ONES[ones]}" if ones else "")
    else:
        first, last = divmod(value, _HUNDRED)
        for one in _spelled(first):
            for other in _spelled(last) if last else ("",):
                yield from (f"{one} {other}".strip(), f"{one} hundred {other}".strip(), f"{one} hundred and {other}")
    if value < _HUNDRED:
        tens, ones = divmod(value, 10)
        yield (_DIGITS[tens] if tens > 1 else "") + "十" * (tens > 0) + (_DIGITS[ones] if ones else "")
