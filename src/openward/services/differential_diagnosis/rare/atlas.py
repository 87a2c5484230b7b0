"""All rare diseases side by side, indexed so that one finding is weighed for every disease at once.

The weights of one finding for all diseases stand in one large integer, 64 bits a disease (its lane): adding two such
numbers adds the weights of all diseases in one step, without any numerical library. The lowest bits of a lane hold the
number of the disease, so that the greatest lanes name the first diseases.
"""

import math
import sys
from array import array
from collections.abc import Iterable
from functools import lru_cache
from operator import mul
from typing import Final

from openward.knowledge.hpo import Ontology, ontology
from openward.knowledge.hpo_annotations import Annotations, Disease, annotations, genes
from openward.knowledge.tables import remembered
from openward.services.differential_diagnosis.rare.profiles import ORPHANET, Closure, Lenders, Profile, profile, upward

MISS: Final = 0.1  # the part of the findings of a patient that have nothing to do with the disease
EXACT: Final = 1.0  # the finding itself (or a narrower one) is recorded, not merely a broader one
PRIOR: Final = 1.25
UNITS: Final = 4096  # of a score, to one step of natural logarithm; a finding weighs at most 65535 of them
_NUMBER_BITS: Final = 16
_LAST_NUMBER: Final = (1 << _NUMBER_BITS) - 1
_STEPS: Final = 250  # frequencies are kept in steps of 1/250
_FLOOR: Final = 1e-5
_LEAST: Final = math.log(MISS)
_TERMS_KEPT: Final = 4096
_PACKED_KEPT: Final = 1024
_APART_KEPT: Final = 256


class Atlas:
    """The diseases that can be proposed, each with its number, and what one finding says of all of them."""

    def __init__(self, terms: Ontology, known: Annotations, of_genes: dict[str, tuple[str, ...]]) -> None:
        self.terms, self.version = terms, known.version
        self.genes = of_genes
        self.known = known
        self.lenders = Lenders(known, of_genes)
        self.diseases: tuple[Disease, ...] = tuple(d for d in known.diseases if not d.id.startswith(ORPHANET))
        self.number = {d.id: i for i, d in enumerate(self.diseases)}
        self.profiles: tuple[Profile, ...] = tuple(profile(d, self.lenders.lent(d)) for d in self.diseases)
        self._columns = _columns(terms, self.profiles)
        count = len(self.diseases)
        self.background = tuple(sum(steps) / (_STEPS * count) + _FLOOR for _, steps in self._columns)
        self.rarity = tuple(max(0.0, -math.log((len(who) + 0.5) / count)) for who, _ in self._columns)
        self.wholes = tuple(map(self.whole, self.profiles))
        self._specific = lru_cache(_TERMS_KEPT)(self._find_specific)
        self._weights = lru_cache(_PACKED_KEPT)(self._pack)
        self.apart = lru_cache(_APART_KEPT)(self._find_apart)
        self.touched = lru_cache(_APART_KEPT)(self._find_touched)
        self.below = lru_cache(_TERMS_KEPT)(self._find_below)
        priors = (self.lane(i, PRIOR * p.prior(), 0) for i, p in enumerate(self.profiles))
        self._priors = _packed(array("Q", priors))

    def gain(self, term: int, frequency: float) -> float:
        """What a finding weighs that a disease has with this frequency: the logarithm of the likelihood ratio."""
        return math.log((1 - MISS) * frequency / self.background[term] + MISS)

    def lanes(self, findings: Iterable[int]) -> "array[int]":
        """The weight of all findings together for each disease, with its prior; `read` tells what a lane says."""
        total = self._priors + sum(map(self._weights, findings))
        return array("Q", total.to_bytes(8 * len(self.diseases), sys.byteorder))

    def lane(self, disease: int, score: float, findings: int) -> int:
        """The lane of a disease with a score; of equal scores the first disease has the greatest lane."""
        units = max(0, round((score - findings * _LEAST) * UNITS))
        return (units << _NUMBER_BITS) + _LAST_NUMBER - disease

    def read(self, lane: int, findings: int) -> tuple[int, float]:
        """The disease of a lane and its score."""
        return _LAST_NUMBER - (lane & _LAST_NUMBER), (lane >> _NUMBER_BITS) / UNITS + findings * _LEAST

    def weigh(self, term: int, closure: Closure) -> tuple[float, int | None]:
        """What a finding weighs for a disease known by its closure, and by which term; None where by none."""
        best, through = _LEAST, None
        for above in self.terms.ancestors(term):
            held = closure.get(above)
            if held is not None and (gain := self.gain(above, held[0])) > best:
                best, through = gain, above
        return best + (EXACT if term in closure else 0.0), through

    def whole(self, held: Profile) -> float:
        """A disease's own picture: its findings, each by how frequent and how rare it is."""
        return float(sum(map(mul, held.usual, map(self.rarity.__getitem__, held.terms))))

    def _find_touched(self, left_out: frozenset[str]) -> frozenset[int]:
        """The diseases that have rows from one of the publications."""
        places = (place for reference in left_out for place in self.known.touched.get(reference, ()))
        ids = (self.known.diseases[place].id for place in places)
        return frozenset(self.number[id] for id in ids if id in self.number)

    def _find_below(self, term: int) -> frozenset[int]:
        """A term and all narrower ones."""
        return frozenset({term}.union(*(self.below(child) for child in self.terms.children[term])))

    def _find_apart(self, disease: int, left_out: frozenset[str]) -> tuple[Profile, Closure]:
        """The profile and the closure of one disease without some publications."""
        held = self.profiles[disease]
        if left_out:
            held = profile(self.diseases[disease], held.lent, left_out)
        return held, upward(self.terms, held.findings())

    def _find_specific(self, term: int) -> "array[int]":
        """For each disease the weight by the best of the term and its broader ones."""
        parents = self.terms.parents[term]
        best = array("H", self._specific(parents[0]) if parents else bytes(2 * len(self.diseases)))
        for parent in parents[1:]:
            best = array("H", map(max, best, self._specific(parent)))
        who, steps = self._columns[term]
        gains = (
            [max(0, round((self.gain(term, s / _STEPS) - _LEAST) * UNITS)) for s in range(_STEPS + 1)] if who else []
        )
        for disease, step in zip(who, steps, strict=True):
            best[disease] = max(best[disease], gains[step])
        return best

    def _pack(self, term: int) -> int:
        """The lanes of one term, its own bonus included, as one integer."""
        best = array("I", self._specific(term))
        bonus = round(EXACT * UNITS)
        for disease in self._columns[term][0]:
            best[disease] += bonus
        return _packed(array("Q", best)) << _NUMBER_BITS


def _packed(lanes: "array[int]") -> int:
    return int.from_bytes(lanes.tobytes(), sys.byteorder)


def _columns(terms: Ontology, profiles: Iterable[Profile]) -> list[tuple["array[int]", bytes]]:
    """For each term the diseases that have it or a narrower one, and how often, in steps."""
    held: list[dict[int, int]] = [{} for _ in terms.ids]
    for disease, known in enumerate(profiles):
        for term, frequency in known.findings().items():
            held[term][disease] = max(1, round(frequency * _STEPS))
    made: list[tuple[array[int], bytes]] = [(array("I"), b"")] * len(held)
    for term in range(len(held) - 1, -1, -1):
        column = held[term]
        for parent in terms.parents[term] if column else ():
            above = held[parent]
            for disease, step in column.items():
                if step > above.get(disease, 0):
                    above[disease] = step
        made[term] = (array("I", column.keys()), bytes(column.values()))
        held[term] = {}
    return made


@remembered(1)
def atlas() -> Atlas:
    """The atlas of the release in use, made on first use."""
    return Atlas(ontology(), annotations(), genes())
