"""What tells who a patient is, out of the Patient resource: names, numbers, addresses, telecoms, dates of birth."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

_SHORTEST: Final = 2
_MOST: Final = 200


def identifiers_of(patients: Iterable[bytes]) -> tuple[str, ...]:
    """Each once, in order."""
    found: dict[str, None] = {}
    for body in patients:
        for word in _words(msgspec.json.decode(body)):
            if isinstance(word, str) and len(word.strip()) >= _SHORTEST:
                found.setdefault(word.strip())
    return tuple(found)[:_MOST]


def _words(patient: dict[str, Any]) -> Iterator[Any]:
    for name in _items(patient, "name"):
        yield from _name(name)
    for contact in _items(patient, "contact"):
        yield from _name(contact.get("name") or {})
        yield from (telecom.get("value") for telecom in _items(contact, "telecom"))
    yield from (identifier.get("value") for identifier in _items(patient, "identifier"))
    yield from (telecom.get("value") for telecom in _items(patient, "telecom"))
    for address in _items(patient, "address"):
        yield from (address.get("text"), *_strings(address, "line"), address.get("postalCode"))
    yield patient.get("birthDate")


def _name(name: dict[str, Any]) -> Iterator[Any]:
    given = _strings(name, "given")
    yield from (name.get("text"), " ".join((*given, name.get("family") or "")).strip(), name.get("family"), *given)


def _items(data: dict[str, Any], field: str) -> list[dict[str, Any]]:
    found = data.get(field)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _strings(data: dict[str, Any], field: str) -> list[str]:
    found = data.get(field)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
