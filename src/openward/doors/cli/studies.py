"""Commands about proof: run a service's study."""

from pathlib import Path
from typing import Annotated

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("study")(study)


def study(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The id of the service.")],
    data: Annotated[Path, typer.Option(help="The folder that holds the study's data sets.")],
    output: OutputOption = "text",
) -> None:
    """Measure a service by its own study; exit code 1 when a figure is below its limit."""
    from openward.studies.protocol import conduct

    with session_of(context).ward() as ward:
        subject = ward.services.get(service) or ward.service(service)
        result = conduct(
            subject, subject.study, data, lambda request: ward.think(service, request, actor=operator(), door="study")
        )
    if output == "json":
        show_json(result)
    else:
        rows = [
            (e.id, e.question, f"{e.figure.hits}/{e.figure.n}", _percent(e.figure.value),
             f"{e.figure.low:.1%}–{e.figure.high:.1%}", f"{e.accept:.0%}", "yes" if e.accepted else "NO", e.failed)
            for e in result.endpoints
        ]  # fmt: skip
        columns = (
            "endpoint",
            "question",
            "n",
            "figure",
            "95 % interval (Wilson)",
            "lower bound asked",
            "accepted",
            "failed",
        )
        show_table(f"{result.service} {result.service_version}", columns, rows, empty="the study has no endpoint")
        for endpoint in result.endpoints:
            typer.echo(f"{endpoint.id}: misses: {', '.join(endpoint.misses[:50]) or 'none'}")
    if not result.accepted:
        raise typer.Exit(1)


def _percent(value: float | None) -> str:
    return "nothing counted" if value is None else f"{value:.1%}"
