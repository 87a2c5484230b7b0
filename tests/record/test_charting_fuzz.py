"""No JSON, however wrong, makes the making of a chart fail."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.record.charts import NOW, stored

from openward.record import views
from openward.record.charting import chart_of
from openward.record.charting.sections import TYPES

CHARTED = [*(type for types in TYPES.values() for type in types), "Patient", "List", "Medication"]
CODES = ["active", "resolved", "entered-in-error", "refuted", "draft", "completed", "in-progress", "716186003", "BID",
         "77386006", "82810-3", "11778-8", "nilknown", "48765-2", "d", "mo"]  # fmt: skip
SYSTEMS = ["http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"]
dates = st.sampled_from(["2026", "2026-03", "2026-03-15", "2026-03-15T12:00:00Z", "9999-12-31", "0001", "x", ""])
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.sampled_from([0, -1, 1e-320, 1e308])
words = st.sampled_from([*CODES, *SYSTEMS, "#x", "Medication/x", "PGI+", "é", "\x00"]) | st.text(max_size=6)
codings = st.fixed_dictionaries({}, optional={"system": st.sampled_from(SYSTEMS), "code": words, "display": words})
concepts = st.fixed_dictionaries({}, optional={"coding": st.lists(codings, max_size=2), "text": words})
quantities = st.fixed_dictionaries({}, optional={"value": numbers, "unit": words, "code": words, "comparator": words})
ranges = st.fixed_dictionaries({}, optional={"low": quantities, "high": quantities})
ratios = st.fixed_dictionaries({}, optional={"numerator": quantities, "denominator": quantities})
periods = st.fixed_dictionaries({}, optional={"start": dates, "end": dates})
references = st.fixed_dictionaries({}, optional={"reference": words, "display": words})
repeats = st.fixed_dictionaries(
    {},
    optional={
        "boundsDuration": quantities, "boundsPeriod": periods, "frequency": numbers, "frequencyMax": numbers,
        "period": numbers, "periodMax": numbers, "periodUnit": st.sampled_from(["s", "min", "h", "d", "wk", "mo", "a"]),
        "dayOfWeek": st.lists(words, max_size=2), "when": st.lists(words, max_size=2), "count": numbers,
    },
)  # fmt: skip
timings = st.fixed_dictionaries(
    {}, optional={"repeat": repeats, "code": concepts, "event": st.lists(dates, max_size=2)}
)
given_doses = st.fixed_dictionaries({}, optional={"doseRange": ranges, "rateRatio": ratios})
dosages = st.fixed_dictionaries(
    {},
    optional={
        "timing": timings, "maxDosePerPeriod": ratios, "route": concepts, "asNeededCodeableConcept": concepts,
        "doseAndRate": st.lists(given_doses, max_size=2),
    },
)  # fmt: skip
medications = st.fixed_dictionaries(
    {"resourceType": st.just("Medication")},
    optional={"id": st.just("x"), "code": concepts,
              "ingredient": st.lists(st.fixed_dictionaries({}, optional={"itemReference": references}), max_size=2)},
)  # fmt: skip
scalars = st.none() | st.booleans() | numbers | words
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2), max_leaves=5
)
typed = [dates, numbers, words, concepts, quantities, ranges, ratios, periods, references, timings, dosages]
values = st.one_of(*typed, anything)
members = st.one_of(values, st.lists(values | medications, max_size=2))
FIELDS = sorted({name for type in CHARTED for name in getattr(views, type).__struct_encode_fields__} - {"resourceType"})
narratives = st.fixed_dictionaries({"div": words})
sections = st.fixed_dictionaries({}, optional={"code": concepts, "emptyReason": concepts, "text": narratives})
components = st.fixed_dictionaries({}, optional={"code": concepts, "valueRange": ranges, "valueRatio": ratios})
LIKELY = {
    "status": words,
    "code": concepts,
    "clinicalStatus": concepts,
    "verificationStatus": concepts,
    "onsetDateTime": dates,
    "abatementPeriod": periods,
    "effectiveDateTime": dates,
    "effectivePeriod": periods,
    "component": st.lists(components, max_size=2),
    "valueQuantity": quantities,
    "valueCodeableConcept": concepts,
    "valueDateTime": dates,
    "contained": st.lists(medications, max_size=2),
    "medicationCodeableConcept": concepts,
    "medicationReference": references,
    "authoredOn": dates,
    "dosage": st.lists(dosages, max_size=2),
    "dosageInstruction": st.lists(dosages, max_size=2),
    "daysSupply": quantities,
    "whenHandedOver": dates,
    "emptyReason": concepts,
    "section": st.lists(sections, max_size=2),
}


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(CHARTED), st.fixed_dictionaries({}, optional=LIKELY)), max_size=4),
    st.dictionaries(st.sampled_from(FIELDS), members, max_size=4),
)
def test_any_json_gives_a_chart(resources, wild):
    kept = [stored({"resourceType": type, "id": f"r{n}"} | body, seq=n + 1) for n, (type, body) in enumerate(resources)]
    kept += [stored({"resourceType": type, "id": "w"} | wild, seq=9) for type in CHARTED]
    chart = chart_of(kept, patient="p", as_of=NOW, version="v")
    assert chart.resources == len(kept)
    for reason in (reason for _, reason in chart.unread):
        assert "PGI+" not in reason


@given(st.sampled_from(CHARTED), st.binary(max_size=60))
def test_any_bytes_give_a_chart(type, body):
    chart = chart_of([stored(body, type=type)], patient="p", as_of=NOW, version="v")
    assert chart.resources == 1


@settings(max_examples=200)
@given(st.sampled_from(CHARTED), st.dictionaries(words, anything, max_size=5))
def test_any_object_gives_a_chart(type, body):
    kept = stored(json.dumps(body | {"resourceType": type}).encode(), type=type)
    assert chart_of([kept], patient="p", as_of=NOW, version="v").resources == 1
