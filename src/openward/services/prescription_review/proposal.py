"""What the review puts forward: how each order was understood, and how much was examined."""

from typing import Final

import msgspec

SYSTEM: Final = "urn:openward:prescription-review"


class OrderUnderstood(msgspec.Struct, frozen=True, kw_only=True):
    """One order as the review read it.

    `reference` is `orders[i]` or `Type/id`; `ingredients` are ids of the ingredients table, empty when the drug was not
    resolved; `dose`, `frequency` and `daily` are words with units, None when not stated; `warnings` say what in the
    order's words is doubtful.
    """

    reference: str
    drug: str
    ingredients: tuple[str, ...]
    route: str
    dose: str | None = None
    frequency: str | None = None
    daily: str | None = None
    as_needed: bool | None = None
    warnings: tuple[str, ...] = ()


class FamilyExamined(msgspec.Struct, frozen=True, kw_only=True):
    """One family of checks: what was compared, how often, and how many findings came of it."""

    family: str
    compared: str
    count: int
    findings: int


class PrescriptionReview(msgspec.Struct, frozen=True, kw_only=True):
    """The body: the orders as understood, the number of other drugs in use, and the families of checks."""

    orders: tuple[OrderUnderstood, ...]
    drugs_in_use: int
    families: tuple[FamilyExamined, ...]
