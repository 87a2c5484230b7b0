"""Charts for tests, made of resources written down as plain data."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openward.domain.resource import Stored
from openward.record.chart import Chart
from openward.record.charting import chart_of

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "fhir"


def stored(resource: dict[str, Any] | bytes, *, type: str = "", seq: int = 1, **more: Any) -> Stored:
    """A resource as the record keeps it."""
    body = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
    head = resource if isinstance(resource, dict) else {}
    return Stored(
        type=type or head.get("resourceType", "Observation"),
        id=head.get("id", f"r{seq}"),
        version=more.pop("version", 3),
        seq=seq,
        body=body,
        digest="",
        received=NOW,
        **more,
    )


def chart(*resources: dict[str, Any] | bytes, types=None, as_of=NOW, patient="p", links=None) -> Chart:
    """The chart of these resources, each of which belongs to the patient."""
    kept = [stored(r, seq=place + 1, links=links or {}) for place, r in enumerate(resources)]
    return chart_of(kept, patient=patient, as_of=as_of, version="v1", types=types)


def concept(code: str, system: str = "http://snomed.info/sct", display: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


def loinc(code: str) -> dict[str, Any]:
    return concept(code, "http://loinc.org")


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def public_bundles() -> list[Path]:
    """The Synthea bundles of the public cases."""
    if not PUBLIC.is_dir():
        pytest.skip("the public cases are not there: ../shared/data/fhir")
    return sorted(PUBLIC.glob("synthea-*.json.gz"))


def entries(path: Path) -> list[dict[str, Any]]:
    return json.loads(gzip.decompress(path.read_bytes()))["entry"]
