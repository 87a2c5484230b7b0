"""The command line's root: global options, and the list of commands."""

from pathlib import Path
from typing import Annotated

import typer

import openward
from openward.doors.cli import (
    agents,
    chat,
    house,
    interviews,
    literature,
    models,
    people,
    record,
    runs,
    services,
    studies,
    studio,
    trail,
)
from openward.doors.cli.session import Session

app = typer.Typer(
    name="openward",
    help="OpenWard: the open platform for medical AI in a hospital. One base, N clinical services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback form
    if wanted:
        typer.echo(f"openward {openward.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="Where this ward keeps its data (OPENWARD_HOME).")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL URL (OPENWARD_DATABASE_URL); SQLite in the home without it.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """OpenWard: the open platform for medical AI in a hospital."""
    context.obj = Session(home=home, database_url=database_url)


for module in (
    services,
    chat,
    agents,
    interviews,
    record,
    literature,
    runs,
    models,
    people,
    trail,
    studies,
    studio,
    house,
):
    module.register(app)
