"""The patient record of one ward: FHIR in, charts and FHIR out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.errors import NotFoundError, RecordError
from openward.domain.resource import Incoming, Stored, Unreadable
from openward.ports.clock import Clock
from openward.ports.store import RecordStore
from openward.record.apart import is_worth_it, read_apart
from openward.record.bundle import read_resource
from openward.record.chart import Chart
from openward.record.exporting import Rewriting, bundle_of, ndjson
from openward.record.holding import Holding, laid_over, of_record, of_request, read_overlay
from openward.record.importing import ImportReport, Intake, Progress
from openward.record.intake import Place, Refused, Tally
from openward.record.reading import read_bytes, read_path

_PAGE: Final = 20


class Record:
    """The patient record, over a store."""

    def __init__(self, store: RecordStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def import_paths(self, paths: Iterable[Path | str], *, progress: Progress | None = None) -> ImportReport:
        """Takes in files and folders of FHIR; what is there already changes nothing.

        Raises:
            RecordError: a path does not exist, or the disk for temporary files is full.
            StoreError: the store is locked or full; whole batches before are kept, the same import again goes on.
        """
        tally = Tally()
        found = [Path(path) for path in paths]
        if not all(path.exists() for path in found):
            raise RecordError("there is no such file or folder; check the paths given to the import")
        if is_worth_it(found):
            return self._import(read_apart(found, tally), tally, progress)
        reads = (read for path in found for read in read_path(path, tally))
        return self._import(reads, tally, progress)

    def import_bytes(self, name: str, data: bytes) -> ImportReport:
        """Takes in what a file of this name would hold."""
        tally = Tally(reading=name)
        return self._import(read_bytes(name, data, tally), tally, None)

    def import_resources(
        self, resources: Iterable[bytes | Mapping[str, Any]], *, source: str, progress: Progress | None = None
    ) -> ImportReport:
        """Takes in resources one by one, as JSON bytes or plain data."""
        tally = Tally(reading=source)
        reads = (
            read
            for number, item in enumerate(resources, 1)
            for read in read_resource(
                Place(f"{source}:{number}"), item if isinstance(item, bytes) else msgspec.json.encode(item), tally
            )
        )
        return self._import(reads, tally, progress)

    def chart(
        self,
        patient: str | None,
        *,
        types: Collection[str] | None = None,
        at: int | None = None,
        overlay: bytes | None = None,
    ) -> Chart:
        """The chart of a patient; see `holding`."""
        return self.holding(patient, types=types, at=at, overlay=overlay).chart()

    def holding(
        self,
        patient: str | None,
        *,
        types: Collection[str] | None = None,
        at: int | None = None,
        overlay: bytes | None = None,
    ) -> Holding:
        """The resources of one patient, of the `types` only, as of a `seq` of the record, with an `overlay` laid over.

        Without a patient the overlay alone is held, and says whose it is. The version is `record:<seq>` and
        `sha256:<digest of the overlay>`, joined by `+`.

        Raises:
            NotFoundError: there is no such patient.
            RecordError: the overlay cannot be read, or is about nobody or several and no patient is named.
        """
        wanted = frozenset(types) if types is not None else None
        now = self._clock.now()
        if overlay is None:
            if patient is None:
                raise RecordError("a chart needs a patient: name one of the record, or send a bundle")
            held = of_record(self._store, patient, wanted, at)
            version = f"record:{self._seq(patient, at)}"
            return Holding(patient=patient, version=version, as_of=now, resources=held, types=wanted)
        came = read_overlay(overlay)
        versions = [f"sha256:{came.digest}"]
        base: Sequence[Stored] = ()
        if patient is not None:
            base = of_record(self._store, patient, wanted, at)
            versions.insert(0, f"record:{self._seq(patient, at)}")
        whose = came.whose() if patient is None else patient
        top, others = of_request(came, whose, now)
        return Holding(
            patient=whose,
            version="+".join(versions),
            as_of=now,
            resources=laid_over(base, top),
            types=wanted,
            unread=(*came.unread, *others),
        )

    def resource(self, reference: str, version: int | None = None) -> Stored:
        """One resource by `Type/id`.

        Raises:
            NotFoundError: there is no such resource or version.
        """
        type_name, _, name = reference.partition("/")
        found = self._store.read(type_name, name, version)
        if found is None:
            raise NotFoundError("there is no such resource, or no such version of it, in the record")
        return found

    def rewrite(self, stored: Stored) -> bytes:
        """The bytes of a resource as they go out: references that the source could only name are `Type/id`."""
        return Rewriting(self._store).rewrite(stored)

    def export(self, *, types: Collection[str] | None = None, patient: str | None = None) -> Iterator[bytes]:
        """Current resources as lines of NDJSON, without the line ends, streamed: all, of some types, of one patient.

        Raises:
            NotFoundError: there is no such patient.
        """
        self._known(patient)
        return ndjson(self._store, sorted(types) if types else None, patient)

    def export_bundle(self, patient: str) -> Iterator[bytes]:
        """All that is held of one patient, with the Medications spoken of, as a collection Bundle, in parts.

        Raises:
            NotFoundError: there is no such patient.
        """
        return bundle_of(self._store, of_record(self._store, patient, None, None))

    def quarantined(self, *, limit: int = 100, after: str | None = None) -> tuple[Unreadable, ...]:
        """What could not be read, page by page in the order of its ids."""
        return self._store.quarantined(limit, after)

    def quarantined_bytes(self, id: str) -> bytes:
        """The bytes of one piece in quarantine.

        Raises:
            NotFoundError: there is no such piece.
        """
        after: str | None = None
        while page := self._store.quarantined(_PAGE, after):
            found = next((item for item in page if item.id == id), None)
            if found is not None:
                return found.body
            after = page[-1].id
        raise NotFoundError("there is nothing in quarantine under this id; 'openward quarantine' lists the ids")

    def _import(self, reads: Iterator[Incoming | Refused], tally: Tally, progress: Progress | None) -> ImportReport:
        intake = Intake(self._store, self._clock, progress)
        try:
            intake.take(reads, tally)
        except OSError as error:
            raise RecordError(
                f"the import was cut off: {error.strerror}; free the disk or mend it and import again"
            ) from None
        return intake.report(tally)

    def _known(self, patient: str | None) -> None:
        if patient is not None and not self._store.version(patient):
            raise NotFoundError("there is no such patient in the record; look at the ids with a search for Patient")

    def _seq(self, patient: str, at: int | None) -> int:
        return self._store.version(patient) if at is None else at
