"""An order that was sent as a FHIR MedicationRequest, read with the same eyes as the chart."""

from datetime import datetime
from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.resource import Stored
from openward.record.chart import MedicationEntry
from openward.record.charting import chart_of
from openward.services.prescription_review.reads import OrderResource

TYPE: Final = "MedicationRequest"
_PATIENT: Final = "order"


def entry_of(order: OrderResource, path: str, now: datetime) -> MedicationEntry:
    """The entry of one order.

    Raises:
        InputError: it is no MedicationRequest, or cannot be read as one; the message names the path.
    """
    if order.get("resourceType") != TYPE:
        raise InputError(f"input.{path}: an order is a sentence or a FHIR {TYPE}; 'resourceType' names something else")
    body = msgspec.json.encode(order)
    stored = Stored(type=TYPE, id=path, version=0, seq=0, body=body, digest="", received=now, patient=_PATIENT)
    chart = chart_of([stored], patient=_PATIENT, as_of=now, version=path)
    if not chart.medications.entries:
        reason = chart.unread[0][1] if chart.unread else "the resource marks itself as entered in error"
        raise InputError(f"input.{path}: the {TYPE} cannot be read: {reason}")
    entry = chart.medications.entries[0]
    if entry.do_not_perform:
        raise InputError(f"input.{path}: the {TYPE} says doNotPerform; send orders to give only")
    return entry
