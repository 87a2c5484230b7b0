"""What a sentence denies or states in words that no vocabulary knows: `No pronator drift`, `There is joint laxity`."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from openward.checks.claims.claim import Claim
from openward.checks.claims.words import content

_SAID: Final = re.compile(
    r"(?:(?P<no>\b(?:No|[Dd]enies|[Dd]enied|[Nn]egative for|[Tt]here (?:is|are|was|were) no|with no|without|has no|had no))|"
    r"(?P<yes>\b(?:[Rr]eports|[Ee]ndorses|[Pp]ositive for|[Tt]here (?:is|are|was|were)|with|has|She has|He has)))"
    r" (?:any |a |an |the |some |other |his |her |having |that |use of |taking |history of |of )*(?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2})"
)
_END: Final = re.compile(
    r" (?:and|or|with|in|on|at|to|of|for|from|by|is|was|are|were|that|which|who|when|while|but|as|than|if|over|near|around|along|during|since|after|before)\b.*"
)
_EMPTY: Final = re.compile(
    r"\b(?:not|been|evidence|signs?|issues?|problems?|concerns?|negative|positive|medications?|made|previous|prior|difficult\w*|"
    r"questions?|symptoms?|recommended|complaints?|abnormalit\w*|significant|known|myriad|family|stopped|any\w+|no|additional|other)\b"
)
_MOST: Final = 2_000


def phrases(text: str, known: Iterable[Claim]) -> tuple[Claim, ...]:
    """A claim for the words behind each such cue, unless a finding or a drug stands there."""
    taken = sorted((claim.start, claim.end) for claim in known if claim.kind in ("finding", "drug"))
    out: list[Claim] = []
    at = 0
    for found in islice(_SAID.finditer(text), _MOST):
        words = _END.sub("", found.group("words"))
        start = found.start("words")
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        covered = at < len(taken) and taken[at][0] < start + len(words)
        if covered or _EMPTY.search(words) or not any(content(words)):
            continue
        out.append(
            Claim(
                kind="phrase",
                text=words,
                start=start,
                end=start + len(words),
                assertion="absent" if found.group("no") else "present",
            )
        )
    return tuple(out)
