"""Commands about models: list, check and try them, see what they used, compare it with bills and budgets."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.domain.model import ChatRequest, Model, Reply
    from openward.models.budgets import State
    from openward.models.registry import Registry
    from openward.ward import Ward

models = typer.Typer(help="Models: list, check and try them; usage, bills, budgets.", no_args_is_help=True)
_NOBODY: str = "(none)"
_DAYS = 30
SinceOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on (UTC).")]
UntilOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="To this day, the whole of it (UTC).")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(models, name="models")


@models.command("list")
def list_(context: typer.Context, output: OutputOption = "text") -> None:
    """List the models of this ward, in the order in which they are asked."""
    with session_of(context).ward() as ward:
        registry, today = ward.models.registry, ward.clock.now().date()
        file = ward.settings.home / "models.toml"
    if output == "json":
        show_json(
            {"file": str(file), "currency": registry.currency, "policy": registry.policy, "models": registry.models}
        )
        return
    rows = [
        (m.id, m.kind, m.locality, m.version, _place(m), m.context if m.kind != "predict" else "", " ".join(m.can),
         _price(m, today), " ".join(m.fallbacks))
        for m in registry.models
    ]  # fmt: skip
    columns = ("id", "kind", "where", "version", "through", "context", "can", _per_million(registry), "fallbacks")
    show_table("Models", columns, rows, empty="")
    if not file.exists():
        typer.echo(f"{file} does not exist, so only the embedded talker answers; docs/models.md shows how to write one")


def _place(model: "Model") -> str:
    return f"{model.through} {model.address}".strip()


def _per_million(registry: "Registry") -> str:
    return f"{registry.currency} per million in / out"


def _price(model: "Model", today: date) -> str:
    from openward.models.registry import price_on

    price = price_on(model, today)
    return f"{price.input} / {price.output} ({price.version})" if price else ""


@models.command("check")
def check(context: typer.Context, output: OutputOption = "text") -> None:
    """Ask each server whether it has its model, read each file, and say what is wrong; no words are sent."""
    with session_of(context).ward() as ward:
        faults = ward.models.faults()
    if output == "json":
        show_json(faults)
    else:
        rows = [(id, "wrong" if fault else "ready", fault) for id, fault in faults.items()]
        show_table("Models", ("id", "state", "what is wrong"), rows, empty="")
    if any(faults.values()):
        raise typer.Exit(1)


@models.command("try")
def try_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What to say.")],
    model: Annotated[str | None, typer.Option("--model", "-m", help="A model; without it the policy chooses.")] = None,
    data: Annotated[
        Literal["patient", "none"], typer.Option(help="Whether the words may hold something of a patient.")
    ] = "patient",
    identifier: Annotated[
        list[str] | None,
        typer.Option(help="A name or number of the patient, to be masked. Can be given several times."),
    ] = None,
    department: Annotated[str, typer.Option(help="Who pays.")] = "",
    max_tokens: Annotated[int, typer.Option(min=1, help="The most tokens of the answer.")] = 1024,
    language: Annotated[str | None, typer.Option("--language", "-l", help="en or zh.")] = None,
    output: OutputOption = "text",
) -> None:
    """Say something to a model; the answer streams, then what it used is told."""
    from openward.domain.model import ChatRequest, Message
    from openward.domain.proposal import language_of
    from openward.domain.usage import Account

    with session_of(context).ward() as ward:
        request = ChatRequest(
            messages=(Message(role="user", text=text),), model=model, data=data, identifiers=tuple(identifier or ()),
            account=Account(department=department, agent="try"), max_tokens=max_tokens, fresh=True,
            language=language_of(language) if language else ward.settings.language,
        )  # fmt: skip
        ward.trail.write(operator(), "model.try", "execute", subject=model, door="cli", detail={"letters": len(text)})
        reply = _streamed(ward, request, shown=output == "text")
        currency = ward.models.registry.currency
    if output == "json":
        show_json(reply)
        return
    used = f"{reply.usage.input_tokens} in, {reply.usage.output_tokens} out" if reply.usage else "not told"
    row = (reply.model, reply.version, used, f"{_money(reply.cost)} {currency}", reply.attempts, reply.masked)
    show_table("", ("model", "version", "tokens", "cost", "calls", "masked places"), [row], empty="")


def _streamed(ward: "Ward", request: "ChatRequest", *, shown: bool) -> "Reply":
    for delta in ward.talker.stream(request):
        if shown and delta.text:
            typer.echo(delta.text, nl=False)
        if delta.reply is not None:
            if shown:
                typer.echo()
            return delta.reply
    raise AssertionError  # a stream ends with a reply or raises


@models.command("usage")
def usage(
    context: typer.Context,
    by: Annotated[
        list[str] | None, typer.Option(help="department, agent, run, model or day. Can be given several times.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    output: OutputOption = "text",
) -> None:
    """Add up what models used: by department and model, over the last 30 days, unless told otherwise."""
    from openward.models.accounts import headings, lines

    names = headings(by or ["department", "model"])
    with session_of(context).ward() as ward:
        found = lines(ward.stores.usage.entries(*_span(since, until, ward.clock.now())), names)
        currency = ward.models.registry.currency
    if output == "json":
        show_json(found)
        return
    rows = [
        (*(line.heading[name] or _NOBODY for name in names), line.calls, line.failed, line.input_tokens,
         line.output_tokens, _money(line.money), _money(line.uncertain))
        for line in found
    ]  # fmt: skip
    columns = (*names, "calls", "failed", "tokens in", "tokens out", currency, "uncertain")
    show_table("Usage", columns, rows, empty="no model was asked in this time")


def _span(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    last = (until.date() if until else now.date()) + timedelta(days=1)
    first = since.date() if since else last - timedelta(days=_DAYS)
    return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC)


def _money(money: Decimal) -> str:
    return f"{money:.6f}" if money else "0"


@models.command("budgets")
def budgets(context: typer.Context, output: OutputOption = "text") -> None:
    """Show how far each budget is used in its day, its month or in all."""
    from openward.models.budgets import states, windows

    with session_of(context).ward() as ward:
        registry, today = ward.models.registry, ward.clock.now().date()
        found = states(registry, ward.stores.usage.tallies(windows(today)), today)
    if output == "json":
        show_json(found)
        return
    rows = [(_whose(s), s.window, *_of_money(s), *_of_tokens(s)) for s in found]
    money = registry.currency
    columns = ("whose", "in", f"{money} spent", "held", "of", "tokens spent", "held", "of")
    empty = "the registry has no budgets; without one for money no remote model is asked"
    show_table("Budgets", columns, rows, empty=empty)


def _whose(state: "State") -> str:
    return state.key or (
        f"each {state.budget.scope}" if state.budget.id == "*" else f"{state.budget.scope}:{state.budget.id}"
    )


def _of_money(state: "State") -> tuple[str, str, str]:
    limit = state.budget.money
    return ("", "", "") if limit is None else (_money(state.spent), _money(state.held), str(limit))


def _of_tokens(state: "State") -> tuple[str, str, str]:
    limit = state.budget.tokens
    return ("", "", "") if limit is None else (str(state.spent_tokens), str(state.held_tokens), str(limit))


@models.command("reconcile")
def reconcile(
    context: typer.Context,
    bill: Annotated[
        Path, typer.Option(help="The provider's bill as CSV: day, model, money, tokens (may be left out).")
    ],
    tolerance: Annotated[float, typer.Option(min=0, help="A difference of so much money is none.")] = 0.01,
    output: OutputOption = "text",
) -> None:
    """Compare what was counted with a provider's bill, for each day and model of the days of the bill."""
    from openward.models.reconciliation import bill_of, compare

    with session_of(context).ward() as ward:
        registry = ward.models.registry
        remote = {m.id for m in registry.models if m.locality == "remote"}
        names = {m.name: m.id for m in registry.models if m.name and m.locality == "remote"}
        lines = bill_of(_read(bill), names)
        days = [datetime.combine(line.day, time(), UTC) for line in lines]
        span = _span(min(days, default=None), max(days, default=None), ward.clock.now())
        ours = (entry for entry in ward.stores.usage.entries(*span) if entry.reservation.model in remote)
        found = compare(ours, lines, tolerance=Decimal(str(tolerance)))
    if output == "json":
        show_json(found)
    else:
        rows = [
            (c.day, c.model, c.calls, _money(c.counted), _money(c.uncertain), _money(c.disputed),
             "" if c.billed is None else c.billed, c.says)
            for c in found
        ]  # fmt: skip
        columns = ("day", "model", "calls", f"{registry.currency} counted", "uncertain", "disputed", "billed", "bill")
        show_table("Bill", columns, rows, empty="neither the bill nor this ward knows of any call")
    if any(c.says != "agrees" for c in found):
        raise typer.Exit(1)


def _read(path: Path) -> str:
    from openward.domain.errors import InputError

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the bill cannot be read: {error}") from error
