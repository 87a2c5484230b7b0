"""Commands about runs of agents that have not ended: list them, go on, approve a call, forget."""

from typing import TYPE_CHECKING, Annotated

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.domain.agent import Pending

agents = typer.Typer(help="Runs of agents that have not ended, and what agents remember.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(agents, name="agents")


@agents.command("list")
def unfinished(context: typer.Context, output: OutputOption = "text") -> None:
    """List the runs that were cut off, or that wait for a person."""
    with session_of(context).ward() as ward:
        found = ward.agents.unfinished()
    if output == "json":
        show_json(found)
        return
    rows = [(r.run, r.opened.strftime("%Y-%m-%d %H:%M"), r.service, r.state, r.pending or "", r.actor) for r in found]
    columns = ("run", "begun (UTC)", "agent", "state", "calls that wait", "actor")
    show_table("Unfinished", columns, rows, empty="no run of an agent is unfinished")


@agents.command("resume")
def resume(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run, as listed.")],
    output: OutputOption = "text",
) -> None:
    """Go on with a run of your own where it was; nothing is asked or done a second time."""
    from openward.doors.cli.render import show_run

    with session_of(context).ward() as ward:
        ended = ward.agents.resume(run, operator(), door="cli")
    show_json(ended) if output == "json" else show_run(ended)


@agents.command("approve")
def approve(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The run that waits.")],
    person: Annotated[str, typer.Option(prompt="Your id", help="Your id in this ward (`openward person list`).")] = "",
    passphrase: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for when not given.")] = "",
    step: Annotated[int | None, typer.Option(help="Which call; asked for when not given.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    output: OutputOption = "text",
) -> None:
    """Let a run make one call with exactly the arguments that are shown, once; then resume it."""
    from openward.domain.errors import NotFoundError

    with session_of(context).ward() as ward:
        actor = ward.access.identify(ward.access.sign_in(person, passphrase)[1])
        waiting = ward.agents.pending(run, actor, door="cli")
        wanted = next((one for one in waiting if step in {None, one.step}), None)
        if wanted is None:
            msg = "no such call waits in this run: `openward agents list` says which runs wait"
            raise NotFoundError(msg)
        if output == "text":
            _show(wanted)
        if not yes:
            typer.confirm("Let it be made?", abort=True)
        given = ward.agents.approve(
            run, wanted.step, wanted.digest, actor=actor, passphrase=passphrase, door="cli"
        )  # fmt: skip
    if output == "json":
        show_json(given)
    else:
        typer.echo(f"approved by {given.person} until {given.expires:%H:%M} UTC; openward agents resume {run}")


@agents.command("forget")
def forget(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="The run whose journal is thrown away.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Or: what you and agents said in this one.")] = None,
) -> None:
    """Throw away the key of a run's journal, or what agents remember of a conversation of yours."""
    from openward.domain.errors import InputError

    if (run is None) == (conversation is None):
        msg = "name a run, or --conversation, and not both"
        raise InputError(msg)
    with session_of(context).ward() as ward:
        if run is not None:
            ward.agents.forget(run, operator(), door="cli")
            typer.echo("its journal is gone")
            return
        gone = ward.agents.forget_conversation(str(conversation), operator(), door="cli")
    typer.echo(f"{gone} forgotten")


def _show(pending: "Pending") -> None:
    typer.echo(f"call {pending.step}: {pending.tool}\n{pending.arguments}\ndigest {pending.digest}")
