"""The making of a chart: every resource is decoded, told apart and put into its section."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from openward.domain.errors import RecordError
from openward.domain.resource import Stored
from openward.record import views
from openward.record.chart import Chart, Demographics, Reading, Source, Stated
from openward.record.charting import conditions, documents, events
from openward.record.charting.denials import denied, denied_by_composition, denied_by_list
from openward.record.charting.frame import Frame, code_of, source_of, unknown_modifier
from openward.record.charting.medications import medication
from openward.record.charting.person import demographics
from openward.record.charting.readings import readings
from openward.record.charting.sections import TYPES, Denied, section
from openward.record.charting.states import lactation, pregnancy
from openward.record.measures import newest
from openward.record.repeats import REASON, repeats

_ERROR: Final = "entered-in-error"
_SECTION_OF: Final = {kind: name for name, kinds in TYPES.items() for kind in kinds}
_BESIDE: Final = frozenset({"Patient", "List"})
_ENTRIES: Final[dict[str, Callable[[Any, Source, Frame], Any]]] = {
    "problems": conditions.problem,
    "allergies": conditions.allergy,
    "procedures": events.procedure,
    "encounters": events.encounter,
    "immunizations": events.immunization,
    "documents": documents.document,
}
_DENIABLE: Final = frozenset({"problems", "allergies", "medications", "procedures", "immunizations"})


def chart_of(
    resources: Iterable[Stored],
    *,
    patient: str,
    as_of: datetime,
    version: str,
    types: frozenset[str] | None = None,
) -> Chart:
    """The chart of one patient from resources of the record and of a request.

    Resources of other patients are left out; Medication resources are used where an entry refers to them. `types` are
    the resource types that may be seen (None: all); a section of which none may be seen is withheld. A resource that
    cannot be decoded is listed in `unread`, one entered in error in `retracted`; neither stands in a section.
    """
    given = list(resources)
    making = _Making(as_of, {f"Medication/{s.id}": s for s in given if s.type == "Medication"}, types)
    for stored in given:
        if stored.patient in {None, patient} and (stored.type != "Patient" or stored.id == patient):
            making.take(stored)
    return making.chart(patient, version, len(given))


class _Making:
    """A chart on its way: entries by section, and what was denied."""

    def __init__(self, as_of: datetime, drugs: dict[str, Stored], types: frozenset[str] | None) -> None:
        self.frame = Frame(as_of, drugs)
        self.types = types
        self.person: Demographics | None = None
        self.entries: dict[str, list[Any]] = {name: [] for name in TYPES}
        self.denials: list[Denied] = []

    def take(self, stored: Stored) -> None:
        """Puts one resource where it belongs."""
        name = _SECTION_OF.get(stored.type)
        if name is None and stored.type not in _BESIDE:
            return
        if self.types is not None and stored.type not in self.types and stored.type != "List":
            return
        source = source_of(stored)
        try:
            view = views.decode(stored.type, stored.body)
        except RecordError as error:
            self.frame.unread.append((source.reference, str(error)))
            return
        # An import does not look for this: it would take it half as long again.
        if repeats(stored.body):
            self.frame.unread.append((source.reference, REASON))
        elif self._readable(view, source):
            self._place(name, view, stored, source)

    def _readable(self, view: Any, source: Source) -> bool:
        """Whether the resource stands: not entered in error, its meaning not changed by what is not understood."""
        status = getattr(view, "status", None)
        if status == _ERROR or code_of(getattr(view, "verification_status", None)) == _ERROR:
            self.frame.retracted.append(source.reference)
            return False
        if view.modifier_extension and unknown_modifier(view.modifier_extension):
            self.frame.unread.append((source.reference, "it has a modifier extension that is not understood"))
            return False
        return True

    def _place(self, name: str | None, view: Any, stored: Stored, source: Source) -> None:
        if name == "observations":
            self.entries[name] += readings(view, source, self.frame)
        elif name is not None:
            self._place_entry(name, view, stored, source)
        elif stored.type == "Patient":
            self.person = demographics(view, source, self.frame)
        elif denial := denied_by_list(view):
            self.denials.append(Denied(denial, source))

    def _place_entry(self, name: str, view: Any, stored: Stored, source: Source) -> None:
        if name == "medications":
            entry: Any = medication(view, stored, source, self.frame)
        else:
            entry = _ENTRIES[name](view, source, self.frame)
        if name == "documents":
            self.denials += [Denied(d, source) for d in _denied_in(view)]
        elif name in _DENIABLE and (denial := denied(entry.concept)):
            if _stands(entry):
                self.denials.append(Denied(denial, source))
            return
        self.entries[name].append(entry)

    def chart(self, patient: str, version: str, resources: int) -> Chart:
        """The chart as it stands."""
        made = {name: section(name, self.entries[name], self.denials, self.types) for name in TYPES}
        observed: list[Reading] = self.entries["observations"]
        problems, as_of = self.entries["problems"], self.frame.as_of
        blind = made["observations"].state == made["problems"].state == "withheld"
        return Chart(
            patient=patient,
            version=version,
            as_of=as_of,
            demographics=self.person,
            measures={} if made["observations"].state == "withheld" else newest(observed, as_of),
            pregnancy=Stated(state="withheld") if blind else pregnancy(observed, problems, as_of),
            lactation=Stated(state="withheld") if blind else lactation(observed, problems, as_of),
            resources=resources,
            unread=tuple(self.frame.unread),
            retracted=tuple(self.frame.retracted),
            **made,
        )


def _denied_in(view: object) -> tuple[Any, ...]:
    return denied_by_composition(view) if isinstance(view, views.Composition) and view.status != "preliminary" else ()


def _stands(entry: Any) -> bool:
    """Whether a denial still holds: not refuted, not over, not itself left undone."""
    if getattr(entry, "verification", None) == "refuted" or getattr(entry, "active", None) is False:
        return False
    return not getattr(entry, "not_done", False) and getattr(entry, "current", None) is not False
