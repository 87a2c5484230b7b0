"""Commands about the literature: import corpora, list them, search them, and look at what was searched."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.knowledge.literature.importing import Report
    from openward.ward import Ward

literature = typer.Typer(help="Literature: import corpora, search them, look at past searches.", no_args_is_help=True)
_SERVICE = "literature"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(literature, name="literature")


@literature.command("import")
def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="PubMed XML, JSON, NDJSON, Markdown, PDF, MeSH (desc*.xml, d*.bin), each also .gz; folders."
        ),
    ],
    corpus: Annotated[str, typer.Option("--corpus", "-c", help="The corpus that they go into.")] = "main",
    output: OutputOption = "text",
) -> None:
    """Import literature into a corpus of this ward; what is there already unchanged is not written again."""
    from openward.doors.progress import counting
    from openward.knowledge.literature.importing import import_paths
    from openward.knowledge.literature.shelf import Shelf

    with session_of(context).ward() as ward:
        ward.trail.write(operator(), "literature.import", "create", door="cli", detail={"paths": len(paths)})
        with closing(Shelf.at(ward.settings.home / "knowledge")) as shelf, counting("documents") as progress:
            report = import_paths(shelf, corpus, paths, ward.clock.now(), progress=progress)
    if output == "json":
        show_json(report)
    else:
        _show(report)
    if report.refused_count and not (report.added.seen or report.headings):
        raise typer.Exit(1)


def _show(report: "Report") -> None:
    added = report.added
    rows = [(report.corpus, report.files, added.new, added.changed, added.unchanged, added.deleted, report.headings)]
    columns = ("corpus", "files", "new", "changed", "unchanged", "deleted", "MeSH headings")
    show_table("Imported", columns, rows, empty="")
    if report.refused_count:
        refused = [(r.where, r.why) for r in report.refused]
        show_table(f"Not read: {report.refused_count}", ("file", "why"), refused, empty="")


@literature.command("corpora")
def corpora(context: typer.Context, output: OutputOption = "text") -> None:
    """List the imported corpora."""
    from openward.knowledge.literature.shelf import shelf_here

    with session_of(context).ward(), shelf_here() as shelf:
        held = shelf.corpora() if shelf else ()
    if output == "json":
        show_json(held)
        return
    rows = [(c.name, c.documents, c.version, c.imported) for c in held]
    empty = "nothing was imported; openward literature import PATH"
    show_table("Corpora", ("corpus", "documents", "version", "imported"), rows, empty=empty)


@literature.command("search")
def search(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="A question in your own words.")] = "",
    query: Annotated[str, typer.Option("--query", "-q", help="A search in PubMed's language.")] = "",
    limit: Annotated[int, typer.Option(help="How many documents.")] = 20,
    since: Annotated[int | None, typer.Option(help="Published in this year or later.")] = None,
    export: Annotated[Literal["ris", "bibtex"] | None, typer.Option(help="Print references instead.")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="en or zh.")] = None,
    output: OutputOption = "text",
) -> None:
    """Search the imported corpora; the search is kept as a run."""
    from openward.domain.proposal import language_of
    from openward.doors.cli.render import body_of, show_run

    asked = {"question": question, "query": query, "limit": limit, "since": since, "export": export}
    with session_of(context).ward() as ward:
        spoken = language_of(language) if language else None
        run = ward.run(_SERVICE, asked, language=spoken, actor=operator(), door="cli")
    if output == "json":
        show_json(run)
    elif export and run.status == "proposed":
        typer.echo(body_of(run)["export"])
    else:
        show_run(run)
    if run.status == "failed":
        raise typer.Exit(1)


@literature.command("log")
def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="How many searches.")] = 50,
    output: OutputOption = "text",
) -> None:
    """List past searches: when, what, in which version of which corpus, and how much was found."""
    with session_of(context).ward() as ward:
        searches = list(_searches(ward, limit))
    if output == "json":
        show_json(searches)
        return
    rows = [
        (s["run"], s["at"], s["question"] or s["query"], " ".join(f"{c['name']}@{c['version']}" for c in s["corpora"]),
         "" if s["matched"] is None else s["matched"], s["shown"])
        for s in searches
    ]  # fmt: skip
    columns = ("run", "at", "searched", "corpora", "matched", "shown")
    show_table("Searches", columns, rows, empty="nothing was searched yet")


def _searches(ward: "Ward", limit: int) -> Iterator[dict[str, Any]]:
    from openward.doors.cli.render import body_of

    for run in ward.runs(service=_SERVICE, limit=limit, actor=operator(), door="cli"):
        if run.proposal is not None:
            yield {"run": run.id, **body_of(run)["search"]}
