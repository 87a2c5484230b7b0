"""Commands about persons and tokens."""

from typing import Annotated, get_args

import typer

from openward.domain.actor import Role
from openward.domain.errors import InputError
from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table

person = typer.Typer(help="Persons who may sign in.", no_args_is_help=True)
token = typer.Typer(help="API tokens for programs; no token can sign.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(person, name="person")
    app.add_typer(token, name="token")


@person.command("add")
def add_person(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="The id to sign in with, such as a.meyer.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        str, typer.Option(help="clinician, pharmacist, nurse, researcher, auditor, administrator or patient.")
    ],
    passphrase: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for.")
    ] = "",
) -> None:
    """Add a person; the passphrase is asked for and only its scrypt hash is kept."""
    with session_of(context).ward() as ward:
        added = ward.access.add_person(operator(), id=id, name=name, role=_role(role), passphrase=passphrase)
    typer.echo(f"{added.id}: {added.role}")


@person.command("list")
def list_persons(context: typer.Context, output: OutputOption = "text") -> None:
    """List the persons of this ward."""
    with session_of(context).ward() as ward:
        persons = ward.access.persons(operator())
    if output == "json":
        show_json([{"id": p.id, "name": p.name, "role": p.role, "disabled": p.disabled} for p in persons])
        return
    rows = [(p.id, p.name, p.role, "disabled" if p.disabled else "") for p in persons]
    show_table(
        "Persons",
        ("id", "name", "role", ""),
        rows,
        empty="there is no person yet: openward person add ID --name … --role …",
    )


@person.command("disable")
def disable_person(context: typer.Context, id: Annotated[str, typer.Argument(help="The person's id.")]) -> None:
    """Disable a person: no sign-in, no session, from now on."""
    with session_of(context).ward() as ward:
        ward.access.disable(operator(), id)
    typer.echo(f"{id} is disabled")


@token.command("issue")
def issue(
    context: typer.Context,
    scope: Annotated[
        list[str], typer.Option(help="system/Patient.rs, service/*.run, run.read, trail.read, …; repeat it.")
    ],
    label: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[int, typer.Option(help="How long it is valid.")] = 90,
) -> None:
    """Issue an API token and print it once."""
    with session_of(context).ward() as ward:
        record, secret = ward.access.issue(operator(), label=label, scopes=scope, days=days)
    typer.echo(secret)
    typer.echo(f"{record.id} is valid until {record.expires:%Y-%m-%d}; it is not shown again.", err=True)


@token.command("list")
def list_tokens(context: typer.Context, output: OutputOption = "text") -> None:
    """List the tokens of this ward, without their secrets."""
    with session_of(context).ward() as ward:
        tokens = ward.access.tokens(operator())
    rows = [
        (t.id, t.kind, t.role, t.label, f"{t.expires:%Y-%m-%d}", "revoked" if t.revoked else "", " ".join(t.scopes))
        for t in tokens
    ]
    columns = ("id", "kind", "role", "label", "expires", "", "scopes")
    if output == "json":
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    show_table("Tokens", columns, rows, empty="there is no token")


@token.command("revoke")
def revoke(context: typer.Context, id: Annotated[str, typer.Argument(help="The token's id.")]) -> None:
    """Revoke a token or a session."""
    with session_of(context).ward() as ward:
        ward.access.revoke(operator(), id)
    typer.echo(f"{id} is revoked")


def _role(name: str) -> Role:
    for role in get_args(Role):
        if role == name:
            return role  # type: ignore[no-any-return]
    msg = f"--role is '{name[:40]}'; it can be {', '.join(get_args(Role))}"
    raise InputError(msg)
