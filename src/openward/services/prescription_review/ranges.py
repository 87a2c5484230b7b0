"""Each ingredient's dose a day, new and in use apart, beside what the labels give; no finding is made."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from openward.domain.code import Concept
from openward.domain.proposal import Language
from openward.knowledge import doses
from openward.knowledge.doses import DoseRange, Doses
from openward.knowledge.tables import remembered
from openward.language.orders import parse_order
from openward.record.chart import Measure
from openward.services.prescription_review.dosing import counted, milligrams
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.duplicates import waits
from openward.services.prescription_review.naming import name_of, resolved
from openward.services.prescription_review.proposal import DayDose, DosePart, Place, Standing, UsualDose

_SEGMENT: Final = re.compile(r"\s/\s|\s\+\s")
_LONGEST: Final = 400
_PLACES: Final = 6


def day_doses(drugs: Iterable[DrugInUse], age: int | None, knowledge: Doses, language: Language) -> tuple[DayDose, ...]:
    """One entry for each ingredient that acts in the whole body, in the order of the drugs; `age` is in years."""
    held: dict[str, list[DrugInUse]] = defaultdict(list)
    for drug in drugs:
        if not drug.ended and drug.site == "systemic":
            for ingredient in drug.ingredients:
                held[ingredient].append(drug)
    return tuple(_day_dose(i, found, knowledge.ranges(i, _ways(found), age), (age, knowledge, language))
                 for i, found in held.items())  # fmt: skip


def _day_dose(
    ingredient: str,
    drugs: list[DrugInUse],
    ranges: tuple[DoseRange, ...],
    told: tuple[int | None, Doses, Language],
) -> DayDose:
    age, knowledge, language = told
    unit = ranges[0].unit if ranges else "mg"
    parts = tuple(_part(drug, drugs, ingredient, unit) for drug in drugs)
    new, in_use = (tuple(p for p in parts if p.standing == standing) for standing in ("new", "in-use"))
    beside = bool(new and in_use)
    every = (*new, *in_use)
    return DayDose(
        ingredient=ingredient,
        name=name_of(ingredient, language),
        daily=None if beside else _sum(every),
        unit=unit,
        as_needed=any(drug.dose.as_needed for drug in drugs),
        place=_obstacle(drugs, age, covered=knowledge.covered(ingredient), ranges=ranges)
        or _agreed(*(_place(held, ranges) for held in ((new, every) if beside else (every,)))),
        given_as=parts,
        usual=tuple(_usual(one, language) for one in ranges),
        new=_sum(new) if beside else None,
        in_use=_sum(in_use) if beside else None,
        together=_sum(every) if beside and _is_whole(every) else None,
    )


def _part(drug: DrugInUse, drugs: list[DrugInUse], ingredient: str, unit: str) -> DosePart:
    amount = _milligrams(drug, ingredient)
    return DosePart(
        reference=drug.reference,
        drug=drug.label,
        daily=None if amount is None else doses.in_unit(amount, unit),
        standing=_standing(drug, drugs),
    )


def _standing(drug: DrugInUse, drugs: list[DrugInUse]) -> Standing:
    """What is in use may be under review too, as an order; a draft and an order of the request are new."""
    if waits(drug, drugs):
        return "waiting"
    return "new" if drug.draft or (drug.is_order and drug.source is None) else "in-use"


def _sum(parts: Iterable[DosePart]) -> float | None:
    known = [part.daily for part in parts if part.daily is not None]
    return round(sum(known), _PLACES) if known else None


def _is_whole(parts: Iterable[DosePart]) -> bool:
    return all(part.daily is not None for part in parts)


def _agreed(*places: Place) -> Place:
    return places[0] if len(set(places)) == 1 else "unsettled"


def _place(parts: tuple[DosePart, ...], ranges: tuple[DoseRange, ...]) -> Place:
    """Where the dose stands; what is known only in part can be too much, and nothing else is said of it."""
    daily = _sum(parts)
    found = doses.standing(daily, ranges) if daily is not None else None
    return found if found is not None and (_is_whole(parts) or found == "above") else "not-in-numbers"


def _obstacle(drugs: list[DrugInUse], age: int | None, *, covered: bool, ranges: tuple[DoseRange, ...]) -> Place | None:
    """Why the rows do not speak of this patient's dose; None when they do."""
    if not covered:
        return "no-range"
    if age is not None and age < doses.ADULT:
        return "child"
    if any(drug.given is None for drug in drugs):
        return "route-unknown"
    return None if ranges else "no-range"


def _ways(drugs: list[DrugInUse]) -> frozenset[doses.Given]:
    return frozenset(drug.given for drug in drugs if drug.given is not None)


def _milligrams(drug: DrugInUse, ingredient: str) -> float | None:
    """How much of one ingredient a drug brings in a day; of a product of several only by strengths in its name."""
    daily = drug.dose.daily
    if len(drug.ingredients) == 1:
        return milligrams(daily)
    if daily is None or daily.comparator is not None or not counted(daily.unit):
        return None
    one = _strengths(drug.label).get(ingredient)
    return None if one is None else one * daily.value


@remembered(4096)
def _strengths(product: str) -> dict[str, float]:
    """Milligrams of each ingredient in one unit of a product (`Acetaminophen 325 MG / Codeine 30 MG Oral Tablet`)."""
    return dict(_segments(product)) if len(product) <= _LONGEST else {}


def _segments(product: str) -> Iterator[tuple[str, float]]:
    for segment in _SEGMENT.split(product):
        ids, read = resolved(Concept(text=segment)).ids, parse_order(segment)
        held = {(q.value, q.unit) for q in (*((read.amount,) if read.amount else ()), *read.strength)}
        if len(ids) == 1 and len(held) == 1:
            amount = milligrams(Measure(*held.pop()))
            if amount is not None:
                yield ids[0], amount


def _usual(held: DoseRange, language: Language) -> UsualDose:
    return UsualDose(
        row=held.id,
        older=held.population == "older",
        indication=held.indication.in_(language),
        low=held.low,
        high=held.high,
        most=held.most,
        each=held.each,
        note=held.note.in_(language),
        beyond=held.more.in_(language),
        source=held.evidence.source,
    )
