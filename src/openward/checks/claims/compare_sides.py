"""Whether a source names the side that a claim names, for the same part of the body."""

from collections.abc import Sequence
from typing import Final

from openward.checks.claims.agree import NOT_FOUND, Agreement, Saying
from openward.checks.claims.claim import Claim
from openward.checks.claims.sides import limb, region
from openward.checks.claims.source import Source, clause
from openward.checks.claims.words import content

_AGAIN: Final = 4
_AROUND: Final = 40


def side(claim: Claim, source: Source, saying: Saying) -> Agreement:
    """A side is compared for the same part of the body, else for its region, else for any part."""
    near = _near(claim, source)
    if claim.side == "both":
        return _both(claim, near, source)
    fitting = [one for one in near if one.side in (claim.side, "both")]
    others = [one for one in near if one.side not in (claim.side, "both")]
    if not fitting:
        if others:
            return Agreement("contradicted", source.evidence(others[0]), "the source names the other side")
        return NOT_FOUND
    rivals = [*others, *(one for one in _bare(claim, source) if one.side not in (claim.side, "both"))]
    better = source.closer(_around(claim, saying), rivals, fitting) if rivals else None
    if better is None and rivals and not _names_both(claim, saying):
        better = source.speaks_for(saying.words, rivals, fitting)
    if better is not None or _is_outnumbered(fitting, others):
        at = better or others[0]
        return Agreement("contradicted", source.evidence(at), "the source says this of the other side")
    return Agreement("supported", source.evidence(fitting[0]))


def _around(claim: Claim, saying: Saying) -> frozenset[str]:
    """The words of the sentence near a side, without its own."""
    place = claim.start - saying.start
    begin, end = clause(saying.text, place)
    near = saying.text[max(begin, place - _AROUND) : min(end, place + _AROUND)]
    return frozenset(content(near)) - frozenset(content(claim.text))


def _names_both(claim: Claim, saying: Saying) -> bool:
    return any(one.kind == "side" and one.side not in (claim.side, "both") for one in saying.claims)


def _is_outnumbered(fitting: Sequence[Claim], others: Sequence[Claim]) -> bool:
    """Whether a side that is named once stands against one that is named again and again: a slip of the tongue."""
    return len(fitting) == 1 and len(others) >= _AGAIN and fitting[0].side != "both"


def _near(claim: Claim, source: Source) -> list[Claim]:
    """Sides of the same part, else of its region and those of no part, else of the same arm or leg, else all."""
    parts = set(claim.terms) - {"side"}
    regions, limbs = {region(part) for part in parts} - {None}, {limb(part) for part in parts} - {None}
    if same := [one for one in source.sides if parts & set(one.terms)]:
        return same
    wide = [one for one in source.sides if regions & {region(part) for part in one.terms}]
    wide = wide or [one for one in source.sides if limbs & {limb(part) for part in one.terms}]
    return [*wide, *_bare(claim, source)] or ([] if regions else list(source.sides))


def _bare(claim: Claim, source: Source) -> list[Claim]:
    """Sides without a part of the body, or all when the claim names none."""
    named = set(claim.terms) - {"side", "hand"}
    return [one for one in source.sides if not named or not set(one.terms) - {"side", "hand"}]


def _both(claim: Claim, near: Sequence[Claim], source: Source) -> Agreement:
    """Both sides are meant by left and right in turn, and by a part of the body without a side or in the plural."""
    if any(one.side == "both" for one in near) or len({one.side for one in near}) > 1:
        return Agreement("supported", source.evidence(near[0]))
    if near and not any(f"{part}s" in source.plurals for part in claim.terms):
        return Agreement("contradicted", source.evidence(near[0]), "the source names one side only")
    near_by = {region(part) for part in claim.terms} | {limb(part) for part in claim.terms} - {None}
    at = source.first_word(lambda word: word in claim.terms or region(word) in near_by or limb(word) in near_by)
    if at is not None:
        return Agreement("supported", source.words_at(*at))
    return NOT_FOUND if claim.terms else Agreement("supported")
