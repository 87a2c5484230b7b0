"""How much of what was understood goes back to the caller: identical mentions once, no endless list or quote."""

from collections.abc import Iterable
from typing import Final

from msgspec import structs

from openward.services.differential_diagnosis.proposal import Understood

MOST: Final = 100
LONGEST_QUOTE: Final = 200


def echoed(understood: Iterable[Understood]) -> tuple[tuple[Understood, ...], int]:
    """What is shown, in the order in which it was said, and how many different mentions are left out of it.

    Every finding is shown once before any is shown again in other words.
    """
    different: dict[tuple[object, ...], Understood] = {}
    for one in understood:
        different.setdefault((one.finding, one.state, one.origin, one.place, one.quote, one.past), one)
    held = list(different.values())
    firsts = {one.finding: n for n, one in reversed(list(enumerate(held)))}
    order = sorted(range(len(held)), key=lambda n: (firsts[held[n].finding] != n, n))
    shown = tuple(_short(held[n]) for n in sorted(order[:MOST]))
    return shown, len(held) - len(shown)


def _short(one: Understood) -> Understood:
    return structs.replace(one, quote=f"{one.quote[:LONGEST_QUOTE]}…") if len(one.quote) > LONGEST_QUOTE else one
