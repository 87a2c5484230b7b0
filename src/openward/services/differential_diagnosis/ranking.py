"""The posterior of each condition: prior by person, times what each finding weighs."""

from math import exp, log
from typing import Final

import msgspec

from openward.services.differential_diagnosis.facts import Facts, Person
from openward.services.differential_diagnosis.weighing import Model, Weighed

PREGNANT: Final = "pregnant"
IMPOSSIBLE: Final = -1e9
# A condition that needs a pregnancy, where nobody said whether there is one.
PREGNANCY_UNKNOWN: Final = 0.15
# What a condition requires besides pregnancy, where nobody mentioned it.
REQUIRED_UNKNOWN: Final = 0.1
# Sisters under one parent are rarely independent: each further one counts this much of the one before.
SISTER: Final = 0.75
# Findings of one patient go together more than the model knows; the shares are made from weights shrunk by this.
SHRINK: Final = 0.55


class Node(msgspec.Struct, frozen=True):
    """One finding as weighed: `said` is the mention that it serves, itself or something more special."""

    finding: str
    parent: str | None
    said: str
    present: bool
    factor: float
    weighed: Weighed


class Ranking(msgspec.Struct, frozen=True):
    """Scores and shares by position of the condition, positions from best to worst, and the nodes that were weighed."""

    scores: list[float]
    shares: list[float]
    order: list[int]
    nodes: tuple[Node, ...]


def rank(model: Model, facts: Facts) -> Ranking:
    """Ranks all conditions that are possible in this person."""
    nodes = (*_present(model, facts), *_absent(model, facts))
    scores = _priors(model, facts)
    for node in nodes:
        for i, delta in node.weighed.deltas:
            scores[i] += node.factor * delta
    shares = shares_of(scores)
    order = sorted((i for i, s in enumerate(scores) if s > IMPOSSIBLE / 2), key=lambda i: (-scores[i], i))
    return Ranking(scores, shares, order, nodes)


def shares_of(scores: list[float]) -> list[float]:
    """Each condition's part of the whole, from shrunk scores; all zero when none is possible."""
    top = max(scores, default=IMPOSSIBLE)
    if top <= IMPOSSIBLE / 2:
        return [0.0] * len(scores)
    parts = [exp(SHRINK * (s - top)) if s > IMPOSSIBLE / 2 else 0.0 for s in scores]
    total = sum(parts)
    return [p / total for p in parts]


def _priors(model: Model, facts: Facts) -> list[float]:
    held = {*facts.present, *(a for f in facts.present for a in model.words.ancestors(f))}
    denied = set(facts.absent)
    scores = []
    for i, condition in enumerate(model.conditions):
        weight = model.weights[i] * _sex(model, i, facts.person)
        if facts.person.age is not None:
            weight *= condition.times_at(facts.person.age)
        for finding in condition.requires:
            weight *= _required(finding, held, denied, facts.person)
        scores.append(log(weight) if weight > 0 else IMPOSSIBLE)
    return scores


def _sex(model: Model, position: int, person: Person) -> float:
    condition = model.conditions[position]
    if person.sex is None:
        return (condition.female + condition.male) / 2
    return condition.female if person.sex == "female" else condition.male


def _required(finding: str, held: set[str], denied: set[str], person: Person) -> float:
    if finding in held:
        return 1.0
    if finding in denied:
        return 0.0
    if finding == PREGNANT:
        return PREGNANCY_UNKNOWN if person.may_be_pregnant else 0.0
    return REQUIRED_UNKNOWN


def closed(model: Model, present: tuple[str, ...]) -> dict[str, str]:
    """Every present finding and its parents, each with the mention that it serves; only what the base speaks of."""
    serves = {f: f for f in present if model.knows(f)}
    for finding in present:
        for ancestor in model.words.ancestors(finding):
            if model.knows(ancestor):
                serves.setdefault(ancestor, finding)
    return serves


def _present(model: Model, facts: Facts) -> list[Node]:
    serves = closed(model, facts.present)
    parents = {f: model.parent_in(f, serves) for f in serves}
    sisters: dict[str, int] = {}
    nodes = []
    for finding in sorted(serves, key=lambda f: (model.background[f], f)):
        parent = parents[finding]
        nth = sisters.get(parent, 0) if parent else 0
        if parent:
            sisters[parent] = nth + 1
        weighed = model.present(finding, parent)
        nodes.append(Node(finding, parent, serves[finding], present=True, factor=SISTER**nth, weighed=weighed))
    return nodes


def _absent(model: Model, facts: Facts) -> list[Node]:
    """Denied findings; what is denied in general is not counted again in its special forms."""
    present = closed(model, facts.present)
    denied = {f for f in facts.absent if model.knows(f) and f not in present}
    nodes = []
    for finding in sorted(denied):
        if not model.words.ancestors(finding) & denied:
            parent = model.parent_in(finding, present)
            weighed = model.absent(finding, parent)
            nodes.append(Node(finding, parent, finding, present=False, factor=1.0, weighed=weighed))
    return nodes
