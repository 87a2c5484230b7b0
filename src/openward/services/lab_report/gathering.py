"""From a request to a bench: which results are read, whose they are, and what came before."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from openward.domain.errors import InputError
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.harness.service import Context
from openward.record.chart import Chart, Reading
from openward.services.lab_report import charted, reading
from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench
from openward.services.lab_report.drug_effects import drugs_in_use
from openward.services.lab_report.lines import Line, Sitter, line_of
from openward.services.lab_report.reads import GivenResult, Reads
from openward.services.lab_report.remarks import Told
from openward.services.lab_report.result import Panel, Person, Result, Sex, Unread

FORMS: Final = ("text", "csv", "hl7", "pdf", "fhir")
MAX_LINES: Final = 3000
Known = TypeVar("Known")
_SEXES: Final[dict[str, Sex]] = {"female": "female", "male": "male"}
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


class Gathered(msgspec.Struct, frozen=True):
    """The bench, the lines older than it, what could not be read, and the words of the report as a whole."""

    bench: Bench
    unread: tuple[Unread, ...]
    told: tuple[Told, ...]


def gather(reads: Reads, chart: Chart | None, context: Context) -> Gathered:
    """Reads what was given, else the report of the chart.

    Raises:
        InputError: more than one report was given, or it is far too long.
    """
    panel, path, told = _panel(reads)
    person = _person(reads, panel.person if panel else Person(), chart, context.now)
    report = charted.report_of(chart, context.focus, context.now) if chart is not None else charted.Charted()
    if panel is None and report.written is not None:
        panel, told = (
            _written(report.written.text or ""),
            ((report.written.text or "", report.written.source.cite(), ""),),
        )
        cite = report.written.source.cite()
        lines = [line_of(r, cite, report.written.source.reference, person) for r in panel.results]
    elif panel is not None:
        lines = [_given_line(r, place, path, person) for place, r in enumerate(panel.results)]
    else:
        lines = [_charted_line(r, person) for r in report.current]
    earlier = [_charted_line(r, person) for r in _before(report, given=panel is not None and not report.written)]
    newest, older = _newest(lines)
    bench = Bench(
        newest,
        person,
        now=context.now,
        language=context.language,
        drugs=drugs_in_use(reads.medications, chart, context.language),
        history=_history([*older, *earlier]),
    )
    return Gathered(bench, panel.unread if panel else (), told)


def _panel(reads: Reads) -> tuple[Panel | None, str, tuple[Told, ...]]:
    """The panel of the one form that was given, the path of the input, and the report's words."""
    forms = [form for form in FORMS if getattr(reads, form) is not None]
    if len(forms) + bool(reads.results) > 1:
        msg = f"one report at a time: {', '.join([*forms, *(['results'] if reads.results else [])])} were given"
        raise InputError(msg)
    if reads.results:
        return Panel(results=tuple(_as_result(r, i) for i, r in enumerate(reads.results))), "", ()
    if not forms:
        return None, "", ()
    form = forms[0]
    panel = _read(reads)
    if len(panel.results) > MAX_LINES:
        msg = f"the report holds {len(panel.results)} results, at most {MAX_LINES} are read at once; send it in parts"
        raise InputError(msg)
    words = reads.text or reads.csv
    return panel, form, ((words, InputEvidence(form), ""),) if words else ()


def _read(reads: Reads) -> Panel:
    if reads.text is not None:
        return reading.read_text(reads.text)
    if reads.csv is not None:
        return reading.read_csv(reads.csv)
    if reads.hl7 is not None:
        return reading.read_hl7(reads.hl7)
    if reads.pdf is not None:
        return reading.read_pdf(_bytes_of(reads.pdf))
    return reading.read_fhir(reads.fhir or {})


def _bytes_of(pdf: str) -> bytes:
    try:
        return base64.b64decode(pdf, validate=True)
    except binascii.Error:
        msg = "pdf is not base64; encode the bytes of the file"
        raise InputError(msg) from None


def _written(text: str) -> Panel:
    return reading.read_text(text)


def _as_result(given: GivenResult, place: int) -> Result:
    return Result(
        name=given.name or given.loinc or "?",
        place=f"results[{place}]",
        code=given.loinc,
        value=given.value,
        comparator=given.comparator,
        text=given.text,
        unit=given.unit,
        low=given.low,
        high=given.high,
        flag=given.flag,
        taken=_moment(given.taken, place),
        specimen=given.specimen,
        comment=given.comment,
    )


def _moment(text: str | None, place: int) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        msg = f"results[{place}].taken is no date or time; write such as 2026-11-21T09:00:00Z"
        raise InputError(msg) from None


def _given_line(result: Result, place: int, form: str, person: Sitter) -> Line:
    """A line of the input; a structured result can be quoted to the value, a report only named."""
    if form:
        return line_of(result, InputEvidence(form), result.place, person)
    path = f"results[{place}]"
    held = InputEvidence(f"{path}.value", result.value) if result.value is not None else InputEvidence(path)
    return line_of(result, held, path, person)


def _charted_line(held: Reading, person: Sitter) -> Line:
    measure = held.measure
    value: ChartEvidence = held.source.cite(
        held.path if measure else "",
        measure.value if measure else None,
        unit=measure.unit if measure else None,
        on=held.at,
    )
    about = held.source.reference
    return line_of(charted.result_of(held), value, about, person)


def _before(report: charted.Charted, *, given: bool) -> Iterable[Reading]:
    """What the chart holds besides the report that is read; all of it when the report came with the request."""
    return (*report.current, *report.earlier) if given else report.earlier


def _newest(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The newest line of each analyte, in the order of the report, and the others."""
    newest: dict[str, Line] = {}
    for line in lines:
        held = newest.get(line.name)
        if line.name and (held is None or _later(line, held)):
            newest[line.name] = line
    keep = {id(line) for line in newest.values()}
    current = [line for line in lines if not line.name or id(line) in keep]
    return current, [line for line in lines if line.name and id(line) not in keep]


def _later(line: Line, held: Line) -> bool:
    return line.taken is not None and (held.taken is None or line.taken > held.taken)


def _history(lines: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """Earlier results by analyte, newest first; those without a time cannot be placed."""
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.name and line.taken is not None and line.value is not None:
            grouped[line.name].append(line)
    return {
        name: tuple(sorted(held, key=lambda line: line.taken or _BEGINNING, reverse=True))
        for name, held in grouped.items()
    }


def _person(reads: Reads, told: Person, chart: Chart | None, now: datetime) -> Sitter:
    """What the request says goes before the report, the report before the chart."""
    age = reads.age_days if reads.age_days is not None else None if reads.age is None else reads.age * DAYS_PER_YEAR
    who = chart.demographics if chart is not None else None
    born = who.birth_date if who is not None else None
    charted_age = float((now.date() - born).days) if born is not None and born <= now.date() else None
    gender = _SEXES.get(who.gender or "") if who is not None else None
    pregnancy = {"present": True, "absent": False}.get(chart.pregnancy.state) if chart is not None else None
    return Sitter(
        age_days=_first(age, told.age_days, charted_age),
        sex=_first(reads.sex, told.sex, gender),
        pregnant=_first(reads.pregnant, told.pregnant, pregnancy),
        weeks=reads.weeks,
        fasting=reads.fasting,
        kidney_disease=charted.kidney_disease(chart) if chart is not None else None,
    )


def _first(*known: Known | None) -> Known | None:
    return next((k for k in known if k is not None), None)
