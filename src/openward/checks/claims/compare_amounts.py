"""Whether a source has the number of a claim, with its unit, said of the same thing."""

from collections.abc import Iterable, Sequence
from typing import Final

from openward.checks.claims.agree import NOT_FOUND, Agreement, Saying
from openward.checks.claims.amounts import AGE, SCALES, TIMES_OF_DAYS
from openward.checks.claims.claim import Claim
from openward.checks.claims.dates import MONTHS, is_same
from openward.checks.claims.source import Source
from openward.language.prose import stem

_EQUAL: Final = 0.01
_SMALL: Final = 4.0
_DOSE_REACH: Final = 25
DOSES: Final = frozenset({"mg", "ug", "g", "mL", "U", "[IU]", "meq", "{puff}", "{tablet}"})
_YEARS: Final = (1900.0, 2100.0)
_SOON: Final = 300
# Units that people leave out when they talk.
_UNSAID: Final = frozenset({
    "mg", "%", "mm[Hg]", "/min", "[degF]", "Cel", "mg/dL", "g/dL", "U/L", "[lb_av]", "kg/m2", "ng/mL", "kg",
    "[in_i]", "Gy", AGE,
})  # fmt: skip
_UNSAID_ZH: Final = frozenset({"mmol/L", "umol/L", "m[IU]/L", "10*9/L", "10*12/L", "g/L", "cm", "mm"})
_STEMS: Final = tuple(stem(month) for month in MONTHS)


def amount(claim: Claim, source: Source, saying: Saying) -> Agreement:
    """A number is compared exactly, its unit too; a length of time in any unit."""
    if claim.terms:
        return _date(claim, source, saying)
    same = [one for one in source.amounts if _has_value(one, claim, source)]
    fitting = _fitting(claim, same, source)
    if not fitting:
        return _another_unit(claim, same, source)
    if not source.turns:
        of_the_same = _of_the_same(claim, fitting, source, saying)
        if not of_the_same:
            return Agreement(
                "contradicted", source.evidence(fitting[0]), "the source says this number of something else"
            )
        fitting = of_the_same
    return _elsewhere(claim, fitting, source, saying) or Agreement("supported", source.evidence(fitting[0]))


def _has_value(one: Claim, claim: Claim, source: Source) -> bool:
    """Whether a number is the same; a date of a written text has only its year for a number."""
    if one.terms and not source.turns:
        return claim.unit is None and one.terms[0] == "date" and one.terms[1] == _year(claim.value or 0.0)
    return claim.value in (one.value, *one.also)


def _year(value: float) -> str:
    return f"{value % 100:.0f}" if _YEARS[0] <= value <= _YEARS[1] else "none"


def _fitting(claim: Claim, same: Sequence[Claim], source: Source) -> list[Claim]:
    """Those of the same number whose unit is the same, or may be."""
    exact = [one for one in same if one.unit == claim.unit] or _lasting(claim, source.amounts)
    if exact:
        return exact
    scored = [one for one in source.amounts if one.unit == claim.unit in SCALES]
    if scored:
        return [one for one in same if one.unit is None and _is_near_one(one, scored)]
    return [one for one in same if _may_be(one, claim, source)]


def _another_unit(claim: Claim, same: Sequence[Claim], source: Source) -> Agreement:
    other = next((one for one in same if one.unit is not None), None)
    if other is not None and claim.unit is not None:
        return Agreement("contradicted", source.evidence(other), "the source has the number with another unit")
    return NOT_FOUND


def _is_near_one(one: Claim, others: Sequence[Claim]) -> bool:
    return any(abs(one.start - other.start) < _SOON for other in others)


def _may_be(one: Claim, claim: Claim, source: Source) -> bool:
    """Whether a number with another unit, or none, may be the one that is meant."""
    if claim.unit is None:
        return one.unit is None or not one.unit.startswith("/1")
    if one.unit is not None:
        return (one.unit, claim.unit) in (("{times}", "/min"), ("/d", "{times}"), ("a", AGE))
    if source.is_chinese:
        return claim.unit in _UNSAID | _UNSAID_ZH
    return claim.unit in SCALES or (claim.unit in _UNSAID and (claim.value or 0.0) > _SMALL)


def _of_the_same(claim: Claim, fitting: Sequence[Claim], source: Source, saying: Saying) -> list[Claim]:
    """Those numbers of a written text that stand beside the drug of a dose, or beside any word of the sentence."""
    near = (one for one in saying.claims if one.kind == "drug" and 0 <= claim.start - one.end < _DOSE_REACH)
    drug = max(near, key=lambda one: one.end, default=None)
    if drug is not None and claim.unit in DOSES:
        if not any(term in source.drugs for term in drug.terms):
            return []
        return [one for one in fitting if (of := source.drug_before(one)) is None or set(of.terms) & set(drug.terms)]
    if not saying.words or (claim.unit is not None and saying.text.isascii() == source.is_chinese):
        return list(fitting)
    words = frozenset(word for word in saying.words if word in source.words)
    return [one for one in fitting if source.is_beside(words, one)]


def _elsewhere(claim: Claim, fitting: Sequence[Claim], source: Source, saying: Saying) -> Agreement | None:
    """A number that the source has, but of another thing: the words around speak for another of the same unit."""
    said = {one.value for one in saying.claims if one.kind == "amount"}
    others = [one for one in source.amounts if one.unit == claim.unit and one.unit and one not in fitting]
    if claim.unit in TIMES_OF_DAYS:
        others += [
            one
            for one in source.amounts
            if one.value == claim.value and one.unit in TIMES_OF_DAYS and one not in fitting
        ]
    others = [one for one in others if one.unit != claim.unit or said.isdisjoint((one.value, *one.also))]
    if not others:
        return None
    better = source.speaks_for(saying.words, others, fitting)
    if better is None:
        return None
    return Agreement("contradicted", source.evidence(better), "the source says another number of this")


def _lasting(claim: Claim, found: Iterable[Claim]) -> list[Claim]:
    """The same length of time in another unit: 48 hours are 2 days."""
    unit = TIMES_OF_DAYS.get(claim.unit or "")
    if unit is None or claim.value is None:
        return []
    days = claim.value * unit
    return [
        one
        for one in found
        if one.unit != claim.unit
        and one.value
        and abs(one.value * TIMES_OF_DAYS.get(one.unit or "", 0.0) - days) <= _EQUAL * days
    ]


def _date(claim: Claim, source: Source, saying: Saying) -> Agreement:
    """A date or a time of the day; in talk its parts may be said in words, in writing its line must fit."""
    same = [one for one in source.amounts if one.terms and is_same(claim, one)]
    if same:
        return _of_its_line(same, source, saying) or Agreement("supported", source.evidence(same[0]))
    if not source.turns:
        return NOT_FOUND
    numbers = {value for one in source.amounts for value in (one.value, *one.also)}
    if claim.terms == ("clock",):
        said = claim.value in numbers and all(part in numbers for part in claim.also if part)
        return Agreement("supported") if said else NOT_FOUND
    _, _, month, day = claim.terms
    named = 1 <= int(month) <= len(_STEMS) and _STEMS[int(month) - 1] in source.words
    return Agreement("supported") if named and (not day or float(day) in numbers) else NOT_FOUND


def _of_its_line(dates: Sequence[Claim], source: Source, saying: Saying) -> Agreement | None:
    """Values with a date in one sentence: written lines that have the value must be of that date, if of any."""
    days = [one for one in saying.claims if one.terms[:1] == ("date",)]
    if source.turns or len(days) != 1:
        return None
    lines = {source.line_at(one.start) for one in dates}
    dated = {source.line_at(one.start) for one in source.amounts if one.terms[:1] == ("date",)}
    for value in saying.claims:
        if value.kind == "amount" and value.unit and not value.terms:
            places = [one for one in source.amounts if one.value == value.value and one.unit in (value.unit, None)]
            of = {source.line_at(one.start) for one in places} & dated
            if of and of.isdisjoint(lines):
                return Agreement("contradicted", source.evidence(places[0]), "the source has the value at another date")
    return None
