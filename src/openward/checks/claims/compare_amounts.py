"""Whether a source has the number of a claim, with its unit, said of the same thing."""

from collections.abc import Iterable, Sequence
from typing import Final

from openward.checks.claims.agree import NOT_FOUND, Agreement, Saying
from openward.checks.claims.amounts import SCALES, TIMES_OF_DAYS
from openward.checks.claims.claim import Claim
from openward.checks.claims.source import Source
from openward.language.prose import Prose

_EQUAL: Final = 0.01
_SMALL: Final = 4.0
_SOON: Final = 300
# Units that people leave out when they talk.
_UNSAID: Final = frozenset({
    "mg", "%", "mm[Hg]", "/min", "[degF]", "Cel", "mg/dL", "g/dL", "U/L", "[lb_av]", "kg/m2", "ng/mL", "kg", "[in_i]", "Gy",
})  # fmt: skip
_UNSAID_ZH: Final = frozenset({"mmol/L", "umol/L", "m[IU]/L", "10*9/L", "10*12/L", "g/L", "cm", "mm"})
_MONTHS: Final = tuple(
    Prose(month).stems[0]
    for month in "january february march april may june july august september october november december".split()
)


def amount(claim: Claim, source: Source, saying: Saying) -> Agreement:
    """A number is compared exactly, its unit too; a length of time in any unit."""
    if claim.terms:
        return _date(claim, source)
    same = [one for one in source.amounts if one.value == claim.value or claim.value in one.also]
    fitting = [one for one in same if one.unit == claim.unit] + _lasting(claim, source.amounts)
    scored = [one for one in source.amounts if one.unit == claim.unit in SCALES]
    if not fitting and scored:
        fitting = [one for one in same if one.unit is None and _is_near_one(one, scored)]
    if not fitting and scored:
        return Agreement("contradicted", source.evidence(scored[0]), "the source has another score")
    if not fitting:
        fitting = [one for one in same if _may_be(one, claim, source)]
    if fitting:
        return _elsewhere(claim, fitting, source, saying) or Agreement("supported", source.evidence(fitting[0]))
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
    if claim.unit == "/min" and one.unit == "{times}":
        return True
    if one.unit is not None:
        return False
    if source.is_chinese:
        return claim.unit in _UNSAID | _UNSAID_ZH
    if claim.unit in SCALES:
        return True
    if claim.unit not in _UNSAID:
        return False
    return (claim.value or 0.0) > _SMALL


def _elsewhere(claim: Claim, fitting: Sequence[Claim], source: Source, saying: Saying) -> Agreement | None:
    """A number that the source has, but of another thing: the words around speak for another number of the same unit."""
    said = {one.value for one in saying.claims if one.kind == "amount"}
    others = [one for one in source.amounts if one.unit == claim.unit and one.unit and one not in fitting]
    if claim.unit in TIMES_OF_DAYS:
        others += [one for one in source.amounts if one.value == claim.value and one.unit in TIMES_OF_DAYS and one not in fitting]
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


def _is_same_time(one: Claim, claim: Claim) -> bool:
    return one.terms == claim.terms and (one.value, one.also) == (claim.value, claim.also)


def _date(claim: Claim, source: Source) -> Agreement:
    """A date by its month and day, a time of the day by its hour and minutes; the year may go without saying."""
    written = next((one for one in source.amounts if _is_same_time(one, claim)), None)
    if written is not None:
        return Agreement("supported", source.evidence(written))
    numbers = {value for one in source.amounts for value in (one.value, *one.also)}
    if claim.terms == ("clock",):
        said = claim.value in numbers and all(part in numbers for part in claim.also if part)
        return Agreement("supported") if said else NOT_FOUND
    month, *rest = claim.value or 0.0, *claim.also
    named = 1 <= month <= len(_MONTHS) and _MONTHS[int(month) - 1] in source.words
    days = rest[:-1]  # the year may go without saying
    return Agreement("supported") if named and all(day in numbers for day in days) else NOT_FOUND
