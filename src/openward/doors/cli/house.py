"""Commands about the house: open its doors, look at its health, show the demo."""

from typing import Annotated

import typer

from openward.doors.cli.session import OutputOption, session_of, show_json, show_table


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("serve")(serve)
    app.command("doctor")(doctor)
    app.command("demo")(demo)
    app.command("mcp")(mcp)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (OPENWARD_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (OPENWARD_PORT).")] = None,
) -> None:
    """Open the HTTP doors: API, console, FHIR, CDS Hooks and MCP."""
    from openward.doors.web import serve as serve_ward

    with session_of(context).ward() as ward:
        token = ward.access.first_start()
        if token is not None:
            typer.echo(f"Administrator's token, shown this once: {token}")
        serve_ward(ward, host=host or ward.settings.host, port=port or ward.settings.port)


def mcp(
    context: typer.Context,
    token: Annotated[
        str, typer.Option(envvar="OPENWARD_TOKEN", help="An API token; its scopes decide what is offered.")
    ],
) -> None:
    """Serve the Model Context Protocol over standard input and output."""
    from openward.doors.mcp.stdio import serve_stdio

    with session_of(context).ward() as ward:
        serve_stdio(ward, token)


def doctor(context: typer.Context, output: OutputOption = "text") -> None:
    """Say what is installed and configured, which sockets would be opened, and prove that nothing leaves the house."""
    from openward.doors.cli.doctor import examine

    with session_of(context).ward() as ward:
        report = examine(ward)
    if output == "json":
        show_json(report)
    else:
        for title, columns, rows in report.tables():
            show_table(title, columns, rows, empty=f"{title}: none")
        typer.echo(report.verdict())
    if not report.healthy:
        raise typer.Exit(1)


def demo(
    context: typer.Context,
    patients: Annotated[int, typer.Option(help="How many synthetic patients.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same hospital.")] = 7,
    language: Annotated[str, typer.Option("--language", "-l", help="en or zh.")] = "en",
    serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the console at the end.")] = True,
) -> None:
    """Load a synthetic hospital, review its draft orders, and open the console."""
    from openward.domain.proposal import language_of
    from openward.doors.cli.demo import show_demo

    with session_of(context).ward() as ward:
        show_demo(ward, patients=patients, seed=seed, language=language_of(language), serve_after=serve_after)
