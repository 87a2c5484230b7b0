"""Commands about services: list them, run one, run one over files, write a new one."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from openward.doors.cli.session import OutputOption, console, operator, session_of, show_json, show_table

_WIDE: Final = 140


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("services")(services)
    app.command("run")(run)
    app.command("map")(map_)
    app.add_typer(new, name="new")


new = typer.Typer(help="Write something new.", no_args_is_help=True)


def services(context: typer.Context, output: OutputOption = "text") -> None:
    """List the clinical services of this ward."""
    with session_of(context).ward() as ward:
        cards, language = [s.card for s in ward.services.values()], ward.settings.language
    if output == "json":
        show_json(cards)
        return
    columns: tuple[str, ...] = ("id", "version", "title", "名称", "kind", "risk", "signs", "CDS Hooks")
    rows: list[tuple[str, ...]] = [
        (c.id, c.version, c.title.en, c.title.zh, c.kind, c.risk, c.signs, ", ".join(c.hooks)) for c in cards
    ]
    if narrow := console().width < _WIDE:
        columns = ("id", "title", "kind", "signs")
        rows = [(c.id, c.title.in_(language), c.kind, c.signs) for c in cards]
    show_table("Services", columns, rows, empty="no service is installed")
    if narrow:
        typer.echo("All of each, with its intended use: openward services --output json")


def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The id of the service (`openward services`).")],
    input: Annotated[str, typer.Option("--input", "-i", help="A JSON file, or - for standard input.")] = "",
    patient: Annotated[str | None, typer.Option("--patient", "-p", help="A patient's id in the record.")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="en or zh.")] = None,
    output: OutputOption = "text",
) -> None:
    """Run a service on a patient and print its proposal.

    The input is the service's own JSON ({"orders": ["warfarin 5 mg oral once daily"]}), a whole request
    ({"patient": …, "bundle": …, "input": …}), or a FHIR Bundle.
    """
    import msgspec

    from openward.domain.proposal import language_of
    from openward.doors.cli.render import show_run
    from openward.doors.names import names_in
    from openward.harness.request import request_of

    request = request_of(read_input(input) if input else b"{}")
    with session_of(context).ward() as ward:
        spoken = language_of(language) if language else request.language
        request = msgspec.structs.replace(request, patient=patient or request.patient, language=spoken)
        done = ward.execute(service, request, actor=operator(), door="cli")
        names = names_in(ward, operator(), done)
    if output == "json":
        show_json(done)
    else:
        show_run(done, names)
    if done.status == "failed":
        raise typer.Exit(1)


def read_input(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`."""
    from openward.domain.errors import InputError

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        msg = f"--input {name} cannot be read: {error.strerror}"
        raise InputError(msg) from error


def map_(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The id of the service.")],
    input: Annotated[Path, typer.Option("--input", "-i", help="Requests: .ndjson, .ndjson.gz or .parquet.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the runs go: .ndjson, .ndjson.gz or .parquet.")],
    engine: Annotated[str, typer.Option(help="local (all cores of this machine) or ray.")] = "local",
    workers: Annotated[int | None, typer.Option(help="How many processes; all cores without it.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="en or zh, for rows that do not say.")] = "en",
) -> None:
    """Run a service over every row of a file, in constant memory; run it again to go on after a stop."""
    from openward.domain.proposal import language_of
    from openward.doors.batch import run_batch

    settings = session_of(context)
    with settings.ward() as ward:
        summary = run_batch(
            ward,
            service,
            input,
            output,
            actor=operator(),
            engine=engine,
            workers=workers,
            language=language_of(language),
        )
    typer.echo(summary.sentence())


@new.command("service")
def new_service(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Lower-case words with hyphens, such as falls-risk.")],
    package: Annotated[
        Path | None, typer.Option(help="Write an installable package into this folder instead of the ward's home.")
    ] = None,
) -> None:
    """Write the folder of a new clinical service; it runs through every door as it is."""
    from openward.doors.cli.template import write_package, write_service
    from openward.settings import settings_of

    session = session_of(context)
    if package is not None:
        folder = write_package(name, package)
        typer.echo(f"Wrote {folder}. Install it with: pip install {folder}")
        return
    folder = write_service(name, settings_of(home=session.home).home / "services")
    typer.echo(f"Wrote {folder}. It is served from the next start: openward run {name} --patient ID")
