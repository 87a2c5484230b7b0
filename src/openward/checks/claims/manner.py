"""How somebody fares, on which course something depends, and a "not" that was lost; English.

"She has not been doing well", "if it is not better, we will obtain an MRI", "which did provide her with any relief".
"""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from openward.checks.claims.claim import Claim
from openward.language.assertions import Assertion

FARES: Final = ("fares",)
DEPENDS: Final = ("depends",)
LOST: Final = ("lost",)
MANNERS: Final = (FARES, DEPENDS, LOST)
WELL: Final = r"(?:very |really |quite |pretty |so |overall )?(?:well|great|good|fine|okay|alright)"
_FARES: Final = re.compile(
    rf"\b(?:not(?: been)?|[Dd]en(?:ies|ied)(?: that)? (?:she|he|the patient) (?:is|has been|was)) "
    rf"(?P<words>(?:doing|feeling) {WELL})\b"
)
_IF: Final = re.compile(r"\bif (?P<words>[^.,;:?!\n。？]{2,60})", re.IGNORECASE)
_GOOD: Final = re.compile(r"\b(?:better|improv\w*|resolv\w*|(?:goes|gone|go) away|helps?|helped|helping|heals?)\b")
_BAD: Final = re.compile(r"\b(?:wors\w*|persist\w*|deteriorat\w*)\b")
_NOT: Final = re.compile(r"\b(?:not|no|never|without|fails? to)\b|n['’]t\b")
_LOST: Final = re.compile(
    r"\b(?:has|have|had|did|does|will)(?: [a-z]+){1,4}? (?P<words>anything|any (?:relief|improvement|benefit))\b"
)
_OPEN: Final = re.compile(
    r"\b(?:not|no|never|nor|none|without|if|whether|when|should|den(?:y|ies|ied)|denying|unless|rarely|hardly|ask(?:s|ed)?|"
    r"questions?|questioned|before|than|un\w+able)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?]\s|\n")
_REACH: Final = 200
_MOST: Final = 500


def manners(text: str) -> tuple[Claim, ...]:
    """What a written text says of such manners."""
    return tuple(chain(_fares(text), _depends(text), _lost(text)))


def conditions(text: str) -> Iterator[tuple[int, int, bool]]:
    """Each "if" that is of getting better or not: where it stands, and whether it is of getting better."""
    for found in islice(_IF.finditer(text), _MOST):
        is_good = _is_good(found.group("words"))
        if is_good is not None:
            yield *found.span("words"), is_good


def _fares(text: str) -> Iterator[Claim]:
    for found in islice(_FARES.finditer(text), _MOST):
        yield _claim(text, *found.span("words"), FARES, is_so=False)


def _depends(text: str) -> Iterator[Claim]:
    for start, end, is_good in conditions(text):
        yield _claim(text, start, end, DEPENDS, is_so=is_good)


def _lost(text: str) -> Iterator[Claim]:
    for found in islice(_LOST.finditer(text), _MOST):
        lead = _SENTENCE.split(text[max(0, found.start() - _REACH) : found.end()])[-1]
        if not _OPEN.search(lead):
            yield _claim(text, *found.span("words"), LOST, is_so=True)


def _claim(text: str, start: int, end: int, terms: tuple[str, ...], *, is_so: bool) -> Claim:
    said: Assertion = "present" if is_so else "absent"
    return Claim(kind="phrase", text=text[start:end], start=start, end=end, terms=terms, assertion=said)


def _is_good(words: str) -> bool | None:
    """Whether a condition is that things get better, or that they do not; None where it is of something else."""
    plain = words.lower()
    good, bad = bool(_GOOD.search(plain)), bool(_BAD.search(plain))
    if good == bad:
        return None
    return good != bool(_NOT.search(plain))
