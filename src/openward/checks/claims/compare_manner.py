"""Whether a source says the opposite of how somebody fares, or of the condition on which something follows."""

import re
from typing import Final

from openward.checks.claims.agree import NOT_FOUND, Agreement
from openward.checks.claims.claim import Claim
from openward.checks.claims.manner import FARES, LOST, WELL, conditions
from openward.checks.claims.source import Source

_FINE: Final = re.compile(rf"\b(?:doing|feel(?:s|ing|in)?)'? {WELL}\b", re.IGNORECASE)
_POORLY: Final = re.compile(
    r"(?:not|n't)(?: \w+){0,3} (?:well|great|good|fine|okay)\b|(?:not|n't) (?:feeling|getting|any|much) better|"
    r"\b(?:terrible|bad(?:ly)?|worse|awful|horrible|rough|poorly|struggl\w*|sick|miserable)\b",
    re.IGNORECASE,
)


def manner(claim: Claim, source: Source) -> Agreement | None:
    """Only what a source says plainly the other way gainsays it; a lost "not" makes a sentence doubtful."""
    if claim.terms == LOST:
        return NOT_FOUND._replace(why='a "not" seems to be lost')
    if claim.terms == FARES:
        fine = _FINE.search(source.text)
        if fine is None or _POORLY.search(source.text):
            return None
        return Agreement("contradicted", source.words_at(*fine.span()), "the source says that it goes well")
    said = list(conditions(source.marked))
    if not said or any(is_good == (claim.assertion == "present") for *_, is_good in said):
        return None
    start, end, _ = said[0]
    return Agreement("contradicted", source.words_at(start, end), "the source names the opposite condition")
