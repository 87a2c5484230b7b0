"""What the review puts forward: how each order was understood, and how much was examined."""

from typing import Final, Literal

import msgspec

SYSTEM: Final = "urn:openward:prescription-review"
# How a dose a day stands to the rows of the table `doses`, or why that cannot be said.
Place = Literal[
    "below", "within", "high", "above", "depends", "unsettled", "no-range", "route-unknown", "child", "not-in-numbers"
]
Standing = Literal["new", "in-use", "waiting"]


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


class DosePart(msgspec.Struct, frozen=True, kw_only=True):
    """What one order or drug in use brings of an ingredient in a day; `daily` is None where that is not in numbers.

    `waiting` is a draft of the very drug that is ordered: it is shown and not added.
    """

    reference: str
    drug: str
    daily: float | None = None
    standing: Standing = "new"


class UsualDose(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table `doses`: `low` to `high` is usual in a day, `most` the most in 24 h, `each` at once.

    `older` marks a row for persons of 65 years or more; `beyond` names uses for which the documents allow more.
    """

    row: str
    indication: str = ""
    older: bool = False
    low: float | None = None
    high: float | None = None
    most: float | None = None
    each: float | None = None
    note: str = ""
    beyond: str = ""
    source: str


class DayDose(msgspec.Struct, frozen=True, kw_only=True):
    """The dose of one ingredient in a day over all orders and drugs in use that hold it, beside its usual doses.

    `daily` is in `unit`, the sum of what of `given_as` is in numbers, and the most that the words allow: with
    `as_needed` it need not be taken. Where an order stands beside what is in use, it may replace that or come on top:
    `daily` is None then, the two stand in `new` and `in_use`, their sum in `together`, and the place is "unsettled"
    unless it is the same for the new order alone and for both. It is shown for a person: no finding is made of `place`.
    """

    ingredient: str
    name: str
    daily: float | None
    unit: str
    as_needed: bool
    place: Place
    given_as: tuple[DosePart, ...]
    usual: tuple[UsualDose, ...] = ()
    new: float | None = None
    in_use: float | None = None
    together: float | None = None


class PrescriptionReview(msgspec.Struct, frozen=True, kw_only=True):
    """The body: the orders as understood, the number of other drugs in use, the families of checks, doses a day.

    `not_checked_again` names the drugs that a person changed or added when they amended the review, and those whose
    dose a day that touched; a proposal has none.
    """

    orders: tuple[OrderUnderstood, ...]
    drugs_in_use: int
    families: tuple[FamilyExamined, ...]
    doses: tuple[DayDose, ...] = ()
    not_checked_again: tuple[str, ...] = ()
