"""The proposal of a run as doors read it: also one that was changed so that it is none any more."""

from typing import Any

import msgspec

from openward.domain.proposal import Proposal
from openward.domain.run import Run


class _AnyBody(msgspec.Struct):
    pass


def proposal_of(run: Run) -> Proposal[Any] | None:
    """The proposal of a run, without its body; None when it failed, or was changed so that it cannot be read."""
    try:
        return None if run.proposal is None else msgspec.json.decode(run.proposal, type=Proposal[_AnyBody])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def body_of(run: Run) -> dict[str, Any]:
    """The body of a run's proposal as plain data; empty when there is no proposal that can be read."""
    if proposal_of(run) is None:
        return {}
    body: dict[str, Any] = msgspec.json.decode(run.proposal or b"", type=dict[str, Any])["body"]
    return body


def summary_of(run: Run) -> str:
    """What a run says in one line."""
    proposal = proposal_of(run)
    return proposal.summary if proposal else (run.failure.message if run.failure else "")
