"""How a note is drafted: hear the talk, read the chart, sort statements into sections, say what is missing."""

from datetime import timedelta
from typing import Final, NamedTuple

from openward.domain.errors import InputError
from openward.domain.proposal import SEVERITIES, Examined, Finding, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text, fill
from openward.harness.service import Context
from openward.knowledge import tables
from openward.record.chart import Chart
from openward.services.clinical_note import charted, measured, prescribed, showing
from openward.services.clinical_note.against import disagreements, unmentioned
from openward.services.clinical_note.course import course, procedures
from openward.services.clinical_note.drafting import Draft, draft
from openward.services.clinical_note.formats import TABLE, Layout, layout_of
from openward.services.clinical_note.hearing import Heard
from openward.services.clinical_note.person import Sex, sex_of
from openward.services.clinical_note.proposal import ClinicalNote, Section
from openward.services.clinical_note.reads import MAX_TEXT, Reads
from openward.services.clinical_note.speakers import Transcript, transcript
from openward.services.clinical_note.statement import Statement
from openward.services.clinical_note.telling import Telling

SERVICE_ID: Final = "clinical-note"
VERSION: Final = "0.1.0"


def clinical_note(reads: Reads, chart: Chart | None, context: Context) -> Proposal[ClinicalNote]:
    """A draft of the note that is wanted, from all that was said so far and the chart.

    Raises:
        InputError: there is neither a talk nor a chart, or the talk is too long.
    """
    if reads.dialogue is None and not reads.turns and chart is None:
        raise InputError("give a 'dialogue', 'turns' or a patient: there is nothing to write a note from")
    if sum(len(turn.text) for turn in reads.turns) > MAX_TEXT:
        raise InputError(f"the turns may have {MAX_TEXT:,} characters together; split the talk")
    layout = layout_of(reads, context.language)
    said = transcript(reads)
    heard = Heard(said) if said.turns else None
    told = _told(heard, chart)
    statements = told.statements + (_charted(chart, reads, context) if chart is not None else [])
    drafted = draft(statements, layout, heard, context.language, final=reads.final)
    missing = showing.gaps(drafted.sections, layout, said, chart, context.language)
    limits = showing.limits(drafted.withheld, told.doubtful, context.language)
    against_chart: list[Finding] = []
    if heard is not None and chart is not None:
        against_chart = disagreements(statements, chart, context.language)
        limits += unmentioned(statements, chart, context.language) if reads.final else ()
    return _proposal(reads, chart, context, layout, said, drafted, against_chart, (*missing, *limits))


class _Told(NamedTuple):
    """What came of a talk, and how many sentences seem to be another speaker's than is marked."""

    statements: list[Statement]
    doubtful: int


def _told(heard: Heard | None, chart: Chart | None) -> _Told:
    if heard is None:
        return _Told([], 0)
    known = chart.demographics.gender if chart is not None and chart.demographics is not None else None
    sex: Sex | None = "female" if known == "female" else "male" if known == "male" else sex_of(heard.text)
    telling = Telling(heard, sex)
    return _Told(telling.run(), telling.doubtful)


def _charted(chart: Chart, reads: Reads, context: Context) -> list[Statement]:
    """What the chart adds to a note of this kind."""
    language = context.language
    stay = charted.stay_of(chart, context)
    inside = reads.format in ("discharge", "handover", "progress") and stay is not None
    begun = stay.period.start.date() if stay is not None and stay.period.start is not None else None
    since = reads.since or (
        (context.now - timedelta(days=1)).date() if reads.format in ("progress", "handover") else None
    )
    out = [
        *charted.person(chart, context),
        *charted.problems(chart, context, stay),
        *charted.allergies(chart, language),
    ]
    out += charted.stay(stay, language) if reads.format in ("discharge", "handover", "admission") else []
    if reads.format == "discharge" and stay is not None:
        out += prescribed.reconciled(chart, stay, language)
        out += course(chart, "course", begun, language)
    elif reads.format == "admission" and stay is not None and begun is not None:
        out += prescribed.at_home(chart, stay, language)
    else:
        out += prescribed.current(chart, language)
        out += prescribed.stopped_lately(chart, context.now, language) if reads.format == "referral" else []
    if reads.format in ("progress", "handover"):
        out += course(chart, "events", since, language)
    out += procedures(chart, begun if inside else None, language)
    within = measured.first_day(stay) if reads.format == "admission" and reads.since is None else None
    first = reads.since or (begun if inside and reads.format == "discharge" else since)
    out += measured.results(chart, context, first, within)
    return out + measured.vitals(chart, context, since, within) + measured.pending(chart, language)


def _proposal(  # noqa: PLR0913, PLR0917 - the parts of one proposal
    reads: Reads,
    chart: Chart | None,
    context: Context,
    layout: Layout,
    said: Transcript,
    drafted: Draft,
    against: list[Finding],
    gaps: tuple[NotChecked, ...],
) -> Proposal[ClinicalNote]:
    language = context.language
    title = layout.title.in_(language)
    body = ClinicalNote(
        format=layout.id,
        title=title,
        style=layout.style,
        final=reads.final,
        sections=drafted.sections,
        draft=whole(title, drafted.sections, _EMPTY.in_(language)),
        withheld=len(drafted.withheld),
    )
    empty = sum(section.missing for section in drafted.sections)
    count = sum(len(section.sentences) for section in drafted.sections)
    return Proposal(
        summary=fill(_SUMMARY.in_(language), title=title, count=count, missing=empty),
        body=body,
        findings=(
            *sorted(against, key=lambda f: SEVERITIES.index(f.severity)), *showing.findings(drafted.sections, language),
        ),
        not_checked=gaps,
        examined=_examined(said, chart, language),
        language=language,
        made_by=MadeBy(
            service=SERVICE_ID, service_version=VERSION, chart_version=chart.version if chart else None,
            knowledge={TABLE: tables.find(TABLE).version},
        ),
    )  # fmt: skip


def whole(title: str, sections: tuple[Section, ...], like: str) -> str:
    """The whole note as plain text; a required section without words says so, in the words of a text like it."""
    empty = _EMPTY.zh if _EMPTY.zh in like else _EMPTY.en
    parts = [title]
    for section in sections:
        if section.written.strip():
            parts.append(f"{section.name}\n{section.written}")
        elif section.missing:
            parts.append(f"{section.name}\n{empty}")
    return "\n\n".join(parts) + "\n"


def _examined(said: Transcript, chart: Chart | None, language: Language) -> tuple[Examined, ...]:
    out = []
    if said.turns:
        out.append(Examined(what=_TURNS.in_(language), count=len(said.turns)))
    if chart is not None:
        out.append(Examined(what=_ENTRIES.in_(language), count=chart.resources))
    return tuple(out)


_SUMMARY: Final = Text(
    "{title}: {count:statement|statements}, each with its source; "
    "{missing:required section has|required sections have} nothing yet.",
    "{title}：共{count}条，均附来源；{missing}个必备部分尚无内容。",
)
_EMPTY: Final = Text("[not said; ask]", "〔未提及，请询问补充〕")
_TURNS: Final = Text("turns of the talk", "对话轮次")
_ENTRIES: Final = Text("resources of the record", "病历资源")
