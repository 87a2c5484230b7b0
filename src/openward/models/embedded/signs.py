"""What a request holds besides words that ask: drugs, findings, measured results, names of a table of knowledge."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from openward.checks.claims.read import medicines
from openward.domain.guide import Sign
from openward.knowledge import tables
from openward.knowledge.analytes import analytes
from openward.knowledge.findings import vocabulary
from openward.language.readings import readings
from openward.language.words import fold, normal

_MOST: Final = 4000
_FOUND: Final = frozenset({"symptom", "sign", "result", "vital"})
_ALLERGY: Final = re.compile(r"^[\s-]?(?:allerg|anaphyl|过敏)")
_TO: Final = re.compile(r"(?:allergic to|allergy to|allergies to|对) ?$")
# Age, sex or "the patient": somebody is spoken of, and does not speak.
_SPOKEN_OF: Final = re.compile(
    r"\b(?:he|she|his|her|him|patient|pt|male|female|man|woman|lady|gentleman|boy|girl|\d{1,3} ?[mf]|"
    r"\d{1,3}[- ]?(?:years?|yo|y/o|month|day)s?[- ]?old)\b|患者|病人|[男女](?:性|，|,|\d)|\d{1,3}岁|[他她]",
    re.IGNORECASE,
)
_SPEAKS: Final = re.compile(r"\b(?:i|i'm|i've|my|me)\b|[我俺咱]|宝宝|孩子", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_SHORTEST: Final = 3
# Names of scores that are words as well: they are names in capitals, or before "score".
_WORDS: Final = frozenset({"heart", "must", "grace", "sofa", "shock", "mews", "orbit", "rome", "rope", "cha", "charm"})
_SCORE: Final = re.compile(r"^[\s-]{0,2}(?:score|评分|scale)", re.IGNORECASE)
_VALUE: Final = re.compile(r"^[\s:：=]{0,3}(?:is |of |为|是)?\d")


class Named(NamedTuple):
    """A row of a table, and where the request names it."""

    row: str
    start: int
    end: int


class Signs:
    """A request with what is found in it, each found on first use."""

    def __init__(self, text: str) -> None:
        self.text = normal(text[:_MOST])

    @cached_property
    def drugs(self) -> tuple[tuple[int, int], ...]:
        """Where drugs and classes of drugs are named, but not as what somebody is allergic to."""
        places = [(claim.start, claim.end) for claim in medicines(self.text)]
        classes = [(m.start, m.end) for m in vocabulary().read(self.text) if vocabulary().get(m.term).kind == "drug"]
        places += [c for c in classes if not any(c[0] < end and start < c[1] for start, end in places)]
        return tuple(sorted(place for place in places if not self._is_allergen(*place)))

    def _is_allergen(self, start: int, end: int) -> bool:
        folded = self.text.lower()
        return bool(_ALLERGY.match(folded[end : end + 12]) or _TO.search(folded[max(0, start - 14) : start]))

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """Symptoms and signs that the request names."""
        terms = vocabulary()
        return tuple(m.term for m in terms.read(self.text) if terms.get(m.term).kind in _FOUND)

    @cached_property
    def results(self) -> tuple[str, ...]:
        """Analytes with a number behind them."""
        known = analytes()
        return tuple(r.words for r in readings(self.text) if r.words and known.knows(r.words))

    @property
    def has_findings(self) -> bool:
        """Whether it names symptoms, signs or results."""
        return bool(self.findings or self.results)

    @cached_property
    def spoken_of(self) -> bool:
        """Whether the request tells of somebody else than the one who speaks."""
        return bool(_SPOKEN_OF.search(self.text)) and not _SPEAKS.search(self.text)

    @cached_property
    def measured(self) -> bool:
        """Whether numbers with units, or results, are given."""
        return bool(self.results) or any(r.unit for r in readings(self.text))

    def names(self, table: str) -> tuple[Named, ...]:
        """The rows of a table whose names stand in the request; the longest of overlapping names wins.

        A name with a number behind it is what is given, not what is asked for, where another one is asked for.
        """
        taken: list[Named] = []
        for found in sorted(self._names(table), key=lambda one: one.start - one.end):
            if all(found.end <= other.start or other.end <= found.start for other in taken):
                taken.append(found)
        wanted = [one for one in taken if not _VALUE.match(self.text[one.end :])] or taken
        return tuple({one.row: one for one in sorted(wanted, key=lambda one: one.start)}.values())

    def _names(self, table: str) -> Iterator[Named]:
        squeezed, places = _squeezed(self.text)
        for name, row in _called(table).items():
            at = squeezed.find(name)
            while at >= 0:
                start, end = places[at], places[at + len(name) - 1] + 1
                if _whole(self.text, start, end) and self._is_name(name, start, end):
                    yield Named(row, start, end)
                at = squeezed.find(name, at + 1)

    def _is_name(self, name: str, start: int, end: int) -> bool:
        return name not in _WORDS or self.text[start:end].isupper() or bool(_SCORE.match(self.text[end:]))

    def have(self, sign: Sign, table: str = "") -> bool:
        """Whether the request holds such a thing."""
        if sign == "drug":
            return bool(self.drugs)
        if sign == "result":
            return bool(self.results)
        if sign == "name":
            return bool(table) and bool(self.names(table))
        return bool(self.findings) and (sign == "finding" or not self.spoken_of)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, and where each of them stands."""
    kept = [(folded, place) for place, mark in enumerate(text) for folded in fold(mark) if not _PLAIN.match(folded)]
    return "".join(mark for mark, _ in kept), [place for _, place in kept]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a name stands as a word of its own: no letter goes on where one begins or ends it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    runs_in = before.isascii() and before.isalnum() and text[start].isascii()
    return not (runs_in or (after.isascii() and after.isalnum() and text[end - 1].isascii()))


@tables.remembered(4)
def _called(table: str) -> dict[str, str]:
    """Rows of a table by every name that it gives them, squeezed."""
    found: dict[str, str] = {}
    for row in tables.find(table):
        plain = (row.id, row["name_en"], row["name_zh"], *row.list("synonyms_en"), *row.list("synonyms_zh"))
        for name in plain:
            squeezed = _PLAIN.sub("", "".join(fold(mark) for mark in normal(name)))
            least = _SHORTEST if squeezed.isascii() else _SHORTEST - 1
            if len(squeezed) >= least:
                found.setdefault(squeezed, row.id)
    return found
