"""A run in words, short enough for a model's context: ranked findings, then what was not checked."""

from typing import Any

from openward.domain.proposal import Proposal
from openward.domain.run import Run


def words_of(run: Run, proposal: Proposal[Any]) -> str:
    """The proposal in plain text; the structured result holds the evidence."""
    lines = [f"{proposal.summary} (run {run.id}, {run.status})"]
    lines += [f"- [{f.severity}, {f.present}] {f.headline}. {f.why} {f.advice}" for f in proposal.findings]
    lines += [f"- NOT CHECKED: {n.what}: {n.why} Needed: {n.needed}" for n in proposal.not_checked]
    return "\n".join(lines)
