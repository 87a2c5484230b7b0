"""Drugs in notes against the orders: named and not ordered, ordered and not named, another dose."""

import re
from collections.abc import Iterator
from typing import Final

from openward.domain.text import Text
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note, Ordered
from openward.services.note_quality.checkers.allergic import stated
from openward.services.note_quality.medicines import Named, name_of, named
from openward.services.note_quality.phrases import is_meant

_LEAVING: Final = ("discharge_medication", "discharge_orders")
_NOT_PLANNED: Final = re.compile(
    r"(?:停用|停|暂停|避免|禁用|勿|不用|考虑|必要时|若|如|拟|可予|备|建议|hold|stop\w*|discontinu\w*|avoid|consider|"
    r"if |would|may|prn|"
    r"wean|off|allergic to|instead of|no |not )[^。；;.\n]{0,16}$",
    re.IGNORECASE,
)
_SAME: Final = 0.01


def taken(note: Note, sections: tuple[str, ...]) -> list[Named]:
    """The drugs that some sections, or the whole note, say are given, each once."""
    found: dict[tuple[str, ...], Named] = {}
    for start, end in note.within(sections):
        for drug in named(note.text, start, end):
            before = note.text[max(start, drug.start - 20) : drug.start]
            if not _NOT_PLANNED.search(before) and is_meant(note.text, (drug.start, drug.end)):
                found.setdefault(drug.ingredients, drug)
    return list(found.values())


def _not_among(drugs: list[Named], orders: tuple[Ordered, ...]) -> list[Named]:
    held = {i for order in orders for i in order.ingredients}
    return [drug for drug in drugs if not held & set(drug.ingredients)]


def drug_not_ordered(asked: Asked) -> Iterator[Hit | Gap]:
    """The plan gives a drug for which there is no order."""
    note, case = asked.written, asked.case
    drugs = taken(note, asked.rule.list("in"))
    if not drugs:
        yield MOOT
        return
    if case.orders is None:
        yield Gap("orders")
        return
    allergic = {i for d in stated(note).drugs for i in d.ingredients}
    for drug in _not_among(drugs, case.orders):
        if not allergic & set(drug.ingredients):
            yield _hit(note, drug)


def discharge_not_ordered(asked: Asked) -> Iterator[Hit | Gap]:
    """The summary lists a drug at discharge that was not ordered."""
    note, case = asked.written, asked.case
    drugs = taken(note, _LEAVING)
    if not drugs:
        yield MOOT
        return
    if case.discharge_orders is None:
        yield Gap("discharge-orders")
        return
    for drug in _not_among(drugs, case.discharge_orders):
        yield _hit(note, drug)


def discharge_not_written(asked: Asked) -> Iterator[Hit | Gap]:
    """A drug was ordered at discharge that the summary does not name."""
    note, case = asked.written, asked.case
    if case.discharge_orders is None:
        yield Gap("discharge-orders")
        return
    if not case.discharge_orders:
        yield MOOT
    written = {i for drug in named(note.text, 0, len(note.text)) for i in drug.ingredients}
    for order in case.discharge_orders:
        if order.ingredients and not written & set(order.ingredients):
            yield Hit(
                evidence=(order.evidence, note.whole()), detail=_about(order.ingredients[0]), key=order.ingredients[0]
            )


def dose_differs(asked: Asked) -> Iterator[Hit | Gap]:
    """The dose for one time in the note is that of no order of the same drug."""
    note, case = asked.written, asked.case
    leaving = note.kind == "discharge"
    orders = case.discharge_orders if leaving else case.orders
    drugs = [d for d in taken(note, _LEAVING if leaving else ("plan",)) if d.each_mg is not None]
    if not drugs:
        yield MOOT
        return
    if orders is None:
        yield Gap("discharge-orders" if leaving else "orders")
        return
    for drug in drugs:
        same = [o for o in orders if o.ingredients == drug.ingredients and o.each_mg is not None]
        if same and not any(_equal(o.each_mg, drug.each_mg) for o in same):
            yield Hit(
                evidence=(note.cite(drug.start, drug.end), same[0].evidence),
                detail=_doses(drug, same[0]),
                key=drug.ingredients[0],
            )


def _equal(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= _SAME * max(one, other)


def _doses(drug: Named, order: Ordered) -> Text:
    return Text(
        f"{name_of(drug.ingredients[0], 'en')}: {drug.each_mg:g} mg in the note, {order.each_mg:g} mg ordered.",
        f"{name_of(drug.ingredients[0], 'zh')}：记录{drug.each_mg:g}mg，医嘱{order.each_mg:g}mg。",
    )


def _hit(note: Note, drug: Named) -> Hit:
    return Hit(evidence=(note.cite(drug.start, drug.end),), detail=_about(drug.ingredients[0]), key=drug.ingredients[0])


def _about(ingredient: str) -> Text:
    return Text(f"The drug is {name_of(ingredient, 'en')}.", f"药物：{name_of(ingredient, 'zh')}。")
