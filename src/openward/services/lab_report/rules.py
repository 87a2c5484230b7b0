"""The language that rules over results are written in, read strictly, and answered with yes, no or unknown.

A condition is a list of clauses that must all hold; a clause is a list of alternatives (`|`) of which one must hold:

    potassium high          its flag is high, low, normal or abnormal; `notlow` and `nothigh` deny a flag
    potassium >= 6.0 mmol/L a value or a computed quantity against a threshold with its unit (`1` for a plain number)
    alt >= 3 ULN            a multiple of the upper limit of the interval used (`LLN`: of the lower)
    hbsag positive          a result in words, positive or negative
    ferritin missing        the panel does not hold it (`present`: it does)
    age >= 18 a             completed years of age; `sex male`; `pregnant yes`; `pregnant no`; `fasting yes`

What the panel does not hold, or holds without unit or interval, is unknown, and an unknown clause never fires a rule.
"""

import operator
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from openward.domain.errors import KnowledgeError

Span = tuple[float, float, bool]
_FLAGS: Final = frozenset({"high", "low", "normal", "abnormal", "notlow", "nothigh"})
_SIGNS: Final = frozenset({"positive", "negative"})
_HELD: Final = frozenset({"missing", "present"})
_PERSON: Final = frozenset({"age", "sex", "pregnant", "fasting"})
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_LIMITS: Final = frozenset({"ULN", "LLN"})
_SHORT, _LONG = 2, 4


class Option(msgspec.Struct, frozen=True):
    """One alternative of a clause; `word` is set for a flag, a sign or a person's trait, `op` for a comparison."""

    subject: str
    word: str = ""
    op: str = ""
    number: float = 0.0
    unit: str = ""


Clause = tuple[Option, ...]
Condition = tuple[Clause, ...]


class Facts(Protocol):
    """What a condition is asked of."""

    def flag(self, name: str) -> str | None:
        """The flag of an analyte, None when there is no result or no interval."""

    def span(self, name: str, unit: str) -> Span | None:
        """The least and the most that a quantity can be in a unit, and whether the ends are open."""

    def multiple(self, name: str, limit: str) -> Span | None:
        """The same in multiples of a limit of the interval."""

    def sign(self, name: str) -> str | None:
        """Positive or negative, None when it is neither or not there."""

    def holds(self, name: str) -> bool:
        """Whether the panel has the analyte at all."""

    def trait(self, name: str) -> float | str | bool | None:
        """A trait of the person: `age` in years, `sex`, `pregnant`, `fasting`."""


@lru_cache(maxsize=1024)
def condition(words: str) -> Condition:
    """Reads a condition.

    Raises:
        KnowledgeError: a clause is none of the language.
    """
    return tuple(_clause(part) for part in words.split(";") if part.strip())


def subjects(given: Condition) -> tuple[str, ...]:
    """The analytes and quantities that a condition speaks of, in its order."""
    names = (o.subject for clause in given for o in clause if o.word != "missing" and o.subject not in _PERSON)
    return tuple(dict.fromkeys(names))


def holds(given: Condition, facts: Facts) -> bool | None:
    """Whether all clauses hold; None when none is false and one is unknown."""
    unknown = False
    for clause in given:
        answer = _any(clause, facts)
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def some(given: Condition, facts: Facts) -> bool:
    """Whether at least one clause holds for certain."""
    return any(_any(clause, facts) for clause in given)


def _any(clause: Clause, facts: Facts) -> bool | None:
    answers = [_answer(option, facts) for option in clause]
    if any(answers):
        return True
    return None if None in answers else False


def _answer(option: Option, facts: Facts) -> bool | None:
    if option.subject in _PERSON:
        return _person(option, facts)
    if option.word in _HELD:
        return facts.holds(option.subject) == (option.word == "present")
    if option.word in _FLAGS:
        return _flagged(option.word, facts.flag(option.subject))
    if option.word in _SIGNS:
        sign = facts.sign(option.subject)
        return None if sign is None else sign == option.word
    if option.unit in _LIMITS:
        return compared(facts.multiple(option.subject, option.unit), option.op, option.number)
    return compared(facts.span(option.subject, option.unit), option.op, option.number)


def _flagged(word: str, flag: str | None) -> bool | None:
    if flag is None:
        return None
    if word.startswith("not"):
        return flag != word.removeprefix("not")
    return flag == word or (word == "abnormal" and flag in {"high", "low"})


def _person(option: Option, facts: Facts) -> bool | None:
    trait = facts.trait(option.subject)
    if trait is None:
        return None
    if option.op:
        return _COMPARE[option.op](float(trait), option.number)
    if isinstance(trait, bool):
        return trait == (option.word == "yes")
    return trait == option.word


def compared(span: Span | None, op: str, number: float) -> bool | None:
    """Whether a quantity known only within a span compares so; None when the span does not tell."""
    if span is None:
        return None
    low, high, is_open = span
    if low == high:
        return _COMPARE[op](low, number)
    edge = is_open and number in {low, high}
    if op[0] == ">":
        return True if low > number or (low == number and (edge or op == ">=")) else None if high > number else False
    return True if high < number or (high == number and (edge or op == "<=")) else None if low < number else False


def _clause(words: str) -> Clause:
    return tuple(_option(part.strip()) for part in _alternatives(words))


def _alternatives(words: str) -> Iterable[str]:
    return words.split("|")


def _option(words: str) -> Option:
    parts = words.split()
    if len(parts) == _SHORT and _is_word(parts[0], parts[1]):
        return Option(parts[0], word=parts[1])
    if len(parts) == _LONG and parts[1] in _COMPARE:
        try:
            return Option(parts[0], op=parts[1], number=float(parts[2]), unit=parts[3])
        except ValueError:
            pass
    msg = f"the clause '{words}' cannot be read; write such as 'potassium high' or 'potassium >= 6.0 mmol/L'"
    raise KnowledgeError(msg)


def _is_word(subject: str, word: str) -> bool:
    if subject in _PERSON:
        return word in {"female", "male", "yes", "no"}
    return word in _FLAGS | _SIGNS | _HELD
