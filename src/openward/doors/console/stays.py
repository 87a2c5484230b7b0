"""Where patients lie, and when they were last here, out of their encounters."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.resource import SearchQuery, Stored, Token
from openward.ward import Ward

# HL7 v3 ActEncounterCode of somebody who is in the house, and the states of an R4 Encounter that goes on.
_INSIDE: Final = ("IMP", "ACUTE", "NONAC", "OBSENC", "SS", "EMER")
_GOES_ON: Final = ("in-progress", "arrived", "triaged", "onleave")
_MOST: Final = 5000
_LOOKED: Final = 2000


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """What a list says of a patient's encounters: `where` and `since` of one that goes on, `last` of the newest."""

    inside: bool = False
    where: str = ""
    since: str = ""
    last: str = ""


class _Named(msgspec.Struct, frozen=True):
    reference: str | None = None
    display: str | None = None
    text: str | None = None


class _Location(msgspec.Struct, frozen=True):
    location: _Named | None = None
    status: str | None = None


class _Place(msgspec.Struct, frozen=True):
    name: str | None = None
    alias: tuple[str, ...] | None = None


class _Code(msgspec.Struct, frozen=True):
    code: str | None = None


class _Encounter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: str | None = None
    class_: _Code | None = msgspec.field(name="class", default=None)
    location: tuple[_Location | None, ...] | None = None
    service_type: _Named | None = None

    @property
    def inside(self) -> bool:
        return self.status in _GOES_ON and self.class_ is not None and self.class_.code in _INSIDE

    @property
    def place(self) -> _Named:
        """The place that is not left again, or else the department."""
        places = [one for one in self.location or () if one and one.location and one.status != "completed"]
        return (places[-1].location if places else self.service_type) or _Named()


def inside(ward: Ward) -> tuple[tuple[str, ...], bool]:
    """The patients who are in the house now, and whether these are all: at most 5,000 stays are looked at."""
    query = SearchQuery(
        type="Encounter", count=_MOST,
        tokens=(_one_of("status", _GOES_ON), _one_of("class", _INSIDE)),
    )  # fmt: skip
    page = ward.stores.record.search(query)
    return tuple(dict.fromkeys(one.patient for one in page.items if one.patient)), page.total <= len(page.items)


def stays(ward: Ward, patients: Sequence[str], language: Language) -> dict[str, Stay]:
    """The stays of these patients, with the names of places in a language where the record has them."""
    if not patients:
        return {}
    query = SearchQuery(type="Encounter", patients=tuple(patients), sort="-date", count=_LOOKED)
    by_patient: dict[str, list[Stored]] = {}
    for one in ward.stores.record.search(query).items:
        by_patient.setdefault(one.patient or "", []).append(one)
    name = cache(partial(_name, ward, language))
    return {patient: _stay(of, name) for patient, of in by_patient.items()}


def _stay(newest_first: Iterable[Stored], name: Callable[[str], str]) -> Stay:
    last = ""
    for stored in newest_first:
        last = last or (stored.date or "")[:10]
        encounter = _read(stored)
        if encounter and encounter.inside:
            place = encounter.place
            where = place.display or place.text or name(place.reference or "")
            return Stay(inside=True, where=where, since=(stored.date or "")[:10], last=last)
    return Stay(last=last)


def _name(ward: Ward, language: Language, reference: str) -> str:
    """What a Location is called; empty when the record does not hold it."""
    type, _, id = reference.partition("/")
    stored = ward.stores.record.read(type, id) if type == "Location" else None
    if stored is None:
        return ""
    try:
        place = msgspec.json.decode(stored.body, type=_Place)
    except msgspec.DecodeError:
        return ""
    names = [name for name in (place.name, *(place.alias or ())) if name]
    return next((name for name in names if name.isascii() == (language == "en")), names[0] if names else "")


def _read(stored: Stored) -> _Encounter | None:
    try:
        return msgspec.json.decode(stored.body, type=_Encounter)
    except msgspec.DecodeError:
        return None


def _one_of(param: str, codes: Iterable[str]) -> tuple[Token, ...]:
    return tuple(Token(param, "", code) for code in codes)
