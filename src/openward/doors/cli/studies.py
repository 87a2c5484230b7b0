"""Commands about proof: run a service's study, or its endpoints over a file of cases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table
from openward.doors.progress import counting

if TYPE_CHECKING:
    from openward.domain.run import Run, RunRequest
    from openward.harness.service import Service
    from openward.studies.protocol import StudyResult

GROUNDING = "grounding"
ServiceArgument = Annotated[str, typer.Argument(help="The id of the service.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("study")(study)
    app.command("evaluate")(evaluate)


def study(
    context: typer.Context,
    service: ServiceArgument,
    data: Annotated[Path, typer.Option(help="The folder that holds the study's data sets.")],
    output: OutputOption = "text",
) -> None:
    """Measure a service by its own study; exit code 1 when a figure is beyond its limit."""
    from openward.studies.protocol import conduct

    with _subject(context, service) as (subject, execute):
        result = conduct(subject, subject.study, data, execute)
    if output == "json":
        show_json(result)
    else:
        _show(result)
    if not result.accepted:
        raise typer.Exit(1)


def evaluate(
    context: typer.Context,
    service: ServiceArgument,
    cases: Annotated[Path, typer.Option(help="A JSON Lines file, one case a line, in the format of the study.")],
    seed: Annotated[int, typer.Option(help="For `grounding`: which errors are planted.")] = 0,
    output: OutputOption = "text",
) -> None:
    """Measure a service on a file of cases: every endpoint of its study that applies to a row; no limit is judged.

    `grounding` is no service, but the check that holds back what no source supports: errors are planted into the notes.
    """
    if service == GROUNDING:
        _grounding(cases, seed, output)
        return
    from openward.studies.protocol import evaluate as measure

    with _subject(context, service) as (subject, execute):
        result = measure(subject, subject.study, cases, execute)
    if output == "json":
        show_json(_figures(result))
    else:
        _show(result)


def _grounding(cases: Path, seed: int, output: str) -> None:
    from openward.studies.planted import cases_of, measure

    measured = measure(cases_of(cases), seed)
    if output == "json":
        every = [one for one in measured.figures if one.half == "all"]
        show_json(
            {
                "check": GROUNDING,
                "figures": [
                    {"name": e.name, "value": e.share.value, "low": e.share.low, "high": e.share.high, "n": e.share.n}
                    for e in every
                ],
                "by_half": measured.figures,
                "misses": measured.misses,
            }
        )
        return

    rows = [
        (e.name, e.half, e.share.counted, _percent(e.share.value), f"{e.share.low:.1%}–{e.share.high:.1%}",
         f"{e.low_by_visit:.1%}–{e.high_by_visit:.1%}")
        for e in measured.figures
    ]  # fmt: skip
    columns = ("figure", "half", "n", "share", "95 % interval", "over visits")
    show_table(f"{GROUNDING}, {measured.cases} notes", columns, rows, empty="no note")


@contextmanager
def _subject(context: typer.Context, service: str) -> Iterator[tuple["Service", Callable[["RunRequest"], "Run"]]]:
    """The service, and how one request is run while a terminal shows how many are done."""
    with session_of(context).ward() as ward, counting("cases") as done:
        subject, numbers = ward.service(service), count(1)

        def execute(request: "RunRequest") -> "Run":
            run = ward.think(service, request, actor=operator(), door="study")
            done(next(numbers), "")
            return run

        yield subject, execute


def _figures(result: "StudyResult") -> dict[str, Any]:
    """The figures by name (by endpoint where two share a name), and the cases that any of them missed."""
    names = [e.name for e in result.endpoints]
    called = {e.id: e.name if names.count(e.name) == 1 else e.id for e in result.endpoints}
    return {
        "service": result.service,
        "version": result.service_version,
        "figures": [
            {"name": called[e.id], "value": e.figure.value, "low": e.figure.low, "high": e.figure.high, "n": e.figure.n}
            for e in result.endpoints
        ],
        "misses": list(dict.fromkeys(miss for e in result.endpoints for miss in e.misses)),
        "misses_by_figure": {called[e.id]: e.misses for e in result.endpoints},
    }


def _show(result: "StudyResult") -> None:
    rows = [
        (e.id, e.question, e.figure.counted, _percent(e.figure.value),
         f"{e.figure.low:.1%}–{e.figure.high:.1%}", f"{e.accept:.0%}", "yes" if e.accepted else "NO", e.failed)
        for e in result.endpoints
    ]  # fmt: skip
    columns = ("endpoint", "question", "n", "figure", "95 % interval", "limit", "within", "no answer")
    show_table(f"{result.service} {result.service_version}", columns, rows, empty="the study has no endpoint")
    for endpoint in result.endpoints:
        typer.echo(f"{endpoint.id}: misses: {', '.join(endpoint.misses[:50]) or 'none'}")


def _percent(value: float | None) -> str:
    return "nothing counted" if value is None else f"{value:.1%}"
