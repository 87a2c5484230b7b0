"""What the review is asked: the orders in question."""

from typing import Any

import msgspec

OrderResource = dict[str, Any]


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The orders to review.

    An order is a sentence ("warfarin 5 mg oral once daily") or a FHIR R4 MedicationRequest. Without orders, the draft
    orders of the chart are reviewed (those in focus, where the caller names some); without drafts, all current drugs.
    """

    orders: tuple[str | OrderResource, ...] = ()
