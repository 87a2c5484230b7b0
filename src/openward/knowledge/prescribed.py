"""An order sentence with its drug resolved: the language finds the words, the tables say which drug they name."""

import msgspec

from openward.knowledge.drugs import MAX_TEXT, Drugs, Resolution
from openward.language.orders import Order, parse_order
from openward.language.words import normal


class Prescribed(msgspec.Struct, frozen=True, kw_only=True):
    """One order sentence: how it reads, and what its drug is."""

    order: Order
    drug: Resolution


def read_order(text: str, drugs: Drugs) -> Prescribed:
    """Reads an order sentence and resolves its drug.

    Raises:
        InputError: the text is longer than 2,000 characters.
    """
    order = parse_order(text, drugs.places(normal(text)) if len(text) <= MAX_TEXT else ())
    named = drugs.resolve_text(order.drug) if order.drug else Resolution()
    if named.ingredients:
        return Prescribed(order=order, drug=named)
    whole = drugs.resolve_text(text)
    return Prescribed(order=order, drug=whole if whole.ingredients else named)
