"""The next best question: the one whose answer is expected to tell most about the level.

Every alternative of a rule that the complaint touches may still come true; its chance is the product of the chances of
what is unknown in it. The chances give a distribution over the levels; a question is worth the fall of its weighted
entropy (Guiasu 1971; a missed emergency weighs most). The chances and weights are our judgement, not measured.
"""

from collections.abc import Iterable, Iterator
from math import log, prod
from typing import Final

import msgspec

from openward.domain.interview import Option, Question
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge.findings import Term, vocabulary
from openward.knowledge.triage import RANKED, Way, rules
from openward.knowledge.triage_conditions import Atom, Literal_
from openward.services.triage.acuity import Acuity, ways_that_hold
from openward.services.triage.facts import Facts
from openward.services.triage.intake import DAYS, SEVERITY
from openward.services.triage.reads import Answer

MOST: Final = 12
_WEIGHTS: Final = (8.0, 3.0, 1.0, 1.0)
_CHANCES: Final = {"symptom": 0.15, "sign": 0.08, "history": 0.12, "exposure": 0.1, "drug": 0.1}
_ASKED_NUMBERS: Final = frozenset({"age", "age_days", "temp"})
_CHANCE_OF_NUMBER: Final = 0.3
_UNWELL: Final = "malaise"
_LEAST_WORTH: Final = 1e-6


class Worth(msgspec.Struct, frozen=True):
    """One question that could matter: its id and how much it is expected to tell."""

    id: str
    bits: float


class _Open(msgspec.Struct, frozen=True):
    """An alternative that may still come true, or no longer be so: its rank, and the chance of each unknown."""

    rank: int
    chances: dict[str, float]
    needs: dict[str, bool]

    def chance(self) -> float:
        """The chance that all unknowns fall so that it comes true."""
        return prod(self.chances.values())


def questions(facts: Facts, acuity: Acuity, answered: Iterable[str]) -> tuple[Worth, ...]:
    """The questions that could change the level, best first."""
    leading = acuity.leading
    if leading is not None and leading.rank == 0:
        return ()
    present = 3 if leading is None else leading.rank
    settled = facts.unknown | frozenset(answered)
    asked_as = _complained_of(facts, acuity)
    ways = _open_ways(facts, settled, present, asked_as)
    if not ways:
        return ()
    chances = _Chances(ways, present)
    worths = [Worth(name, chances.worth(name)) for name in chances.holding]
    return tuple(sorted((w for w in worths if w.bits > _LEAST_WORTH), key=lambda w: (-w.bits, w.id)))


def shown(id: str, language: str) -> Question:
    """A question in the language of the run."""
    if id in _PERSON_QUESTIONS:
        return _of_person(id, language)
    words = vocabulary()
    if id.endswith(DAYS):
        name = words.get(id.removesuffix(DAYS)).name.in_(language)
        return Question(id=id, text=_HOW_LONG.in_(language).format(name=name), kind="number", unit="d")
    if id.endswith(SEVERITY):
        name = words.get(id.removesuffix(SEVERITY)).name.in_(language)
        options = tuple(Option(o, text.in_(language)) for o, text in _SEVERITIES.items())
        return Question(id=id, text=_HOW_BAD.in_(language).format(name=name), kind="choice", options=options)
    return Question(id=id, text=_asked(words.get(id), language), options=_yes_no(language))


def said(id: str, value: Answer, language: Language) -> str:
    """An answer in the words in which it could be given; a number with its unit."""
    question = shown(id, language)
    if question.kind == "number" and isinstance(value, float | int):
        return f"{value:g} {written(question.unit, language)}"
    key = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    known = {option.id: option.text for option in question.options} | {"unknown": _YES_NO["unknown"].in_(language)}
    return known.get(key, key)


def question_of(literal: Literal_) -> str | None:
    """The question that finds out a literal, None when nobody can be asked."""
    atom = literal.atom
    if atom.kind == "finding":
        term = vocabulary().get(atom.name)
        return atom.name if term.kind in _CHANCES and term.ask_en and term.ask_zh else None
    if atom.kind == "days":
        return atom.name + DAYS
    if atom.kind == "severity":
        return atom.name + SEVERITY
    if atom.kind == "person":
        return "pregnant" if atom.name == "pregnant" else "sex"
    if atom.name in _ASKED_NUMBERS:
        return "temp" if atom.name == "temp" else "age"
    return None


def _complained_of(facts: Facts, acuity: Acuity) -> frozenset[str]:
    """What is there; where a level rests on no finding at all, what is asked is what an unwell person is asked."""
    names = frozenset(name for name, known in facts.findings.items() if known.present)
    return names or (frozenset() if acuity.level is None else frozenset({_UNWELL}))


def _open_ways(facts: Facts, settled: frozenset[str], present: int, names: frozenset[str]) -> list[_Open]:
    held = rules()
    found: dict[int, Way] = {id(way): way for name in names for way in held.touching.get(name, ())}
    spoken = {id(way) for way in ways_that_hold(facts)}
    opened = []
    for key, way in found.items():
        if way.rule.kind in {"base", "minor"} or (way.rule.rank >= present and key not in spoken):
            continue
        if way.rule.asked_with and names.isdisjoint(way.rule.asked_with):
            continue
        one = _opened(way, facts, settled)
        if one is not None and one.chances:
            opened.append(one)
    return opened


def _opened(way: Way, facts: Facts, settled: frozenset[str]) -> _Open | None:
    """What is unknown in an alternative; None when it can no longer come true by asking."""
    chances: dict[str, float] = {}
    needs: dict[str, bool] = {}
    for literal in way.literals:
        stands = facts.stands(literal)
        if stands is True:
            continue
        if stands is False:
            return None
        question = question_of(literal)
        if question is None or question in settled:
            if literal.wanted:
                return None
            continue
        if literal.atom.kind in {"days", "severity"} and not facts.has(literal.atom.name):
            if literal.wanted:
                return None
            continue
        chance = _chance(literal.atom)
        chances[question] = chance if literal.wanted else 1 - chance
        needs[question] = literal.wanted
    return _Open(way.rule.rank, chances, needs)


def _chance(atom: Atom) -> float:
    if atom.kind == "finding":
        return _CHANCES[vocabulary().get(atom.name).kind]
    return _CHANCE_OF_NUMBER


class _Chances:
    """The chance of each level, as if alternatives came true independently of each other."""

    def __init__(self, ways: list[_Open], present: int) -> None:
        self.present = present
        self.holding: dict[str, list[_Open]] = {}
        self.none_of = [1.0] * len(RANKED)
        for way in ways:
            self.none_of[way.rank] *= 1 - way.chance()
            for name in way.chances:
                self.holding.setdefault(name, []).append(way)
        self.now = _entropy(self._shares(self.none_of))

    def worth(self, name: str) -> float:
        """The fall of the entropy that is expected of one answer."""
        first = self.holding[name][0]
        chance = first.chances[name] if first.needs[name] else 1 - first.chances[name]
        return self.now - chance * self._after(name, answer=True) - (1 - chance) * self._after(name, answer=False)

    def _after(self, name: str, *, answer: bool) -> float:
        none_of = list(self.none_of)
        for way in self.holding[name]:
            before = way.chance()
            after = before / way.chances[name] if way.needs[name] is answer else 0.0
            none_of[way.rank] *= (1 - after) / (1 - before)
        return _entropy(self._shares(none_of))

    def _shares(self, none_of: list[float]) -> tuple[float, ...]:
        left = 1.0
        shares = [0.0] * len(RANKED)
        for rank in range(self.present):
            shares[rank] = left * (1 - none_of[rank])
            left *= none_of[rank]
        shares[self.present] = left
        return tuple(shares)


def _entropy(shares: Iterable[float]) -> float:
    return -sum(w * share * log(share) for w, share in zip(_WEIGHTS, shares, strict=True) if share > 0)


def _asked(term: Term, language: str) -> str:
    return Text(term.ask_en, term.ask_zh).in_(language) or term.name.in_(language)


def _yes_no(language: str) -> tuple[Option, ...]:
    return tuple(Option(id, text.in_(language)) for id, text in _YES_NO.items())


def _of_person(id: str, language: str) -> Question:
    text = _PERSON_QUESTIONS[id].in_(language)
    if id == "sex":
        options = tuple(Option(o, t.in_(language)) for o, t in _SEXES.items())
        return Question(id=id, text=text, kind="choice", options=options)
    if id == "pregnant":
        return Question(id=id, text=text, options=_yes_no(language))
    return Question(id=id, text=text, kind="number", unit="a" if id == "age" else "Cel")


def unanswered(worths: Iterable[Worth], language: str) -> Iterator[tuple[str, str]]:
    """Ids and texts of questions that were not asked."""
    for worth in worths:
        yield worth.id, shown(worth.id, language).text


_YES_NO: Final = {"yes": Text("Yes", "是"), "no": Text("No", "否"), "unknown": Text("I do not know", "不清楚")}
_SEXES: Final = {"female": Text("Female", "女"), "male": Text("Male", "男"), "unknown": Text("Not said", "不愿说明")}
_SEVERITIES: Final = {
    "mild": Text("Mild: I can do what I usually do", "轻度：不影响日常活动"),
    "moderate": Text("Moderate: it hinders me", "中度：影响日常活动"),
    "severe": Text("Severe: I can do nothing else", "重度：无法做其他事"),
    "unknown": Text("I do not know", "不清楚"),
}
_PERSON_QUESTIONS: Final = {
    "age": Text("How old is the person, in years?", "患者多少岁？"),
    "sex": Text("What is the person's sex?", "患者的性别是？"),
    "pregnant": Text("Is she pregnant, or could she be?", "是否怀孕，或可能怀孕？"),
    "temp": Text("What is the body temperature in degrees Celsius?", "体温是多少摄氏度？"),
}
_HOW_LONG: Final = Text("{name}: for how many days?", "{name}：持续多少天了？")
_HOW_BAD: Final = Text("{name}: how bad is it?", "{name}：有多严重？")
