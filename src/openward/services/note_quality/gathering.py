"""From the request and the chart to one case; what is given goes before the chart."""

from datetime import UTC, datetime, timedelta
from typing import Final, cast

from openward.domain.code import ICD10, ICD10CM, LOINC
from openward.domain.errors import InputError
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.harness.service import Context
from openward.knowledge import tables
from openward.record.chart import Chart, Document, Encounter
from openward.services.note_quality import recorded
from openward.services.note_quality.case import Case, Happened, Note
from openward.services.note_quality.marking import KINDS, kind_of, language_of, moments, parts_of
from openward.services.note_quality.reads import GivenNote, Reads

_BEFORE: Final = timedelta(days=1)
_AFTER: Final = timedelta(days=45)
_DOCUMENTS: Final = ("DocumentReference", "Composition")


def gather(reads: Reads, chart: Chart | None, context: Context) -> Case:
    """One case of what was given and what the chart holds.

    Raises:
        InputError: a note names an unknown kind, a dialogue has no single note, or the encounter is not there.
    """
    notes = _given(reads)
    if reads.dialogue is not None and len(notes) != 1:
        raise InputError("input.dialogue: a dialogue goes with one note; give the note that was written from it")
    stay = None if notes and reads.encounter is None else _stay(reads, chart)
    charted = not notes
    if charted and chart is not None:
        notes = tuple(_charted(d, reads) for d in _documents(chart, stay))
    person = recorded.person(reads, chart)
    return Case(
        notes=notes,
        now=context.now,
        language=context.language,
        whole=reads.whole_encounter or (charted and stay is not None),
        events=_told(notes) | _events(reads, chart, stay),
        sex=person.sex,
        sex_evidence=person.sex_evidence,
        birth=person.birth,
        birth_evidence=person.birth_evidence,
        allergies=recorded.allergies(reads, chart),
        orders=recorded.orders(reads, chart),
        discharge_orders=recorded.discharge_orders(reads, chart),
        results=recorded.results(reads, chart, _bounds(stay)),
        diagnoses=recorded.diagnoses(reads, chart, (ICD10, ICD10CM)),
        dialogue=reads.dialogue,
    )


def _given(reads: Reads) -> tuple[Note, ...]:
    alone = (
        ()
        if reads.note is None
        else (GivenNote(text=reads.note, kind=reads.kind, title=reads.title, written=reads.written),)
    )
    listed = [("note", given) for given in alone]
    listed += [(f"notes[{n}].text", given) for n, given in enumerate(reads.notes)]
    return tuple(_note(place, given, reads) for place, given in listed)


def _note(place: str, given: GivenNote, reads: Reads) -> Note:
    if given.kind is not None and given.kind not in tables.find(KINDS).index:
        known = ", ".join(tables.find(KINDS).index)
        msg = f"input.{place.removesuffix('.text')}: the kind of the note is none of {known}"
        raise InputError(msg)
    language = language_of(given.text)
    return Note(
        place=place,
        text=given.text,
        kind=given.kind or kind_of(given.title or "", given.text, ()),
        standard=reads.standard or ("cn" if language == "zh" else "us"),
        language=language,
        title=given.title or "",
        written=_aware(given.written),
        signed=_aware(given.signed),
        parts=parts_of(given.text),
    )


def _charted(document: Document, reads: Reads) -> Note:
    text = document.text or ""
    language = language_of(text)
    title = document.title or document.concept.name() or ""
    return Note(
        place=document.source.reference,
        version=document.source.version,
        charted=True,
        text=text,
        kind=kind_of(title, text, document.concept.codes(LOINC)),
        standard=reads.standard or ("cn" if language == "zh" else "us"),
        language=language,
        title=title,
        written=document.at,
        parts=parts_of(text),
    )


def _stay(reads: Reads, chart: Chart | None) -> Encounter | None:
    """The encounter that is named, else the one that began last."""
    if chart is None or chart.encounters.state == "withheld":
        return None
    if reads.encounter is not None:
        wanted = reads.encounter.removeprefix("Encounter/")
        found = next((e for e in chart.encounters if e.source.reference == f"Encounter/{wanted}"), None)
        if found is None:
            raise InputError("input.encounter: the chart has no such encounter; name one as Encounter/id")
        return found
    dated = [e for e in chart.encounters if e.period.start is not None]
    return max(dated, key=lambda e: cast("datetime", e.period.start), default=None)


def _bounds(stay: Encounter | None) -> tuple[datetime, datetime] | None:
    if stay is None or stay.period.start is None:
        return None
    start = stay.period.start
    return start - _BEFORE, (stay.period.end or datetime.max.replace(tzinfo=UTC) - _AFTER) + _AFTER


def _documents(chart: Chart, stay: Encounter | None) -> list[Document]:
    """The notes of the stay in order of time; without a stay all notes."""
    if chart.documents.state == "withheld":
        return []
    bounds = _bounds(stay)
    kept = [
        d
        for d in chart.documents
        if d.text
        and d.source.reference.partition("/")[0] in _DOCUMENTS
        and d.status != "entered-in-error"
        and (bounds is None or d.at is None or bounds[0] <= d.at <= bounds[1])
    ]
    return sorted(kept, key=lambda d: d.at.timestamp() if d.at else 0.0)


def _events(reads: Reads, chart: Chart | None, stay: Encounter | None) -> dict[str, Happened]:
    found: dict[str, Happened] = {}
    if stay is not None and stay.class_code not in {"AMB", "EMER"}:
        for name, at, path in (("admitted", stay.period.start, "start"), ("discharged", stay.period.end, "end")):
            if at is not None:
                found[name] = Happened(at, ChartEvidence(stay.source.reference, stay.source.version, f"period.{path}"))
    person = chart.demographics if chart is not None else None
    if person is not None and person.deceased_at is not None:
        found["died"] = Happened(person.deceased_at, person.source.cite("deceasedDateTime"))
    for name, at in reads.events.items():
        found[name] = Happened(cast("datetime", _aware(at)), InputEvidence(f"events.{name}"))
    return found


def _told(notes: tuple[Note, ...]) -> dict[str, Happened]:
    """The time of admission that an admission note gives, in the zone that the note was written in."""
    for note in notes:
        if note.kind != "admission" or note.written is None:
            continue
        for part in note.of("admitted"):
            for moment in moments(note.text, part.start, part.end, note.written.tzinfo)[:1]:
                if moment.exact:
                    return {"admitted": Happened(moment.at, note.cite(moment.start, moment.end))}
    return {}


def _aware(at: datetime | None) -> datetime | None:
    """A time that names no offset is taken in UTC, as the record does."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
