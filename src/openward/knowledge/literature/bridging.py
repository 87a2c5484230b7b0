"""Chinese names of medicines, conditions and findings in English, so that a Chinese question finds English records."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.knowledge import tables

_TABLES: Final = ("findings", "conditions", "ingredients")
_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SHORTEST: Final = 2


class Bridge(msgspec.Struct, frozen=True):
    """What was said in Chinese, its English name, and the row that says so."""

    said: str
    meant: str
    table: str
    row: str


def bridges(question: str) -> tuple[Bridge, ...]:
    """The names in a question, the longest first at each place."""
    return tuple(dict.fromkeys(_in(question))) if _CHINESE.search(question) else ()


def _in(question: str) -> Iterator[Bridge]:
    known = _names()
    longest = max(map(len, known), default=0)
    place = 0
    while place < len(question):
        lengths = range(min(longest, len(question) - place), _SHORTEST - 1, -1)
        found = next((known[said] for n in lengths if (said := question[place : place + n]) in known), None)
        if found:
            yield found
        place += len(found.said) if found else 1


@tables.remembered(1)
def _names() -> dict[str, Bridge]:
    """Later tables go before earlier ones: a medicine's name is the surest.

    A synonym of a condition is left out, since it may be the name of a wider one.
    """
    return {
        said: Bridge(said, row["name_en"], name, row.id)
        for name in _TABLES
        for row in tables.find(name)
        for said in (*(row.list("synonyms_zh") if name == "ingredients" else ()), row["name_zh"])
        if len(said) >= _SHORTEST and _CHINESE.search(said)
    }
