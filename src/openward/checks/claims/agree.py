"""Whether a source says what a claim says: one comparison for each kind of claim."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from openward.checks.claims.amounts import TIMES_OF_DAYS
from openward.checks.claims.claim import Claim
from openward.checks.claims.findings import general
from openward.checks.claims.sides import region
from openward.checks.claims.source import Source
from openward.domain.evidence import DocumentEvidence
from openward.language.prose import Prose

Verdict = Literal["supported", "contradicted", "not_found"]
_STOP: Final = frozenset("the a an of in on at to with and or for her his their my your is are was some any by from".split())
_TIME_EQUAL: Final = 0.01
_SAME_BEGINNING: Final = 6
_ALL_WELL: Final = (
    (
        frozenset({"wheeze", "crackles", "rhonchi", "stridor", "condition:asthma"}),
        re.compile(r"lungs?[^.?。？\n]{0,40}(?:clear|normal|good|fine)|(?:clear|normal)[^.?。？\n]{0,20}lungs?|肺[^。]{0,12}(?:清|正常)", re.IGNORECASE),
    ),
    (
        frozenset({"murmur", "gallop", "pericardial_rub", "arrhythmia", "palpitations", "irregular_pulse"}),
        re.compile(
            r"heart[^.?。？\n]{0,50}(?:clear|normal|good|fine|regular)|regular rate|(?:clear|normal)[^.?。？\n]{0,20}heart|"
            r"心[^。]{0,12}(?:正常|齐)", re.IGNORECASE,
        ),
    ),
    (
        None,
        re.compile(
            r"(?:any|no) (?:other|additional) (?:symptoms?|issues|problems|complaints|concerns)[^?？\n]{0,80}[?？]?\s{0,2}(?:\[\w+\]|\w+:)?\s?"
            r"(?:no|nope|none|nothing|not)\b|no other (?:symptoms|complaints|issues|problems)|nothing else|otherwise (?:normal|negative|fine|"
            r"unremarkable)|(?:everything|all)(?: else)? (?:is|was|looks?|seems?) (?:\w+ )?(?:normal|good|fine|negative|okay|clear)|余无|其余[^。]{0,10}正常",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip
_YEARS: Final = (1900.0, 2100.0)
_MONTHS: Final = tuple(
    next(iter(Prose(month).stems))
    for month in "january february march april may june july august september october november december".split()
)


class Agreement(NamedTuple):
    """What one source says of one claim, where, and in a few words why."""

    verdict: Verdict
    evidence: DocumentEvidence | None = None
    why: str = ""


NOT_FOUND: Final = Agreement("not_found", None, "the source does not say it")


def finding(claim: Claim, source: Source) -> Agreement:
    """A finding is compared by meaning: the same, a more special or a more general one, there or not, whose."""
    near = _near(claim.terms, source)
    if near:
        return _as_meant(claim, near, source)
    worded = _worded(claim, source)
    if worded.verdict == "supported" or claim.assertion != "absent":
        return worded
    return _nothing_else(claim, source) or worded


def _nothing_else(claim: Claim, source: Source) -> Agreement | None:
    """What was not named may be denied as a whole: "no other symptoms", "lungs are clear"."""
    for terms, pattern in _ALL_WELL:
        if terms is None or not terms.isdisjoint(claim.terms):
            found = pattern.search(source.marked)
            if found is not None:
                return Agreement("supported", source.words_at(*found.span()), "the source denies it as a whole")
    return None


def _near(terms: Sequence[str], source: Source) -> list[Claim]:
    """What the source says of the same finding, of its children and its parents."""
    above = general()
    wanted = set(terms)
    parents = {parent for term in terms for parent in above.get(term, ())}
    children = {term for term in source.findings if not wanted.isdisjoint(above.get(term, ()))}
    return [found for term in (*terms, *sorted(children), *sorted(parents)) for found in source.findings.get(term, ())]


def _as_meant(claim: Claim, near: Sequence[Claim], source: Source) -> Agreement:
    whose = [one for one in near if (one.subject == "family") == (claim.subject == "family")]
    if not whose:
        return Agreement("contradicted", source.evidence(near[0]), "the source says it of another person")
    if claim.assertion in ("hypothetical", "uncertain"):
        return Agreement("supported", source.evidence(whose[0]))
    same = [one for one in whose if one.assertion == claim.assertion]
    open_ = [one for one in whose if one.assertion in ("hypothetical", "uncertain")]
    if same or open_:
        return Agreement("supported", source.evidence((same or open_)[0]))
    return Agreement("contradicted", source.evidence(whose[0]), _OPPOSITE[claim.assertion])


_OPPOSITE: Final = {"present": "the source denies it", "absent": "the source says that it is there"}


def _worded(claim: Claim, source: Source) -> Agreement:
    """A finding that the source does not name may still stand there in the same words."""
    words = [stem for stem in Prose(claim.text).stems if stem.isalpha() and stem not in _STOP]
    number = source.said_together(words)
    if number is not None:
        return Agreement("supported", source.passage(number))
    if not claim.terms and words:
        beginning = words[0][:_SAME_BEGINNING]
        alike = next((word for word in source.words if word.startswith(beginning)), None)
        if alike is not None:
            return Agreement("supported", source.passage(min(source.words[alike])))
    return NOT_FOUND


def drug(claim: Claim, source: Source) -> Agreement:
    """A drug is compared by its ingredients, whatever name it goes by."""
    for term in claim.terms:
        if found := source.drugs.get(term):
            return Agreement("supported", source.evidence(found[0]))
    number = source.said_together(Prose(claim.text).stems)
    return Agreement("supported", source.passage(number)) if number is not None else NOT_FOUND


def amount(claim: Claim, source: Source) -> Agreement:
    """A number is compared exactly, its unit too; a length of time in any unit."""
    if claim.terms:
        return _date(claim, source)
    same = [one for one in source.amounts if one.value == claim.value or claim.value in one.also]
    if claim.unit is None:
        return Agreement("supported", source.evidence(same[0])) if same else NOT_FOUND
    fitting = [one for one in same if one.unit == claim.unit]
    if fitting:
        return Agreement("supported", source.evidence(fitting[0]))
    if (lasting := _lasting(claim, source.amounts)) is not None:
        return Agreement("supported", source.evidence(lasting))
    bare = [one for one in same if one.unit is None]
    if bare and claim.unit not in TIMES_OF_DAYS:
        return Agreement("supported", source.evidence(bare[0]))
    if same:
        return Agreement("contradicted", source.evidence(same[0]), "the source has the number with another unit")
    return NOT_FOUND


def _date(claim: Claim, source: Source) -> Agreement:
    """A date by its month, day and, where the source names any year, its year; a time by its hour and minutes."""
    written = next((one for one in source.amounts if one.terms == claim.terms and one.value == claim.value), None)
    numbers = {value for one in source.amounts for value in (one.value, *one.also)}
    if claim.terms == ("clock",):
        said = claim.value in numbers and all(part in numbers for part in claim.also if part)
        return Agreement("supported") if said else NOT_FOUND
    month, *days = claim.value or 0.0, *claim.also
    named = written is not None or (1 <= month <= len(_MONTHS) and _MONTHS[int(month) - 1] in source.words)
    years = {value for value in numbers if value is not None and _YEARS[0] <= value <= _YEARS[1]}
    told = [part for part in days if part < _YEARS[0] or years]
    return Agreement("supported") if named and all(part in numbers for part in told) else NOT_FOUND


def _lasting(claim: Claim, found: Iterable[Claim]) -> Claim | None:
    """The same length of time in another unit: 48 hours are 2 days."""
    unit = TIMES_OF_DAYS.get(claim.unit or "")
    if unit is None or claim.value is None:
        return None
    days = claim.value * unit
    for one in found:
        other = TIMES_OF_DAYS.get(one.unit or "")
        if other is not None and one.value and abs(one.value * other - days) <= _TIME_EQUAL * days:
            return one
    return None


def side(claim: Claim, source: Source) -> Agreement:
    """A side is compared for the same part of the body, else for its region."""
    same = [one for one in source.sides if set(one.terms) & set(claim.terms)]
    wide = {region(part) for part in claim.terms}
    near = same or [one for one in source.sides if wide & {region(part) for part in one.terms}]
    near = near or [one for one in source.sides if not one.terms or not claim.terms]
    fitting = [one for one in near if one.side == claim.side or one.side == "both"]
    if fitting:
        return Agreement("supported", source.evidence(fitting[0]))
    if claim.side == "both":
        return _both(claim, near, source)
    if near:
        return Agreement("contradicted", source.evidence(near[0]), "the source names the other side")
    return NOT_FOUND


def _both(claim: Claim, near: Sequence[Claim], source: Source) -> Agreement:
    """Both sides are meant by left and right in turn, and by a part of the body that is named without a side."""
    if len({one.side for one in near}) > 1:
        return Agreement("supported", source.evidence(near[0]))
    if near:
        return Agreement("contradicted", source.evidence(near[0]), "the source names one side only")
    number = next((found for part in claim.terms if (found := source.said_together([part])) is not None), None)
    if number is not None:
        return Agreement("supported", source.passage(number))
    return NOT_FOUND if claim.terms else Agreement("supported")


def actor(claim: Claim, source: Source) -> Agreement:
    """Who said or did it: a relative must stand in the source, and only a clinician orders."""
    who, verb = claim.terms[:2]
    if who == "kin":
        word = claim.terms[2] if len(claim.terms) > 2 else ""  # noqa: PLR2004 - the third term is the relative
        if word in source.kin:
            return Agreement("supported")
        return Agreement("not_found", None, "no such relative speaks or is spoken of")
    if who == "patient" and verb == "acts" and source.turns:
        return Agreement("contradicted", None, "the clinician orders, not the patient")
    return Agreement("supported")
