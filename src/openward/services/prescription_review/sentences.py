"""An order written as a sentence, English or Chinese, as a drug in use."""

from typing import Final

import msgspec

from openward.domain.code import Concept
from openward.domain.evidence import InputEvidence
from openward.domain.proposal import Language
from openward.domain.quantity import Quantity
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.drugs import Resolution
from openward.language.orders import Order, mass_given, parse_order
from openward.record.chart import Measure
from openward.services.prescription_review.drugs import DoseInUse, DrugInUse
from openward.services.prescription_review.naming import resolved
from openward.services.prescription_review.routes import UNKNOWN, Way, way_in_words, way_of_form, way_of_word

_DAY: Final = 24.0
_LABEL: Final = 200
_NOT_UNDERSTOOD: Final = Text("not understood: {words}", "未能理解：{words}")


def drug_of_sentence(text: str, path: str, place: int, language: Language) -> DrugInUse:
    """The drug of one sentence; `path` is where it stands in the input."""
    read = _read(text, language)
    return msgspec.structs.replace(read, order=place, reference=path, evidence=(InputEvidence(path, text),))


@tables.remembered(8192)
def _read(text: str, language: Language) -> DrugInUse:
    """What the words say, without their place."""
    order = parse_order(text)
    found = resolved(Concept(text=order.drug or text))
    route, given = _way(order, found)
    return DrugInUse(
        label=(" ".join(text.split()) or "?")[:_LABEL],
        ingredients=found.ids,
        route=route,
        given=given,
        is_order=True,
        order=None,
        current=None,
        reference="",
        evidence=(),
        dose=_dose(order),
        stops=order.action == "stop",
        unresolved=(*found.unresolved, *found.ambiguous),
        suggestions=found.suggestions,
        several=len(found.matched) > 1 and len(found.ids) > 1 and frozenset(found.ids) not in _products(),
        warnings=_warnings(order, found, language),
    )


def _way(order: Order, found: Resolution) -> Way:
    """The stated route, else what the form of the product says."""
    if order.route is not None:
        return way_of_word(order.route.code)
    named = way_of_form(found.form)
    return named if named != UNKNOWN or not order.form else way_in_words(order.form)


def _dose(order: Order) -> DoseInUse:
    amount = _measure(mass_given(order))
    often = order.per_day_high or order.per_day
    interval = order.interval_h or (_DAY / order.per_day if order.per_day else None)
    return DoseInUse(
        amount=amount,
        per_day=order.per_day,
        daily=_daily(order, amount, often),
        interval_h=interval,
        as_needed=order.as_needed,
        text=order.text[:_LABEL],
    )


def _daily(order: Order, amount: Measure | None, often: float | None) -> Measure | None:
    """The most in 24 h: a stated total or limit, else the upper amount times the number."""
    limit = order.maximum if order.as_needed and order.maximum and order.maximum.unit.endswith("/d") else None
    stated = order.daily or limit
    if stated is not None:
        return Measure(stated.value, stated.unit.removesuffix("/d"))
    most = _measure(order.high) or amount
    if most is None:
        return None
    if order.once:
        return most
    return Measure(round(most.value * often, 6), most.unit) if often else None


def _measure(quantity: Quantity | None) -> Measure | None:
    return Measure(quantity.value, quantity.unit) if quantity else None


def _warnings(order: Order, found: Resolution, language: Language) -> tuple[str, ...]:
    told = [warned.message(language) for warned in order.warnings]
    if order.leftover:
        told.append(_NOT_UNDERSTOOD.in_(language).replace("{words}", " … ".join(order.leftover[:5])[:120]))
    if found.conflict:
        told.append(found.conflict)
    return tuple(told)


@tables.remembered(1)
def _products() -> frozenset[frozenset[str]]:
    """The ingredients of each known combination product."""
    return frozenset(frozenset(row.list("ingredients")) for row in tables.find("combinations"))
