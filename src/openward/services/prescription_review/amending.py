"""What follows when a person changes the orders of a review: what was worked out from other words goes.

Findings and the number of comparisons stay as the proposal had them: they tell what was examined, and before whom.
"""

import msgspec

from openward.domain.code import Concept
from openward.services.prescription_review.naming import resolved
from openward.services.prescription_review.proposal import DayDose, OrderUnderstood, PrescriptionReview


def settled(before: PrescriptionReview, after: PrescriptionReview) -> PrescriptionReview:
    """The review in which no order that was changed, added or taken out has the doses and readings of its old words.

    A dose a day that lost or changed a part is left out, not added up anew: a new sum needs a new review.
    """
    was = {order.reference: order for order in before.orders}
    new = [order for order in after.orders if was.get(order.reference) != order]
    gone = set(was) - {order.reference for order in after.orders}
    if not new and not gone:
        return after
    doubtful = gone | {order.reference for order in new}
    named = {i for order in new for i in resolved(Concept(text=order.drug)).ids}
    lost = [dose for dose in after.doses if dose.ingredient in named or _parts(dose) & doubtful]
    halved = [dose.name for dose in lost if _parts(dose) - doubtful]
    return msgspec.structs.replace(
        after,
        orders=tuple(_follows(was.get(order.reference), order) if order in new else order for order in after.orders),
        doses=tuple(dose for dose in after.doses if dose not in lost),
        not_checked_again=tuple(dict.fromkeys([*(order.drug for order in new if order.drug), *halved])),
    )


def _parts(dose: DayDose) -> set[str]:
    return {part.reference for part in dose.given_as}


def _follows(was: OrderUnderstood | None, order: OrderUnderstood) -> OrderUnderstood:
    """The order without what was read out of words that it no longer has; what a person wrote themselves stays."""
    if was is None:
        return order
    other_drug = was.drug != order.drug
    other_dose = other_drug or (was.dose, was.frequency) != (order.dose, order.frequency)
    return msgspec.structs.replace(
        order,
        ingredients=() if other_drug and order.ingredients == was.ingredients else order.ingredients,
        daily=None if other_dose and order.daily == was.daily else order.daily,
        warnings=() if order.warnings == was.warnings else order.warnings,
    )
