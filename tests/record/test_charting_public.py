"""Charts of the public cases: nothing is lost, everything that is cited stands where it is said to stand."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests.record.charts import entries, public_bundles, stored

from openward.domain.code import Concept
from openward.record.chart import Chart, Measure
from openward.record.charting import chart_of
from openward.record.paths import resolve

AS_OF = datetime(2022, 1, 1, tzinfo=UTC)
SECTION = {
    "Condition": "problems", "AllergyIntolerance": "allergies", "MedicationRequest": "medications",
    "MedicationAdministration": "medications", "Procedure": "procedures", "Encounter": "encounters",
    "Immunization": "immunizations", "DocumentReference": "documents", "DiagnosticReport": "documents",
}  # fmt: skip


@pytest.fixture(scope="module", params=range(12))
def case(request):
    bundle = entries(public_bundles()[request.param])
    patient = next((e["resource"]["id"] for e in bundle if e["resource"]["resourceType"] == "Patient"), None)
    if patient is None:
        return [], None
    links = {e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle}
    kept = [stored(e["resource"], seq=n + 1, links=links, patient=patient) for n, e in enumerate(bundle)]
    return kept, chart_of(kept, patient=patient, as_of=AS_OF, version="v")


def test_every_resource_has_its_entry(case):
    kept, chart = case
    if chart is None:
        return
    assert chart.unread == chart.retracted == ()
    for name in set(SECTION.values()):
        expected = sum(SECTION.get(s.type) == name for s in kept)
        assert len(getattr(chart, name)) == expected
    components = sum(len(msgspec.json.decode(s.body).get("component", [])) for s in kept if s.type == "Observation")
    assert len(chart.observations) == sum(s.type == "Observation" for s in kept) + components


def test_every_value_stands_at_its_path(case):
    kept, chart = case
    bodies = {f"{s.type}/{s.id}": s.body for s in kept}
    for reading in chart.observations if chart else ():
        if isinstance(reading.value, Measure):
            assert resolve(bodies[reading.source.reference], reading.path) == reading.value.value
        elif isinstance(reading.value, Concept):
            assert resolve(bodies[reading.source.reference], reading.path) == reading.value.name()


def test_every_drug_stands_at_its_path(case):
    kept, chart = case
    bodies = {f"{s.type}/{s.id}": s.body for s in kept}
    for entry in chart.medications if chart else ():
        where = entry.drug_source or entry.source
        assert resolve(bodies[where.reference], f"{entry.drug_path}.text") == entry.concept.text
        assert entry.current is not None


def test_a_chart_can_be_written_and_read_again(case):
    _, chart = case
    if chart is not None:
        assert b'"observations"' in msgspec.json.encode(chart)
        assert isinstance(chart, Chart)
