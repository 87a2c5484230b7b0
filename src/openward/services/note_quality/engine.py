"""How note quality thinks: gather, apply every rule that speaks, score, rank, say what was left out."""

from typing import Final

from openward.domain.errors import InputError
from openward.domain.proposal import Examined, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text
from openward.harness.service import Context
from openward.knowledge import tables
from openward.record.chart import Chart
from openward.services.note_quality import scoring
from openward.services.note_quality.applying import Applied, apply
from openward.services.note_quality.case import Case
from openward.services.note_quality.gathering import gather
from openward.services.note_quality.proposal import Grade, NoteQuality
from openward.services.note_quality.reads import Reads
from openward.services.note_quality.showing import Shown, faults, gaps, outcomes, reviewed, shown

SERVICE_ID: Final = "note-quality"
VERSION: Final = "0.1.0"
TABLES: Final = (
    "note_rules", "note_kinds", "note_sections", "note_regions", "findings", "ingredients", "analytes",
    "critical_values", "allergy_groups", "allergy_members", "allergy_cross",
)  # fmt: skip


def review(reads: Reads, chart: Chart | None, context: Context) -> Proposal[NoteQuality]:
    """Reviews one note, or the notes of an encounter.

    Raises:
        InputError: a note names an unknown kind, the named encounter is not in the chart, or there is no note.
    """
    case = gather(reads, chart, context)
    if reads == Reads() and not case.notes:
        raise InputError("note: paste a note, or name a stay whose documents are in the chart")
    applied = apply(case)
    found = shown(applied, context.language)
    body = _body(case, applied, found)
    return Proposal(
        summary=_summary(body, context.language),
        body=body,
        findings=tuple(one.finding for one in found),
        not_checked=(*_nothing(case), *_thin(case), *gaps(case, applied)),
        examined=(
            Examined(what=_NOTES.in_(context.language), count=len(case.notes)),
            Examined(what=_RULES.in_(context.language), count=sum(not a.moot for a in applied)),
        ),
        language=context.language,
        made_by=MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge=_versions()),
    )


@tables.remembered(1)
def _versions() -> dict[str, str]:
    return {name: tables.find(name).version for name in TABLES}


def _body(case: Case, applied: tuple[Applied, ...], found: tuple[Shown, ...]) -> NoteQuality:
    vetoes: tuple[Grade, ...] = tuple(a.rule.veto for a in applied if a.hits and a.rule.veto is not None)
    why_not = scoring.unscored(case)
    score = max(0.0, round(scoring.FULL - scoring.lost(applied), 1)) if why_not is None else None
    least = max(0.0, round(score - scoring.open_points(applied), 1)) if score is not None else None
    grade = scoring.grade_of(score, vetoes) if score is not None else None
    worst = scoring.grade_of(least, vetoes) if least is not None and all(note.kind for note in case.notes) else None
    moot = sum(a.moot for a in applied)
    return NoteQuality(
        total_score=score,
        least_score=least,
        grade=grade,
        grade_rule=scoring.GRADE_RULE.in_(case.language),
        grade_name=(scoring.GRADE_NAMES[grade] if grade else why_not or scoring.UNGRADED).in_(case.language),
        provisional=grade != worst,
        vetoes=tuple(dict.fromkeys(a.rule.id for a in applied if a.hits and a.rule.veto is not None)),
        faults=faults(found, case.language),
        families=scoring.families(applied),
        notes=reviewed(case),
        outcomes=outcomes(applied, case.language),
        rules_applied=len(applied) - moot,
        rules_met=sum(not a.hits and not a.gaps and not a.moot for a in applied),
        rules_broken=sum(bool(a.hits) for a in applied),
        rules_not_checked=sum(bool(a.gaps) and not a.hits for a in applied),
        rules_not_applicable=moot,
    )


def _nothing(case: Case) -> tuple[NotChecked, ...]:
    if case.notes:
        return ()
    language = case.language
    return (
        NotChecked(
            code="no-notes",
            what=Text("The quality of notes", "病历质量").in_(language),
            why=Text("No note was given and the chart holds none.", "未提供文书，病历中也没有文书。").in_(language),
            needed=Text("The text of a note, or documents with text.", "请提供文书内容。").in_(language),
        ),
    )


def _thin(case: Case) -> tuple[NotChecked, ...]:
    if not case.notes or scoring.unscored(case) is not scoring.THIN:
        return ()
    language = case.language
    return (
        NotChecked(
            code="too-little-text",
            what=Text("Score and grade", "评分与等级").in_(language),
            why=Text("The text is too short to be judged as a note.", "内容过少，无法作为文书评价。").in_(language),
            needed=Text("The whole note.", "完整的文书。").in_(language),
        ),
    )


def _summary(body: NoteQuality, language: Language) -> str:
    if not body.notes:
        return Text("No note was reviewed.", "未审核任何文书。").in_(language)
    count, notes = len(body.faults), len(body.notes)
    first = body.faults[0].what if body.faults else ""
    if language == "zh":
        said = f"{notes}份文书，{count}处缺陷，{_points(body, language)}{body.grade_name}。"
        return said + (f"首要：{first}。" if first else "")
    said = f"{_counted(notes, 'note')}, {_counted(count, 'fault')}{_points(body, language)}. {body.grade_name}."
    return said + (f" First: {first}." if first else "")


def _points(body: NoteQuality, language: Language) -> str:
    """The score with its least, nothing where there is none."""
    if body.total_score is None:
        return ""
    narrow = body.total_score == body.least_score
    if language == "zh":
        return f"{body.total_score:g}分{'' if narrow else f'（未核查部分最低{body.least_score:g}分）'}，"
    return f", {body.total_score:g} points{'' if narrow else f' (at least {body.least_score:g})'}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_NOTES: Final = Text("notes reviewed", "审核的文书")
_RULES: Final = Text("rules applied", "应用的规则")
