"""Where the words of a call come from: what a stranger wrote chooses no tool that changes something."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from openward.checks.guards.arguments import texts_of
from openward.checks.guards.plain import Plain
from openward.checks.guards.reading import Words
from openward.checks.guards.stop import Stop, held, refused

GUARD: Final = "taint"
_SHORTEST: Final = 4
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d -]{7,}\d")


def tainted_choice(
    tool: str, value: object, *, asked: Iterable[str], seen: Iterable[Words], writes: bool, approved: bool
) -> tuple[Stop, ...]:
    """Refuses or holds a call that strangers' words may have chosen.

    A tool that changes something is refused when a text in view tried to lead the model, or when the call carries
    an address that only a stranger named; otherwise it waits for a person as soon as a stranger's text is in view.
    A tool that only reads may be called, unless it was a stranger who named it.
    """
    strangers = [words for words in seen if words.tainted and words.origin != "user"]
    if not strangers:
        return ()
    said = "\n".join(Plain(text).text for text in asked)
    theirs = "\n".join(Plain(words.came).text for words in strangers)
    if writes:
        return tuple(_of_writing(value, said, theirs, attacked=any(w.attacked for w in strangers), approved=approved))
    name = Plain(tool).text
    if any(words.attacked for words in strangers) and name in theirs and name not in said:
        return (refused(GUARD, "a text that tries to lead the model names this tool, and the person did not"),)
    return ()


def _of_writing(value: object, said: str, theirs: str, *, attacked: bool, approved: bool) -> Iterator[Stop]:
    if attacked:
        yield refused(GUARD, "a text in view tries to lead the model: no tool that changes something is called")
    elif _strange_addresses(value, said, theirs):
        yield refused(GUARD, "the call goes to an address that only a stranger's text names")
    elif not approved:
        yield held(GUARD, "strangers' texts are in view: a person must approve exactly these arguments")


def _strange_addresses(value: object, said: str, theirs: str) -> bool:
    named = (address.lower() for text in texts_of(value) for address in _ADDRESS.findall(text))
    return any(len(address) >= _SHORTEST and address in theirs and address not in said for address in named)
