"""What references in a Bundle mean, and which ids resources get that come without."""

import json

import pytest
from tests.record.fhir import PUBLIC, UUIDS, bundle, entry, ids, observation, raw, read, resource, taken, the_one

from openward.domain.resource import Incoming
from openward.record.intake import Tally
from openward.record.reading import read_path

URN = [f"urn:uuid:{uuid}" for uuid in UUIDS]


def test_a_urn_reference_is_resolved_within_the_bundle_and_the_bytes_stay():
    data = bundle(entry(resource("Patient", "p1"), URN[0]), entry(observation(of=URN[0]), URN[1]))
    found = taken(data)[1]
    assert (found.patient, found.links) == ("p1", {URN[0]: "Patient/p1"})
    assert json.loads(found.body)["subject"] == {"reference": URN[0]}


def test_a_reference_may_point_forward():
    data = bundle(entry(observation(of=URN[0]), URN[1]), entry(resource("Patient", "p1"), URN[0]))
    assert taken(data)[0].patient == "p1"


def test_an_absolute_reference_is_resolved_by_the_full_url():
    url = "https://example.org/fhir/Patient/p1"
    data = bundle(entry(resource("Patient", "p1"), url), entry(observation(of=url)))
    assert taken(data)[1].links == {url: "Patient/p1"}


def test_where_the_id_differs_from_the_full_url_the_id_counts():
    data = bundle(
        entry(resource("Patient", "p1"), "https://example.org/Patient/77"), entry(observation(of="Patient/77"))
    )
    assert (taken(data)[1].patient, taken(data)[1].links) == ("p1", {"Patient/77": "Patient/p1"})


def test_only_the_references_that_a_resource_has_are_its_links():
    data = bundle(
        entry(resource("Patient", "p1"), URN[0]),
        entry(resource("Patient", "p2"), URN[1]),
        entry(observation(of=URN[1])),
    )
    assert taken(data)[2].links == {URN[1]: "Patient/p2"}


@pytest.mark.parametrize(
    "text", ["Practitioner?identifier=urn:npi|7", "Practitioner?identifier=urn%3Anpi%7C7", "Practitioner?identifier=7"]
)
def test_a_conditional_reference_is_resolved_by_identifier(text):
    doctor = resource("Practitioner", "d1", identifier=[{"system": "urn:npi", "value": "7"}])
    if text.endswith("=7"):
        doctor["identifier"] = [{"value": "7"}]
    data = bundle(entry(observation(performer=[{"reference": text}])), entry(doctor))
    assert taken(data)[0].links == {text: "Practitioner/d1"}


def test_a_conditional_reference_that_two_answer_is_left_open():
    doctors = [resource("Practitioner", id, identifier=[{"system": "urn:npi", "value": "7"}]) for id in ("d1", "d2")]
    data = bundle(
        entry(observation(performer=[{"reference": "Practitioner?identifier=urn:npi|7"}])), *(entry(d) for d in doctors)
    )
    assert taken(data)[0].links == {}


def test_escaped_slashes_in_a_reference_are_understood():
    data = bundle(entry(resource("Patient", "p1"), "http://x.org/Patient/9"), entry(observation(of="Patient/9")))
    found = taken(data.replace(b'"Patient/9"', rb'"Patient\/9"'))[1]
    assert (found.patient, found.links) == ("p1", {"Patient/9": "Patient/p1"})


def test_dangling_and_cyclic_references_do_no_harm():
    one = observation("o1", of=URN[5], hasMember=[{"reference": URN[1]}])
    two = observation("o2", of="Patient/none", hasMember=[{"reference": URN[0]}, {"reference": "#me"}])
    found = taken(bundle(entry(one, URN[0]), entry(two, URN[1])))
    assert [r.patient for r in found] == [None, "none"]
    assert [r.links for r in found] == [{URN[1]: "Observation/o2"}, {URN[0]: "Observation/o1"}]


def test_a_bundle_in_a_bundle_may_refer_to_the_outer_one():
    inner = json.loads(bundle(entry(observation(of=URN[0]))))
    assert taken(bundle(entry(resource("Patient", "p1"), URN[0]), entry(inner)))[1].patient == "p1"


# Ids.


def test_a_resource_without_id_takes_the_uuid_of_its_full_url():
    data = bundle(entry(resource("Patient", None), URN[0]), entry(observation(None, of=URN[0]), URN[1]))
    tally = Tally()
    found = [r for r in read(data, tally=tally) if isinstance(r, Incoming)]
    assert ids(found) == [f"Patient/{UUIDS[0]}", f"Observation/{UUIDS[1]}"]
    assert found[1].patient == UUIDS[0]
    assert found[0].body == raw(resource("Patient", None))
    assert tally.assigned == 2


def test_a_resource_without_id_takes_the_id_of_its_address():
    data = bundle(entry(resource("Patient", None), "https://example.org/fhir/Patient/77"))
    assert the_one(data).id == "77"
    put = {"resource": resource("Patient", None), "request": {"method": "PUT", "url": "Patient/78"}}
    assert the_one(bundle(put)).id == "78"


def test_a_name_that_is_no_uuid_is_no_id_for_it_means_another_in_every_bundle():
    def made(gender):
        patient = resource("Patient", None, gender=gender)
        return taken(bundle(entry(patient, "urn:uuid:patient_1"), entry(observation(None, of="urn:uuid:patient_1"))))

    first, other = made("male"), made("female")
    assert first[0].id != other[0].id
    assert first[1].patient == first[0].id
    assert other[1].patient == other[0].id


def test_an_id_made_from_the_bytes_is_the_same_on_every_reading_and_legal():
    data = raw(observation(None))
    assert the_one(data).id == the_one(data, "other.json").id
    assert len(the_one(data).id) <= 64


# Orders of versions.


def test_a_history_gives_the_oldest_version_first():
    versions = [entry(observation("o1", meta={"versionId": str(n)})) for n in (3, 2, 1)]
    found = taken(bundle(*versions, type="history"), "h.json")
    assert [(r.source_version, r.source) for r in found] == [("1", "h.json[2]"), ("2", "h.json[1]"), ("3", "h.json[0]")]


def test_the_last_update_is_told_in_utc_to_the_microsecond():
    found = the_one(raw(observation(meta={"lastUpdated": "2020-01-01T00:30:00.5+02:00"})))
    assert found.updated == "2019-12-31T22:30:00.500000Z"


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_every_patient_of_real_exports_keeps_what_is_theirs():
    for path in sorted(PUBLIC.glob("*.json.gz")):
        found = [r for r in read_path(path) if isinstance(r, Incoming)]
        patients = {r.id for r in found if r.type == "Patient"}
        if not patients:
            continue
        assert {r.patient for r in found if r.type != "Medication"} == patients
        assert all(t.startswith(("urn:uuid:", "http", "Type")) for r in found for t in r.links)
