"""A small laboratory to read reports at: one request, resources in a line each, and every check of the house."""

from datetime import UTC, datetime

import msgspec

from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.domain.resource import Stored
from openward.harness.service import Context
from openward.record.charting import chart_of
from openward.services.lab_report import SERVICE

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def stored(resource):
    owner = resource["id"] if resource["resourceType"] == "Patient" else "p"
    return Stored(
        type=resource["resourceType"], id=resource["id"], version=1, seq=1, body=msgspec.json.encode(resource),
        digest="", received=NOW, patient=owner,
    )  # fmt: skip


def result(name, value=None, unit=None, low=None, high=None, **more):
    given = {"name": name, "value": value, "unit": unit, "low": low, "high": high, **more}
    return {key: word for key, word in given.items() if word is not None}


def observation(loinc, value, unit, at, *, id, low=None, high=None):
    made = {
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p"},
        "category": [{"coding": [{"code": "laboratory"}]}], "effectiveDateTime": at,
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }  # fmt: skip
    if low is not None and high is not None:
        made["referenceRange"] = [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}]
    return made


def patient(born="1960-03-02", gender="male"):
    return {"resourceType": "Patient", "id": "p", "birthDate": born, "gender": gender}


def propose(given, *resources, language="en", focus=()):
    """Runs the engine and lets every check pass over the proposal."""
    held = [stored(r) for r in resources]
    types = frozenset(SERVICE.card.reads)
    chart = chart_of(held, patient="p", as_of=NOW, version="1", types=types) if held else None
    reads = msgspec.convert(given, SERVICE.reads)
    proposal = SERVICE.engine(reads, chart, Context(now=NOW, language=language, focus=tuple(focus)))
    sources = Sources({f"{s.type}/{s.id}": s for s in held}, given)
    verdicts = [*grounding(proposal, sources), *form(proposal)]
    verdicts += [v for check in SERVICE.checks for v in check(proposal, chart, reads)]
    assert [v for v in verdicts if v.outcome != "pass"] == []
    msgspec.json.decode(msgspec.json.encode(proposal), type=type(proposal)[SERVICE.body])
    return proposal


def panel(*results, **person):
    return propose({"results": list(results), **person})


def codes(proposal):
    return {f.code.code for f in proposal.findings}
