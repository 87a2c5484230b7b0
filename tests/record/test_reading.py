"""What is read, in which form it may come, and that nothing is lost."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.fhir import PUBLIC, bundle, entry, ids, observation, raw, read, refused, resource, taken, the_one

from openward.domain.errors import RecordError
from openward.domain.resource import Incoming
from openward.record import files
from openward.record.intake import Refused, Tally
from openward.record.reading import read_bytes, read_path

PATIENT = raw(resource("Patient", "p1"))
TWO = PATIENT + b"\n" + raw(observation()) + b"\n"
BOM = b"\xef\xbb\xbf"


def test_a_single_resource_is_kept_as_the_exact_bytes_received():
    body = b'{ "id":"p1",\r\n "resourceType" :"Patient", "x": 1.50 }'
    assert the_one(body).body == body


def test_ndjson_gives_one_resource_a_line_with_its_place():
    assert [(r.type, r.source) for r in taken(TWO, "e.ndjson")] == [
        ("Patient", "e.ndjson:1"),
        ("Observation", "e.ndjson:2"),
    ]


@pytest.mark.parametrize("name", ["e.ndjson", "e.jsonl", "e.json", "e", "e.NDJSON", "e.ndjson.gz"])
def test_lines_are_known_by_what_they_are_whatever_the_file_is_called(name):
    assert ids(taken(TWO, name)) == ["Patient/p1", "Observation/o1"]


def test_crlf_blank_lines_and_a_byte_order_mark_do_no_harm():
    found = taken(BOM + TWO.replace(b"\n", b"\r\n\r\n"), "e.ndjson")
    assert [r.body for r in found] == TWO.splitlines()
    assert [r.source for r in found] == ["e.ndjson:1", "e.ndjson:3"]


def test_a_byte_order_mark_before_a_document_does_no_harm():
    assert the_one(BOM + PATIENT).body == PATIENT


def test_the_last_line_needs_no_end():
    assert len(taken(TWO.rstrip(), "e.ndjson")) == 2


@pytest.mark.parametrize("type", ["collection", "transaction", "batch", "searchset", "document", "message"])
def test_a_bundle_gives_its_entries_as_they_stand(type):
    data = bundle(entry(resource("Patient", "p1")), entry(observation()), type=type)
    found = taken(data, "b.json")
    assert [r.source for r in found] == ["b.json[0]", "b.json[1]"]
    assert [json.loads(r.body) for r in found] == [resource("Patient", "p1"), observation()]
    assert all(r.body in data for r in found)


def test_a_pretty_printed_bundle_in_a_file_named_ndjson_is_read_as_a_bundle():
    data = msgspec.json.format(bundle(entry(observation())), indent=2)
    assert ids(taken(data, "b.ndjson")) == ["Observation/o1"]


def test_bundles_may_stand_one_on_each_line():
    line = bundle(entry(observation()))
    assert [r.source for r in taken(line + b"\n" + line, "b.ndjson")] == ["b.ndjson:1[0]", "b.ndjson:2[0]"]


def test_a_bundle_in_a_bundle_is_unpacked_in_its_place():
    inner = json.loads(bundle(entry(observation("o2"))))
    found = taken(bundle(entry(observation("o1")), entry(inner)), "b.json")
    assert [(r.id, r.source) for r in found] == [("o1", "b.json[0]"), ("o2", "b.json[1][0]")]


def test_bundles_nested_without_end_are_set_apart():
    nest = observation()
    for _ in range(40):
        nest = json.loads(bundle(entry(nest)))
    (found,) = refused(raw(nest))
    assert "nested" in found.reason


def test_an_array_of_resources_is_read():
    data = raw([resource("Patient", "p1"), observation()])
    assert [r.source for r in taken(data, "a.json")] == ["a.json[0]", "a.json[1]"]


def test_documents_one_after_another_are_read():
    data = b"\n".join(msgspec.json.format(part, indent=2) for part in TWO.splitlines())
    for name in ("x.json", "x.ndjson"):
        assert ids(taken(data, name)) == ["Patient/p1", "Observation/o1"]
    assert [r.body.strip() for r in read(data + b"!") if isinstance(r, Refused)] == [b"!"]


def test_several_resources_on_one_line_are_read():
    for line in (TWO.replace(b"\n", b""), b"[" + TWO.strip().replace(b"\n", b",") + b"]"):
        found = taken(line + b"\n" + raw(resource("Patient", "p3")), "x.ndjson")
        assert ids(found) == ["Patient/p1", "Observation/o1", "Patient/p3"]


@pytest.mark.parametrize("name", ["e.ndjson.gz", "e.gz", "e.ndjson"])
def test_gzip_is_known_by_its_bytes(name):
    assert ids(taken(gzip.compress(TWO), name)) == ["Patient/p1", "Observation/o1"]


def test_gzip_of_several_members_with_padding_is_read_whole():
    one, two = TWO.splitlines(keepends=True)
    assert len(taken(gzip.compress(one) + gzip.compress(two) + b"\0" * 20, "e.ndjson.gz")) == 2


def test_a_zip_is_read_file_by_file():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/e.ndjson", TWO)
        archive.writestr("in/p.json.gz", gzip.compress(PATIENT))
    found = taken(packed.getvalue(), "z.zip")
    assert [r.source for r in found] == ["z.zip!in/e.ndjson:1", "z.zip!in/e.ndjson:2", "z.zip!in/p.json.gz"]


def test_a_damaged_zip_is_kept_whole():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("e.ndjson", TWO * 50)
    data = packed.getvalue()[:-30]
    assert [r.body for r in refused(data, "z.zip")] == [data]


def test_a_folder_is_read_with_the_folders_in_it_and_other_files_are_named(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.ndjson").write_bytes(TWO)
    (tmp_path / "p.json").write_bytes(PATIENT)
    (tmp_path / "README.md").write_text("no FHIR")
    (tmp_path / ".hidden.json").write_bytes(PATIENT)
    tally = Tally()
    found = list(read_path(tmp_path, tally))
    assert [r.source for r in found] == ["p.json", "sub/e.ndjson:1", "sub/e.ndjson:2"]
    assert tally.passed_by == [".hidden.json", "README.md"]


def test_a_file_named_by_the_user_is_read_whatever_its_suffix(tmp_path: Path):
    (tmp_path / "dump.txt").write_bytes(TWO)
    assert len(list(read_path(tmp_path / "dump.txt"))) == 2


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(RecordError, match="no such file"):
        list(read_path(tmp_path / "none"))


def test_an_empty_ndjson_file_holds_nothing_and_an_empty_document_is_set_apart():
    assert read(b"", "e.ndjson") == []
    assert len(refused(b"", "e.json")) == 1


def test_unknown_types_and_extensions_are_kept():
    body = raw(resource("MoonPhase", "m", extension=[{"url": "urn:x", "valueMoon": {"a": [1, None]}}], subject=7))
    found = the_one(body)
    assert (found.type, found.id, found.body) == ("MoonPhase", "m", body)


def test_of_duplicated_keys_the_last_one_counts_and_the_bytes_stay():
    body = b'{"resourceType":"Patient","id":"a","id":"b"}'
    assert (the_one(body).id, the_one(body).body) == ("b", body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}}],"entry":[]}',
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}],"entry":[{"resource":{}}]}',
    ],
)
def test_a_bundle_with_two_lists_of_entries_is_set_apart_whole(body):
    (found,) = refused(body)
    assert (found.body, "twice" in found.reason) == (body, True)


def test_an_entry_with_two_resources_is_set_apart_and_its_neighbours_are_read():
    two = b'{"resource":' + PATIENT + b',"resource":' + raw(observation()) + b"}"
    found = read(b'{"resourceType":"Bundle","entry":[' + two + b',{"resource":' + PATIENT + b"}]}")
    assert [type(r) for r in found] == [Refused, Incoming]
    assert found[0].body == two


# What cannot be read is set apart: place, reason, bytes.


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b'{"resourceType":"Patient","id":"p9"', "truncated"),
        (b'{"resourceType":"Patient","id":"p9",}', "trailing comma"),
        (b"not json", "malformed"),
        (b"[]", "nothing in it"),
        (b'{"id":"p9"}', "resourceType"),
        (b'{"resourceType":7,"id":"p9"}', "Expected `str"),
        (b'{"resourceType":"patient","id":"p9"}', "type name"),
        (b'{"resourceType":"../etc","id":"p9"}', "type name"),
        (b'{"resourceType":"Patient","id":"a b"}', "FHIR id"),
        (b'{"resourceType":"Patient","id":""}', "FHIR id"),
        (b'{"resourceType":"Patient","id":"' + b"x" * 65 + b'"}', "FHIR id"),
        (b'{"resourceType":"Patient","id":7}', "$.id"),
        (b'{"resourceType":"Patient","id":"p9","gender":7}', "$.gender"),
        (b'{"resourceType":"Patient","id":"p9","name":{"family":"x"}}', "$.name"),
        (b'{"resourceType":"Observation","id":"o","status":[]}', "$.status"),
        (b'{"resourceType":"Observation","id":"o","valueQuantity":{"value":"5"}}', "$.valueQuantity.value"),
        (b'{"resourceType":"Patient","id":"p9","x":"\xff\xfe"}', "UTF-8"),
        (b'{"resourceType":"Patient","id":"p9","x":' + b"[" * 5000 + b"]" * 5000 + b"}", "deep"),
        (b'{"resourceType":"Patient","id":"p9","x":NaN}', "malformed"),
    ],
)
def test_a_broken_line_is_set_apart_and_its_neighbours_are_read(line, word):
    found = read(PATIENT + b"\n" + line + b"\n" + raw(observation()), "e.ndjson")
    assert [type(r) for r in found] == [Incoming, Refused, Incoming]
    broken = found[1]
    assert isinstance(broken, Refused)
    assert (broken.source, broken.body) == ("e.ndjson:2", line)
    assert word in broken.reason


def test_a_reason_tells_nothing_of_the_patient():
    secret = "Zacharias"
    lines = [
        {"resourceType": "Patient", "id": "a", "name": secret},
        {"resourceType": "Patient", "id": f"{secret} {secret}"},
        {"resourceType": secret + "!", "id": "a"},
        {"resourceType": "Patient", "id": "a", "birthDate": {"x": secret}},
    ]
    for line in lines:
        for found in refused(raw(line)) + refused(raw(line)[:-1]):
            assert secret not in found.reason


def test_a_gzip_that_is_cut_off_gives_what_was_whole_and_sets_the_rest_apart():
    import random

    noise = random.Random(1)
    lines = [raw(observation(f"o{n}", note=[{"text": noise.randbytes(60).hex()}])) for n in range(2000)]
    data = gzip.compress(b"\n".join(lines))[:-4000]
    found = read(data, "e.ndjson.gz")
    whole = [r.body for r in found if isinstance(r, Incoming)]
    (broken,) = [r for r in found if isinstance(r, Refused)]
    assert 1000 < len(whole) < 2000
    assert whole == lines[: len(whole)]
    assert "cut off" in broken.reason
    assert lines[len(whole)].startswith(broken.body)


def test_a_gzip_with_a_damaged_middle_says_so():
    data = bytearray(gzip.compress(TWO * 100))
    data[len(data) // 2] ^= 0xFF
    assert any("gzip" in r.reason or "malformed" in r.reason for r in refused(bytes(data), "e.ndjson.gz"))


def test_utf_16_is_set_apart():
    data = PATIENT.decode().encode("utf-16")
    (found,) = refused(data)
    assert (found.reason, found.body) == ("the bytes are UTF-16; FHIR is UTF-8", data)


def test_a_bundle_that_is_cut_off_gives_its_whole_entries_and_sets_the_rest_apart():
    data = bundle(*(entry(observation(f"o{n}")) for n in range(5)))
    cut = data[: data.index(b'"o3"')]
    found = read(cut, "b.json")
    assert ids([r for r in found if isinstance(r, Incoming)]) == ["Observation/o0", "Observation/o1", "Observation/o2"]
    (broken,) = [r for r in found if isinstance(r, Refused)]
    assert broken.source == "b.json"
    assert len(broken.body) + sum(len(entry_bytes(cut, n)) for n in range(3)) == len(cut)


def entry_bytes(data: bytes, n: int) -> bytes:
    return raw(entry(observation(f"o{n}")))


def test_one_broken_entry_does_not_take_the_others_along():
    data = bundle(*(entry(observation(f"o{n}")) for n in range(4))).replace(b'"id": "o1"', b'"id": o1')
    found = read(data, "b.json")
    assert ids([r for r in found if isinstance(r, Incoming)]) == ["Observation/o0", "Observation/o2", "Observation/o3"]
    assert "b.json[1]" in [r.source for r in found if isinstance(r, Refused)]


def test_a_wrong_entry_is_set_apart_with_its_place():
    wrong = [{"fullUrl": 7, "resource": observation("o9")}, {"search": {"mode": "match"}}, 5, {"resource": []}]
    data = bundle(entry(observation()), *wrong)
    found = read(data, "b.json")
    assert [r.source for r in found if isinstance(r, Refused)] == [f"b.json[{n}]" for n in range(1, 5)]
    assert [json.loads(r.body) for r in found if isinstance(r, Refused)] == [*wrong[:3], []]


def test_entries_that_carry_nothing_are_counted():
    answers = [{"request": {"method": "GET", "url": "Patient"}}, {"response": {"status": "200"}}]
    tally = Tally()
    assert read(bundle(*answers), tally=tally) == []
    assert tally.empty == 2


def test_a_deletion_is_not_carried_out_but_shown():
    (found,) = refused(bundle({"request": {"method": "DELETE", "url": "Patient/p1"}}))
    assert "deletion" in found.reason


def test_a_patch_is_not_taken_for_a_resource():
    patch = entry({"resourceType": "Parameters", "parameter": []}, method="PATCH")
    (found,) = refused(bundle(patch))
    assert "patch" in found.reason


def test_a_line_without_end_is_held_in_part_only(monkeypatch):
    monkeypatch.setattr(files, "LINE_BYTES", 3000)
    monkeypatch.setattr(files, "CHUNK", 1000)
    found = read(b"x" * 10_000 + b"\n" + PATIENT, "e.ndjson")
    assert isinstance(found[0], Refused)
    assert (len(found[0].body), "10000 bytes" in found[0].reason) == (1000, True)
    assert isinstance(found[1], Incoming)


def test_a_document_beyond_all_bounds_is_set_apart(monkeypatch):
    monkeypatch.setattr(files, "DOCUMENT_BYTES", 1000)
    monkeypatch.setattr(files, "CHUNK", 500)
    found = refused(gzip.compress(b"[" + b" " * 100_000), "big.json.gz")
    assert "more than 1000 bytes" in found[0].reason


def test_a_bundle_larger_than_memory_allows_is_mapped_and_read_the_same(monkeypatch):
    data = bundle(*(entry(observation(f"o{n}")) for n in range(50)))
    monkeypatch.setattr(files, "_IN_MEMORY", 100)
    assert [r.body for r in taken(data)] == [raw(observation(f"o{n}")) for n in range(50)]
    assert ids([r for r in read(data[:-20]) if isinstance(r, Incoming)]) == [f"Observation/o{n}" for n in range(49)]


@given(st.binary(max_size=300), st.sampled_from(["x.json", "x.ndjson", "x.xml", "x.gz", "x.zip", "x"]))
def test_whatever_bytes_come_nothing_is_raised(data, name):
    for found in read(data, name):
        assert isinstance(found, Incoming | Refused)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceType",
                    "id",
                    "meta",
                    "entry",
                    "resource",
                    "request",
                    "fullUrl",
                    "subject",
                    "reference",
                    "code",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["Patient", "Observation", "Bundle", "List", "Claim", "Moon", None, 3]))
def test_whatever_json_comes_nothing_is_raised_and_bodies_are_what_came(value, type):
    if isinstance(value, dict) and type is not None:
        value = {**value, "resourceType": type}
    data = json.dumps(value).encode()
    for found in read(data, "x.json"):
        assert isinstance(found, Incoming | Refused)
        assert isinstance(found, Refused) or found.body in data


@given(st.data())
def test_a_bundle_broken_anywhere_raises_nothing_and_loses_no_byte(data):
    whole = bundle(*(entry(observation(f"o{n}", note=[{"text": 'a "quoted" {[ text'}])) for n in range(3)))
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=2)) + whole[at + data.draw(st.integers(0, 2)) :]
    for found in read(broken, "b.json"):
        assert isinstance(found, Incoming | Refused)
        if isinstance(found, Incoming):
            assert found.body in broken


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_every_resource_of_real_exports_comes_out_byte_for_byte():
    paths = sorted(PUBLIC.glob("*.json.gz"))
    assert paths
    for path in paths:
        data = gzip.decompress(path.read_bytes())
        entries = json.loads(data)["entry"]
        found = list(read_path(path))
        assert len(found) == len(entries)
        for one, wanted in zip(found, entries, strict=True):
            assert isinstance(one, Incoming), one
            assert one.body in data
            assert json.loads(one.body) == wanted["resource"]


def test_reading_twice_gives_the_same():
    data = bundle(*(entry(observation(None, note=[{"text": "same"}])) for _ in range(3)))
    assert [r.id for r in taken(data)] == [r.id for r in taken(data)]
    assert len({r.id for r in taken(data)}) == 3


def test_the_same_source_gives_the_same_ids_after_another_source(tmp_path: Path):
    body = raw(observation(None))
    (tmp_path / "a.json").write_bytes(body)
    (tmp_path / "b.json").write_bytes(body)
    tally = Tally()
    both = [r.id for r in read_path(tmp_path, tally) if isinstance(r, Incoming)]
    assert both == [both[0], both[0]]
    assert [r.id for r in read_bytes("c.json", body) if isinstance(r, Incoming)] == [both[0]]
