"""Counts how many planted errors the grounding of free sentences catches, and how many true sentences it lets through."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import msgspec

from openward.checks.claims import Ground, Judgement
from openward.studies.planting import KINDS, Kind, Planted, plant
from openward.studies.proportion import Proportion, proportion

Half = Literal["tuning", "other"]
HALVES: Final[tuple[Half, ...]] = ("tuning", "other")


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """One case that went wrong: a planted error that was let through, or a true sentence that was held."""

    id: str
    half: Half
    what: str
    how: str
    sentence: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted in one half.

    `true_kept` counts every sentence of the notes as they are, `true_kept_of_claims` those that hold a claim; `caught`
    are errors whose sentence is held, of those planted in sentences that are let through as they are, `held` of all.
    """

    half: Half
    notes: int
    true_kept: Proportion
    true_kept_of_claims: Proportion
    caught: Proportion
    held: Proportion
    caught_by_kind: dict[str, Proportion]


def half_of(id: str) -> Half:
    """The half that a case belongs to, by the digest of its id."""
    return HALVES[int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2]


def measure(rows: Iterable[Mapping[str, str]], seeds: int = 2) -> tuple[tuple[Figures, ...], tuple[Miss, ...]]:
    """Figures of both halves, and every miss; a row has `id`, `dialogue` and `note`, and gets `seeds` errors of a kind."""
    tallies = {half: _Tally(half) for half in HALVES}
    for row in rows:
        tallies[half_of(row["id"])].count(row["id"], row["dialogue"], row["note"], seeds)
    return tuple(tally.figures() for tally in tallies.values()), tuple(m for t in tallies.values() for m in t.misses)


class _Tally:
    """What was counted in one half so far."""

    def __init__(self, half: Half) -> None:
        self.half = half
        self.notes = self.kept = self.sentences = self.kept_claims = self.with_claims = 0
        self.planted: dict[Kind, list[bool]] = {kind: [] for kind in KINDS}
        self.held: dict[Kind, list[bool]] = {kind: [] for kind in KINDS}
        self.misses: list[Miss] = []

    def count(self, id: str, dialogue: str, note: str, seeds: int) -> None:
        ground = Ground({"dialogue": dialogue})
        self.notes += 1
        as_it_is = ground.judge_all(note)
        for judged in as_it_is:
            self.sentences += 1
            self.kept += not judged.held
            self.with_claims += bool(judged.claims)
            self.kept_claims += bool(judged.claims) and not judged.held
            if judged.held:
                self.misses.append(self._held(id, judged))
        for planted in _errors(id, dialogue, note, seeds):
            caught = is_caught(ground, planted)
            self.held[planted.kind].append(caught)
            if not was_shown(as_it_is, planted):
                continue
            self.planted[planted.kind].append(caught)
            if not caught:
                self.misses.append(
                    Miss(id=id, half=self.half, what=planted.kind, how=planted.how, sentence=planted.now)
                )

    def _held(self, id: str, judged: Judgement) -> Miss:
        worst = next(one for one in judged.claims if one.verdict != "supported")
        how = f"{worst.claim.kind} {worst.verdict}: {worst.claim.text}"
        return Miss(id=id, half=self.half, what="true", how=how, sentence=judged.text)

    def figures(self) -> Figures:
        every = [caught for found in self.planted.values() for caught in found]
        return Figures(
            half=self.half,
            notes=self.notes,
            true_kept=proportion(self.kept, self.sentences),
            true_kept_of_claims=proportion(self.kept_claims, self.with_claims),
            caught=proportion(sum(every), len(every)),
            held=proportion(sum(map(sum, self.held.values())), sum(map(len, self.held.values()))),
            caught_by_kind={kind: proportion(sum(found), len(found)) for kind, found in self.planted.items()},
        )


def _errors(id: str, dialogue: str, note: str, seeds: int) -> Iterator[Planted]:
    """The errors of a note, each sentence once for a kind."""
    for kind in KINDS:
        seen: set[str] = set()
        for seed in range(seeds):
            planted = plant(note, kind, f"{id}:{seed}", dialogue)
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
