"""Commands about runs: list them, show one, decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.domain.run import Decision, Run
    from openward.ward import Ward


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("runs")(runs)
    app.command("review")(review)


def runs(
    context: typer.Context,
    id: Annotated[str | None, typer.Argument(help="Show this run.")] = None,
    service: Annotated[str | None, typer.Option(help="Only runs of this service.")] = None,
    limit: Annotated[int, typer.Option(help="How many to list.")] = 50,
    before: Annotated[str | None, typer.Option(help="Go on before this run.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the run that is shown to this file, on paper.")] = None,
    output: OutputOption = "text",
) -> None:
    """List the runs of this ward, newest first, or show one whole."""
    from openward.domain.errors import NotFoundError
    from openward.doors.cli.render import show_run
    from openward.doors.names import names_in

    with session_of(context).ward() as ward:
        if id is not None:
            run = ward.stores.runs.get(id)
            if run is None:
                msg = f"there is no run '{id[:80]}' in this ward; list them with `openward runs`"
                raise NotFoundError(msg)
            if pdf is not None:
                _write_pdf(ward, run, pdf)
                return
            ward.trail.write(operator(), "run.read", "read", patient=run.patient, run=run.id, door="cli")
            show_json(run) if output == "json" else show_run(run, names_in(ward, operator(), run))
            return
        listed = ward.runs(service=service, limit=limit, before=before, actor=operator(), door="cli")
    if output == "json":
        show_json(listed)
        return
    rows = [(r.id, r.started.strftime("%Y-%m-%d %H:%M"), r.service, r.status, r.door, r.actor) for r in listed]
    show_table("Runs", ("id", "started (UTC)", "service", "status", "door", "actor"), rows, empty="there is no run yet")


def _write_pdf(ward: "Ward", run: "Run", path: Path) -> None:
    """Writes a run to a file, on paper."""
    from openward.doors.account import account_of
    from openward.doors.faces import faces_of
    from openward.doors.outline import outline
    from openward.doors.paper import Printing, paper
    from openward.doors.proposals import body_of

    who = operator()
    ward.trail.write(
        who, "run.export", "read", patient=run.patient, run=run.id, door="cli", detail={"as": "pdf"}
    )  # fmt: skip
    account, blocks = account_of(ward, who, run, run.language), outline(body_of(run), run.language)
    printing = Printing(run.language, faces_of(ward.settings.pdf_font), ward.clock.now())
    path.write_bytes(paper(account, printing, blocks))
    typer.echo(f"{path}: {run.id}")


def review(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="The run to decide on; without it the queue is listed.")] = None,
    person: Annotated[str, typer.Option(prompt="Your id", help="Your id in this ward (`openward person list`).")] = "",
    passphrase: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for when not given.")] = "",
    choice: Annotated[str | None, typer.Option(help="accept, amend or reject.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed to amend or reject.")] = "",
    amended: Annotated[Path | None, typer.Option(help="A JSON file with the amended body.")] = None,
    output: OutputOption = "text",
) -> None:
    """Decide as a person: see the exact proposal, then accept, amend or reject it."""
    from openward.domain.run import choice_of
    from openward.doors.cli.render import show_run

    with session_of(context).ward() as ward:
        _, token = ward.access.sign_in(person, passphrase)
        actor = ward.access.identify(token)
        if run is None:
            waiting = ward.desk.queue(actor)
            rows = [(r.id, r.started.strftime("%Y-%m-%d %H:%M"), r.service, r.status) for r in waiting]
            show_table(
                "Waiting for you", ("id", "started (UTC)", "service", "status"), rows, empty="nothing waits for you"
            )
            return
        shown, showing = ward.desk.show(run, actor)
        if output == "text":
            show_run(shown)
            _show_first(ward.desk.first(shown))
        picked = choice or typer.prompt("accept, amend or reject")
        why = reason or ("" if picked == "accept" else typer.prompt("reason"))
        body = amended.read_bytes() if amended else None
        decision = ward.desk.decide(
            run, showing=showing.id, digest=showing.digest, choice=choice_of(picked), reason=why, amended=body,
            actor=actor,
            passphrase=passphrase, door="cli",
        )  # fmt: skip
    awaits = f"; it takes effect when another person ({decision.awaits}) agrees" if decision.awaits else ""
    show_json(decision) if output == "json" else typer.echo(
        f"{decision.id}: {decision.choice}, signed by {decision.person}{awaits}"
    )


def _show_first(first: "Decision | None") -> None:
    """What another person signed first: it is what a second one agrees to or rejects."""
    if first is None:
        return
    typer.echo(
        f"{first.person} ({first.role}) signed first: {first.choice}{f', {first.reason}' if first.reason else ''}"
    )
    if first.amended is not None:
        typer.echo("The body as they signed it:")
        show_json(first.amended)
