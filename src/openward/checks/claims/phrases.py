"""What a sentence denies or states in words that no vocabulary knows: `No pronator drift`, `There is joint laxity`."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from openward.checks.claims.claim import Claim
from openward.checks.claims.words import content
from openward.language.assertions import Assertion

_SAID: Final = re.compile(
    r"(?:(?P<no>\b(?:No|[Dd]enies|[Dd]enied|[Nn]egative for|[Tt]here (?:is|are|was|were) no|with no|without|has no|"
    r"had no))|"
    r"(?P<yes>\b(?:(?P<tells>[Rr]eports|[Ee]ndorses|complains of|presents with)|[Pp]ositive for|[Tt]here (?:is|are|"
    r"was|were)|with|has|She has|He has)))"
    r" (?:any |a |an |the |some |other |his |her |having |that |use of |taking |history of |of "
    r")*(?P<words>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2})"
)
# What somebody does or is, and not: `has not been icing it`, `is still wearing a brace`.
_DONE: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|will|can|could|[Rr]eports|[Ss]tates|(?P<denies>[Dd]en(?:ies|"
    r"ied))|still|no longer)\b"
    r"(?P<no> not\b)?(?: (?:been|be|also|currently|still|that|she|he|they|is|was|has|had|been|now|any|the|a|an|her|"
    r"his|their)\b)*"
    r" (?P<words>(?!(?:no|not|never|and)\b)[a-z][a-z-]*(?: [a-z][a-z-]*){0,4})"
)
# What hurts by what is done: only the same test can gainsay it.
_TESTED: Final = re.compile(
    r"\b(?:(?P<no>[Nn]o|without|not|den(?:ies|ied))\b[^.,;:\n]{0,24}?)?\b(?P<words>(?:pain|tenderness|tender|"
    r"painful) (?:to|with|on|upon|over|in|along|at) "
    r"(?:(?:the|her|his|a|any|both|left|right) ){0,2}[a-z]+(?: (?!and|or|with|on|in)[a-z]+){0,4})"
)
_CHINESE: Final = re.compile(
    r"(?:(?P<no>否认|未见|没有|未及|未闻及|无)|(?P<yes>诉|伴有?|可见|出现))(?:明显|任何|"
    r"既往)?(?P<words>[\u4e00-\u9fff]{2,8}?)史?(?=[，。；、,;\n]|$)"
)
_END: Final = re.compile(
    r" (?:and|or|with|in|on|at|to|of|for|from|by|is|was|are|were|that|which|who|when|while|but|as|than|if|over|near|"
    r"around|along|during|since|after|before)\b.*"
)
_GENERIC: Final = re.compile(
    r"(?:experienc|associat|evidence|do|go|notic|hav|see|feel|giv|us|ma[dk]e|stop|start|continu|previous|prior|"
    r"consider|recommend|need|want|like|know)(?:ing|ed|e|s|n|t)?\b"
)
_TURN: Final = re.compile(
    r" (?:and|or|but|with|without|no|not|as|that|which|who|when|while|if|because|since|than|so|after|before)\b.*"
)
_EMPTY: Final = re.compile(
    r"\b(?:not|been|evidence|signs?|issues?|problems?|concerns?|negative|positive|medications?|made|previous|prior|"
    r"difficult\w*|"
    r"questions?|symptoms?|recommended|complaints?|onset|presence|continual|he|she|they|abnormalit\w*|significant|"
    r"known|myriad|family|stopped|any\w+|no|additional|other)\b"
)
_MOST: Final = 2_000
DOES: Final = ("does",)
TESTED: Final = ("tested",)
TELLS: Final = ("tells",)


def phrases(text: str, known: Iterable[Claim]) -> tuple[Claim, ...]:
    """A claim for the words behind each such cue, unless a finding or a drug stands there."""
    taken = sorted((claim.start, claim.end) for claim in known if claim.kind in ("finding", "drug"))
    return tuple(chain(_said(text, taken), _done(text, taken), _tested(text), _chinese(text, taken)))


def _said(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Claim]:
    at = 0
    for found in islice(_SAID.finditer(text), _MOST):
        words = _END.sub("", found.group("words"))
        start = found.start("words")
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        covered = at < len(taken) and taken[at][0] < start + len(words)
        if covered or _EMPTY.search(words) or not any(content(words)):
            continue
        told = TELLS if found.group("tells") else ()
        yield _claim(words, start, denied=bool(found.group("no")), terms=told)


def _chinese(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Claim]:
    for found in islice(_CHINESE.finditer(text), _MOST):
        start, end = found.span("words")
        at = bisect_left(taken, (start, start))
        if at == len(taken) or taken[at][0] >= end:
            yield _claim(found.group("words"), start, denied=bool(found.group("no")))


def _tested(text: str) -> Iterator[Claim]:
    for found in islice(_TESTED.finditer(text), _MOST):
        yield _claim(found.group("words"), found.start("words"), denied=bool(found.group("no")), terms=TESTED)


def _done(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Claim]:
    for found in islice(_DONE.finditer(text), _MOST):
        words = _TURN.sub("", found.group("words"))
        start = found.start("words")
        at = bisect_left(taken, (start, start))
        if at < len(taken) and taken[at][0] < start + len(words):
            words = words[: taken[at][0] - start].rstrip()
        if any(content(words)) and not _GENERIC.match(words):
            yield _claim(words, start, denied=bool(found.group("no") or found.group("denies")), terms=DOES)


def _claim(words: str, start: int, *, denied: bool, terms: tuple[str, ...] = ()) -> Claim:
    said: Assertion = "absent" if denied else "present"
    return Claim(kind="phrase", text=words, start=start, end=start + len(words), terms=terms, assertion=said)
