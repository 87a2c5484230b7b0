"""Family "duplicate": the same ingredient or the same class twice, among the orders and with what is in use."""

from collections.abc import Iterable
from itertools import combinations
from typing import Final

import msgspec

from openward.domain.evidence import Evidence, KnowledgeEvidence
from openward.domain.headline import fit
from openward.domain.proposal import SEVERITIES, Certainty, Finding, Language, Present, Severity
from openward.domain.text import Text
from openward.knowledge.duplicates import Allowance, DuplicateClass, Duplicates
from openward.services.prescription_review.dosing import milligrams
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import (
    Examination,
    code_of,
    milder,
    quieter,
    removals,
    stable_id,
)
from openward.services.prescription_review.naming import atc_of, name_of

COMPARED: Final = Text("drugs of the same ingredient or class", "同成分或同类药物")
_NAMES_SHOWN: Final = 3
_Pair = tuple[tuple[DrugInUse, str], tuple[DrugInUse, str]]
_NUMBER: Final = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}


class _Weight(msgspec.Struct, frozen=True):
    """How grave a repetition is, and what is said of it."""

    kind: str
    severity: Severity
    present: Present
    headline: Text
    why: Text
    advice: Text


_TWICE: Final = _Weight(
    "duplicate-same-ingredient",
    "high",
    "interrupt",
    Text("{name}: ordered or in use twice", "{name}：重复用药"),
    Text(
        "Two entries hold {name} for the same route; their doses add up.", "两条医嘱均含{name}且途径相同，剂量会叠加。"
    ),
    Text("Keep one, or state the intended total dose.", "请保留一条，或写明预期总剂量。"),
)
_BESIDE: Final = msgspec.structs.replace(_TWICE, severity="moderate", present="passive")
_RENEWAL: Final = _Weight(
    "duplicate-renewal",
    "info",
    "passive",
    Text("{name}: continues a current order", "{name}：延续现有医嘱"),
    Text("{name} is in use already with the same dose.", "{name}已在使用，剂量相同。"),
    Text("Close the older entry, so that it is not given twice.", "请停用旧医嘱，避免重复给药。"),
)
_SWITCH: Final = _Weight(
    "duplicate-change",
    "low",
    "passive",
    Text("{name}: another way of giving is in use", "{name}：已以其他途径在用"),
    Text("{name} is in use by another way of giving.", "{name}已以其他给药途径在用。"),
    Text("Close the older entry when this one starts.", "启用本医嘱时请停用旧医嘱。"),
)
_CHANGE: Final = _Weight(
    "duplicate-change",
    "moderate",
    "passive",
    Text("{name}: in use already, dose may differ", "{name}：已在使用，剂量可能不同"),
    Text(
        "{name} is in use already; this order does not say that it replaces it.", "{name}已在使用，本医嘱未说明替换。"
    ),
    Text("State whether this replaces or adds, and close the older entry.", "请说明替换或追加，并停用旧医嘱。"),
)

_HOW: Final = Text("stopped", "已停用")
_DRAFT: Final = (
    Text("{name}: a draft order of it waits", "{name}：已有草拟医嘱待处理"),
    Text(
        "A draft order of {name} waits to be signed; a draft is not in use.",
        "{name}的草拟医嘱尚未签署，草拟不等于在用。",
    ),
    Text("Sign only one of the two.", "两者请只签署其一。"),
)
_STOPPED: Final = (
    Text("{name}: {how}", "{name}：{how}"),
    Text(
        "The record says that {name} is not in use: {how} (status {status}).",
        "病历记载{name}未在用：{how}（状态 {status}）。",
    ),
    Text("Find out why it was stopped before it is given again.", "再次使用前请核实停用原因。"),
)


def review(drugs: tuple[DrugInUse, ...], knowledge: Duplicates, language: Language) -> Examination:
    """Findings where one ingredient or one class stands twice and an order has a part in it."""
    known = tuple(d for d in drugs if d.ingredients)
    lasting = tuple(d for d in known if not d.ended)
    findings = [*_same_ingredient(lasting, knowledge, language), *_same_class(known, knowledge, language)]
    orders = sum(d.is_order for d in known)
    return Examination(
        family="duplicate",
        compared=COMPARED,
        count=orders * (len(known) - 1) - orders * (orders - 1) // 2 if orders else 0,
        findings=tuple(findings),
    )


def _same_ingredient(drugs: tuple[DrugInUse, ...], knowledge: Duplicates, language: Language) -> Iterable[Finding]:
    holders: dict[tuple[str, str], list[DrugInUse]] = {}
    for drug in drugs:
        for ingredient in drug.ingredients:
            if ingredient not in knowledge.exempt:
                holders.setdefault((ingredient, drug.site), []).append(drug)
    told: set[tuple[str, ...]] = set()
    for (ingredient, _), found in holders.items():
        about = tuple(d.reference for d in found)
        if len(found) > 1 and any(d.is_order for d in found) and about not in told:
            told.add(about)
            yield from _repetitions(ingredient, found, knowledge, language)


def _repetitions(
    ingredient: str, found: list[DrugInUse], knowledge: Duplicates, language: Language
) -> Iterable[Finding]:
    """A draft of the very drug that is ordered waits and is not in use: it is told apart from what is."""
    waiting = [d for d in found if waits(d, found)]
    rest = [d for d in found if d not in waiting]
    if len(rest) > 1:
        yield _repetition(ingredient, rest, knowledge, language)
    if waiting:
        orders = [d for d in rest if d.is_order and d.ingredients == waiting[0].ingredients]
        yield told_of("duplicate-draft", _DRAFT, ingredient, (*orders, *waiting), language)


def waits(drug: DrugInUse, found: Iterable[DrugInUse]) -> bool:
    """Whether a drug is a draft of the very drug that is ordered."""
    own = any(d.is_order and d.ingredients == drug.ingredients for d in found)
    return drug.draft and not drug.is_order and own


def before(drugs: tuple[DrugInUse, ...], stopped: tuple[DrugInUse, ...], language: Language) -> tuple[Finding, ...]:
    """One finding for each ordered ingredient that is not in use any more: when it was stopped, as recorded."""
    held: dict[str, DrugInUse] = {}
    for drug in sorted(stopped, key=lambda d: d.over or ("", "")):
        for ingredient in drug.ingredients:
            held[ingredient] = max(held.get(ingredient, drug), drug, key=_ended)
    return tuple(
        told_of("duplicate-stopped", _STOPPED, ingredient, (*orders, last), language)
        for ingredient, last in held.items()
        if (orders := tuple(d for d in drugs if d.is_order and ingredient in d.ingredients))
    )


def _ended(drug: DrugInUse) -> str:
    return drug.over[1] if drug.over else ""


def told_of(
    kind: str, words: tuple[Text, Text, Text], ingredient: str, about: tuple[DrugInUse, ...], language: Language
) -> Finding:
    """A quiet finding of what the record says of the drug that is asked about."""
    status, ended = next((d.over for d in about if d.over), ("", ""))
    how = (_HOW.in_(language), f" {ended}" if ended else "")
    said = {"name": name_of(ingredient, language), "how": "".join(how), "status": status}
    headline, why, advice = (text.in_(language).format(**said) for text in words)
    return Finding(
        id=stable_id(kind, ingredient, about[0].site), code=code_of(kind), severity="low", present="passive",
        headline=fit(headline), why=why, advice=advice, evidence=_evidence(about, ()),
        about=tuple(d.reference for d in about),
    )  # fmt: skip


def _repetition(ingredient: str, found: list[DrugInUse], knowledge: Duplicates, language: Language) -> Finding:
    weight = _weigh(found)
    row = knowledge.rules["renewal" if weight.kind in {"duplicate-renewal", "duplicate-change"} else "same-ingredient"]
    name = name_of(ingredient, language)
    certainty: Certainty = "possible" if any(d.current is None and not d.is_order for d in found) else "definite"
    orders = [d for d in found if d.is_order]
    return Finding(
        id=stable_id(weight.kind, ingredient, found[0].site),
        code=code_of(weight.kind),
        severity=weight.severity,
        present=weight.present if certainty == "definite" else quieter(weight.present, "passive"),
        headline=fit(weight.headline.in_(language).format(name=name)),
        why=weight.why.in_(language).format(name=name),
        advice=weight.advice.in_(language),
        evidence=_evidence(found, (row,)),
        certainty=certainty,
        about=tuple(d.reference for d in found),
        suggestions=removals(orders[-1:], language) if weight.present == "interrupt" else (),
    )


def _weigh(found: list[DrugInUse]) -> _Weight:
    """A continuation, a change, or a true repetition; one of two as needed makes it less grave."""
    orders = [d for d in found if d.is_order]
    same = all(d.ingredients == found[0].ingredients for d in found)
    if same and len(orders) == 1:
        if {d.given for d in found} == {"oral", "parenteral"} and _all_other(orders[0], found):
            return _SWITCH
        return _RENEWAL if all(_same_dose(orders[0], d) for d in found if not d.is_order) else _CHANGE
    return _BESIDE if any(d.dose.as_needed for d in found) else _TWICE


def _all_other(order: DrugInUse, found: list[DrugInUse]) -> bool:
    """Whether all that is in use is given in another way than the order."""
    return all(d.given != order.given for d in found if not d.is_order)


def _same_dose(first: DrugInUse, second: DrugInUse) -> bool:
    """Whether both say the same daily dose; what is not stated is not the same."""
    a, b = first.dose.daily, second.dose.daily
    if a is None or b is None:
        return False
    left, right = milligrams(a), milligrams(b)
    if left is not None and right is not None:
        return abs(left - right) <= 0.001 * max(left, right)
    return a == b


def _same_class(drugs: tuple[DrugInUse, ...], knowledge: Duplicates, language: Language) -> Iterable[Finding]:
    holders: dict[str, list[tuple[DrugInUse, str]]] = {}
    for drug in drugs:
        for ingredient in drug.ingredients:
            for group in knowledge.of(ingredient, atc_of):
                if drug.site in group.routes:
                    holders.setdefault(group.id, []).append((drug, ingredient))
    told: set[frozenset[str]] = set()
    for id, members in holders.items():
        group = knowledge.classes[id]
        pairs = [p for p in combinations(members, 2) if _matters(group, p)] if len(members) > 1 else []
        for finding in _class_findings(group, pairs, knowledge, language):
            about = frozenset(finding.about)
            if about not in told:
                told.add(about)
                yield finding


def _counts(first: tuple[DrugInUse, str], second: tuple[DrugInUse, str]) -> bool:
    """Whether two members are two different drugs, one of them an order."""
    (a, x), (b, y) = first, second
    return x != y and a is not b and (a.is_order or b.is_order) and not a.shares(b)


def _matters(group: DuplicateClass, pair: _Pair) -> bool:
    """Whether the pair is worth a word: the last dose of an ended order is so only in a grave class."""
    grave = SEVERITIES.index(group.severity) <= SEVERITIES.index("high")
    return _counts(*pair) and (grave or not any(drug.ended for drug, _ in pair))


def _class_findings(
    group: DuplicateClass, pairs: list[_Pair], knowledge: Duplicates, language: Language
) -> Iterable[Finding]:
    """One finding for all pairs of a class that have no place, one quiet note for each pair that has."""
    grave = []
    for pair in pairs:
        allowance = knowledge.allowance(group.id, pair[0][1], pair[1][1])
        if allowance is None:
            grave.append(pair)
        elif allowance.allow == "note":
            yield _class_finding(group, [pair], allowance, language)
    if grave:
        yield _class_finding(group, grave, None, language)


def _class_finding(
    group: DuplicateClass, pairs: list[_Pair], allowance: Allowance | None, language: Language
) -> Finding:
    members = {(d.reference, i): (d, i) for pair in pairs for d, i in pair}
    found = list({d.reference: d for d, _ in members.values()}.values())
    severity, present = _class_weight(group, found, allowance)
    present = quieter(present, "passive") if any(d.ended for d in found) else present
    names = sorted({i for _, i in members.values()})
    shown = (" + " if language == "en" else "＋").join(name_of(i, language) for i in names[:_NAMES_SHOWN])
    rows = (group.evidence, allowance.evidence) if allowance else (group.evidence,)
    said = group.name.in_(language)
    certain = all(d.is_order or d.current for d in found)
    return Finding(
        id=stable_id(f"duplicate-class:{group.id}", *names),
        code=code_of("duplicate-class"),
        severity=severity,
        present=present if certain else quieter(present, "passive"),
        headline=fit(
            f"{said}重复：{shown}" if language == "zh" else f"{_NUMBER.get(len(names), 'Many')} {said}: {shown}"
        ),
        why=_class_why(shown, said, language),
        advice=(allowance.say if allowance else group.say).in_(language),
        evidence=_evidence(found, rows),
        certainty="definite" if certain else "possible",
        about=tuple(d.reference for d in found),
        suggestions=removals([d for d in found if d.is_order][-1:], language) if present == "interrupt" else (),
    )


def _class_why(shown: str, said: str, language: Language) -> str:
    if language == "zh":
        return f"{shown}同属{said}，通常一种即可。"
    return f"{shown} belong to the same class ({said}); one is usually enough."


def _class_weight(
    group: DuplicateClass, found: list[DrugInUse], allowance: Allowance | None
) -> tuple[Severity, Present]:
    if allowance is not None or (group.as_needed_ok and any(d.dose.as_needed for d in found)):
        return milder(group.severity, "low"), quieter(group.present, "passive")
    return group.severity, group.present


def _evidence(found: Iterable[DrugInUse], rows: tuple[KnowledgeEvidence, ...]) -> tuple[Evidence, ...]:
    return (*rows, *(e for drug in found for e in drug.evidence))
