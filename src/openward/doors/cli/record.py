"""Commands about the patient record."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("import")(import_)
    app.command("quarantine")(quarantine)
    app.command("export")(export)
    app.command("chart")(chart)


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="FHIR R4 files or folders: JSON, NDJSON, XML, each also .gz.")],
    output: OutputOption = "text",
) -> None:
    """Import FHIR R4 into the record; what is there already is not written again."""
    from openward.doors.progress import counting

    with session_of(context).ward() as ward:
        ward.trail.write(operator(), "record.import", "create", door="cli", detail={"paths": len(paths)})
        with counting("resources") as progress:
            report = ward.record.import_paths(paths, progress=progress)
    if output == "json":
        show_json(report)
        return
    rows = [(t, c.created, c.updated, c.unchanged) for t, c in sorted(report.types.items())]
    show_table("Imported", ("type", "new", "changed", "unchanged"), rows, empty="no resource was found")
    typer.echo(report.sentence())


def quarantine(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="How many to list.")] = 100,
    after: Annotated[str | None, typer.Option(help="Go on after this id.")] = None,
    show: Annotated[str | None, typer.Option(help="Print the bytes of one item.")] = None,
    output: OutputOption = "text",
) -> None:
    """List what could not be read: where it stood and why; the bytes are kept."""
    with session_of(context).ward() as ward:
        if show is not None:
            sys.stdout.buffer.write(ward.record.quarantined_bytes(show))
            return
        items = ward.record.quarantined(limit=limit, after=after)
    if output == "json":
        show_json([{"id": i.id, "source": i.source, "reason": i.reason, "bytes": len(i.body)} for i in items])
        return
    rows = [(i.id, i.source, i.reason, len(i.body)) for i in items]
    show_table("Quarantine", ("id", "where", "why", "bytes"), rows, empty="nothing is in quarantine")


def export(
    context: typer.Context,
    patient: Annotated[str | None, typer.Option("--patient", "-p", help="Only this patient.")] = None,
    type: Annotated[list[str] | None, typer.Option("--type", "-t", help="Only these resource types.")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="A file (.ndjson, .ndjson.gz); standard output without it.")
    ] = None,
) -> None:
    """Export the record as FHIR R4 NDJSON."""
    import gzip

    with session_of(context).ward() as ward:
        ward.trail.write(operator(), "record.export", "read", patient=patient, door="cli")
        if to is None:
            for line in ward.record.export(types=type, patient=patient):
                sys.stdout.buffer.write(line + b"\n")
            return
        with gzip.open(to, "wb") if to.suffix == ".gz" else to.open("wb") as file:
            written = sum(1 for line in ward.record.export(types=type, patient=patient) if file.write(line + b"\n"))
    typer.echo(f"Wrote {written} resources to {to}.")


def chart(
    context: typer.Context,
    patient: Annotated[str, typer.Argument(help="The patient's id.")],
    output: OutputOption = "text",
) -> None:
    """Show a patient's chart: problems, allergies, medications, latest results, each with date and source."""
    from openward.doors.cli.charts import show_chart

    with session_of(context).ward() as ward:
        held = ward.chart(patient, actor=operator(), door="cli")
    if output == "json":
        show_json(held)
    else:
        show_chart(held)
