"""The sections of a chart: which resource types fill them, and whether they are present, absent or not recorded."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from openward.record.chart import Allergy, Encounter, Immunization, MedicationEntry, Problem, Procedure, Section, Source
from openward.record.charting.denials import UNKNOWN, Denial

Item = TypeVar("Item")
_MEDICATIONS: Final = (
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "MedicationDispense",
)
TYPES: Final[dict[str, tuple[str, ...]]] = {
    "problems": ("Condition",),
    "allergies": ("AllergyIntolerance",),
    "medications": _MEDICATIONS,
    "observations": ("Observation",),
    "procedures": ("Procedure",),
    "encounters": ("Encounter",),
    "immunizations": ("Immunization",),
    "documents": ("DocumentReference", "DiagnosticReport", "Composition"),
}
# A denial of drug allergies settles the section for whoever prescribes; of food or latex alone it does not.
_SETTLING: Final = frozenset({"", "medication"})


class Denied(NamedTuple):
    """A denial and the resource that makes it."""

    denial: Denial
    source: Source


def withheld(name: str, types: frozenset[str] | None) -> bool:
    """Whether none of the types of a section may be seen."""
    return types is not None and not types.intersection(TYPES[name])


def section(name: str, entries: list[Item], denials: list[Denied], types: frozenset[str] | None) -> Section[Item]:
    """A section: present when an entry of it counts, absent when only a denial does, else not recorded."""
    if withheld(name, types):
        return Section(name, "withheld")
    said = [d for d in denials if d.denial.section == name and d.denial.scope != UNKNOWN]
    scopes = tuple(dict.fromkeys(d.denial.scope for d in said if d.denial.scope))
    if any(map(_COUNTS.get(name, _always), entries)):
        return Section(name, "present", tuple(entries), None, scopes)
    settling = next((d for d in said if d.denial.scope in _SETTLING), None)
    if settling is None:
        return Section(name, "not-recorded", tuple(entries), None, scopes)
    return Section(name, "absent", tuple(entries), settling.source, scopes)


def _always(_entry: object) -> bool:
    return True


def _condition(entry: Problem) -> bool:
    return entry.verification != "refuted"


def _allergy(entry: Allergy) -> bool:
    return entry.verification != "refuted" and not entry.no_known_risk


def _medication(entry: MedicationEntry) -> bool:
    return not (entry.not_done or entry.do_not_perform)


def _event(entry: Procedure | Immunization) -> bool:
    return not entry.not_done


def _encounter(entry: Encounter) -> bool:
    return entry.status != "cancelled"


_COUNTS: Final[dict[str, Callable[[Any], bool]]] = {
    "problems": _condition,
    "allergies": _allergy,
    "medications": _medication,
    "procedures": _event,
    "immunizations": _event,
    "encounters": _encounter,
}
