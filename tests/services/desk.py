"""A small desk for any service: one request, resources beside it, every check of the house over what comes out."""

from datetime import UTC, datetime

import msgspec

from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.domain.resource import Stored
from openward.harness.service import Context
from openward.record.charting import chart_of

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def stored(resource):
    owner = resource["id"] if resource["resourceType"] == "Patient" else "p"
    return Stored(
        type=resource["resourceType"], id=resource["id"], version=1, seq=1, body=msgspec.json.encode(resource),
        digest="", received=NOW, patient=owner,
    )  # fmt: skip


def patient(born="1956-03-02", gender="male"):
    return {"resourceType": "Patient", "id": "p", "birthDate": born, "gender": gender}


def observation(loinc, value, unit, *, id="o", at="2026-11-21T06:00:00Z", low=None, high=None, **more):
    made = {
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, "effectiveDateTime": at,
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }  # fmt: skip
    if low is not None and high is not None:
        made["referenceRange"] = [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}]
    return made | more


def propose_by(service, given, *resources, language="en", focus=()):
    """Runs the engine and lets every check pass over the proposal."""
    held = [stored(r) for r in resources]
    types = frozenset(service.card.reads)
    chart = chart_of(held, patient="p", as_of=NOW, version="1", types=types) if held else None
    reads = msgspec.convert(given, service.reads)
    proposal = service.engine(reads, chart, Context(now=NOW, language=language, focus=focus))
    sources = Sources({f"{s.type}/{s.id}": s for s in held}, given)
    verdicts = [*grounding(proposal, sources), *form(proposal)]
    verdicts += [v for check in service.checks for v in check(proposal, chart, reads)]
    assert [v for v in verdicts if v.outcome != "pass"] == []
    msgspec.json.decode(msgspec.json.encode(proposal), type=type(proposal)[service.body])
    return proposal
