"""What the review is asked: the orders in question."""

from typing import Annotated, Any, Final

import msgspec

MAX_ORDERS: Final = 200
OrderResource = dict[str, Any]
Order = str | OrderResource


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The orders to review.

    An order is a sentence ("warfarin 5 mg oral once daily") or a FHIR R4 MedicationRequest. Without orders, the draft
    orders of the chart are reviewed (those in focus, where the caller names some); without drafts, all current drugs.
    One review takes at most 200 orders.
    """

    orders: Annotated[tuple[Order, ...], msgspec.Meta(max_length=MAX_ORDERS)] = ()
