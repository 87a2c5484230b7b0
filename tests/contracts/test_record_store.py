"""What every RecordStore must do, the fake and the real ones alike."""

from datetime import timedelta

import pytest
from tests.contracts.samples import LATER, NOW, code, resource, unreadable

from openward.domain.resource import PutCounts
from openward.ports.store import Stores


def test_an_empty_record_knows_nothing(stores: Stores):
    record = stores.record
    assert record.read("Patient", "p1") is None
    assert record.history("Patient", "p1") == ()
    assert record.compartment("p1") == ()
    assert record.version("p1") == 0
    assert record.counts() == {}
    assert list(record.scan()) == []
    assert record.put([], NOW) == PutCounts()


def test_a_resource_comes_back_as_received(stores: Stores):
    sent = resource("o1", ' {"a": "药"} ', patient="p1", date="2024-03", links={"urn:uuid:1": "Patient/p1"})
    assert stores.record.put([sent], NOW) == PutCounts(created=1)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert (kept.type, kept.id, kept.version, kept.body, kept.digest) == (
        "Observation",
        "o1",
        1,
        sent.body,
        sent.digest,
    )
    assert (kept.received, kept.patient, kept.date, kept.links) == (NOW, "p1", "2024-03", sent.links)
    assert kept.received.utcoffset() == timedelta(0)


def test_the_same_id_in_another_type_is_another_resource(stores: Stores):
    stores.record.put([resource("1"), resource("1", type="Condition")], NOW)
    assert stores.record.counts() == {"Condition": 1, "Observation": 1}
    assert stores.record.read("Patient", "1") is None


def test_the_same_bytes_again_change_nothing(stores: Stores):
    stores.record.put([resource("o1", "{}")], NOW)
    before = stores.record.read("Observation", "o1")
    assert stores.record.put([resource("o1", "{}", date="2024")], LATER) == PutCounts(unchanged=1)
    assert stores.record.read("Observation", "o1") == before


def test_other_bytes_make_a_new_version(stores: Stores):
    stores.record.put([resource("o1", "1")], NOW)
    assert stores.record.put([resource("o1", "2")], LATER) == PutCounts(updated=1)
    current, first = stores.record.history("Observation", "o1")
    assert (current.version, current.body, current.received) == (2, b"2", LATER)
    assert (first.version, first.body, first.received) == (1, b"1", NOW)
    assert current.seq > first.seq
    assert stores.record.read("Observation", "o1") == current
    assert stores.record.read("Observation", "o1", 1) == first
    assert stores.record.read("Observation", "o1", 3) is None
    assert stores.record.counts() == {"Observation": 1}


def test_the_bytes_of_an_earlier_version_again_change_nothing(stores: Stores):
    stores.record.put([resource("o1", "1")], NOW)
    stores.record.put([resource("o1", "2")], NOW)
    assert stores.record.put([resource("o1", "1")], NOW) == PutCounts(unchanged=1)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert kept.body == b"2"


def test_an_older_version_that_comes_late_is_kept_as_history(stores: Stores):
    stores.record.put([resource("o1", "new", updated="2024-05-01T00:00:00Z", tokens=(code("new"),))], NOW)
    late = resource("o1", "old", updated="2024-04-30T23:59:59+00:00", patient="p1", tokens=(code("old"),))
    assert stores.record.put([late], NOW) == PutCounts(updated=1)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert (kept.body, kept.version) == (b"new", 1)
    assert [version.body for version in stores.record.history("Observation", "o1")] == [b"old", b"new"]
    assert stores.record.compartment("p1") == ()
    assert list(stores.record.scan()) == [kept]
    newer = resource("o1", "newest", updated="2024-05-02T00:00:00Z")
    stores.record.put([newer], NOW)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert (kept.body, kept.version) == (b"newest", 3)


@pytest.mark.parametrize(
    ("first", "second", "current"),
    [
        ("2024-05-01T10:00:00+08:00", "2024-05-01T01:59:59Z", b"first"),
        ("2024-05-01T10:00:00+08:00", "2024-05-01T02:00:00Z", b"second"),
        ("2024-05-01T10:00:00.001Z", "2024-05-01T10:00:00Z", b"first"),
        ("2024-05-01T10:00:00", "2024-05-01T10:00:01Z", b"second"),
        (None, "2024-05-01T10:00:00Z", b"second"),
        ("2024-05-01T10:00:00Z", None, b"second"),
        ("2024-05-01T10:00:00Z", "no date", b"second"),
    ],
)
def test_what_is_older_is_told_by_the_moment_not_the_text(stores: Stores, first, second, current):
    batch = [resource("o1", "first", updated=first), resource("o1", "second", updated=second)]
    stores.record.put(batch, NOW)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert kept.body == current


def test_a_batch_may_hold_one_resource_several_times(stores: Stores):
    batch = [resource("o1", text) for text in ("1", "2", "1", "3", "3")]
    assert stores.record.put(batch, NOW) == PutCounts(created=1, updated=2, unchanged=2)
    assert [version.body for version in stores.record.history("Observation", "o1")] == [b"3", b"2", b"1"]


def test_seq_rises_with_every_version_kept(stores: Stores):
    stores.record.put([resource("o1", "1"), resource("o2", "1")], NOW)
    stores.record.put([resource("o1", "2"), resource("o3", "1")], NOW)
    every = [kept for id in ("o1", "o2", "o3") for kept in stores.record.history("Observation", id)]
    assert sorted(kept.seq for kept in every) == [1, 2, 3, 4]
    assert [kept.id for kept in stores.record.scan()] == ["o2", "o1", "o3"]


def test_a_compartment_holds_the_patient_and_what_belongs_to_the_patient(stores: Stores):
    stores.record.put(
        [
            resource("p1", type="Patient"),
            resource("o1", patient="p1"),
            resource("o2", patient="p2"),
            resource("m1", type="Medication"),
            resource("c1", type="Condition", patient="p1"),
        ],
        NOW,
    )
    assert [kept.id for kept in stores.record.compartment("p1")] == ["p1", "o1", "c1"]
    assert [kept.id for kept in stores.record.compartment("p1", types=["Condition", "Patient"])] == ["p1", "c1"]
    assert stores.record.compartment("p1", types=["Procedure"]) == ()
    assert stores.record.compartment("p1", types=[]) == ()
    assert stores.record.compartment("nobody") == ()
    patient = stores.record.read("Patient", "p1")
    assert patient is not None
    assert patient.patient == "p1"


def test_a_compartment_can_be_read_as_it_was(stores: Stores):
    record = stores.record
    record.put([resource("p1", type="Patient"), resource("o1", "1", patient="p1"), resource("o2", patient="p1")], NOW)
    before, version = record.compartment("p1"), record.version("p1")
    record.put([resource("o1", "2", patient="p1"), resource("o3", patient="p1")], LATER)
    record.put([resource("o2", "moved", patient="p2")], LATER)
    assert record.compartment("p1", at=version) == before
    assert [kept.body for kept in record.compartment("p1", types=["Observation"])] == [b"2", b"{}"]
    assert [kept.id for kept in record.compartment("p2")] == ["o2"]
    assert record.compartment("p1", at=0) == ()
    assert record.compartment("p1", at=record.version("p1")) == record.compartment("p1")


def test_the_version_of_a_compartment_rises_with_every_change_of_it_and_only_then(stores: Stores):
    record = stores.record
    seen = [record.version("p1")]
    for item in (
        resource("o1", "1", patient="p1"),
        resource("o1", "2", patient="p1"),
        resource("o2", "1", patient="p1"),
        resource("o2", "2", patient="p2"),
    ):
        record.put([item], NOW)
        seen.append(record.version("p1"))
    assert seen == sorted(set(seen))
    record.put([resource("o3", patient="p2")], NOW)
    assert record.version("p1") == seen[-1]


def test_a_scan_gives_all_current_resources_in_order(stores: Stores):
    batch = [resource(f"o{n}", type="Observation" if n % 3 else "Condition", patient=f"p{n % 2}") for n in range(1201)]
    stores.record.put(batch, NOW)
    assert [kept.id for kept in stores.record.scan()] == [item.id for item in batch]
    of_one = [item.id for item in batch if item.type == "Condition" and item.patient == "p1"]
    assert [kept.id for kept in stores.record.scan(types=["Condition"], patient="p1")] == of_one
    assert list(stores.record.scan(types=["Patient"])) == []
    assert list(stores.record.scan(types=[])) == []


def test_a_scan_shows_the_record_as_it_was_at_its_first_step(stores: Stores):
    stores.record.put([resource(f"o{n:04}", "1") for n in range(1001)], NOW)
    scan = stores.record.scan()
    seen = [next(scan)]
    stores.record.put([resource("o1000", "2"), resource("o9999", "1")], NOW)
    seen.extend(scan)
    assert [kept.id for kept in seen] == [f"o{n:04}" for n in range(1001)]
    assert seen[-1].body == b"1"


def test_hostile_text_in_what_is_indexed_is_kept_and_found(stores: Stores):
    long, strange = "x" * 100_000, "'; DROP TABLE resource; -- \x00 %s ? {} 药\U0001f48a"
    tokens = (code(long), code(strange, system=long), code("c", system=strange, param=strange), code("c"), code("c"))
    stores.record.put([resource("o1", tokens=tokens, source=strange.replace("\x00", ""))], NOW)
    from openward.domain.resource import SearchQuery

    for token in tokens:
        page = stores.record.search(SearchQuery(type="Observation", tokens=((token,),)))
        assert [kept.id for kept in page.items] == ["o1"]
    assert stores.record.search(SearchQuery(type="Observation", tokens=((code(long + "x"),),))).total == 0


def test_a_large_resource_is_kept(stores: Stores):
    text = "药" * 2_000_000
    stores.record.put([resource("o1", text)], NOW)
    kept = stores.record.read("Observation", "o1")
    assert kept is not None
    assert kept.body == text.encode()


def test_what_could_not_be_read_is_kept_once(stores: Stores):
    first, second = unreadable("q2"), unreadable("q1")
    again = unreadable("q3", source=first.source)
    assert stores.record.quarantine([]) == 0
    assert stores.record.quarantine([first, second]) == 2
    assert stores.record.quarantine([again]) == 0
    assert stores.record.quarantine([unreadable("q3", source=first.source, body=b"other"), first]) == 1
    assert [kept.id for kept in stores.record.quarantined()] == ["q1", "q2", "q3"]
    assert stores.record.quarantined(limit=1) == (second,)
    assert [kept.id for kept in stores.record.quarantined(after="q1", limit=1)] == ["q2"]
    assert stores.record.quarantined(after="q3") == ()
