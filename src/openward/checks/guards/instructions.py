"""Sentences of a stranger's text that speak to a model: they are cut out before it sees them.

Letters tell patients and nurses what to do ("ignore the previous dose", "stop the tablets"), and that is no attack:
what is looked for is what only a model can be told - to drop its instructions, be something else, call a tool, keep
silent.
"""

import re
from collections.abc import Iterator
from typing import Final

from openward.checks.guards.patterns import matching, patterns
from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held
from openward.language.passages import sentences

GUARD: Final = "instructions"
# A stop that a clinical sentence may go on behind: what stands before it is no part of the instruction.
_STOP: Final = re.compile(r"[.!?;:]\s+|[。！？；：]")
_FILE: Final = "instructions"
# What no text has a reason to say, not even one that is written to be followed by a model, as a skill is.
GRAVE: Final = frozenset(
    {"override", "reveal", "jailbreak", "persona", "secrecy", "exfiltrate", "authority", "approval"}
)
_DISGUISED: Final = frozenset({"override", "reveal", "jailbreak"})


def instructions(text: str, kinds: frozenset[str] | None = None) -> tuple[Stop, ...]:
    """The sentences that speak to a model, in any of the disguises that keep the letters in place."""
    plain = Plain(text)
    found = [
        (plain.span(*match.span()), f"it speaks to a model ({kind})")
        for kind, match in matching(_FILE, plain.text)
        if kinds is None or kind in kinds
    ]
    return tuple(_sentences_of(text, [*found, *_disguised(plain)]))


def speaks_to_a_model(text: str) -> bool:
    """Whether any sentence does."""
    return bool(instructions(text))


def _disguised(plain: Plain) -> Iterator[tuple[tuple[int, int], str]]:
    for name, undone in plain.undisguised():
        for kind, pattern in patterns(_FILE).items():
            if kind in _DISGUISED:
                for match in pattern.finditer(undone):
                    yield plain.span(*match.span()), f"it speaks to a model in disguise ({name})"


def _sentences_of(text: str, found: list[tuple[tuple[int, int], str]]) -> Iterator[Stop]:
    """Whole sentences: half an instruction may still be one."""
    for sentence in sentences(text) if found else ():
        here = [one for one in found if one[0][0] < sentence.end and one[0][1] > sentence.start]
        if here:
            first = max(sentence.start, min(start for (start, _), _ in here))
            before = list(_STOP.finditer(text, sentence.start, first))
            yield held(GUARD, here[0][1], before[-1].end() if before else sentence.start, sentence.end)
