"""Files in the ways in which other people pack them: what can be read is read, the rest is kept with its reason."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from tests.record.fhir import UUIDS, bundle, empty_record, entry, observation, raw, resource

from openward.record.importing import ImportReport
from openward.record.record import Record

PATIENT = resource("Patient", "p1", identifier=[{"system": "urn:mrn", "value": "A&1|%2"}])
READING = observation("o1")
WHOLE = bundle(entry(PATIENT), entry(READING))


def put(data: bytes, name: str = "x.json") -> tuple[ImportReport, Record]:
    record = empty_record()
    return record.import_bytes(name, data), record


def kept(record: Record) -> list[str]:
    return sorted(f"{r['resourceType']}/{r['id']}" for r in map(json.loads, record.export()))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["x.json", "x.ndjson"])
def test_utf16_is_set_apart_under_its_name(encoding: str, name: str):
    data = WHOLE.decode().encode(encoding)
    report, record = put(data, name)
    assert (report.resources, report.refused) == (0, 1)
    (found,) = record.quarantined()
    assert (found.body, "UTF-16" in found.reason) == (data, True)


@pytest.mark.parametrize("data", [b"", b" \r\n ", b"\xef\xbb\xbf", b"[]", b"[ ]"])
def test_a_file_that_holds_nothing_says_so(data: bytes):
    _, record = put(data)
    assert [found.reason for found in record.quarantined()] == ["there is nothing in it"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.ndjson", b""),
        ("x.json", b'{"resourceType":"Bundle","type":"searchset","total":0}'),
        ("x.json", b'{"resourceType":"Bundle","type":"searchset","entry":[]}'),
        ("x.json", b'{"resourceType":"Bundle","type":"searchset","entry":null}'),
    ],
)
def test_an_export_of_nothing_is_nothing(name: str, data: bytes):
    report, _ = put(data, name)
    assert (report.resources, report.refused) == (0, 0)


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[:-2] + b",]}",
        WHOLE.replace(b'"entry": [', b'"entry": [ /* from the clinic */ '),
        b"// from the clinic\n" + WHOLE,
        WHOLE + b"\n}",
    ],
)
def test_a_flaw_between_entries_costs_no_entry(data: bytes):
    report, record = put(data)
    assert (report.resources, report.refused) == (2, 1)
    assert kept(record) == ["Observation/o1", "Patient/p1"]


@pytest.mark.parametrize("flaw", [(b'"status"', b'/*x*/"status"'), (b'"o1",', b'"o1",,'), (b'"final"', b"'final'")])
def test_a_flaw_within_an_entry_costs_that_entry_only(flaw: tuple[bytes, bytes]):
    report, record = put(WHOLE.replace(*flaw))
    assert (report.resources, kept(record)) == (1, ["Patient/p1"])
    assert any(b'"Observation"' in found.body for found in record.quarantined())


def test_lines_may_end_and_begin_as_windows_writes_them():
    mark = b"\xef\xbb\xbf"
    report, _ = put(mark + raw(PATIENT) + b"\r\n" + mark + raw(READING) + b"\r\n\r\n", "x.ndjson")
    assert (report.resources, report.refused) == (2, 0)


def test_of_pretty_printed_objects_after_a_line_no_byte_is_lost():
    pretty = json.dumps(READING, indent=2).encode()
    _, record = put(raw(PATIENT) + b"\n" + pretty + b"\n", "x.ndjson")
    pieces = sorted(record.quarantined(limit=1000), key=lambda found: int(found.source.rpartition(":")[2]))
    assert b"".join(found.body for found in pieces).replace(b" ", b"") == pretty.replace(b"\n", b"").replace(b" ", b"")


def test_resources_of_two_servers_under_one_id_are_not_taken_for_one():
    first, second = {**PATIENT, "gender": "male"}, {**PATIENT, "gender": "female"}
    for urls in (("https://a.org/Patient/p1", "https://b.org/Patient/p1"), [f"urn:uuid:{u}" for u in UUIDS[:2]]):
        report, record = put(bundle(entry(first, urls[0]), entry(READING), entry(second, urls[1])))
        assert (kept(record), report.refused) == (["Observation/o1"], 2)
        assert {b"male", b"female"} == {f.body.split(b'"gender": "')[1].split(b'"')[0] for f in record.quarantined()}


def test_two_versions_of_a_history_are_two_versions():
    url = "https://a.org/Patient/p1"
    old, new = {**PATIENT, "active": True, "meta": {"versionId": "1"}}, {**PATIENT, "meta": {"versionId": "2"}}
    gone = {"fullUrl": "https://a.org/Patient/p9", "request": {"method": "DELETE", "url": "Patient/p9"}}
    report, record = put(bundle(entry(new, url, "PUT"), gone, entry(old, url, "POST"), type="history"))
    assert (report.types["Patient"].created, report.types["Patient"].updated, report.refused) == (1, 1, 1)
    assert json.loads(record.resource("Patient/p1").body) == new


def test_a_patient_named_by_an_identifier_alone_is_found():
    logical = {**READING, "subject": {"type": "Patient", "identifier": {"system": "urn:mrn", "value": "A&1|%2"}}}
    bare = {**logical, "id": "o2", "subject": {"identifier": logical["subject"]["identifier"], "display": "A. P."}}
    for data in (bundle(entry(logical), entry(bare), entry(PATIENT)), raw(PATIENT) + b"\n" + raw(logical) + raw(bare)):
        report, record = put(data, "x.json" if b"Bundle" in data else "x.ndjson")
        assert (report.resources, report.refused) == (3, 0)
        assert {r.id for r in record.holding("p1").resources} == {"p1", "o1", "o2"}


def test_a_patient_named_by_an_identifier_whom_nobody_knows_is_waited_for():
    logical = {**READING, "subject": {"identifier": {"value": "7"}}}
    report, record = put(raw(logical))
    assert (report.resources, report.refused) == (0, 1)
    record.import_bytes("p.json", raw(resource("Patient", "p6", identifier=[{"system": "urn:x", "value": "7"}])))
    assert record.import_bytes("x.json", raw(logical)).resources == 0
    record.import_bytes("p.json", raw(resource("Patient", "p7", identifier=[{"value": "7"}])))
    assert record.import_bytes("x.json", raw(logical)).resources == 1
    assert len(record.chart("p7").observations) == 1


def test_who_is_no_patient_needs_not_be_found():
    place = {**READING, "subject": {"type": "Location", "identifier": {"system": "urn:x", "value": "7"}}}
    report, record = put(raw(place))
    assert (report.refused, kept(record)) == (0, ["Observation/o1"])


def test_a_resource_without_id_goes_out_with_the_one_that_it_got():
    urn = f"urn:uuid:{UUIDS[0]}"
    here = empty_record()
    here.import_bytes("x.json", bundle(entry(resource("Patient", None), urn), entry(observation(None, of=urn))))
    there = empty_record()
    there.import_bytes("x.ndjson", b"\n".join(here.export()))
    assert kept(there) == kept(here)
    assert len(there.chart(UUIDS[0]).observations) == 1


def packed() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("bulk/Patient", raw(PATIENT) + b"\n")
        archive.writestr("o.json.gz", gzip.compress(raw(READING)))
        archive.writestr("readme.txt", "how to read this")
        archive.writestr("__MACOSX/._o.json", b"\0\5\x16\7")
    return data.getvalue()


def test_an_archive_is_read_without_what_is_no_fhir():
    report, record = put(packed(), "x.zip")
    assert (report.refused, kept(record)) == (0, ["Observation/o1", "Patient/p1"])
    assert sorted(report.passed_by) == ["x.zip!__MACOSX/._o.json", "x.zip!readme.txt"]


def test_files_of_a_folder_are_known_by_what_they_hold_as_well(tmp_path: Path):
    (tmp_path / "Patient.000").write_bytes(b"\xef\xbb\xbf\n" + raw(PATIENT) + b"\n")
    (tmp_path / "observation").write_bytes(b'<?xml version="1.0"?><Observation xmlns="http://hl7.org/fhir"/>')
    (tmp_path / ".hidden.json").write_bytes(raw(PATIENT))
    (tmp_path / "notes.txt").write_bytes(b'about the "resourceType" of things')
    report = empty_record().import_paths([tmp_path])
    assert (report.resources, sorted(report.passed_by)) == (2, [".hidden.json", "notes.txt"])


XML = b"""\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x.xsl"?><!-- of a clinic -->
<f:Bundle xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir x.xsd">\r
<f:type value="collection"/><f:entry><f:resource><f:Patient><f:id value="a.b-1"/><!-- c -->
<f:text><f:status value="generated"/>
<h:div xml:lang="en" xml:id="n1"><h:p>A<!-- c -->B <![CDATA[<x> & y]]></h:p></h:div></f:text>
<f:name id="n"><f:given value="Zo&#xEB;"/><f:given>
<f:extension url="urn:x"><f:valueBoolean value="true"/></f:extension></f:given></f:name>
<f:birthDate value="1970"><f:extension url="urn:y"><f:valueDecimal value="1.50"/></f:extension></f:birthDate>
</f:Patient></f:resource></f:entry></f:Bundle>"""


def test_xml_with_all_that_xml_allows_is_read():
    report, record = put(XML, "x.xml")
    assert (report.resources, report.refused) == (1, 0)
    stored = record.resource("Patient/a.b-1").body
    assert b'"valueDecimal":1.50' in stored
    found = json.loads(stored)
    assert found["text"]["div"] == (
        '<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" xml:id="n1"><p>AB &lt;x&gt; &amp; y</p></div>'
    )
    assert found["name"] == [
        {"id": "n", "given": ["Zoë", None], "_given": [None, {"extension": [{"url": "urn:x", "valueBoolean": True}]}]}
    ]
    assert (found["birthDate"], found["_birthDate"]["extension"][0]["url"]) == ("1970", "urn:y")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (b"<f:Patient>", b'<f:Patient xml:id="q">', "attribute"),
        (b"</f:Patient>", b"words</f:Patient>", "text stands"),
        (b'<f:birthDate value="1970">', b'<f:bornOn value="1970"/><f:birthDate value="1970">', "element stands"),
        (b'value="1.50"', b'value="1,50"', "number"),
    ],
)
def test_xml_that_is_no_fhir_is_kept_with_the_reason(old: bytes, new: bytes, word: str):
    report, record = put(XML.replace(old, new), "x.xml")
    assert (report.resources, report.refused) == (0, 1)
    assert word in record.quarantined()[0].reason
