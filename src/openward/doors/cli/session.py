"""What every command shares: how to open the ward, who acts, and how to print."""

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from openward.domain.actor import Actor
    from openward.ward import Ward

Output = Literal["text", "json"]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Words for a person, or JSON for a program.")]


@dataclass(frozen=True)
class Session:
    """The global options of one call."""

    home: Path | None
    database_url: str | None

    @contextmanager
    def ward(self) -> Iterator["Ward"]:
        """The ward, opened and closed."""
        from openward.ward import Ward

        with Ward.open(home=self.home, database_url=self.database_url) as ward:
            yield ward


def operator() -> "Actor":
    """Who sits at this machine: whoever may read the ward's files acts as the house, and can sign nothing."""
    import msgspec

    from openward.access.access import HOUSE

    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "unknown"
    return msgspec.structs.replace(HOUSE, id=f"cli:{name}")


def session_of(context: typer.Context) -> Session:
    """The session of a command."""
    held = context.find_object(Session)
    assert held is not None
    return held


def console() -> "Console":
    """A terminal that wraps and colours when it is one."""
    from rich.console import Console

    return Console(soft_wrap=False, highlight=False)


def show_json(value: Any) -> None:
    """Prints a value as one JSON document."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def show_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]], *, empty: str) -> None:
    """Prints a table, or says in words that there is nothing."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        typer.echo(empty)
