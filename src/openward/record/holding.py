"""What is held of one patient at one moment: resources of the record, and those of a request laid over them."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from openward.domain.errors import NotFoundError, RecordError
from openward.domain.resource import Incoming, Stored
from openward.ports.store import RecordStore
from openward.record.chart import Chart
from openward.record.charting import chart_of
from openward.record.index import local_reference
from openward.record.intake import Refused
from openward.record.reading import read_bytes
from openward.record.references import references_in

_OVERLAY: Final = "bundle"
_MEDICATED: Final = re.compile(r"Medication[A-Z]")


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The resources of one patient; `version` names them exactly, `unread` those of the request that could not be read.

    A resource that came with the request has version 0.
    """

    patient: str
    version: str
    as_of: datetime
    resources: tuple[Stored, ...]
    types: frozenset[str] | None = None
    unread: tuple[tuple[str, str], ...] = ()

    def chart(self) -> Chart:
        """The chart of the patient."""
        chart = chart_of(self.resources, patient=self.patient, as_of=self.as_of, version=self.version, types=self.types)
        return msgspec.structs.replace(chart, unread=(*chart.unread, *self.unread)) if self.unread else chart


class Overlay(msgspec.Struct, frozen=True):
    """What came with a request."""

    digest: str
    resources: tuple[Incoming, ...]
    unread: tuple[tuple[str, str], ...]

    def whose(self) -> str:
        """The one patient whom it is about.

        Raises:
            RecordError: it is about nobody or about several.
        """
        patients = {r.id for r in self.resources if r.type == "Patient"} or {r.patient for r in self.resources} - {None}
        if len(patients) != 1:
            found = "several patients" if patients else "no patient"
            raise RecordError(f"the bundle is about {found}; name the one that is meant in 'patient'")
        return str(patients.pop())


def read_overlay(data: bytes) -> Overlay:
    """A Bundle or a resource that came with a request.

    Raises:
        RecordError: nothing of it can be read.
    """
    reads = list(read_bytes(_OVERLAY, data))
    resources = tuple(read for read in reads if isinstance(read, Incoming))
    refused = [read for read in reads if isinstance(read, Refused)]
    if refused and not resources:
        raise RecordError(f"{refused[0].source} cannot be read: {refused[0].reason}")
    unread = tuple((read.source, read.reason) for read in refused)
    return Overlay(hashlib.sha256(data).hexdigest(), resources, unread)


def of_record(store: RecordStore, patient: str, types: frozenset[str] | None, at: int | None) -> tuple[Stored, ...]:
    """The patient's compartment, and the Medications that it speaks of.

    Raises:
        NotFoundError: there is no such patient.
    """
    if not store.version(patient):
        raise NotFoundError("there is no such patient in the record; look at the ids with a search for Patient")
    own = store.compartment(patient, sorted(types) if types is not None else None, at)
    return (*own, *_medications(store, own, at)) if types is None or "Medication" in types else own


def of_request(overlay: Overlay, patient: str, received: datetime) -> tuple[list[Stored], list[tuple[str, str]]]:
    """The resources of a request that are the patient's or nobody's, and a word on each that is another's."""
    taken: list[Stored] = []
    others: list[tuple[str, str]] = []
    for item in overlay.resources:
        if item.patient not in {None, patient}:
            others.append((f"{item.type}/{item.id}", "it came with the request but belongs to another patient"))
        else:
            taken.append(_stored(item, received))
    return taken, others


def laid_over(base: Iterable[Stored], top: Iterable[Stored]) -> tuple[Stored, ...]:
    """The resources of the record with those of the request in place of the ones of the same type and id."""
    whole = {(r.type, r.id): r for r in base}
    whole |= {(r.type, r.id): r for r in top}
    return tuple(whole.values())


def at_version(store: RecordStore, type: str, id: str, at: int | None) -> Stored | None:
    """A resource as it was at a `seq` of the record, or as it is."""
    if at is None:
        return store.read(type, id)
    return next((r for r in store.history(type, id) if r.seq <= at), None)


def _medications(store: RecordStore, own: Iterable[Stored], at: int | None) -> Iterator[Stored]:
    wanted: dict[str, None] = {}
    for resource in own:
        if _MEDICATED.match(resource.type):
            for text in references_in(resource.body):
                local = local_reference(text, resource.links)
                if local and local[0] == "Medication":
                    wanted[local[1]] = None
    found = (at_version(store, "Medication", name, at) for name in wanted)
    yield from (medication for medication in found if medication is not None)


def _stored(item: Incoming, received: datetime) -> Stored:
    return Stored(
        type=item.type,
        id=item.id,
        version=0,
        seq=0,
        body=item.body,
        digest=item.digest,
        received=received,
        patient=item.patient,
        date=item.date,
        links=item.links,
    )
