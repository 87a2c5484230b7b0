"""A small desk to triage at: one request, resources in a line each, the house's own checks over what comes out."""

from datetime import UTC, datetime

import msgspec

from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.domain.resource import Stored
from openward.harness.service import Context
from openward.record.charting import chart_of
from openward.services.triage import SERVICE

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def stored(resource):
    owner = resource["id"] if resource["resourceType"] == "Patient" else "p"
    return Stored(
        type=resource["resourceType"], id=resource["id"], version=1, seq=1, body=msgspec.json.encode(resource),
        digest="", received=NOW, patient=owner,
    )  # fmt: skip


def propose(given, *resources, language="en"):
    """Runs the engine and lets every check pass over the proposal."""
    held = [stored(r) for r in resources]
    types = frozenset(SERVICE.card.reads)
    chart = chart_of(held, patient="p", as_of=NOW, version="1", types=types) if held else None
    reads = msgspec.convert(given, SERVICE.reads)
    proposal = SERVICE.engine(reads, chart, Context(now=NOW, language=language))
    sources = Sources({f"{s.type}/{s.id}": s for s in held}, given)
    verdicts = [*grounding(proposal, sources), *form(proposal)]
    verdicts += [v for check in SERVICE.checks for v in check(proposal, chart, reads)]
    assert [v for v in verdicts if v.outcome != "pass"] == []
    msgspec.json.decode(msgspec.json.encode(proposal), type=type(proposal)[SERVICE.body])
    return proposal


def told(complaint, **given):
    """The body for one complaint."""
    return propose({"complaint": complaint} | given).body


def rules_of(body):
    return {rule.rule for rule in body.rules}
