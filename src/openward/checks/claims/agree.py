"""Whether a source says what a claim says: one comparison for each kind of claim."""

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
    return _worded(claim, source)


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
        return Agreement("supported", source.span(number))
    if not claim.terms and words:
        beginning = words[0][:_SAME_BEGINNING]
        alike = next((word for word in source.words if word.startswith(beginning)), None)
        if alike is not None:
            return Agreement("supported", source.span(min(source.words[alike])))
    return NOT_FOUND


def drug(claim: Claim, source: Source) -> Agreement:
    """A drug is compared by its ingredients, whatever name it goes by."""
    for term in claim.terms:
        if found := source.drugs.get(term):
            return Agreement("supported", source.evidence(found[0]))
    number = source.said_together(Prose(claim.text).stems)
    return Agreement("supported", source.span(number)) if number is not None else NOT_FOUND


def amount(claim: Claim, source: Source) -> Agreement:
    """A number is compared exactly, its unit too; a length of time in any unit."""
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
        return Agreement("supported", source.evidence(near[0])) if len({one.side for one in near}) > 1 else NOT_FOUND
    if near:
        return Agreement("contradicted", source.evidence(near[0]), "the source names the other side")
    return NOT_FOUND


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
