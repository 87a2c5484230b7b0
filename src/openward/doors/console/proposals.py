"""Proposals as pages show them."""

from openward.domain.run import Run
from openward.doors.proposals import body_of, proposal_of

__all__ = ["body_of", "proposal_of", "summary_of"]


def summary_of(run: Run) -> str:
    """What a run says in one line."""
    proposal = proposal_of(run)
    return proposal.summary if proposal else (run.failure.message if run.failure else "")
