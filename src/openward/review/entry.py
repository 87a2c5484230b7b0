"""What the trail says of a decision."""

from openward.domain.run import Decision, digest_of


def word_of(decision: Decision) -> str:
    """What a decision is called in the trail."""
    return f"decision.{decision.choice}"


def detail_of(decision: Decision) -> dict[str, str | int]:
    """Which decision it is, over which bytes, and what was made of them: by digest, never by content."""
    detail: dict[str, str | int] = {
        "decision": decision.id, "digest": decision.digest, "changes": len(decision.changes),
    }  # fmt: skip
    if decision.amended is not None:
        detail["amended"] = digest_of(bytes(decision.amended))
    if decision.awaits or decision.first:
        detail["signature"] = "first" if decision.awaits else "second"
    return detail
