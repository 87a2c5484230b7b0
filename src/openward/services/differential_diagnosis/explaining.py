"""Why a condition stands where it stands: what each finding weighs for it or against it, and what it leaves open."""

from collections.abc import Iterable
from math import log
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge.conditions import Basis, Condition
from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.proposal import Candidate, Reason
from openward.services.differential_diagnosis.ranking import Node, Ranking, silent
from openward.services.differential_diagnosis.weighing import COURSES, Model

CANDIDATES: Final = 10
FAINT: Final = 0.1
PERSON: Final = "person"
SILENCE: Final = "unmentioned"
# Kinds of findings that an illness should account for; a habit or an old illness needs no account.
TO_EXPLAIN: Final = frozenset({"symptom", "sign", "result", "vital"})


class Weight(msgspec.Struct, frozen=True):
    """What one mention weighs for one condition; `row` is the link that it rests on, None when no row speaks of it."""

    said: str
    present: bool
    value: float
    row: str | None
    basis: Basis
    through: str | None


def candidates(
    model: Model, ranking: Ranking, facts: Facts, in_view: Iterable[str], language: Language
) -> tuple[Candidate, ...]:
    """The first conditions of a ranking with their reasons."""
    watched = frozenset(in_view)
    return tuple(
        _candidate(model, ranking, facts, (rank, i), (weights_for(model, ranking, i), watched, language))
        for rank, i in enumerate(ranking.order[:CANDIDATES], 1)
    )


def _candidate(
    model: Model,
    ranking: Ranking,
    facts: Facts,
    place: tuple[int, int],
    shown: tuple[tuple[Weight, ...], frozenset[str], Language],
) -> Candidate:
    (rank, i), (weights, watched, language) = place, shown
    condition = model.conditions[i]
    strong = [w for w in weights if w.row is not None and abs(w.value) >= FAINT]
    reasons = [_reason(model, w, language) for w in sorted(strong, key=lambda w: -abs(w.value))]
    reasons += [*_person(condition, facts, language), *_silence(model, ranking, i, language)]
    return Candidate(
        id=condition.id,
        name=condition.name.in_(language),
        rank=rank,
        score=round(ranking.scores[i], 3),
        share=round(ranking.shares[i], 4),
        severity=condition.severity,
        must_not_miss=condition.id in watched,
        known=facts.known[condition.id].entry if condition.id in facts.known else None,
        icd10=condition.icd10,
        speaks_for=tuple(r for r in reasons if r.weight > 0),
        speaks_against=tuple(r for r in reasons if r.weight < 0),
        unexplained=tuple(
            w.said for w in weights if w.present and w.row is None and is_to_explain(model, w.said, facts)
        ),
    )


def is_to_explain(model: Model, finding: str, facts: Facts) -> bool:
    """Whether an illness should account for a finding: not for how it runs, nor for what another finding says too."""
    if finding.startswith(COURSES) or model.words.get(finding).kind not in TO_EXPLAIN:
        return False
    return not any(finding in model.words.ancestors(f) for f in facts.present)


def weights_for(model: Model, ranking: Ranking, i: int) -> tuple[Weight, ...]:
    """What each mention weighs for the condition at a position, its general part and its special part together."""
    by_mention: dict[str, list[tuple[Node, float]]] = {}
    for node in ranking.nodes:
        weighed = node.weighed
        value = node.factor * (weighed.base + weighed.deltas.get(i, 0.0) - weighed.usual)
        by_mention.setdefault(node.said, []).append((node, value))
    return tuple(_weight(model, i, said, parts) for said, parts in by_mention.items())


def _weight(model: Model, i: int, said: str, parts: list[tuple[Node, float]]) -> Weight:
    links = model.links[i]
    named = next((n.finding for n, _ in parts if n.finding in links), None)
    if named is None:
        named = next((a for a in sorted(model.words.ancestors(said)) if a in links), None)
    below = None
    if named is None and i in model.likely.get(said, ()):
        below = next((f for f in links if said in model.words.ancestors(f)), None)
    link = links.get(named or below or "")
    return Weight(
        said=said,
        present=parts[0][0].present,
        value=sum(value for _, value in parts),
        row=link.id if link else None,
        basis=link.basis if link else "expert",
        through=link.finding if link and link.finding != said else None,
    )


def _reason(model: Model, weight: Weight, language: Language) -> Reason:
    name = model.name(weight.said, language)
    note = "" if weight.present else _DENIED.in_(language)
    if weight.through:
        general = _AS.in_(language).format(name=model.name(weight.through, language))
        note = f"{note}; {general}" if note else general
    return Reason(
        finding=weight.said, name=name, weight=round(weight.value, 2), basis=weight.basis, note=note, row=weight.row
    )


def _person(condition: Condition, facts: Facts, language: Language) -> list[Reason]:
    """What age and sex do to how common the condition is."""
    times = 1.0 if facts.person.age is None else condition.times_at(facts.person.age)
    if facts.person.sex:
        times *= condition.female if facts.person.sex == "female" else condition.male
    if times <= 0 or abs(log(times)) < FAINT:
        return []
    name = _AGE_AND_SEX.in_(language)
    return [Reason(finding=PERSON, name=name, weight=round(log(times), 2), basis=condition.basis, row=condition.id)]


def _silence(model: Model, ranking: Ranking, i: int, language: Language) -> list[Reason]:
    """That nobody mentioned what the condition nearly always shows."""
    weight = silent(model, ranking.known, i)
    if abs(weight) < FAINT:
        return []
    condition = model.conditions[i]
    name = _UNMENTIONED.in_(language)
    return [Reason(finding=SILENCE, name=name, weight=round(weight, 2), basis=condition.basis, row=condition.id)]


_DENIED: Final = Text("denied", "否认")
_AS: Final = Text("by {name}", "依据“{name}”")
_UNMENTIONED: Final = Text("Cardinal features not mentioned", "未提及主要表现")
_AGE_AND_SEX: Final = Text("Age and sex", "年龄与性别")
