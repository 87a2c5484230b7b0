"""What is known of one disease: how often each finding is seen, from its own records or lent by Orphanet."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from openward.knowledge.hpo import Ontology
from openward.knowledge.hpo_annotations import Annotations, Disease, Row
from openward.services.differential_diagnosis.rare.frequencies import frequency

ORPHANET: Final = "ORPHA:"
LENT: Final = 0.7  # what Orphanet says of the entity counts this much of what is said of the very disease
_MOST_LENDERS: Final = 30
_MOST_GENES: Final = 3
_QUALIFIER: Final = re.compile(r", (?:autosomal|x-linked|type|susceptibility|dominant|recessive|digenic)|; ")
_ORDINAL: Final = re.compile(r"[ ,]+(?:type )?(?:\d+[a-z]*|[ivx]+[a-z]?|[a-z])$")


Closure = dict[int, tuple[float, int]]


class Profile(msgspec.Struct, frozen=True, gc=False):
    """One disease: its own findings with their usual frequency, the least frequency by term, those lent."""

    terms: tuple[int, ...]
    usual: tuple[float, ...]
    least: dict[int, float]
    lent: dict[int, float]
    publications: int

    def findings(self) -> dict[int, float]:
        """The frequency of each recorded finding, its own record or, where that is higher, the lent one."""
        found = dict(self.lent)
        for term, usual in zip(self.terms, self.usual, strict=True):
            if usual > found.get(term, 0.0):
                found[term] = usual
        return found

    def prior(self) -> float:
        """The logarithm of how much is published of the disease: what is seen more often is described more often."""
        return math.log1p(self.publications)


def profile(disease: Disease, lent: dict[int, float], left_out: frozenset[str] = frozenset()) -> Profile:
    """The profile of a disease without what comes from the publications left out."""
    rows: dict[int, list[Row]] = defaultdict(list)
    references: set[str] = set()
    for row in disease.rows if not left_out else without(disease.rows, left_out):
        rows[row.term].append(row)
        references.update(row.reference.split(";"))
    known = {t: f for t, said in rows.items() if (f := frequency(said))[0]}
    return Profile(
        tuple(known), tuple(f[0] for f in known.values()), {t: f[1] for t, f in known.items()}, lent,
        len(references - left_out),
    )  # fmt: skip


def without(rows: Iterable[Row], left_out: frozenset[str]) -> list[Row]:
    """The rows that rest on other publications too; their counts go, since the publications' shares are not told."""
    kept = []
    for row in rows:
        references = row.reference.split(";")
        rest = [r for r in references if r not in left_out]
        if len(rest) == len(references):
            kept.append(row)
        elif rest:
            none = row.frequency.startswith("0/")
            kept.append(msgspec.structs.replace(row, reference=";".join(rest), frequency="", absent=row.absent or none))
    return kept


class Lenders:
    """Which Orphanet entries speak of a disease: those of the same name, else those of the same gene."""

    def __init__(self, annotations: Annotations, genes: dict[str, tuple[str, ...]]) -> None:
        self._genes = genes
        self._named: dict[str, list[Disease]] = defaultdict(list)
        self._of_gene: dict[str, list[Disease]] = defaultdict(list)
        for disease in annotations.diseases:
            if disease.id.startswith(ORPHANET):
                self._named[stem(disease.name)].append(disease)
                for gene in genes.get(disease.id, ()):
                    self._of_gene[gene].append(disease)

    def of(self, disease: Disease) -> tuple[Disease, ...]:
        """The entries that lend to a disease."""
        if named := self._named.get(stem(disease.name)):
            return tuple(named)
        genes = self._genes.get(disease.id, ())[:_MOST_GENES]
        return tuple({d.id: d for gene in genes for d in self._of_gene.get(gene, ())}.values())[:_MOST_LENDERS]

    def lent(self, disease: Disease) -> dict[int, float]:
        """The frequency of each finding among the lenders, at the weight of a loan."""
        lenders = self.of(disease)
        sums: dict[int, float] = defaultdict(float)
        for lender in lenders:
            for row in lender.rows:
                sums[row.term] += frequency((row,))[0]
        return {term: min(1.0, LENT * total / len(lenders)) for term, total in sums.items() if total}


def stem(name: str) -> str:
    """A disease's name without its type, number and mode of inheritance."""
    return _ORDINAL.sub("", _QUALIFIER.split(name.lower())[0]).strip(" ,")


def upward(ontology: Ontology, findings: dict[int, float]) -> Closure:
    """The frequency of each finding and of all broader ones: of several narrower ones the greatest, and its term."""
    found: Closure = {}
    for term, value in findings.items():
        entry = (value, term)
        for above in ontology.ancestors(term):
            held = found.get(above)
            if held is None or value > held[0]:
                found[above] = entry
    return found
