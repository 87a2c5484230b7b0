"""Small FHIR resources of our own, and short ways to read and hold them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openward.adapters.memory import FixedClock, memory_stores
from openward.domain.resource import Incoming
from openward.ports.store import RecordStore
from openward.record.intake import Refused, Tally
from openward.record.reading import read_bytes
from openward.record.record import Record

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "fhir"
UUIDS = [f"{n:08d}-1111-4222-8333-444444444444" for n in range(10)]


def resource(type: str, id: str | None = "a", /, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type, **({"id": id} if id is not None else {}), **elements}


def observation(id: str | None = "o1", /, *, of: str = "Patient/p1", **elements: Any) -> dict[str, Any]:
    loinc = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    made = {"status": "final", "code": loinc, "subject": {"reference": of}}
    return resource("Observation", id, **{**made, **elements})


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def bundle(*entries: dict[str, Any], type: str = "collection") -> bytes:
    return raw({"resourceType": "Bundle", "type": type, "entry": list(entries)})


def entry(resource: dict[str, Any], url: str | None = None, method: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"resource": resource}
    if url:
        made["fullUrl"] = url
    if method:
        made["request"] = {"method": method, "url": resource["resourceType"]}
    return made


def read(data: bytes, name: str = "x.json", tally: Tally | None = None) -> list[Incoming | Refused]:
    return list(read_bytes(name, data, tally))


def taken(data: bytes, name: str = "x.json") -> list[Incoming]:
    found = read(data, name)
    assert not [r for r in found if isinstance(r, Refused)], found
    return [r for r in found if isinstance(r, Incoming)]


def the_one(data: bytes, name: str = "x.json") -> Incoming:
    (found,) = taken(data, name)
    return found


def refused(data: bytes, name: str = "x.json") -> list[Refused]:
    return [r for r in read(data, name) if isinstance(r, Refused)]


def ids(found: list[Incoming]) -> list[str]:
    return [f"{r.type}/{r.id}" for r in found]


def empty_record(store: RecordStore | None = None) -> Record:
    return Record(store or memory_stores().record, FixedClock(NOW))
