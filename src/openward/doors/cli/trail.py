"""Commands about the trail: verify it, export it, read it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from openward.doors.cli.session import OutputOption, session_of, show_json, show_table

trail = typer.Typer(help="What happened in this ward, so that nobody can change it unseen.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(trail, name="trail")


@trail.command("verify")
def verify(context: typer.Context, output: OutputOption = "text") -> None:
    """Recompute the hash chain and every signed checkpoint, then sign what none covers; exit 1 if it was changed."""
    with session_of(context).ward() as ward:
        found = ward.trail.attest()
    if output == "json":
        show_json(found)
    else:
        typer.echo(
            f"{'intact' if found.ok else 'CHANGED'}: {found.entries} entries, {found.checkpoints} signed checkpoints"
            + (f"; the last {found.unproven} were not covered by one" if found.ok and found.unproven else "")
            + (f"; first bad entry {found.first_bad}" if found.first_bad else "")
            + ("" if found.ok else f": {found.reason}")
        )
    if not found.ok:
        raise typer.Exit(1)


@trail.command("export")
def export(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", help="An NDJSON file; standard output without it.")] = None,
) -> None:
    """Export the trail as FHIR R4 AuditEvent and Provenance, one a line."""
    import msgspec

    with session_of(context).ward() as ward:
        out = to.open("wb") if to else sys.stdout.buffer
        written = 0
        for resource in (*ward.trail.audit_events(), *ward.provenance()):
            out.write(msgspec.json.encode(resource) + b"\n")
            written += 1
        if to:
            out.close()
            typer.echo(f"Wrote {written} resources to {to}.")


@trail.command("list")
def list_(
    context: typer.Context,
    after: Annotated[int, typer.Option(help="Go on after this entry.")] = 0,
    limit: Annotated[int, typer.Option(help="How many to list.")] = 50,
    patient: Annotated[str | None, typer.Option(help="Only what concerns this patient.")] = None,
    output: OutputOption = "text",
) -> None:
    """List entries of the trail: when, who, what, with which outcome."""
    from openward.trail.chain import read_event

    with session_of(context).ward() as ward:
        found = ward.trail.entries(after=after, limit=limit, patient=patient)
    if output == "json":
        show_json(found)
        return
    events = [(e.seq, read_event(e)) for e in found]
    rows = [(n, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor, e.what, e.outcome, e.run or "") for n, e in events]
    show_table("Trail", ("seq", "at (UTC)", "actor", "what", "outcome", "run"), rows, empty="the trail is empty")
