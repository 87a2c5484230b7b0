"""What goes out of the record: the bytes received, with references made plain."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.fhir import NOW, PUBLIC, UUIDS, bundle, empty_record, entry, observation, raw, resource

from openward.adapters.memory import FixedClock
from openward.domain.errors import NotFoundError
from openward.ports.store import Stores
from openward.record.record import Record
from openward.record.references import links_of, rewrite_references

URN = f"urn:uuid:{UUIDS[0]}"


@pytest.fixture
def record(stores: Stores) -> Record:
    made = Record(stores.record, FixedClock(NOW))
    made.import_bytes("p.json", bundle(entry(resource("Patient", "p1"), URN), entry(observation("o1", of=URN))))
    made.import_bytes("q.ndjson", raw(resource("Patient", "p2")) + b"\n" + raw(observation("o2", of="Patient/p2")))
    return made


def out(record: Record, **kwargs: object) -> list[str]:
    return sorted(f"{r['resourceType']}/{r['id']}" for r in map(json.loads, record.export(**kwargs)))  # type: ignore[arg-type]


def test_all_is_exported_one_resource_a_line(record: Record):
    assert out(record) == ["Observation/o1", "Observation/o2", "Patient/p1", "Patient/p2"]


def test_an_export_may_be_of_some_types_or_of_one_patient(record: Record):
    assert out(record, types=["Patient"]) == ["Patient/p1", "Patient/p2"]
    assert out(record, patient="p1") == ["Observation/o1", "Patient/p1"]
    assert out(record, types=["Observation"], patient="p2") == ["Observation/o2"]
    assert out(record, types=["Condition"]) == []


def test_an_unknown_patient_cannot_be_exported(record: Record):
    for export in (record.export(patient="p1"), record.export_bundle("p1")):
        assert list(export)
    with pytest.raises(NotFoundError):
        record.export(patient="none")
    with pytest.raises(NotFoundError):
        record.export_bundle("none")


def test_references_that_only_the_bundle_understood_go_out_plain_and_all_else_as_it_came():
    body = b'{"resourceType":"Observation" ,\n "id":"o1","x":1.50,"subject":{ "reference" : "URN", "display":"URN"}}'
    body = body.replace(b"URN", URN.encode())
    record = empty_record()
    data = b'{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"URN","resource":'.replace(
        b"URN", URN.encode()
    )
    record.import_bytes("b.json", data + raw(resource("Patient", "p1")) + b'},{"resource":' + body + b"}]}")
    stored = record.resource("Observation/o1")
    assert stored.body == body
    assert record.rewrite(stored) == body.replace(b'"reference" : "' + URN.encode(), b'"reference" : "Patient/p1')
    (line,) = record.export(types=["Observation"])
    assert b"\n" not in line
    assert b"1.50" in line


def test_a_conditional_reference_is_made_plain_once_somebody_answers_it(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    asked = observation("o1", performer=[{"reference": "Practitioner?identifier=urn:npi|7"}])
    record.import_bytes("o.json", raw(asked))
    assert json.loads(record.rewrite(record.resource("Observation/o1"))) == asked
    doctor = resource("Practitioner", "d1", identifier=[{"system": "urn:npi", "value": "7"}])
    record.import_bytes("d.json", raw(doctor))
    rewritten = json.loads(record.rewrite(record.resource("Observation/o1")))
    assert rewritten["performer"] == [{"reference": "Practitioner/d1"}]
    record.import_bytes("e.json", raw({**doctor, "id": "d2"}))
    assert json.loads(record.rewrite(record.resource("Observation/o1"))) == asked


def test_a_bundle_of_one_patient_is_whole(record: Record):
    made = json.loads(b"".join(record.export_bundle("p1")))
    assert (made["resourceType"], made["type"]) == ("Bundle", "collection")
    assert sorted(e["resource"]["id"] for e in made["entry"]) == ["o1", "p1"]
    again = empty_record()
    assert again.import_bytes("x.json", json.dumps(made).encode()).refused == 0


def test_what_goes_out_comes_in_again_unchanged(record: Record):
    again = empty_record()
    lines = list(record.export())
    again.import_bytes("x.ndjson", b"\n".join(lines))
    assert sorted(again.export()) == sorted(lines)
    assert [r.patient for r in again.holding("p1").resources] == ["p1", "p1"]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_real_exports_go_out_with_every_reference_plain():
    record = empty_record()
    record.import_paths([PUBLIC])
    lines = [json.loads(line) for line in record.export()]
    names = {f"{r['resourceType']}/{r['id']}" for r in lines}
    references = [text for r in lines for text in _references(r)]
    assert references
    assert {text for text in references if text not in names and not text.startswith("#")} == set()


def _references(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if isinstance(value.get("reference"), str) else []
    return own + [text for item in value.values() for text in _references(item)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reference", "x", 'a"b']), inner, max_size=3)
    ),
    max_leaves=15,
)


@given(JSON)
def test_rewriting_touches_references_only_and_keeps_json(value):
    body = json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")
    rewritten = rewrite_references(body, lambda text: f"{text}!")
    assert json.loads(rewritten.decode(errors="surrogatepass")) == _marked(value)
    assert rewrite_references(body, lambda _: None) == body


def _marked(value: object) -> object:
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, dict):
        return {k: f"{v}!" if k == "reference" and isinstance(v, str) else _marked(v) for k, v in value.items()}
    return value


def test_links_are_looked_for_only_where_something_is_known():
    assert links_of(b'{"reference":"x"}', {}) == {}
    assert links_of(b'{"reference":"x","y":{"reference":"z"}}', {"x": "Patient/1"}) == {"x": "Patient/1"}
