"""Shows a run to a person at a terminal."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rich.markup import escape
from rich.panel import Panel

from openward.domain.proposal import Finding, NotChecked, Proposal
from openward.domain.run import Run
from openward.doors.cli.session import console
from openward.doors.evidence import cite, for_a_person
from openward.doors.outline import Block, outline

_STYLES = {"critical": "bold red", "high": "red", "moderate": "yellow", "low": "cyan", "info": "dim"}
_WORDS = {
    "en": {
        "not_checked": "Not checked",
        "examined": "Examined",
        "held": "HELD BACK",
        "needed": "needed",
        "advice": "Do",
    },
    "zh": {"not_checked": "未能核查", "examined": "已核查", "held": "暂扣", "needed": "所需", "advice": "建议"},
}


class AnyBody(msgspec.Struct):
    """The body of a proposal when only its findings matter."""


def proposal_of(run: Run) -> Proposal[Any] | None:
    """The proposal of a run, without the service's own body; None when the run failed."""
    return None if run.proposal is None else msgspec.json.decode(run.proposal, type=Proposal[AnyBody])


def body_of(run: Run) -> dict[str, Any]:
    """The body of a run's proposal as plain data; empty when the run failed."""
    if run.proposal is None:
        return {}
    body: dict[str, Any] = msgspec.json.decode(run.proposal)["body"]
    return body


def show_run(run: Run, names: Mapping[str, str] | None = None) -> None:
    """Prints a run: its findings with their evidence, and what was not checked; `names` as for evidence."""
    out = console()
    out.print(
        f"[dim]{run.id} · {run.service} {run.service_version} · {run.cost.seconds * 1000:.1f} ms · {run.status}[/dim]"
    )
    proposal = proposal_of(run)
    if proposal is None:
        reason = run.failure.message if run.failure else ""
        out.print(f"[bold red]failed[/bold red]: {escape(reason)}")
        return
    words = _WORDS[run.language]
    if run.status == "held":
        out.print(f"[bold red]{words['held']}[/bold red]")
    out.print(f"[bold]{escape(proposal.summary)}[/bold]")
    for block in outline(body_of(run), run.language):
        out.print(_block(block))
    for finding in proposal.findings:
        out.print(_panel(finding, words, [cite(e, run.language, names) for e in for_a_person(finding.evidence)]))
    for missing in proposal.not_checked:
        out.print(_not_checked(missing, words))
    if proposal.examined:
        counts = " · ".join(f"{escape(e.what)} {e.count}" for e in proposal.examined)
        out.print(f"[dim]{words['examined']}: {counts}[/dim]")


def _block(block: Block) -> str:
    """A table as lines: a terminal is narrow, and a row may say much."""
    lines = [f"[bold]{escape(block.title)}[/bold]"] if block.title else []
    for row in block.rows:
        if not block.columns:
            lines.append(escape("  " + "  ".join(row)))
            continue
        rest = [
            f"[dim]{escape(name)}[/dim] {escape(cell)}"
            for name, cell in list(zip(block.columns, row, strict=True))[1:]
            if cell
        ]
        lines.append(f"  {escape(row[0])}  " + " · ".join(rest))
    return "\n".join([*lines, *([f"  + {block.more}"] if block.more else [])])


def _panel(finding: Finding, words: dict[str, str], cited: list[str]) -> Panel:
    style = _STYLES[finding.severity]
    lines = [escape(finding.why), f"[bold]{words['advice']}:[/bold] {escape(finding.advice)}"]
    lines += [f"[dim]· {escape(line)}[/dim]" for line in cited]
    title = f"[{style}]{finding.severity} · {finding.present}[/{style}] [bold]{escape(finding.headline)}[/bold]"
    return Panel("\n".join(lines), title=title, title_align="left", border_style=style)


def _not_checked(missing: NotChecked, words: dict[str, str]) -> str:
    return (
        f"[magenta]{words['not_checked']}[/magenta]: {escape(missing.what)} — {escape(missing.why)} "
        f"[dim]({words['needed']}: {escape(missing.needed)})[/dim]"
    )
