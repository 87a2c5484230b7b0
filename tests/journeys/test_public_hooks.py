"""The public warfarin-NSAID requests (HL7 PDDI-CDS, CC0), brought from STU3 to R4 and CDS Hooks 2.0."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.wards import PUBLIC

CASES = sorted((PUBLIC / "cds_hooks").glob("*.json")) if PUBLIC.exists() else []
PATIENT = {"resourceType": "Patient", "id": "x", "gender": "female", "birthDate": "1945-05-05"}

pytestmark = pytest.mark.skipif(not CASES, reason="the public cases (../shared/data/cds_hooks) are not here")


def day(expression):
    """The date that a CQL expression of these requests means (`Today()`, `Today() - 90 days`)."""
    back = re.search(r"-\s*(\d+)\s*day", expression)
    return (datetime.now(UTC) - timedelta(days=int(back[1]) if back else 0)).date().isoformat()


def brought(value):
    """A resource with its CQL dates worked out and STU3 names changed to those of R4."""
    if isinstance(value, list):
        return [brought(v) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: brought(v) for k, v in value.items() if k not in {"extension", "context"}}
    for name in [n for n in made if n.startswith("_")]:
        made[name[1:]] = day(value[name]["extension"][0]["valueString"])
        del made[name]
    spoken = [e.get("valueString", "") for e in value.get("extension", [])]
    if any("FHIR.Period" in words for words in spoken):
        start, _, end = spoken[0].partition("end:")
        made |= {"start": day(start), "end": day(end)}
    for name in ("subject", "patient"):
        if name in made:
            made[name] = {"reference": "Patient/x"}
    return made


def request(path):
    told = json.loads(path.read_text())
    ordered = told["context"]["medications"]["entry"]
    drafts = [brought(e.get("resource", e)) | {"status": "draft"} for e in ordered]
    held = [
        brought(e.get("resource", e))
        for item in told["context"]["prefetch"].values() if item and "resource" in item
        for e in item["resource"].get("entry", [])
    ]  # fmt: skip
    entries = [{"resource": d} for d in drafts]
    orders = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    context = {"userId": "Practitioner/1", "patientId": "x", "draftOrders": orders}
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": r} for r in held]}
    prefetch = {"patient": PATIENT, "drugs": bundle}
    return {"hook": "order-sign", "hookInstance": "1", "context": context, "prefetch": prefetch}


# 01 orders a gel; in 03 the warfarin was dispensed on no date, so that nobody knows whether it is taken now.
INDICATOR = {"01": "none", "02": "critical", "03": "warning", "04": "critical", "05": "critical"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_an_oral_nsaid_with_warfarin_is_said_as_loudly_as_the_context_asks(program, path):
    answer = program.post("/cds-services/prescription-review-order-sign", json=request(path))
    assert answer.status_code == 200, answer.text
    told = [c["indicator"] for c in answer.json()["cards"] if "warfarin" in c["summary"]]
    assert (told or ["none"])[0] == INDICATOR[path.stem[-2:]]
