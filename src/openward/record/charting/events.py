"""From Procedure, Encounter and Immunization to their entries."""

from typing import Final

from openward.record import views
from openward.record.chart import Encounter, Immunization, Procedure, Source, Span
from openward.record.charting.frame import (
    NOTHING,
    Bounds,
    Frame,
    at,
    negated,
    partial_text,
    quantity_text,
    range_text,
    span,
)

_NOT_DONE: Final = "not-done"


def procedure(view: views.Procedure, source: Source, frame: Frame) -> Procedure:
    """One Procedure."""
    return Procedure(
        source=source,
        concept=view.code or NOTHING,
        status=view.status,
        performed=_performed(view, source, frame),
        not_done=view.status == _NOT_DONE or negated(*view.extension, *view.modifier_extension),
    )


def encounter(view: views.Encounter, source: Source, frame: Frame) -> Encounter:
    """One Encounter."""
    return Encounter(
        source=source,
        class_code=view.class_.code if view.class_ else None,
        types=view.type,
        status=view.status,
        period=span(frame.bounds(source, "period", view.period)),
        reasons=view.reason_code,
    )


def immunization(view: views.Immunization, source: Source, frame: Frame) -> Immunization:
    """One Immunization."""
    occurred = frame.when(source, "occurrenceDateTime", view.occurrence_date_time)
    return Immunization(
        source=source,
        concept=view.vaccine_code or NOTHING,
        status=view.status,
        occurred=at(occurred),
        occurred_text=partial_text(occurred) or view.occurrence_string,
        not_done=view.status == _NOT_DONE or negated(*view.extension, *view.modifier_extension),
    )


def _performed(view: views.Procedure, source: Source, frame: Frame) -> Span:
    if view.performed_date_time is not None:
        moment = frame.when(source, "performedDateTime", view.performed_date_time)
        return span(Bounds(moment, moment))
    if view.performed_period is not None:
        return span(frame.bounds(source, "performedPeriod", view.performed_period))
    text = view.performed_string or quantity_text(view.performed_age) or range_text(view.performed_range)
    return Span(text=text) if text else Span()
