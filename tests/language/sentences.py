"""The assertion sentences, and how many of their targets the language room reads rightly.

`python -m tests.language.sentences` prints accuracy per category with 95 % Wilson intervals.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from openward.language.mentions import Lexicon, Mention

FILE = Path(__file__).with_name("assertions.tsv")


class Target(NamedTuple):
    """One finding in one sentence and how it is meant."""

    batch: str
    language: str
    category: str
    text: str
    term: str
    meant: tuple[str, str, str]


def targets() -> list[Target]:
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [target for row in rows for target in _targets(row)]


def _targets(row: dict[str, str]) -> Iterator[Target]:
    for said in row["targets"].split(";"):
        term, _, meant = said.rpartition("=")
        assertion, *more = meant.split("/")
        subject = next((word for word in more if word in ("family", "other")), "patient")
        when = "past" if "past" in more else "current"
        yield Target(row["batch"], row["language"], row["category"], row["text"], term, (assertion, subject, when))


def lexicon() -> Lexicon:
    return Lexicon((target.term, target.term) for target in targets())


def read(target: Target, vocabulary: Lexicon) -> tuple[str, str, str] | None:
    """What was read for a target; None when it was not found."""
    found = [m for m in vocabulary.mentions(target.text) if m.term == target.term] or _same_words(target, vocabulary)
    return (found[0].assertion, found[0].subject, found[0].when) if found else None


def _same_words(target: Target, vocabulary: Lexicon) -> list[Mention]:
    """Another target's term may be the same words in another inflection."""
    place = target.text.lower().index(target.term.lower())
    return [m for m in vocabulary.mentions(target.text) if m.start <= place < m.end]


def wilson(right: int, n: int) -> tuple[float, float]:
    z, share = 1.959964, right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def main(show: bool) -> None:
    vocabulary = lexicon()
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for target in targets():
        said = read(target, vocabulary)
        for key in ((target.batch, target.language, target.category), (target.batch, "all", "all")):
            counts[key][0] += said == target.meant
            counts[key][1] += 1
        if show and said != target.meant:
            print(target.batch, target.text, "|", target.term, "| meant", target.meant, "| read", said)  # noqa: T201
    for (batch, language, category), (right, n) in sorted(counts.items()):
        low, high = wilson(right, n)
        print(f"{batch:7} {language:6} {category:13} {right:4}/{n:<4} {right / n:6.1%} ({low:.1%} to {high:.1%})")  # noqa: T201


if __name__ == "__main__":
    main("--misses" in sys.argv)
