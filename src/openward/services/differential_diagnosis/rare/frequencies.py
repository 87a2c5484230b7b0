"""How often a finding is recorded in a disease, smoothed by how many patients stand behind the record."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from openward.knowledge.hpo_annotations import Row

# The middle of each frequency class of HPO (HP:0040279): obligate 100 %, very frequent 80-99 %, frequent 30-79 %,
# occasional 5-29 %, very rare 1-4 %, excluded 0 %.
CLASSES: Final = {
    "HP:0040280": 1.0,
    "HP:0040281": 0.895,
    "HP:0040282": 0.545,
    "HP:0040283": 0.17,
    "HP:0040284": 0.025,
    "HP:0040285": 0.0,
}
_PATIENTS: Final = 20.0  # a class or a percentage counts like a series of so many patients
_USUAL: Final = 0.8  # the expectation for a finding that is recorded without a number, and what one patient is drawn to
_DOUBT: Final = 5.0  # an excluded finding counts against a disease only as far as a series outweighs so many patients
Counted = tuple[float, float]


def counted(row: Row) -> Counted:
    """Patients with the finding, and patients looked at, as one annotation says or as its class amounts to."""
    return (0.0, 1.0) if row.absent else _counted(row.frequency)


@cache
def _counted(words: str) -> Counted:
    if not words:
        return _USUAL, 1.0
    if words in CLASSES:
        return CLASSES[words] * _PATIENTS, _PATIENTS
    if words.endswith("%"):
        return _number(words[:-1]) / 100 * _PATIENTS, _PATIENTS
    some, _, of = words.partition("/")
    return (_number(some), _number(of)) if _number(of) >= 1 else (_USUAL, 1.0)


def frequency(rows: Iterable[Row]) -> tuple[float, float]:
    """How probable the finding is in the disease, and how probable at least, for when it is known to be absent.

    Both are 0.0 where the rows only say that the finding is not there.
    """
    some = of = 0.0
    for row in rows:
        k, n = counted(row)
        some, of = some + k, of + n
    if not some:
        return 0.0, 0.0
    return min(1.0, (some + _USUAL) / (of + 1.0)), min(1.0, some / (of + _DOUBT))


def _number(words: str) -> float:
    try:
        return max(0.0, float(words))
    except ValueError:
        return 0.0
