"""Shows a chart to a person at a terminal."""

from collections.abc import Sequence
from datetime import date, datetime

from openward.domain.notation import written
from openward.doors.cli.session import console, show_table
from openward.doors.values import newest, value_of
from openward.record.chart import Chart, Dose, Section

_LATEST = 40


def show_chart(chart: Chart) -> None:
    """Prints demographics, then each section with dates and sources."""
    who, out = chart.demographics, console()
    if who is not None:
        age = who.age_at(chart.as_of)
        words = (who.name, who.gender, who.birth_text, None if age is None else f"{age} years")
        out.print(f"[bold]{' · '.join(w for w in words if w)}[/bold]", markup=True)
    out.print(f"[dim]Patient/{chart.patient} · {chart.version} · {chart.resources} resources[/dim]")
    for label, stated in (("pregnancy", chart.pregnancy), ("lactation", chart.lactation)):
        if stated.state != "not-recorded":
            out.print(f"{label}: {stated.state} ({_day(stated.at)})")
    problems = [(p.concept.name(), p.clinical_status, _day(p.onset), p.source.reference) for p in chart.problems]
    _section(chart.problems, problems, ("problem", "status", "since", "source"))
    _section(chart.allergies, [(a.concept.name(), a.kind, a.criticality, a.source.reference) for a in chart.allergies],
             ("allergy", "kind", "criticality", "source"))  # fmt: skip
    rows = [
        (
            m.concept.name(),
            "; ".join(map(_dose, m.doses)),
            m.status,
            _current(m.current),
            _day(m.authored),
            m.source.reference,
        )
        for m in chart.medications
    ]
    _section(chart.medications, rows, ("medication", "dose", "status", "in use", "written", "source"))
    readings = newest(chart.observations)
    latest = [(r.concept.name(), value_of(r), _day(r.at), r.source.reference) for r in readings[:_LATEST]]
    _section(chart.observations, latest, ("latest observations", "value", "date", "source"))
    if chart.unread:
        out.print(f"[red]{len(chart.unread)} resources could not be read into the chart[/red]")


def _section(section: Section, rows: Sequence[tuple[str | None, ...]], columns: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    said = {"absent": f"{section.name}: none, as the record states", "withheld": f"{section.name}: withheld"}
    empty = said.get(section.state, f"{section.name}: not recorded")
    show_table("", columns, rows, empty=empty)


def _dose(dose: Dose) -> str:
    if dose.text:
        return dose.text
    amount = f"{dose.amount.value:g} {written(dose.amount.unit)}".strip() if dose.amount else ""
    return f"{amount} ×{dose.per_day:g}/d" if dose.per_day else amount


def _current(current: bool | None) -> str:  # noqa: FBT001 - three values
    return {True: "yes", False: "no", None: "not known"}[current]


def _day(moment: datetime | date | None) -> str:
    return moment.isoformat()[:10] if moment else "no date"
