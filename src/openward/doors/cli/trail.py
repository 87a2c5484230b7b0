"""Commands about the trail: verify it, export it, read it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openward.domain.errors import InputError
from openward.doors.cli.session import OutputOption, session_of, show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openward.domain.trail import Checkpoint

trail = typer.Typer(help="What happened in this ward, so that nobody can change it unseen.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(trail, name="trail")


@trail.command("verify")
def verify(
    context: typer.Context,
    kept: Annotated[
        Path | None, typer.Option("--kept", help="Checkpoints that `trail export --checkpoints` wrote earlier.")
    ] = None,
    output: OutputOption = "text",
) -> None:
    """Recompute the hash chain and every signed checkpoint, then sign what none covers; exit 1 if it was changed."""
    brought = tuple(_checkpoints(kept)) if kept else ()
    with session_of(context).ward() as ward:
        found = ward.trail.attest(kept=brought)
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


def _checkpoints(kept: Path) -> "Iterator[Checkpoint]":
    """The checkpoints that a file holds, one a line."""
    from openward.domain.trail import checkpoint_of

    try:
        lines = kept.read_bytes().splitlines()
    except OSError as error:
        msg = f"{kept} cannot be read ({error.strerror}): give what `openward trail export --checkpoints` wrote"
        raise InputError(msg) from error
    yield from (checkpoint_of(line) for line in lines if line.strip())


@trail.command("export")
def export(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", help="An NDJSON file; standard output without it.")] = None,
    checkpoints: Annotated[
        bool, typer.Option("--checkpoints", help="The signed checkpoints instead, to be kept outside of this machine.")
    ] = False,
) -> None:
    """Export the trail as FHIR R4 AuditEvent and Provenance, or its signed checkpoints as JSON, one a line."""
    import msgspec

    with session_of(context).ward() as ward:
        if checkpoints:
            ward.trail.checkpoint()
        out = to.open("wb") if to else sys.stdout.buffer
        written = 0
        whole = () if checkpoints else (*ward.trail.audit_events(), *ward.provenance())
        for resource in ward.trail.checkpoints() if checkpoints else whole:
            out.write(msgspec.json.encode(resource) + b"\n")
            written += 1
        if to:
            out.close()
            typer.echo(f"Wrote {written} {'checkpoints' if checkpoints else 'resources'} to {to}.")


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
