"""Words of medicine and what people say for them, for texts that patients read."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.knowledge import tables

TABLE: Final = "plain_words"


class Hard(msgspec.Struct, frozen=True):
    """A word of medicine in a text, and plain words for it; `row` is the row of the table."""

    start: int
    end: int
    plain: str
    row: str


def hard_words(text: str, language: Language) -> Iterator[Hard]:
    """The words of medicine in a text, the longest at each place; one that is explained at once is none."""
    pattern, plain = _words(language)
    low = text.lower()
    for match in pattern.finditer(low):
        row, said = plain[match.group()]
        if (
            said not in low[match.end() : match.end() + 80]
            and said not in low[max(0, match.start() - 80) : match.start()]
        ):
            yield Hard(match.start(), match.end(), said, row)


@tables.remembered(2)
def _words(language: Language) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    plain = {
        word.lower(): (row.id, row[f"plain_{language}"])
        for row in tables.find(TABLE)
        for word in row.list(f"jargon_{language}")
    }
    longest = "|".join(re.escape(word) for word in sorted(plain, key=lambda word: (-len(word), word)))
    edge = r"(?<![^\W_])", r"(?![^\W_])"
    return re.compile(f"{edge[0]}(?:{longest}){edge[1]}" if language == "en" else longest), plain
