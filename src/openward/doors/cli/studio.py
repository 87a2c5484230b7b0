"""Commands of the studio: draft an agent, try it, publish it, compare, roll back, share, retire."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openward.doors.cli.session import OutputOption, console, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.studio.studio import Report

studio = typer.Typer(help="Agents without code: draft, test, publish, compare, share.", no_args_is_help=True)
AgentArgument = Annotated[str, typer.Argument(help="The id of the agent.")]
VersionOption = Annotated[str | None, typer.Option(help="A published version, or 'draft'.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(studio, name="studio")


@studio.command("list")
def list_(context: typer.Context, output: OutputOption = "text") -> None:
    """List the agents that ship, those that were published here, and drafts."""
    with session_of(context).ward() as ward:
        standings = ward.studio.standings()
    if output == "json":
        show_json(standings)
        return
    rows = [(s.id, s.state, s.version, s.draft, " ".join(s.versions), s.shares or "", s.fault) for s in standings]
    columns = ("id", "state", "answers", "draft", "versions", "links", "what is wrong")
    show_table("Agents", columns, rows, empty="no agents yet; `openward studio new ID` writes a draft")


@studio.command("new")
def new(context: typer.Context, agent: AgentArgument) -> None:
    """Write a working draft with comments and three cases, to be edited by hand."""
    with session_of(context).ward() as ward:
        path = ward.studio.new(agent, operator())
    typer.echo(f"{path}\nEdit it and its cases, then: openward studio test {agent}")


@studio.command("clone")
def clone(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="An agent that ships, was published here, or is a draft.")],
    agent: Annotated[str, typer.Argument(help="The id of the new draft.")],
) -> None:
    """Begin a draft as another agent is, with its cases."""
    with session_of(context).ward() as ward:
        path = ward.studio.clone(source, agent, operator())
    typer.echo(f"{path}\nEdit it and its cases, then: openward studio test {agent}")


@studio.command("show")
def show(context: typer.Context, agent: AgentArgument, version: VersionOption = None) -> None:
    """Print the manifest of a draft or a version."""
    with session_of(context).ward() as ward:
        text, where = ward.studio.text(agent, version)
    typer.echo(f"# {where}\n{text.rstrip()}")


@studio.command("test")
def trial(context: typer.Context, agent: AgentArgument, output: OutputOption = "text") -> None:
    """Try a draft on its cases and hold it against the gate; nothing is published, no run is kept."""
    with session_of(context).ward() as ward:
        report = ward.studio.test(agent)
    _show(report, output)
    if not report.passed:
        raise typer.Exit(1)


@studio.command("publish")
def publish(context: typer.Context, agent: AgentArgument, output: OutputOption = "text") -> None:
    """Publish a draft that passes the gate: from now on it answers at every door of this ward."""
    with session_of(context).ward() as ward:
        report = ward.studio.publish(agent, operator())
    _show(report, output)
    if output == "text":
        typer.echo(f"published: {report.id} {report.version}; it answers now, without a restart")


def _show(report: "Report", output: str) -> None:
    if output == "json":
        show_json(report)
        return
    rows = [
        (t.case, t.title, "passes" if t.passed else "fails", f"{t.seconds:.2f}", "; ".join(t.why)) for t in report.tried
    ]
    columns = ("case", "title", "result", "seconds", "what is wrong")
    show_table(f"{report.id} {report.version}", columns, rows, empty="no case was tried")
    for fault in report.faults:
        console().print(f"✗ {fault}", style="red", markup=False)
    if report.passed:
        console().print("The gate lets it pass.", style="green")


@studio.command("diff")
def diff(
    context: typer.Context,
    agent: AgentArgument,
    old: Annotated[str | None, typer.Argument(help="A version; without it the one that is published.")] = None,
    new: Annotated[str | None, typer.Argument(help="A version; without it the draft.")] = None,
) -> None:
    """Compare two versions line by line."""
    with session_of(context).ward() as ward:
        difference = ward.studio.difference(agent, old, new)
    typer.echo(difference.rstrip() or "no difference")


@studio.command("rollback")
def rollback(
    context: typer.Context, agent: AgentArgument, version: Annotated[str, typer.Argument(help="An earlier version.")]
) -> None:
    """Let an earlier version answer again."""
    with session_of(context).ward() as ward:
        ward.studio.roll_back(agent, version, operator())
    typer.echo(f"{agent} {version} answers now")


@studio.command("retire")
def retire(context: typer.Context, agent: AgentArgument) -> None:
    """Let an agent answer no more; its links end, its versions are kept."""
    with session_of(context).ward() as ward:
        ward.studio.retire(agent, operator())
    typer.echo(f"{agent} is retired")


@studio.command("share")
def share(
    context: typer.Context,
    agent: AgentArgument,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long the link lives.")] = 30,
    address: Annotated[
        str | None, typer.Option(help="Where patients reach this ward, such as https://ward.example.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the QR code to this file (SVG).")] = None,
    end: Annotated[bool, typer.Option("--end", help="End all links to this agent instead.")] = False,
    output: OutputOption = "text",
) -> None:
    """Make a link and a QR code to the page of an agent that patients may use."""
    from openward.doors.qr import drawn, save_svg

    with session_of(context).ward() as ward:
        if end:
            typer.echo(f"{ward.studio.end_shares(agent, operator())} links ended")
            return
        base = (address or ward.settings.public_url or f"http://{ward.settings.host}:{ward.settings.port}").rstrip("/")
        link = f"{base}/a/{ward.studio.share(agent, operator(), days=days)}"
    if svg is not None:
        save_svg(link, svg)
    if output == "json":
        show_json({"agent": agent, "link": link, "days": days, "svg": str(svg) if svg else None})
        return
    typer.echo(drawn(link))
    typer.echo(f"{link}\ngood for {days} days; `openward studio share {agent} --end` ends it")


@studio.command("skill")
def skill(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="A folder with SKILL.md; without it the skills are listed.")
    ] = None,
    output: OutputOption = "text",
) -> None:
    """Scan a folder with SKILL.md and take it into this ward; a manifest names it with the digest that is printed."""
    with session_of(context).ward() as ward:
        if folder is not None:
            taken = ward.studio.take_skill(folder, operator())
            found = {taken.name: taken}
        else:
            found = ward.studio.skills()
    if output == "json":
        show_json({name: {"about": s.about, "digest": s.digest, "found": s.found} for name, s in found.items()})
        return
    rows = [(name, s.digest, s.about, "; ".join(stop.reason for stop in s.found)) for name, s in found.items()]
    show_table("Skills", ("name", "digest", "about", "found"), rows, empty="this ward has no skills")


@studio.command("schema")
def schema() -> None:
    """Print the JSON Schema of a manifest, for editors that check while one types."""
    from openward.studio.reading import schema as manifest_schema

    show_json(manifest_schema())
