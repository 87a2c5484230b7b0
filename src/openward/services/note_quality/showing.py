"""From what rules found to findings and faults for a person, worst first."""

import hashlib
from typing import Final, NamedTuple

from openward.domain.code import Code
from openward.domain.headline import fit
from openward.domain.proposal import SEVERITIES, Finding, Language, NotChecked, Present
from openward.domain.text import Text, fill
from openward.knowledge import tables
from openward.services.note_quality.applying import Applied
from openward.services.note_quality.case import Case, Hit, Note
from openward.services.note_quality.marking import KINDS, SECTIONS
from openward.services.note_quality.needs import lacking
from openward.services.note_quality.proposal import SYSTEM, Fault, NoteReviewed, Outcome, RuleOutcome
from openward.services.note_quality.rules import ENCOUNTER, Rule

_MOST: Final = 400
_MOST_TOLD: Final = 5
_ORDER: Final[tuple[Outcome, ...]] = ("broken", "not_checked", "met", "not_applicable")


class Shown(NamedTuple):
    """A finding with the rule, note and fault that made it."""

    finding: Finding
    rule: Rule
    place: str
    hit: Hit


def shown(applied: tuple[Applied, ...], language: Language) -> tuple[Shown, ...]:
    """All findings: by severity, then veto, then points, then the order of the notes."""
    taken: dict[str, int] = {}
    made = [_shown(one, hit, language, taken) for one in applied for hit in one.hits]
    return tuple(sorted(made, key=_rank)[:_MOST])


def _rank(one: Shown) -> tuple[int, bool, float]:
    return SEVERITIES.index(one.rule.severity), one.rule.veto is None, -one.rule.points


def _shown(one: Applied, hit: Hit, language: Language, taken: dict[str, int]) -> Shown:
    rule, place = one.rule, one.note.place if one.note is not None else ENCOUNTER
    seed = f"{rule.id}\x1f{place}\x1f{hit.key}"
    taken[seed] = taken.get(seed, 0) + 1
    id = hashlib.sha256(f"{seed}\x1f{taken[seed]}".encode("utf-8", "replace")).hexdigest()[:20]
    detail = hit.detail.in_(language)
    cost = _cost(rule, language)
    finding = Finding(
        id=id,
        code=Code(SYSTEM, rule.topic, None),
        severity=rule.severity,
        present=_present(rule),
        headline=fit(rule.name.in_(language)),
        why=" ".join(part for part in (detail, cost) if part),
        advice=rule.fix.in_(language),
        evidence=(*hit.evidence, rule.evidence),
        certainty=rule.certainty,
        about=(place,) if one.note is not None else (),
    )
    return Shown(finding, rule, place, hit)


def _present(rule: Rule) -> Present:
    return "interrupt" if rule.family == "safety" and rule.severity == "critical" else "passive"


def _cost(rule: Rule, language: Language) -> str:
    if language == "zh":
        due = f"时限：{rule.deadline}。" if rule.deadline else ""
        return f"依据：{rule.source}。{due}扣{rule.points:g}分。"
    due = f" Deadline: {rule.deadline}." if rule.deadline else ""
    return f"Required by: {rule.source}.{due} It costs {rule.points:g} points."


def faults(found: tuple[Shown, ...], language: Language) -> tuple[Fault, ...]:
    """The list of what to mend, in the order of the findings."""
    return tuple(
        Fault(
            rank=rank,
            finding=one.finding.id,
            rule=one.rule.id,
            topic=one.rule.topic,
            family=one.rule.family,
            place=one.place,
            points=one.rule.points,
            veto=one.rule.veto,
            what=one.rule.name.in_(language),
            fix=one.rule.fix.in_(language),
            deadline=one.rule.deadline or None,
            due=one.hit.due if one.hit.due is not None and one.hit.due.tzinfo is not None else None,
        )
        for rank, one in enumerate(found, 1)
    )


def gaps(case: Case, applied: tuple[Applied, ...]) -> tuple[NotChecked, ...]:
    """What could not be looked at, once for each thing that is needed, with how many rules need it."""
    needing: dict[str, set[str]] = {}
    for one in applied:
        for gap in one.gaps:
            needing.setdefault(gap.need, set()).add(one.rule.id)
    for note in case.notes:
        if note.kind is None:
            needing.setdefault("kind-of-note", set()).add(note.place)
    return tuple(_gap(need, ids, case) for need, ids in needing.items())


def _gap(need: str, ids: set[str], case: Case) -> NotChecked:
    language = case.language
    what, needed = lacking(need, language)
    why = Text(
        fill("{:rule needs|rules need} it, and it is not there.", len(ids)), f"{len(ids)}条规则需要该信息但未提供。"
    )
    about = tuple(n.place for n in case.notes if n.kind is None) if need == "kind-of-note" else ()
    return NotChecked(code=f"no-{need}", what=what, why=why.in_(language), needed=needed, about=about[:50])


def outcomes(applied: tuple[Applied, ...], language: Language) -> tuple[RuleOutcome, ...]:
    """What became of every rule that speaks of these notes: broken ones first, then those that were not looked at."""
    grouped: dict[tuple[Outcome, str], list[Applied]] = {}
    for one in applied:
        grouped.setdefault((_outcome(one), one.rule.id), []).append(one)
    ordered = sorted(grouped.items(), key=lambda item: _ORDER.index(item[0][0]))
    return tuple(_told(outcome, alike, language) for (outcome, _), alike in ordered)


def _outcome(one: Applied) -> Outcome:
    if one.hits:
        return "broken"
    if one.gaps:
        return "not_checked"
    return "not_applicable" if one.moot else "met"


def _told(outcome: Outcome, alike: list[Applied], language: Language) -> RuleOutcome:
    """One rule that ended alike in one or more notes."""
    rule = alike[0].rule
    hits = [hit for one in alike for hit in one.hits]
    lacks = dict.fromkeys(lacking(gap.need, language)[1] for one in alike for gap in one.gaps)
    found = dict.fromkeys(hit.detail.in_(language) for hit in hits[:_MOST_TOLD])
    return RuleOutcome(
        rule=rule.id,
        what=rule.name.in_(language),
        outcome=outcome,
        notes=len(alike),
        points=min(rule.most, rule.points * len(hits)),
        why=" ".join(found) if hits else ("；" if language == "zh" else "; ").join(lacks),
        source=rule.source,
    )


def reviewed(case: Case) -> tuple[NoteReviewed, ...]:
    """The notes as they were understood."""
    return tuple(_reviewed(note, case.language) for note in case.notes)


def _reviewed(note: Note, language: Language) -> NoteReviewed:
    row = tables.find(KINDS).index.get(note.kind or "")
    sections = tables.find(SECTIONS).index
    found = dict.fromkeys(part.section for part in note.parts)
    unknown = "未能识别" if language == "zh" else "not recognised"
    return NoteReviewed(
        place=note.place,
        kind=note.kind,
        note_kind=row[f"name_{language}"] if row is not None else unknown,
        standard=note.standard,
        language=note.language,
        written_at=note.written,
        headings=tuple(names[f"name_{language}"] for id in found if (names := sections.get(id)) is not None),
    )
