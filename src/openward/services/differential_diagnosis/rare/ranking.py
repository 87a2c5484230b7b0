"""Puts the diseases in order by two scorers.

The first adds, for every disease, the logarithm of the likelihood ratio of each finding: how frequent it (or a broader
term, where only that is on record) is in the disease against how frequent it is among all diseases. The second asks the
other way round, for the first twenty only: what part of the disease's own picture, weighed by rarity, is seen here.
"""

import heapq
from array import array
from math import log
from operator import mul
from typing import Final

import msgspec

from openward.services.differential_diagnosis.rare.atlas import PRIOR, Atlas
from openward.services.differential_diagnosis.rare.profiles import Profile
from openward.services.differential_diagnosis.rare.question import MAX_CANDIDATES
from openward.services.differential_diagnosis.rare.suiting import Person, unsuitable

SHORTLIST: Final = MAX_CANDIDATES
PICTURE: Final = 2.0  # for each finding of the patient
EXCLUSION: Final = 0.2


class Asked(msgspec.Struct, frozen=True):
    """One question in the atlas's numbers; `among` limits the diseases where a panel or an inheritance is given."""

    present: tuple[int, ...]
    excluded: tuple[int, ...] = ()
    person: Person = Person()
    among: frozenset[int] | None = None
    left_out: frozenset[str] = frozenset()


class Ranked(msgspec.Struct, frozen=True):
    """One disease with its score and the parts of it."""

    disease: int
    score: float
    findings: float
    picture: float
    exclusions: float
    person: float


def rank(atlas: Atlas, asked: Asked) -> list[Ranked]:
    """The shortlist in order, the best first; of equals the one that the annotations name first."""
    view = View(atlas, asked)
    ranked = [_ranked(atlas, asked, view, disease, units) for disease, units in _shortlist(atlas, asked)]
    return sorted(ranked, key=lambda r: (-r.score, r.disease))


def _shortlist(atlas: Atlas, asked: Asked) -> list[tuple[int, float]]:
    """The diseases that the first scorer puts in front."""
    lanes = atlas.lanes(asked.present)
    for disease in atlas.touched(asked.left_out):
        held, closure = atlas.apart(disease, asked.left_out)
        score = PRIOR * held.prior() + sum(atlas.weigh(term, closure)[0] for term in asked.present)
        lanes[disease] = atlas.lane(disease, score, len(asked.present))
    among = lanes if asked.among is None else array("Q", map(lanes.__getitem__, asked.among))
    return [atlas.read(lane, len(asked.present)) for lane in heapq.nlargest(SHORTLIST, among)]


def _ranked(atlas: Atlas, asked: Asked, view: "View", disease: int, findings: float) -> Ranked:
    held, whole = atlas.profiles[disease], atlas.wholes[disease]
    if disease in atlas.touched(asked.left_out):
        held = atlas.apart(disease, asked.left_out)[0]
        whole = atlas.whole(held)
    picture, exclusions = PICTURE * len(asked.present) * view.seen(held, whole), EXCLUSION * view.against(held)
    person = -unsuitable(atlas.terms, atlas.diseases[disease], asked.person, asked.left_out)
    score = findings + picture + exclusions + person
    return Ranked(disease, score, findings, picture, exclusions, person)


class View:
    """One patient as seen from a disease."""

    def __init__(self, atlas: Atlas, asked: Asked) -> None:
        self._shared = _Shared(atlas.terms.parents)
        for term in asked.present:
            self._shared.update({above: atlas.rarity[above] for above in atlas.terms.ancestors(term)})
        self._excluded = {term: atlas.below(term) for term in asked.excluded}
        self._denied = frozenset().union(*self._excluded.values())

    def seen(self, held: Profile, whole: float) -> float:
        """The part of the disease's own picture that is seen."""
        return sum(map(mul, held.usual, map(self._shared.__getitem__, held.terms))) / whole if whole else 0.0

    def against(self, held: Profile) -> float:
        """What the excluded findings say against the disease: for each the logarithm of one minus its frequency."""
        if self._denied.isdisjoint(held.terms):
            return 0.0
        return sum(log(1 - 0.99 * least) for _, least in self.missing(held))

    def missing(self, held: Profile) -> list[tuple[int, float]]:
        """The excluded findings that belong to the disease, each with the least frequency of it."""
        hits = self._denied.intersection(held.terms)
        found: dict[int, float] = {}
        for hit in hits:
            least = held.least[hit]
            for term, below in self._excluded.items():
                if hit in below and least > found.get(term, 0.0):
                    found[term] = least
        return sorted(found.items())


class _Shared(dict[int, float]):
    """For each term how rare the most telling thing is that patient and term have in common."""

    def __init__(self, parents: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        self._parents = parents

    def __missing__(self, term: int) -> float:
        """By way of the broader terms, since none is rarer than those below it."""
        parents = self._parents[term]
        found = self[parents[0]] if len(parents) == 1 else max(map(self.__getitem__, parents), default=0.0)
        self[term] = found
        return found
