"""Whether a source names the drug or the person that a claim names."""

import re
from typing import Final

from openward.checks.claims.agree import NOT_FOUND, Agreement, Saying
from openward.checks.claims.claim import Claim
from openward.checks.claims.source import Source
from openward.checks.claims.words import content, like

_DOSES: Final = frozenset({"mg", "ug", "g", "mL", "U", "[IU]", "meq", "{puff}", "%"})
_LISTED: Final = re.compile(r"(?:[ ,、和及]|and|with|\d[\d.]*|mg|mcg|g|once|twice|daily|a day)*")
_OPPOSITE: Final = {"present": "absent", "absent": "present"}
_NEAR: Final = 25
_FAR: Final = 160


def drug(claim: Claim, source: Source, saying: Saying) -> Agreement:
    """A drug is compared by its ingredients, whatever name it goes by; then whether it is taken, and its dose."""
    found = [one for term in claim.terms for one in source.drugs.get(term, ())]
    if not found:
        at = source.found_word(list(content(claim.text))) or _misheard(claim, source)
        return Agreement("supported", source.words_at(*at)) if at is not None else NOT_FOUND
    if _twice(claim, saying):
        return Agreement("contradicted", source.evidence(found[0]), "the sentence names the same drug twice")
    said = {source.assertion_at((one.start, one.end)) for one in found}
    if _OPPOSITE.get(claim.assertion) in said and claim.assertion not in said and len(said) == 1:
        return Agreement("contradicted", source.evidence(found[0]), "the source says the opposite")
    return _swapped(claim, found, source, saying) or Agreement("supported", source.evidence(found[0]))


def _misheard(claim: Claim, source: Source) -> tuple[int, int] | None:
    """A word that is no drug and sounds like this one."""
    name, known = claim.text.lower(), {one.text.lower() for ones in source.drugs.values() for one in ones}
    return source.first_word(lambda word: word not in known and like(word, name))


def _twice(claim: Claim, saying: Saying) -> bool:
    """Whether the drug stands twice in one list."""
    at = saying.start
    again = (
        one for one in saying.claims if one.kind == "drug" and one.terms == claim.terms and one.start > claim.start
    )
    return any(
        0 <= one.start - claim.end < _NEAR and _LISTED.fullmatch(saying.text, claim.end - at, one.start - at)
        for one in again
    )


def _swapped(claim: Claim, found: list[Claim], source: Source, saying: Saying) -> Agreement | None:
    """Whether the dose behind the drug, or the words around it, belong to another drug of the source."""
    dose = _dose(claim, saying)
    others = [one for ones in source.drugs.values() for one in ones if not set(one.terms) & set(claim.terms)]
    if dose is not None:
        mine = _with_dose(found, dose, source)
        theirs = _with_dose(others, dose, source)
        if theirs is not None and mine is None:
            return Agreement("contradicted", source.evidence(theirs), "the source gives this dose to another drug")
        if mine is not None:
            return None
    mentioned = {term for one in saying.claims if one.kind == "drug" for term in one.terms}
    strangers = [one for one in others if mentioned.isdisjoint(one.terms)]
    better = source.speaks_for(saying.words, strangers, found) if strangers else None
    return (
        Agreement("contradicted", source.evidence(better), "the source says this of another drug") if better else None
    )


def _dose(claim: Claim, saying: Saying) -> Claim | None:
    """The dose right behind a drug, unless another drug stands between."""
    for one in saying.claims:
        if one.start < claim.end:
            continue
        if one.kind == "drug" or one.start - claim.end >= _NEAR:
            return None
        if one.kind == "amount" and one.unit in _DOSES:
            return one
    return None


def _with_dose(drugs: list[Claim], dose: Claim, source: Source) -> Claim | None:
    """The first of some mentions that has a dose near it, in the same turn or sentence."""
    for amount in source.amounts:
        if dose.value in (amount.value, *amount.also) and amount.unit in (dose.unit, None):
            owner = source.right_before(amount, _NEAR)
            near = [one for one in drugs if _is_beside(one, amount, source) and owner in (None, one)]
            if near:
                return min(near, key=lambda one: abs(one.start - amount.start))
    return None


def _is_beside(one: Claim, amount: Claim, source: Source) -> bool:
    far = abs(one.start - amount.start) >= _FAR
    return not far and source.passage_at(one.start) == source.passage_at(amount.start)


def actor(claim: Claim, source: Source, _saying: Saying) -> Agreement:
    """Who said or did it: a relative must stand in the source, and only a clinician orders."""
    who, verb, *kin = claim.terms
    if who == "kin":
        if kin and kin[0] not in source.kin:
            return Agreement("not_found", None, "no such relative speaks or is spoken of")
        if verb == "says" and source.turns and not source.tells(kin[0] if kin else None):
            return Agreement("contradicted", None, "this relative says nothing")
        return Agreement("supported")
    if who == "patient" and verb == "acts" and source.turns:
        return Agreement("contradicted", None, "the clinician orders, not the patient")
    return Agreement("supported")
