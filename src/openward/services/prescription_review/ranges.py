"""Each ingredient's dose a day, added up over all that holds it, beside what the labels give; no finding is made."""

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
from openward.services.prescription_review.naming import name_of, resolved
from openward.services.prescription_review.proposal import DayDose, DosePart, Place, UsualDose

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
    amounts = [_milligrams(drug, ingredient) for drug in drugs]
    known = [doses.in_unit(amount, unit) for amount in amounts if amount is not None]
    daily = round(sum(known), _PLACES) if known else None
    place = _obstacle(drugs, age, covered=knowledge.covered(ingredient), ranges=ranges)
    return DayDose(
        ingredient=ingredient,
        name=name_of(ingredient, language),
        daily=daily,
        unit=unit,
        as_needed=any(drug.dose.as_needed for drug in drugs),
        place=place or _place(daily, ranges, whole=len(known) == len(drugs)),
        given_as=tuple(
            DosePart(reference=d.reference, drug=d.label, daily=None if a is None else doses.in_unit(a, unit))
            for d, a in zip(drugs, amounts, strict=True)
        ),
        usual=tuple(_usual(one, language) for one in ranges),
    )


def _place(daily: float | None, ranges: tuple[DoseRange, ...], *, whole: bool) -> Place:
    """Where the dose stands; what is known only in part can be too much, and nothing else is said of it."""
    found = doses.standing(daily, ranges) if daily is not None else None
    return found if found is not None and (whole or found == "above") else "not-in-numbers"


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
