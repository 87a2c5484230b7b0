"""Family "interaction": pairs of drugs that act on each other; one finding for each clinical problem."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.headline import fit, words
from openward.domain.proposal import HEADLINE_WORDS, Certainty, Finding, Language, Present
from openward.domain.text import Text
from openward.knowledge.interactions import Interactions, Match, Rule
from openward.knowledge.tables import remembered
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import (
    Examination,
    code_of,
    milder,
    quieter,
    removals,
    stable_id,
)
from openward.services.prescription_review.naming import name_of

COMPARED: Final = Text("pairs of drugs for interactions", "药物相互作用配对")
_LOUD: Final[tuple[Present, ...]] = ("interrupt", "passive", "log")
_Member = tuple[DrugInUse, str]


class _Edge(msgspec.Struct, frozen=True, gc=False):
    """One match between two drugs of the patient; `counts` is False where a route keeps the two apart."""

    match: Match
    left: DrugInUse
    right: DrugInUse
    present: Present
    counts: bool


class _Said(msgspec.Struct, frozen=True, gc=False):
    """The words of one finding, worked out once for a pair."""

    id: str
    code: str
    headline: str
    why: str
    advice: str


def review(
    drugs: tuple[DrugInUse, ...], knowledge: Interactions, language: Language, *, whole_list: bool = False
) -> Examination:
    """Findings between orders, and between an order and what is in use.

    With `whole_list`, pairs wholly among drugs in use are shown too, never louder than passive.
    """
    active = tuple(d for d in drugs if d.ingredients and (d.is_order or d.current is not False))
    groups: dict[str, list[_Edge]] = {}
    for edge in _edges(active, knowledge, whole_list=whole_list):
        groups.setdefault(edge.match.rule.id, []).append(edge)
    orders = sum(d.is_order for d in active)
    pairs = len(active) * (len(active) - 1) // 2
    others = len(active) - orders
    return Examination(
        family="interaction",
        compared=COMPARED,
        count=pairs if whole_list else pairs - others * (others - 1) // 2,
        findings=tuple(_findings(groups, active, language)),
    )


def uncovered(drugs: Iterable[DrugInUse], knowledge: Interactions) -> tuple[tuple[DrugInUse, str], ...]:
    """Ingredients of which no rule speaks, each with the drug that holds it: nothing about them was checked."""
    return tuple((d, i) for d in drugs for i in d.ingredients if not knowledge.covered(i))


def _edges(drugs: tuple[DrugInUse, ...], knowledge: Interactions, *, whole_list: bool) -> Iterator[_Edge]:
    look_up = knowledge.of
    for place, first in enumerate(drugs):
        for second in drugs[place + 1 :]:
            reviewed = first.is_order or second.is_order
            if not (reviewed or whole_list):
                continue
            for one in first.ingredients:
                for other in second.ingredients:
                    for match in look_up(one, other):
                        yield _edge(match, first, second, swapped=match.left != one, reviewed=reviewed)


def _edge(match: Match, first: DrugInUse, second: DrugInUse, *, swapped: bool, reviewed: bool) -> _Edge:
    left, right = (second, first) if swapped else (first, second)
    counts = _counts(match.rule, left, right)
    present: Present = match.present if counts else "log"
    return _Edge(match, left, right, present if reviewed else quieter(present, "passive"), counts)


def _counts(rule: Rule, left: DrugInUse, right: DrugInUse) -> bool:
    """Whether the routes let the two drugs meet where the rule says."""
    if left.route not in rule.routes or right.route not in rule.routes:
        return False
    if rule.left_injected and left.given == "oral":
        return False
    return not (rule.oral_only and "parenteral" in (left.given, right.given))


def _findings(groups: dict[str, list[_Edge]], drugs: tuple[DrugInUse, ...], language: Language) -> Iterator[Finding]:
    covered: list[tuple[str, frozenset[str]]] = []
    for edges in [e for e in groups.values() if e[0].match.rule.third]:
        for group in _together(edges):
            third = _third(group, drugs)
            if third:
                covered.append((group[0].match.rule.problem, _references(group, third)))
                yield _finding(group, third, language)
    for edges in groups.values():
        if edges[0].match.rule.third is None:
            left = [e for e in edges if not _told(e, covered)] if covered else edges
            for group in _together(left):
                yield _finding(group, (), language)


def _told(edge: _Edge, covered: list[tuple[str, frozenset[str]]]) -> bool:
    """Whether a finding over three drugs has said it already."""
    pair = {edge.left.reference, edge.right.reference}
    return any(problem == edge.match.rule.problem and pair <= references for problem, references in covered)


def _references(group: list[_Edge], third: tuple[_Member, ...]) -> frozenset[str]:
    return frozenset([e.left.reference for e in group] + [e.right.reference for e in group]) | {
        drug.reference for drug, _ in third
    }


def _third(group: list[_Edge], drugs: tuple[DrugInUse, ...]) -> tuple[_Member, ...]:
    """The drugs of the third class that stand beside a pair."""
    rule = group[0].match.rule
    members = rule.third.members if rule.third else {}
    pair = {e.match.left for e in group} | {e.match.right for e in group}
    return tuple(
        (d, i) for d in drugs for i in d.ingredients if i in members and i not in pair and d.route in rule.routes
    )


def _together(edges: list[_Edge]) -> list[list[_Edge]]:
    """Edges that share a drug, directly or through others, are one clinical problem."""
    if len(edges) == 1:
        return [edges]
    parent: dict[str, str] = {}

    def root(drug: str) -> str:
        while (above := parent.setdefault(drug, drug)) != drug:
            parent[drug] = drug = parent[above]
        return drug

    for edge in edges:
        parent[root(edge.left.reference)] = root(edge.right.reference)
    groups: dict[str, list[_Edge]] = {}
    for edge in edges:
        groups.setdefault(root(edge.left.reference), []).append(edge)
    return list(groups.values())


def _finding(group: list[_Edge], third: tuple[_Member, ...], language: Language) -> Finding:
    edge = min(group, key=lambda e: _LOUD.index(e.present)) if len(group) > 1 else group[0]
    rule = edge.match.rule
    if len(group) > 1 or third:
        sides = _sides(group, third)
        said = _say(rule, {place: [i for _, i in members] for place, members in sides.items()}, language)
        drugs = list({d.reference: d for members in sides.values() for d, _ in members}.values())
        rows = _rows(group, third)
    else:
        said = _said(edge.match, language)
        drugs = [edge.left, edge.right]
        rows = edge.match.evidence
    certainty = _certainty(drugs)
    quiet = certainty == "possible" and rule.severity != "critical"
    present = quieter(edge.present, "passive") if quiet else edge.present
    return Finding(
        id=said.id,
        code=code_of(said.code),
        severity=rule.severity if edge.counts else milder(rule.severity, "low"),
        present=present,
        headline=said.headline,
        why=said.why,
        advice=said.advice,
        evidence=(*rows, *(e for drug in drugs for e in drug.evidence)),
        certainty=certainty,
        about=tuple(drug.reference for drug in drugs),
        suggestions=removals([d for d in drugs if d.is_order][-1:], language) if present == "interrupt" else (),
    )


@remembered(16_384)
def _said(match: Match, language: Language) -> _Said:
    if match.rule.symmetric:
        return _say(match.rule, {"left": [match.left, match.right]}, language)
    return _say(match.rule, {"left": [match.left], "right": [match.right]}, language)


def _say(rule: Rule, sides: dict[str, list[str]], language: Language) -> _Said:
    """The words of a rule with the names of the ingredients on each side."""
    names = {place: list(dict.fromkeys(name_of(i, language) for i in members)) for place, members in sides.items()}
    shown = {place: _joined(found, language) for place, found in names.items()}
    return _Said(
        id=stable_id(f"interaction:{rule.id}", *sorted({i for members in sides.values() for i in members})),
        code=f"interaction-{rule.problem}",
        headline=_headline(rule, names, language),
        why=rule.why.in_(language).format_map(shown),
        advice=rule.advice.in_(language).format_map(shown),
    )


def _sides(group: list[_Edge], third: tuple[_Member, ...]) -> dict[str, list[_Member]]:
    """Who stands on which side, in the order of the list; a rule of a class with itself has one side."""
    symmetric = group[0].match.rule.symmetric
    left: dict[tuple[str, str], _Member] = {}
    right = left if symmetric else {}
    for edge in group:
        left[edge.left.reference, edge.match.left] = (edge.left, edge.match.left)
        right[edge.right.reference, edge.match.right] = (edge.right, edge.match.right)
    sides = {"left": list(left.values())} if symmetric else {"left": list(left.values()), "right": list(right.values())}
    return sides | {"third": list(third)} if third else sides


def _joined(names: list[str], language: Language) -> str:
    if language == "zh":
        return "、".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _headline(rule: Rule, names: dict[str, list[str]], language: Language) -> str:
    """The headline with every name, or with as many as twelve words leave room for."""
    template = rule.headline.in_(language)
    plus = "＋" if language == "zh" else " + "
    longest = max(len(found) for found in names.values())
    for limit in range(min(longest, HEADLINE_WORDS), 0, -1):
        shown = {place: _short(found, limit, plus) for place, found in names.items()}
        headline = template.format_map(shown)
        if words(headline) <= HEADLINE_WORDS:
            return fit(headline)
    return fit(headline)


def _short(names: list[str], limit: int, plus: str) -> str:
    more = len(names) - limit
    return plus.join(names[:limit]) + (f" +{more}" if more > 0 else "")


def _certainty(drugs: Iterable[DrugInUse]) -> Certainty:
    certainty: Certainty = "definite"
    for drug in drugs:
        if drug.current is None and not drug.is_order:
            return "possible"
        if drug.route == "unknown":
            certainty = "probable"
    return certainty


def _rows(group: list[_Edge], third: tuple[_Member, ...]) -> tuple[KnowledgeEvidence, ...]:
    """The rows of all pairs of a group, each once, and those that make a third drug what it is."""
    rows = dict.fromkeys(row for edge in group for row in edge.match.evidence)
    class_ = group[0].match.rule.third
    extra = (class_.members.get(i) for _, i in third) if class_ else ()
    return (*rows, *(row for row in extra if row is not None))
