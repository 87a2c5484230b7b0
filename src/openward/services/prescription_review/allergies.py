"""Family "allergy": each order against the allergies and intolerances of the chart, with cross-allergy."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.domain.code import SNOMED, Code, Concept
from openward.domain.evidence import ChartEvidence, Evidence, KnowledgeEvidence
from openward.domain.headline import fit
from openward.domain.proposal import SEVERITIES, Certainty, Finding, Language, NotChecked, Present, Severity
from openward.domain.text import Text
from openward.knowledge.allergy import SEPARATORS, AllergyKnowledge, Crossing, Group, bare, plain
from openward.record.chart import Allergy, Chart
from openward.record.charting.frame import literal_path
from openward.services.prescription_review.allergy_gaps import not_drugs, not_recorded, not_resolved
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import (
    Examination,
    code_of,
    milder,
    quieter,
    removals,
    stable_id,
    weaker,
)
from openward.services.prescription_review.naming import name_of, resolved

COMPARED: Final = Text("recorded allergies", "过敏记录")
_UNUSED: Final = frozenset({"refuted", "entered-in-error"})
_NOT_DRUGS: Final = frozenset({"food", "environment"})
_GRAVE: Final = (
    *("anaphyla", "angioedema", "angio-oedema", "laryngeal", "stevens", "epidermal necrolysis", "dress syndrome"),
    *("过敏性休克", "严重过敏反应", "血管性水肿", "血管神经性水肿", "喉头水肿", "喉水肿", "表皮坏死", "史蒂文斯"),
)
_SIDE_EFFECTS: Final = frozenset(
    {"nausea", "upset stomach", "constipation", "drowsiness", "dry cough", "恶心", "胃部不适", "便秘", "嗜睡", "干咳"}
)
_QUOTED: Final = 80
_WORSE: Final[dict[Severity, Severity]] = {"high": "critical", "moderate": "high", "low": "moderate"}


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One allergy entry as understood: the drugs and groups that it names, and how much weight it has.

    `high` says that its criticality is high (what may happen), `severe` that a reaction was (what did happen).
    """

    reference: str
    words: str
    ingredients: tuple[str, ...]
    groups: tuple[Group, ...]
    evidence: tuple[ChartEvidence, ...]
    high: bool
    severe: bool
    intolerance: bool
    ended: bool
    certainty: Certainty

    @property
    def grave(self) -> bool:
        """Whether the worst must be thought of."""
        return self.high or self.severe


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One allergy that speaks against one ingredient of an order."""

    kind: str
    rule: str
    severity: Severity
    present: Present
    certainty: Certainty
    why: Text
    advice: Text
    evidence: tuple[KnowledgeEvidence, ...]
    grave_present: Present | None = None


_SAME: Final = (
    Text("The record names this very drug.", "病历记录对该药物本身过敏。"),
    Text("Choose another drug, or have the entry reviewed.", "请换用其他药物，或核实该过敏记录。"),
)
_CLASS: Final = (
    Text("The record names the class that this drug belongs to.", "病历记录对该药物所属类别过敏。"),
    Text("Choose a drug of another class, or have the entry reviewed.", "请选用其他类别药物，或核实该过敏记录。"),
)


def review(drugs: tuple[DrugInUse, ...], chart: Chart, knowledge: AllergyKnowledge, language: Language) -> Examination:
    """Findings for the orders that an allergy speaks against."""
    orders = tuple(d for d in drugs if d.is_order and d.ingredients)
    recorded, gaps = _read(chart, orders, knowledge, language)
    found: dict[tuple[str, str, str], Finding] = {}
    for drug in orders:
        for entry in recorded:
            hit = _worst(_hits(drug, entry, knowledge))
            if hit is not None:
                key = (drug.reference, hit.kind, hit.rule)
                made = _finding(drug, entry, hit, language)
                found[key] = _merged(found[key], made) if key in found else made
    return Examination(
        family="allergy",
        compared=COMPARED,
        count=len(orders) * len(recorded),
        findings=tuple(found.values()),
        not_checked=gaps,
    )


def _read(
    chart: Chart, orders: tuple[DrugInUse, ...], knowledge: AllergyKnowledge, language: Language
) -> tuple[list[Recorded], tuple[NotChecked, ...]]:
    """The entries that can be used, and what could not be: nothing recorded, words unknown, foods and the like."""
    if chart.allergies.state == "withheld":
        return [], ()
    if chart.allergies.state == "not-recorded":
        return [], (not_recorded(orders, language),)
    counted = (a for a in chart.allergies if a.verification not in _UNUSED and not a.no_known_risk)
    used = [a for a in counted if a.concept.coding or a.concept.text]
    entries = [(a, _understood(a, knowledge)) for a in used]
    recorded = [e for _, e in entries if e.ingredients or e.groups]
    rest = [a for a, e in entries if not (e.ingredients or e.groups)]
    others = [a for a in rest if _is_no_drug(a)]
    gaps = [not_resolved(a, language) for a in rest if not _is_no_drug(a)]
    if others:
        only = len(others) == len(entries) and "medication" not in chart.allergies.denied
        gaps += [not_recorded(orders, language)] if only else []
        gaps.append(not_drugs(others, language))
    return recorded, tuple(gaps)


def _is_no_drug(allergy: Allergy) -> bool:
    """Whether the entry says that its allergen is a food or something of the environment."""
    return bool(allergy.category) and _NOT_DRUGS.issuperset(allergy.category)


def _understood(allergy: Allergy, knowledge: AllergyKnowledge) -> Recorded:
    named = [(allergy.concept, allergy.path)]
    named += [(r.substance, f"reaction[{i}].substance") for i, r in enumerate(allergy.reactions) if r.substance]
    ingredients: dict[str, None] = {}
    groups: dict[str, Group] = {}
    for concept, _ in named:
        found = _groups(concept, knowledge)
        groups.update((g.id, g) for g in found)
        if not found:
            ingredients.update(dict.fromkeys(_ingredients(concept)))
    return Recorded(
        reference=allergy.source.reference,
        words=(allergy.concept.name() or "")[:_QUOTED],
        ingredients=tuple(ingredients),
        groups=tuple(groups.values()),
        evidence=_evidence(allergy),
        high=allergy.criticality == "high",
        severe=_was_severe(allergy),
        intolerance=allergy.kind == "intolerance" or (allergy.kind is None and _only_side_effects(allergy)),
        ended=allergy.active is False,
        certainty="possible" if allergy.verification == "unconfirmed" else "definite",
    )


def _groups(concept: Concept, knowledge: AllergyKnowledge) -> list[Group]:
    coded = [g for code in concept.codes(SNOMED) if (g := knowledge.coded(code))]
    named = [g for text in _texts(concept) for part in _parts(text) if (g := knowledge.named(part))]
    return [*coded, *named]


def _ingredients(concept: Concept) -> Iterable[str]:
    """The drugs that an entry names: by its codes, or by words that are a drug's name and nothing else."""
    coded = resolved(Concept(coding=tuple(Code(c.system, c.code) for c in concept.coding)))
    if coded.ingredients:
        return coded.ids
    read = [resolved(Concept(text=word)) for text in _texts(concept) for part in _parts(text) if (word := bare(part))]
    return [i for r in read if r.complete for i in r.ids]


def _texts(concept: Concept) -> list[str]:
    words = [concept.text, *(c.display for c in concept.coding)]
    return list(dict.fromkeys(w for w in words if w))


def _parts(text: str) -> list[str]:
    """The whole text, then its parts ("penicillin and sulfa"), a bounded number of them."""
    parts = SEPARATORS.split(text[:400])[:8]
    return [text, *parts] if len(parts) > 1 else [text]


def _evidence(allergy: Allergy) -> tuple[ChartEvidence, ...]:
    name = allergy.concept.name()
    cited = [allergy.source.cite(literal_path(allergy.concept, allergy.path), name, on=allergy.recorded)]
    if allergy.criticality:
        cited.append(allergy.source.cite("criticality", allergy.criticality))
    for place, reaction in enumerate(allergy.reactions[:3]):
        if reaction.severity:
            cited.append(allergy.source.cite(f"reaction[{place}].severity", reaction.severity))
        for number, sign in enumerate(reaction.manifestations[:3]):
            if (name := sign.name()) and _sounds_grave(name):
                path = literal_path(sign, f"reaction[{place}].manifestation[{number}]")
                cited.append(allergy.source.cite(path, name))
    return tuple(cited)


def _was_severe(allergy: Allergy) -> bool:
    told = any(r.severity == "severe" for r in allergy.reactions)
    return told or any(_sounds_grave(word) for word in _manifestations(allergy))


def _sounds_grave(manifestation: str) -> bool:
    return any(sign in manifestation.lower() for sign in _GRAVE)


def _only_side_effects(allergy: Allergy) -> bool:
    """Whether all that is told to have happened is a side effect, where the entry does not say what it is."""
    told = _manifestations(allergy)
    return bool(told) and _SIDE_EFFECTS.issuperset(told)


def _manifestations(allergy: Allergy) -> list[str]:
    return [plain(m.name() or "") for r in allergy.reactions for m in r.manifestations]


def _hits(drug: DrugInUse, entry: Recorded, knowledge: AllergyKnowledge) -> list[Hit]:
    hits: list[Hit] = []
    for ingredient in drug.ingredients:
        if ingredient in entry.ingredients:
            hits.append(_same(ingredient, knowledge))
        for group in entry.groups:
            hits += _against_group(ingredient, group, knowledge)
        for culprit in entry.ingredients:
            crossing = knowledge.crossing(culprit, ingredient) if culprit != ingredient else None
            if crossing is not None:
                of, into = crossing.source_group, crossing.target_group
                rows = (crossing.evidence, of.members[culprit], into.members[ingredient])
                hits.append(_hit("allergy-cross", crossing.id, crossing, rows))
    return hits


def _same(ingredient: str, knowledge: AllergyKnowledge) -> Hit:
    return Hit(
        kind="allergy-same-drug",
        rule=f"same-drug:{ingredient}",
        severity="high",
        present="interrupt",
        certainty="definite",
        why=_SAME[0],
        advice=_SAME[1],
        evidence=(knowledge.rules["same-drug"],),
    )


def _against_group(ingredient: str, group: Group, knowledge: AllergyKnowledge) -> list[Hit]:
    crossing = knowledge.crossing_of_group(group.id, ingredient)
    if ingredient in group.members and group.kind == "umbrella" and crossing is not None:
        return [_hit("allergy-same-class", crossing.id, crossing, (crossing.evidence, group.members[ingredient]))]
    if ingredient in group.members:
        rows = (knowledge.rules["same-class"], group.members[ingredient])
        return [
            Hit(
                kind="allergy-same-class",
                rule=f"same-class:{group.id}",
                severity="high",
                present="interrupt",
                certainty="probable",
                why=_CLASS[0],
                advice=_CLASS[1],
                evidence=rows,
            )
        ]
    if crossing is None:
        return []
    rows = (crossing.evidence, crossing.target_group.members[ingredient])
    return [_hit("allergy-cross", crossing.id, crossing, rows)]


def _hit(kind: str, rule: str, crossing: Crossing, rows: tuple[KnowledgeEvidence, ...]) -> Hit:
    return Hit(
        kind=kind,
        rule=rule,
        severity=crossing.severity,
        present=crossing.present,
        certainty=crossing.certainty,
        why=crossing.why,
        advice=crossing.advice,
        evidence=rows,
        grave_present=crossing.grave_present,
    )


def _worst(hits: list[Hit]) -> Hit | None:
    """The hit that matters most: the drug itself, then by severity."""
    if not hits:
        return None
    return min(hits, key=lambda h: (_KINDS.index(h.kind), SEVERITIES.index(h.severity), h.present, h.rule))


def _weighed(hit: Hit, entry: Recorded) -> tuple[Severity, Present]:
    """Severity and presentation after what the entry says: criticality, reaction, intolerance only, no longer active.

    A like side chain interrupts where the entry is grave: there the next reaction may be the fatal one.
    """
    severity, present = hit.severity, hit.present
    if entry.grave:
        severity, present = _WORSE.get(severity, severity), hit.grave_present or present
    elif entry.intolerance:
        severity, present = milder(severity, "moderate"), quieter(present, "passive")
    if entry.ended:
        severity, present = milder(severity, "low"), quieter(present, "passive")
    return severity, present


def _finding(drug: DrugInUse, entry: Recorded, hit: Hit, language: Language) -> Finding:
    severity, present = _weighed(hit, entry)
    evidence: tuple[Evidence, ...] = (*entry.evidence, *hit.evidence, *drug.evidence)
    return Finding(
        id=stable_id(hit.rule, *drug.ingredients),
        code=code_of(hit.kind),
        severity=severity,
        present=present,
        headline=_headline(drug, entry, hit, language),
        why=_why(entry, hit, language),
        advice=hit.advice.in_(language),
        evidence=evidence,
        certainty=weaker(hit.certainty, entry.certainty),
        about=(drug.reference, entry.reference),
        suggestions=removals((drug,), language) if present == "interrupt" else (),
    )


_KINDS: Final = ("allergy-same-drug", "allergy-same-class", "allergy-cross")
_HEADLINES: Final = {
    "allergy-same-drug": Text("{drug}: allergy is recorded", "{drug}：已有过敏记录"),
    "allergy-same-class": Text("{drug}: allergy to {to} is recorded", "{drug}：已有{to}过敏记录"),
    "allergy-cross": Text("{drug}: may cross with the allergy to {to}", "{drug}：与{to}可能交叉过敏"),
}


def _headline(drug: DrugInUse, entry: Recorded, hit: Hit, language: Language) -> str:
    """With two ingredients of the drug where they find room, else with one."""
    names = [name_of(i, language) for i in drug.ingredients[:2]]
    said, to = _HEADLINES[hit.kind].in_(language), _to(entry, language)
    whole = said.replace("{to}", to).replace("{drug}", " + ".join(names))
    return whole if fit(whole) == whole else fit(said.replace("{to}", to).replace("{drug}", names[0]))


def _to(entry: Recorded, language: Language) -> str:
    if entry.groups:
        return entry.groups[0].name.in_(language)
    return name_of(entry.ingredients[0], language)


def _why(entry: Recorded, hit: Hit, language: Language) -> str:
    if language == "zh":
        marks = _marks(entry, language)
        ended = "，该记录已标为非活动" if entry.ended else ""
        return f"病历记录：“{entry.words}”{marks}{ended}。{hit.why.zh}"
    marks = _marks(entry, language)
    ended = ", marked as no longer active" if entry.ended else ""
    return f'Recorded: "{entry.words}"{marks}{ended}. {hit.why.en}'


def _marks(entry: Recorded, language: Language) -> str:
    """What the entry says of its weight, in brackets: criticality is not severity, so each has its own words."""
    told = (
        (entry.intolerance, Text("intolerance", "不耐受")),
        (entry.high, Text("criticality high", "危急度高")),
        (entry.severe, Text("severe reaction", "有严重反应")),
    )
    words = [text.in_(language) for holds, text in told if holds]
    if not words:
        return ""
    return f"（{'、'.join(words)}）" if language == "zh" else f" ({', '.join(words)})"


def _merged(first: Finding, second: Finding) -> Finding:
    """Two entries that say the same of one order make one finding, the graver one, with the evidence of both."""
    grave = first if SEVERITIES.index(first.severity) <= SEVERITIES.index(second.severity) else second
    return msgspec.structs.replace(
        grave,
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        about=tuple(dict.fromkeys((*first.about, *second.about))),
    )
