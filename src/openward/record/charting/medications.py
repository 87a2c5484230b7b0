"""From the four medication resources to entries."""

import re
from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.domain.resource import Stored
from openward.record import views
from openward.record.chart import Dose, MedicationEntry, MedicationKind, Source, Span
from openward.record.charting import use
from openward.record.charting.dosing import administered, days, dose
from openward.record.charting.drugs import Medicated, drug_of
from openward.record.charting.frame import NOWHERE, Bounds, Frame, at, codes_of, negated, span
from openward.record.times import When
from openward.record.views.datatypes import Dosage, Quantity

_NOT_DONE: Final = frozenset({"not-done", "not-taken", "declined"})
_ORDER: Final = re.compile(r"(?:^|/)(MedicationRequest/[A-Za-z0-9.\-]{1,64})(?:/_history/[^/]+)?$")


class _Course(NamedTuple):
    """What the four resources say in different words."""

    kind: MedicationKind
    current: bool | None
    doses: tuple[Dose, ...]
    authored: When | None
    period: Span
    category: tuple[Concept, ...]


def medication(view: Medicated, stored: Stored, source: Source, frame: Frame) -> MedicationEntry:
    """One medication resource."""
    course = _course(view, source, frame)
    drug = drug_of(view, stored, frame)
    request = view if isinstance(view, views.MedicationRequest) else None
    negative = negated(*view.extension, *view.modifier_extension)
    forbidden = request is not None and (bool(request.do_not_perform) or negative)
    not_done = view.status in _NOT_DONE or (negative and request is None)
    return MedicationEntry(
        source=source,
        kind=course.kind,
        concept=drug.concept,
        drug_path=drug.path,
        drug_source=drug.source,
        ingredients=drug.ingredients,
        status=view.status,
        intent=request.intent if request else None,
        draft=request is not None and view.status == "draft",
        current=False if forbidden or not_done else course.current,
        doses=course.doses,
        authored=at(course.authored),
        period=course.period,
        category=codes_of(course.category),
        do_not_perform=forbidden,
        not_done=not_done,
        reported=_reported(request) if request else None,
        request=_carried_out(view),
    )


def _course(view: Medicated, source: Source, frame: Frame) -> _Course:
    if isinstance(view, views.MedicationRequest):
        return _request(view, source, frame)
    if isinstance(view, views.MedicationStatement):
        return _statement(view, source, frame)
    if isinstance(view, views.MedicationAdministration):
        return _administration(view, source, frame)
    return _dispense(view, source, frame)


def _carried_out(view: Medicated) -> str | None:
    """The order that an administration names, without the server's address or the version."""
    named = view.request if isinstance(view, views.MedicationAdministration) else None
    found = _ORDER.search(named.reference) if named and named.reference else None
    return found.group(1) if found else None


def _reported(view: views.MedicationRequest) -> bool | None:
    return True if view.reported_reference is not None else view.reported_boolean


def _request(view: views.MedicationRequest, source: Source, frame: Frame) -> _Course:
    authored = frame.when(source, "authoredOn", view.authored_on)
    doses, therapy = _dosages(view.dosage_instruction, "dosageInstruction", authored, source, frame)
    supply = view.dispense_request
    validity = frame.bounds(source, "dispenseRequest.validityPeriod", supply.validity_period if supply else None)
    current = use.requested(view.status, view.intent, authored, therapy, validity, as_of=frame.as_of)
    return _Course("request", current, doses, authored, _hull(therapy), view.category)


def _statement(view: views.MedicationStatement, source: Source, frame: Frame) -> _Course:
    start = frame.when(source, "effectiveDateTime", view.effective_date_time)
    taken = frame.bounds(source, "effectivePeriod", view.effective_period) if view.effective_period else Bounds(start)
    doses, therapy = _dosages(view.dosage, "dosage", taken.start, source, frame)
    current = use.stated(view.status, taken, therapy, as_of=frame.as_of)
    asserted = frame.when(source, "dateAsserted", view.date_asserted)
    return _Course("statement", current, doses, asserted, span(taken), _one(view.category))


def _administration(view: views.MedicationAdministration, source: Source, frame: Frame) -> _Course:
    moment = frame.when(source, "effectiveDateTime", view.effective_date_time)
    given = frame.bounds(source, "effectivePeriod", view.effective_period)
    if moment is not None:
        given = Bounds(moment, None if view.status == "in-progress" else moment)
    current = use.administered(view.status, given, as_of=frame.as_of)
    doses = (administered(view.dosage),) if view.dosage else ()
    return _Course("administration", current, doses, None, span(given), _one(view.category))


def _dispense(view: views.MedicationDispense, source: Source, frame: Frame) -> _Course:
    handed_over = frame.when(source, "whenHandedOver", view.when_handed_over)
    doses, _ = _dosages(view.dosage_instruction, "dosageInstruction", handed_over, source, frame)
    supply = _supply_days(view.days_supply)
    current = use.dispensed(view.status, handed_over, supply, as_of=frame.as_of)
    lasts = Bounds(handed_over, use.lasting(handed_over, supply))
    return _Course(
        "dispense", current, doses, handed_over, span(lasts) if lasts.start else NOWHERE, _one(view.category)
    )


def _supply_days(quantity: Quantity | None) -> float | None:
    """Days of supply; the element is defined in days, so a number without a unit is one of days (R4 daysSupply)."""
    bare = quantity is not None and quantity.unit is None and quantity.code is None
    return quantity.value if bare and quantity else days(quantity)


def _dosages(
    dosages: tuple[Dosage, ...], element: str, authored: When | None, source: Source, frame: Frame
) -> tuple[tuple[Dose, ...], list[Bounds]]:
    """The doses, and for each the period in which it holds: as recorded, or its length from its start or writing."""
    doses, therapy = [], []
    for place, dosage in enumerate(dosages):
        found, bounds = dose(dosage, source, f"{element}[{place}]", frame)
        start = bounds.start or authored
        end = bounds.end or use.lasting(start, found.duration_days, found.duration_days_high)
        doses.append(found)
        therapy.append(Bounds(bounds.start, end))
    return tuple(doses), therapy


def _hull(therapy: list[Bounds]) -> Span:
    """From the first start to the last end, where every instruction gives one."""
    starts = [bounds.start for bounds in therapy if bounds.start]
    ends = [bounds.end for bounds in therapy if bounds.end]
    return span(
        Bounds(
            min(starts, key=lambda w: w.earliest) if starts and len(starts) == len(therapy) else None,
            max(ends, key=lambda w: w.latest) if ends and len(ends) == len(therapy) else None,
        )
    )


def _one(concept: Concept | None) -> tuple[Concept, ...]:
    return (concept,) if concept else ()
