"""Resources in the shapes in which other people write them: none is lost, none is misread.

Beside each file of `foreign` stands what the chart has to say of it, entry by entry, written by hand.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.record.charts import NOW, public_bundles
from tests.record.shown import SECTIONS, by_reference, faults_of

from openward.adapters.memory import FixedClock, memory_stores
from openward.domain.errors import RecordError
from openward.record.chart import Chart
from openward.record.record import Record
from openward.record.xml_writing import to_xml

FOREIGN = Path(__file__).parent / "foreign"
NAMES = sorted(path.name.removesuffix(".chart.json") for path in FOREIGN.glob("*.chart.json"))


class Expected(msgspec.Struct):
    patient: str
    resources: int
    entries: dict[str, list[dict[str, Any]]]
    retracted: list[str] = []
    states: dict[str, str] = {}
    pregnancy: str = "not-recorded"
    empty: int = 0


def expected(name: str) -> Expected:
    found = msgspec.json.decode((FOREIGN / f"{name}.chart.json").read_bytes(), type=Expected)
    for entries in found.entries.values():
        entries[:] = [{key: value for key, value in entry.items() if value is not None} for entry in entries]
    return found


def opened() -> Record:
    return Record(memory_stores().record, FixedClock(NOW))


@pytest.mark.parametrize("name", NAMES)
def test_every_resource_is_taken_in(name: str):
    report = opened().import_paths([FOREIGN / f"{name}.json"])
    assert (report.refused, report.resources, report.empty) == (0, expected(name).resources, expected(name).empty)
    assert all(count.created and not count.updated for count in report.types.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_chart_says_exactly_what_the_resources_say(name: str):
    wanted, record = expected(name), opened()
    record.import_paths([FOREIGN / f"{name}.json"])
    chart = record.chart(wanted.patient)
    found = by_reference(chart)
    assert {
        key: (entry, wanted.entries.get(key)) for key, entry in found.items() if entry != wanted.entries.get(key)
    } == {}
    assert set(wanted.entries) == set(found)
    assert chart.unread == ()
    assert sorted(chart.retracted) == sorted(wanted.retracted)
    assert {name: getattr(chart, name).state for name in wanted.states} == wanted.states
    assert chart.pregnancy.state == wanted.pregnancy


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_kept_are_the_bytes_sent(name: str):
    sent, record = (FOREIGN / f"{name}.json").read_bytes(), opened()
    record.import_bytes(f"{name}.json", sent)
    bundle = msgspec.json.decode(sent, type=_Bundle)
    kept = {bytes(line) for line in _bodies(record)}
    assert kept == set(_resources(bundle))


@pytest.mark.parametrize("name", NAMES)
def test_everything_in_the_chart_stands_where_it_is_said_to_stand(name: str):
    record = opened()
    record.import_paths([FOREIGN / f"{name}.json"])
    assert faults_of(record.holding(expected(name).patient)) == []


def test_everything_in_the_charts_of_public_cases_stands_where_it_is_said_to_stand():
    for path in public_bundles():
        record = opened()
        record.import_paths([path])
        for patient in _patients(record):
            assert faults_of(record.holding(patient)) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_export_taken_in_elsewhere_gives_the_same_chart(name: str):
    here, patient = opened(), expected(name).patient
    here.import_paths([FOREIGN / f"{name}.json"])
    whole = b"".join(here.export_bundle(patient))
    lines = b"\n".join(here.export())
    xml = [_in_xml(line) for line in sorted(here.export(), key=lambda line: b'Patient"' not in line[:60])]
    for parts in ([("all.json", whole)], [("all.ndjson", lines)], xml):
        there = opened()
        reports = [there.import_bytes(file, data) for file, data in parts]
        assert sum(report.refused for report in reports) == 0
        assert alike(there.chart(patient)) == alike(here.chart(patient))
        assert len(there.holding(patient).resources) == len(here.holding(patient).resources)


def _in_xml(line: bytes) -> tuple[str, bytes]:
    """What R4 has no element for cannot be XML."""
    if json.loads(line)["id"] in {"c-bool", "p.kind"}:
        with pytest.raises(RecordError, match="R4 does not have"):
            to_xml(line)
        return "x.json", line
    return "x.xml", to_xml(line)


def alike(chart: Chart) -> Chart:
    """The chart without what differs between two wards that hold the same: the version, and the order of entries."""
    sections = {}
    for name in SECTIONS:
        section = getattr(chart, name)
        entries = sorted(section.entries, key=lambda entry: (entry.source.reference, getattr(entry, "path", "")))
        sections[name] = msgspec.structs.replace(section, entries=tuple(entries))
    return msgspec.structs.replace(chart, version="", **sections)


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"null")


class _Bundle(msgspec.Struct):
    entry: list[_Entry] = []


class _Type(msgspec.Struct, rename="camel"):
    resource_type: str = ""


def _resources(bundle: _Bundle) -> Iterator[bytes]:
    for entry in bundle.entry:
        body = bytes(entry.resource)
        if body == b"null":
            continue
        if msgspec.json.decode(body, type=_Type).resource_type == "Bundle":
            yield from _resources(msgspec.json.decode(body, type=_Bundle))
        else:
            yield body


def _bodies(record: Record) -> Iterator[bytes]:
    """What is kept of each resource; what goes out has an id, and references that anybody can read."""
    for line in record.export():
        head = json.loads(line)
        yield record.resource(f"{head['resourceType']}/{head['id']}").body


def _patients(record: Record) -> list[str]:
    return [json.loads(line)["id"] for line in record.export(types=["Patient"])]
