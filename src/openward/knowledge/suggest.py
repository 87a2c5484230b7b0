"""Names that look like a misspelt one: shown to a person, never taken for the drug."""

from collections.abc import Mapping
from typing import Final

MAX_LENGTH: Final = 40
MIN_LENGTH: Final = 4
_LONG: Final = 8


def alike(word: str, names: Mapping[int, tuple[str, ...]], limit: int = 3) -> tuple[str, ...]:
    """The known names nearest to a folded word; `names` groups them by length.

    At most one edit (insertion, deletion, replacement, exchange of neighbours) for short words, two from eight letters.
    """
    if not MIN_LENGTH <= len(word) <= MAX_LENGTH:
        return ()
    edits = 2 if len(word) >= _LONG else 1
    found: list[tuple[int, str]] = []
    letters = set(word)
    for length in range(len(word) - edits, len(word) + edits + 1):
        for name in names.get(length, ()):
            if len(letters.symmetric_difference(name)) > 2 * edits:
                continue
            away = distance(word, name, edits)
            if away <= edits:
                found.append((away, name))
    return tuple(name for _, name in sorted(found)[:limit])


def distance(one: str, other: str, most: int) -> int:
    """The edit distance (optimal string alignment), or `most` + 1 when it is greater."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        fresh = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            fresh.append(cost)
        if min(fresh) > most:
            return most + 1
        before, row = row, fresh
    return min(row[-1], most + 1)
