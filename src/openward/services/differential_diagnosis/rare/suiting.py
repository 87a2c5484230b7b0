"""Whether a disease suits the person: its usual age at onset and its inheritance against age and sex."""

from functools import lru_cache
from typing import Final, Literal

import msgspec

from openward.knowledge.hpo import Ontology
from openward.knowledge.hpo_annotations import Disease, Row
from openward.services.differential_diagnosis.rare.question import Inheritance

# The earliest age in years of each onset term (definitions in the ontology itself, HP:0003674 and its children).
EARLIEST: Final = {
    "HP:0030674": 0.0, "HP:0011460": 0.0, "HP:0011461": 0.0, "HP:0034197": 0.0, "HP:0034198": 0.0, "HP:0034199": 0.0,
    "HP:0003577": 0.0, "HP:0003623": 0.0, "HP:0410280": 28 / 365, "HP:0003593": 28 / 365, "HP:0011463": 1.0,
    "HP:0003621": 5.0, "HP:0003581": 16.0, "HP:0011462": 16.0, "HP:0025708": 16.0, "HP:0025709": 19.0,
    "HP:0025710": 25.0, "HP:0003596": 40.0, "HP:0003584": 60.0,
}  # fmt: skip
LATEST: Final = {
    "HP:0030674": 0.0, "HP:0011460": 0.0, "HP:0011461": 0.0, "HP:0034197": 0.0, "HP:0034198": 0.0, "HP:0034199": 0.0,
    "HP:0003577": 0.0, "HP:0003623": 28 / 365, "HP:0410280": 16.0, "HP:0003593": 1.0, "HP:0011463": 5.0,
    "HP:0003621": 16.0, "HP:0003581": 130.0, "HP:0011462": 40.0, "HP:0025708": 19.0, "HP:0025709": 25.0,
    "HP:0025710": 40.0, "HP:0003596": 60.0, "HP:0003584": 130.0,
}  # fmt: skip
# A disease that as a rule begins later, or is carried rather than suffered, is put back, never left out: rules of
# onset have exceptions (one step of natural logarithm, about 1 in 3; two steps, about 1 in 7).
TOO_YOUNG: Final = 2.0
OTHER_ONSET: Final = 2.0
CARRIER: Final = 1.5
_YEARS_OF_SLACK: Final = 0.05
_RECESSIVE_X: Final = "HP:0001419"
MODES: Final[dict[str, Inheritance]] = {
    "HP:0000006": "dominant", "HP:0012275": "dominant", "HP:0012274": "dominant",
    "HP:0000007": "recessive", "HP:0001417": "x-linked", "HP:0001419": "x-linked", "HP:0001423": "x-linked",
    "HP:0001450": "y-linked", "HP:0001427": "mitochondrial",
}  # fmt: skip


class Person(msgspec.Struct, frozen=True):
    """Whom the question is about; `age` is the present age, an upper bound of the age at onset."""

    age: float | None = None
    onset: float | None = None
    sex: Literal["female", "male"] | None = None


def unsuitable(terms: Ontology, disease: Disease, person: Person, left_out: frozenset[str]) -> float:
    """How much a disease is put back for this person, in steps of natural logarithm; 0.0 where nothing speaks."""
    age = _age_against(terms, disease, person, left_out)
    carried = person.sex == "female" and modes(terms, disease) == {_RECESSIVE_X}
    return age + (CARRIER if carried else 0.0)


def _age_against(terms: Ontology, disease: Disease, person: Person, left_out: frozenset[str]) -> float:
    if person.age is None and person.onset is None:
        return 0.0
    window = onset(terms, disease, left_out)
    if window is None:
        return 0.0
    first, last = window
    if person.onset is not None:
        known = first - _YEARS_OF_SLACK <= person.onset <= last + _YEARS_OF_SLACK
        return 0.0 if known else OTHER_ONSET
    return TOO_YOUNG if person.age is not None and first > person.age + _YEARS_OF_SLACK else 0.0


@lru_cache(4096)
def _window(ids: tuple[str, ...]) -> tuple[float, float] | None:
    known = [id for id in ids if id in EARLIEST]
    return (min(EARLIEST[id] for id in known), max(LATEST[id] for id in known)) if known else None


def onset(terms: Ontology, disease: Disease, left_out: frozenset[str] = frozenset()) -> tuple[float, float] | None:
    """The youngest and the oldest age at onset on record in years, None where none is."""
    rows = (r for r in disease.onsets if not r.absent and _stays(r, left_out))
    return _window(tuple(terms.ids[row.term] for row in rows))


def modes(terms: Ontology, disease: Disease) -> set[str]:
    """The terms of inheritance on record."""
    return {terms.ids[row.term] for row in disease.modes}


def inheritances(terms: Ontology, disease: Disease) -> set[Inheritance]:
    """The modes of inheritance on record, in the words of the question."""
    return {MODES[id] for id in modes(terms, disease) if id in MODES}


def _stays(row: Row, left_out: frozenset[str]) -> bool:
    return not left_out or not left_out.issuperset(row.reference.split(";"))
