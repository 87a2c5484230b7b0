"""Conditions of triage rules: `chest_pain & (sweating|age>=40) & !chest_pain_tender`, read once into alternatives.

A word is a finding of the shared vocabulary, or one of the words below. `!x` means that x is not known, so a rule that
rests on it says what it took for granted. `days(x)>=7` is how long a finding has lasted, `severe(x)` and `mild(x)` how
bad it is, `age`, `age_days` and `weeks` speak of the person, the other numbers are vital signs.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from openward.domain.errors import KnowledgeError

Kind = Literal["finding", "number", "days", "severity", "person"]
Operator = Literal["<", "<=", ">", ">=", "=="]
PERSON: Final = frozenset({"female", "male", "pregnant"})
NUMBERS: Final = frozenset({
    "age", "age_days", "weeks", "sbp", "dbp", "hr", "rr", "spo2", "temp", "gcs", "glucose", "crt", "si", "news2",
    "pals_hypotension",
})  # fmt: skip
_SEVERITIES: Final = frozenset({"severe", "mild"})
_ADULT_AGE: Final = 16.0
_MOST: Final = 4000
_WORD: Final = re.compile(r"\s*([a-z_][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?|<=|>=|==|[<>&|!()])")


class Atom(msgspec.Struct, frozen=True):
    """One thing that is so, is not so, or is unknown; `name` is the finding, the number or the word of the person."""

    kind: Kind
    name: str
    operator: Operator = "=="
    value: float = 0.0
    word: str = ""


class Literal_(msgspec.Struct, frozen=True):  # noqa: N801 - `Literal` is taken by typing
    """An atom that must be known to be so, or, when not `wanted`, must not be known to be so."""

    atom: Atom
    wanted: bool = True


Alternative = tuple[Literal_, ...]
Alternatives = tuple[Alternative, ...]


def alternatives(text: str, where: str) -> Alternatives:
    """The ways in which a condition can hold; each is a list of literals that must all hold.

    Raises:
        KnowledgeError: the condition cannot be read; the message names the place.
    """
    reader = _Reader(text, where)
    found = reader.whole()
    if len(found) > _MOST:
        raise KnowledgeError(f"{where}: the condition has {len(found)} alternatives; split the rule")
    return tuple(dict.fromkeys(tuple(dict.fromkeys(way)) for way in found if not _contradicts(way)))


def holds(operator: Operator, left: float, right: float) -> bool:
    """Whether a comparison is true."""
    if operator == "==":
        return left == right
    if operator[0] == "<":
        return left < right or (operator == "<=" and left == right)
    return left > right or (operator == ">=" and left == right)


def _contradicts(way: Alternative) -> bool:
    wanted = {literal.atom for literal in way if literal.wanted}
    return any(literal.atom in wanted for literal in way if not literal.wanted)


class _Reader:
    """Reads one condition from left to right; `|` binds least, then `&`, then `!`."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.words = list(self._split(text))
        self.place = 0

    def _split(self, text: str) -> Iterator[str]:
        end = 0
        for found in _WORD.finditer(text):
            if found.start() != end:
                break
            end = found.end()
            yield found.group(1)
        if text[end:].strip():
            raise self._bad(text[end : end + 20])

    def _bad(self, word: str) -> KnowledgeError:
        return KnowledgeError(f"{self.where}: the condition cannot be read at '{word or 'its end'}'")

    def _peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def _next(self) -> str:
        word = self._peek()
        self.place += 1
        return word

    def _take(self, word: str) -> None:
        if self._next() != word:
            raise self._bad(word)

    def whole(self) -> list[Alternative]:
        found = self._any(wanted=True)
        if self._peek():
            raise self._bad(self._peek())
        return found

    def _any(self, *, wanted: bool) -> list[Alternative]:
        """Terms joined by `|`; when not wanted, none of them may hold."""
        parts = [self._all(wanted=wanted)]
        while self._peek() == "|":
            self._next()
            parts.append(self._all(wanted=wanted))
        return _either(parts) if wanted else _both(parts)

    def _all(self, *, wanted: bool) -> list[Alternative]:
        parts = [self._one(wanted=wanted)]
        while self._peek() == "&":
            self._next()
            parts.append(self._one(wanted=wanted))
        return _both(parts) if wanted else _either(parts)

    def _one(self, *, wanted: bool) -> list[Alternative]:
        word = self._next()
        if word == "!":
            return self._one(wanted=not wanted)
        if word == "(":
            found = self._any(wanted=wanted)
            self._take(")")
            return found
        if word in {"adult", "child"}:
            atom = Atom("number", "age", "<", _ADULT_AGE)
            return [(Literal_(atom, wanted if word == "child" else not wanted),)]
        return [(Literal_(self._atom(word), wanted),)]

    def _atom(self, word: str) -> Atom:
        if word in NUMBERS:
            return Atom("number", word, *self._comparison())
        if word == "days":
            return Atom("days", self._inside(), *self._comparison())
        if word in _SEVERITIES:
            return Atom("severity", self._inside(), word=word)
        if word in PERSON:
            return Atom("person", word)
        if not word or not (word[0].isalpha() or word[0] == "_"):
            raise self._bad(word)
        return Atom("finding", word)

    def _inside(self) -> str:
        self._take("(")
        word = self._next()
        self._take(")")
        return word

    def _comparison(self) -> tuple[Operator, float]:
        operator, number = self._next(), self._next()
        try:
            return msgspec.convert(operator, Operator), float(number)
        except (msgspec.ValidationError, ValueError):
            raise self._bad(f"{operator}{number}") from None


def _either(parts: list[list[Alternative]]) -> list[Alternative]:
    return [way for part in parts for way in part]


def _both(parts: list[list[Alternative]]) -> list[Alternative]:
    found: list[Alternative] = [()]
    for part in parts:
        found = [(*way, *more) for way in found for more in part]
    return found
