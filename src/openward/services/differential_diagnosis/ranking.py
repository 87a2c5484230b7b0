"""The posterior of each condition: prior by person, times what each finding weighs."""

from math import exp, log
from typing import Final

import msgspec

from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.weighing import Model, Weighed

PREGNANT: Final = "pregnant"
IMPOSSIBLE: Final = -1e9
_NOTHING: Final[dict[int, float]] = {}
# A condition that needs a pregnancy, where nobody said whether there is one.
PREGNANCY_UNKNOWN: Final = 0.15
# What a condition requires besides pregnancy, where nobody mentioned it.
REQUIRED_UNKNOWN: Final = 0.1
# Sisters under one parent are rarely independent: each further one counts this much of the one before.
SISTER: Final = 0.9
# What the patient came for counts more than what turns up when one asks.
COMPLAINT: Final = 1.75
# Findings of one patient go together more than the model knows; the shares are made from weights shrunk by this.
SHRINK: Final = 0.7


class Node(msgspec.Struct, frozen=True):
    """One finding as weighed: `said` is the mention that it serves, itself or something more special."""

    finding: str
    parent: str | None
    said: str
    present: bool
    factor: float
    weighed: Weighed


class Known(msgspec.Struct, frozen=True):
    """What is known of the findings: present ones and their parents, each with the mention that it serves; denials."""

    present: dict[str, str]
    denied: frozenset[str]


class Ranking(msgspec.Struct, frozen=True):
    """Scores and shares by position of the condition, positions from best to worst, and the nodes that were weighed."""

    scores: list[float]
    shares: list[float]
    order: list[int]
    nodes: tuple[Node, ...]
    known: Known


def rank(model: Model, facts: Facts) -> Ranking:
    """Ranks all conditions that are possible in this person."""
    known = Known(closed(model, facts.present), frozenset(facts.absent))
    nodes = (*_present(model, known, facts.complaint), *_absent(model, known))
    scores = _priors(model, facts, known)
    _add_silence(model, known, scores)
    for node in nodes:
        factor = node.factor
        for i, delta in node.weighed.deltas.items():
            scores[i] += factor * delta
    shares = shares_of(scores)
    order = sorted((i for i, s in enumerate(scores) if s > IMPOSSIBLE / 2), key=lambda i: (-scores[i], i))
    return Ranking(scores, shares, order, nodes, known)


def shares_of(scores: list[float]) -> list[float]:
    """Each condition's part of the whole, from shrunk scores; all zero when none is possible."""
    top = max(scores, default=IMPOSSIBLE)
    if top <= IMPOSSIBLE / 2:
        return [0.0] * len(scores)
    parts = [exp(SHRINK * (s - top)) if s > IMPOSSIBLE / 2 else 0.0 for s in scores]
    total = sum(parts)
    return [p / total for p in parts]


def closed(model: Model, present: tuple[str, ...]) -> dict[str, str]:
    """Every present finding and its parents, each with the mention that it serves; only what the base speaks of."""
    serves = {f: f for f in present if model.knows(f)}
    for finding in present:
        for ancestor in model.words.ancestors(finding):
            if model.knows(ancestor):
                serves.setdefault(ancestor, finding)
    return serves


def is_open(model: Model, known: Known, finding: str) -> bool:
    """Whether nobody has said that a finding is there or not, in itself or in general."""
    if finding in known.present or finding in known.denied:
        return False
    return known.denied.isdisjoint(model.words.ancestors(finding))


def silent(model: Model, known: Known, position: int) -> float:
    """What it weighs for one condition that its cardinal symptoms were not mentioned."""
    links = model.links[position]
    spoken = sum(
        model.silent[f].get(position, 0.0) for f in links if f in model.silent and not is_open(model, known, f)
    )
    return model.silence[position] - spoken


def _add_silence(model: Model, known: Known, scores: list[float]) -> None:
    for i, silence in enumerate(model.silence):
        scores[i] += silence
    denied = (finding for general in known.denied for finding in (general, *model.silent_below.get(general, ())))
    for finding in {*known.present, *denied}:
        for i, weight in model.silent.get(finding, _NOTHING).items():
            scores[i] -= weight


def _priors(model: Model, facts: Facts, known: Known) -> list[float]:
    age = facts.person.age
    scores = []
    for condition, weight in zip(model.conditions, model.weights[facts.person.sex], strict=True):
        times = weight
        if age is not None and condition.ages:
            times *= condition.times_at(age)
        for finding in condition.requires:
            times *= _required(finding, known, facts)
        scores.append(log(times) if times > 0 else IMPOSSIBLE)
    return scores


def _required(finding: str, known: Known, facts: Facts) -> float:
    if finding in known.present or finding in facts.present:
        return 1.0
    if finding in known.denied:
        return 0.0
    if finding == PREGNANT:
        return PREGNANCY_UNKNOWN if facts.person.may_be_pregnant else 0.0
    return REQUIRED_UNKNOWN


def _present(model: Model, known: Known, complaint: str | None) -> list[Node]:
    serves = known.present
    sisters: dict[str, int] = {}
    nodes = []
    for finding in sorted(serves, key=lambda f: (model.background[f], f)):
        parent = model.parent_in(finding, serves)
        nth = sisters.get(parent, 0) if parent else 0
        if parent:
            sisters[parent] = nth + 1
        factor = SISTER**nth * (COMPLAINT if serves[finding] == complaint else 1.0)
        weighed = model.present(finding, parent)
        nodes.append(Node(finding, parent, serves[finding], present=True, factor=factor, weighed=weighed))
    return nodes


def _absent(model: Model, known: Known) -> list[Node]:
    """Denied findings; what is denied in general is not counted again in its special forms."""
    denied = {f for f in known.denied if model.knows(f) and f not in known.present}
    nodes = []
    for finding in sorted(denied):
        if denied.isdisjoint(model.words.ancestors(finding)):
            parent = model.parent_in(finding, known.present)
            weighed = model.absent(finding, parent)
            nodes.append(Node(finding, parent, finding, present=False, factor=1.0, weighed=weighed))
    return nodes
