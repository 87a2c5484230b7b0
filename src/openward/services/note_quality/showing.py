"""From what rules found to findings and faults for a person, worst first."""

import hashlib
from typing import Final, NamedTuple

from openward.domain.code import Code
from openward.domain.headline import fit
from openward.domain.proposal import SEVERITIES, Finding, Language, NotChecked, Present
from openward.domain.text import Text
from openward.knowledge import tables
from openward.services.note_quality.applying import Applied
from openward.services.note_quality.case import Case, Hit, Note
from openward.services.note_quality.marking import KINDS
from openward.services.note_quality.proposal import SYSTEM, Fault, NoteReviewed
from openward.services.note_quality.rules import Rule

_MOST: Final = 400
_NEEDS: Final = {
    "orders": (Text("The orders", "医嘱"), Text("the orders of the stay", "本次住院医嘱")),
    "discharge-orders": (Text("The orders at discharge", "出院医嘱单"), Text("the orders at discharge", "出院带药医嘱")),
    "allergies": (Text("The allergy list", "过敏清单"), Text("the allergy list, or that there is none", "过敏清单或无过敏声明")),
    "results": (Text("Results and vital signs", "检验结果及体温等"), Text("the observations of the stay", "本次住院检验与体征数据")),
    "diagnoses": (Text("The coded diagnoses", "编码诊断"), Text("the diagnoses with their ICD-10 codes", "带ICD-10编码的诊断")),
    "sex": (Text("The sex of the patient", "患者性别"), Text("the sex", "性别")),
    "birth-date": (Text("The date of birth", "出生日期"), Text("the date of birth", "出生日期")),
    "time-of-writing": (Text("When the note was written", "记录书写时间"), Text("date and time of writing", "记录的日期和时间")),
    "whole-encounter": (
        Text("Whether documents are missing", "是否缺少文书"),
        Text("all documents of the encounter, and the word that they are all", "本次就诊全部文书，并说明已齐全"),
    ),
    "kind-of-note": (Text("What each note is", "文书类型"), Text("the kind or the title of the note", "文书类型或标题")),
    "symptoms-understood": (
        Text("Whether complaint and history agree", "主诉与现病史是否一致"),
        Text("a person who reads both; no symptom was understood", "需人工核对，未能识别症状词"),
    ),
}  # fmt: skip


class Shown(NamedTuple):
    """A finding with the rule, note and fault that made it."""

    finding: Finding
    rule: Rule
    place: str
    hit: Hit


def shown(applied: tuple[Applied, ...], language: Language) -> tuple[Shown, ...]:
    """All findings: by severity, then veto, then points, then the order of the notes."""
    made: list[Shown] = []
    taken: dict[str, int] = {}
    for one in applied:
        for hit in one.hits:
            made.append(_shown(one, hit, language, taken))
    return tuple(sorted(made, key=_rank)[:_MOST])


def _rank(one: Shown) -> tuple[int, bool, float]:
    return SEVERITIES.index(one.rule.severity), one.rule.veto is None, -one.rule.points


def _shown(one: Applied, hit: Hit, language: Language, taken: dict[str, int]) -> Shown:
    rule, place = one.rule, one.note.place if one.note is not None else "encounter"
    seed = "\x1f".join((rule.id, place, hit.key))
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
    if need.startswith("event-"):
        name = need.removeprefix("event-").replace("_", " ")
        what, needed = (
            Text(f"Deadlines after: {name}", f"以“{name}”为起点的时限"),
            Text(f"the time of: {name}", f"“{name}”时间"),
        )
    else:
        what, needed = _NEEDS[need]
    why = Text(f"{len(ids)} rules need it and it is not there.", f"{len(ids)}条规则需要该信息但未提供。")
    about = tuple(n.place for n in case.notes if n.kind is None) if need == "kind-of-note" else ()
    return NotChecked(
        code=f"no-{need}", what=what.in_(language), why=why.in_(language), needed=needed.in_(language), about=about[:50]
    )


def reviewed(case: Case) -> tuple[NoteReviewed, ...]:
    """The notes as they were understood."""
    return tuple(_reviewed(note, case.language) for note in case.notes)


def _reviewed(note: Note, language: Language) -> NoteReviewed:
    row = tables.find(KINDS).index.get(note.kind or "")
    unknown = "未能识别" if language == "zh" else "not recognised"
    return NoteReviewed(
        place=note.place,
        kind=note.kind,
        kind_name=row[f"name_{language}"] if row is not None else unknown,
        standard=note.standard,
        language=note.language,
        written=note.written,
        sections=tuple(dict.fromkeys(part.section for part in note.parts)),
    )
