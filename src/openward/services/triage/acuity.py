"""The level: every rule whose condition holds speaks; the highest is heard."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from openward.knowledge.findings import vocabulary
from openward.knowledge.triage import RANKED, Level, Rule, Way, rules
from openward.services.triage.facts import Facts

COVERING: Final = frozenset({"floor", "pattern"})


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """One rule whose condition holds; `because` are the findings it rests on, `assumed` those taken as not there."""

    rule: Rule
    because: tuple[str, ...]
    assumed: tuple[str, ...] = ()


class Acuity(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say: `heard` decide the level, highest first; `level` is None when no rule knows the complaint.

    `provisional` is a level that only holds until warning signs were asked about.
    """

    level: Level | None
    heard: tuple[Spoken, ...]
    complaints: tuple[str, ...]
    provisional: bool = False

    @property
    def leading(self) -> Rule | None:
        """The rule that decides: of the highest level, a red flag before others, the worst on the hospital's scale."""
        ranked = sorted((s.rule for s in self.heard), key=lambda r: (r.rank, r.scale, r.kind != "floor"))
        return ranked[0] if ranked else None


def acuity(facts: Facts) -> Acuity:
    """The level that the rules give to what is known."""
    spoken = _spoken(facts)
    covered = _covered(spoken)
    heard = [s for s in spoken if s.rule.kind in COVERING]
    heard += [s for s in spoken if s.rule.kind == "base" and not covered.issuperset(s.because)]
    if not heard:
        heard = [s for s in spoken if s.rule.kind == "minor"]
    heard.sort(key=lambda s: (s.rule.rank, s.rule.scale, s.rule.kind != "floor", s.rule.id))
    level = RANKED[heard[0].rule.rank] if heard else None
    known = rules().complaints
    complaints = tuple(name for name, fact in facts.findings.items() if fact.present and name in known)
    return Acuity(level=level, heard=tuple(heard), complaints=complaints)


def ways_that_hold(facts: Facts) -> Iterator[Way]:
    """Every alternative that holds, where what is only not known to be is taken as not being."""
    held = rules()
    for name, known in facts.findings.items():
        if known.present:
            yield from (way for way in held.anchored.get(name, ()) if _holds(way, facts))
    yield from (way for way in held.always if _holds(way, facts))


def _holds(way: Way, facts: Facts) -> bool:
    for literal in way.literals:
        stands = facts.stands(literal)
        if stands is False or (stands is None and literal.wanted):
            return False
    return True


def _spoken(facts: Facts) -> list[Spoken]:
    because: dict[str, dict[str, None]] = {}
    assumed: dict[str, dict[str, None]] = {}
    held = rules()
    for way in ways_that_hold(facts):
        reasons = because.setdefault(way.rule.id, {})
        for literal in way.literals:
            if literal.wanted:
                reasons.setdefault(literal.atom.name)
            elif facts.truth(literal.atom) is None and literal.atom.kind == "finding":
                assumed.setdefault(way.rule.id, {}).setdefault(literal.atom.name)
    return [
        Spoken(rule=held.by_id[id], because=tuple(reasons), assumed=tuple(assumed.get(id, ())))
        for id, reasons in because.items()
    ]


def _covered(spoken: Iterable[Spoken]) -> set[str]:
    """The findings that a pattern or a red flag speaks for: those in it, what they are kinds of, what it covers."""
    words = vocabulary()
    covering = [s for s in spoken if s.rule.kind in COVERING]
    named = {name for s in covering for name in s.because if name in words}
    named |= {parent for name in named for parent in words.ancestors(name)}
    covers = {name for s in covering for name in s.rule.covers}
    return named | covers | {child for name in covers for child in words.children(name)}
