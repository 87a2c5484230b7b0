"""Whether the service has an answer at all: something was understood, and a condition accounts for the better part."""

from enum import Enum
from math import log
from typing import Final

from openward.services.differential_diagnosis.explaining import TO_EXPLAIN
from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.proposal import Understood
from openward.services.differential_diagnosis.ranking import Ranking, closed
from openward.services.differential_diagnosis.weighing import Model

# The part of the findings, by how telling they are, that one of the leading conditions must account for.
LEAST_EXPLAINED: Final = 0.34
LEADING: Final = 3
COMPLAINTS: Final = frozenset({"symptom", "sign"})


class Cover(Enum):
    """Whether there is an answer, and if not, why."""

    YES = "yes"
    NOTHING_UNDERSTOOD = "nothing understood"
    NO_CONDITION_FITS = "no condition fits"
    ONLY_DIAGNOSES = "only known diagnoses"


def cover(model: Model, ranking: Ranking, facts: Facts) -> Cover:
    """Judges whether a ranking says anything about this patient."""
    complaints = [f for f in facts.present if model.words.get(f).kind in TO_EXPLAIN]
    new = _new(model, facts)
    if facts.diagnosed and not new:
        return Cover.ONLY_DIAGNOSES
    if not complaints:
        return Cover.NOTHING_UNDERSTOOD
    best = max((explained(model, i, complaints) for i in ranking.order[:LEADING]), default=0.0)
    if best >= LEAST_EXPLAINED:
        return Cover.YES
    told = any(kind in COMPLAINTS or origin != "chart" for kind, origin in new)
    return Cover.NO_CONDITION_FITS if told or not facts.diagnosed else Cover.ONLY_DIAGNOSES


def _new(model: Model, facts: Facts) -> set[tuple[str, str]]:
    """Kind and origin of what is to be explained besides the known diagnoses, and of all that the caller said.

    A laboratory result of the chart is weighed, but beside known diagnoses it is no complaint by itself.
    """
    present = frozenset(facts.present)
    found = ((model.words.get(u.finding).kind, u) for u in facts.understood)
    return {
        (kind, u.origin)
        for kind, u in found
        if u.origin != "chart"
        or (kind in TO_EXPLAIN and u.finding in present and u.place not in facts.diagnosed and not _resulted(kind, u))
    }


def _resulted(kind: str, one: Understood) -> bool:
    return kind == "result" and one.place.startswith("Observation/")


def explained(model: Model, i: int, complaints: list[str]) -> float:
    """The part of the complaints that a condition accounts for, each weighed by how rare it is."""
    total = held = 0.0
    for finding in complaints:
        rarity = -log(model.background[finding]) if model.knows(finding) else -log(model.rarest)
        total += rarity
        if any(i in model.likely[f] for f in closed(model, (finding,))):
            held += rarity
    return held / total if total else 0.0
