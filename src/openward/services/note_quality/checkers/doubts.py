"""A diagnosis that a note states, against the findings that the note tells: another illness explains them far better.

Each illness gets the sum of the logarithms of how much more often than by chance it shows what is told, less what it
should show and is denied; a finding that no row of an illness names counts the same for all. The rows are those of
`condition_findings`. It is a doubt, never a diagnosis.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from openward.domain.evidence import Evidence
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.conditions import LINKS, Condition, conditions
from openward.knowledge.findings import vocabulary
from openward.language.durations import YEAR
from openward.language.mentions import Lexicon, Mention
from openward.language.person import person
from openward.services.note_quality.case import MOOT, Asked, Case, Gap, Hit, Note

_STATES: Final = re.compile(
    r"(?:diagnosed (?:with|as having)|diagnosis (?:of|is)|suspect\w*(?: of| to have| to be)?(?: having)?|"
    r"consistent with|"
    r"concern\w* for|assessment|impression|confirm\w*|indicat\w+)\b[^.]{0,45}$|"
    r"(?:诊断为|诊断考虑|考虑为?|符合|提示为?|确诊为?|初步诊断|目前诊断|出院诊断)[：:]?[1１]?[.．、]?[^。；;，,\n]{0,12}$",
    re.IGNORECASE,
)
_EARLIER: Final = re.compile(
    r"(?:years?|months?|weeks?|days?) ago|history of|previously|known|rule out|"
    r"[年月周天日]前|病史|既往|排除|除外|不符合|不考虑|vaccin|疫苗|接种",
    re.IGNORECASE,
)
_BEFORE: Final = 90
_BEHIND: Final = 40
_PRIORS: Final = {"very_common": 0.0, "common": -0.5, "uncommon": -1.0, "rare": -1.6, "very_rare": -2.3}
_CHANCE: Final = 0.02  # how often an illness shows a finding of which no row speaks
_BROADER: Final = 0.6  # a row on the broader finding counts for the narrower one by this share
_SHOWN: Final = 3
_SHORT: Final = 4
_NO_ILLNESS: Final = frozenset({"pregnancy_normal"})


@tables.remembered(1)
def _rates() -> dict[str, dict[str, float]]:
    """How often each finding is there, by illness."""
    found: dict[str, dict[str, float]] = {}
    for link in conditions().links:
        found.setdefault(link.finding, {})[link.condition] = link.likely
    return found


@tables.remembered(1)
def _weights() -> dict[str, dict[str, float]]:
    """How much a finding that is there speaks for each illness that shows it; broader ones stand in at a discount."""
    rates = _rates()
    found: dict[str, dict[str, float]] = {}
    for term in rates:
        likely: dict[str, float] = {}
        for above in vocabulary().ancestors(term):
            for id, rate in rates.get(above, {}).items():
                likely[id] = max(likely.get(id, 0.0), _BROADER * rate)
        for id, rate in rates[term].items():
            likely[id] = max(likely.get(id, 0.0), rate)
        found[term] = {id: math.log(max(rate, _CHANCE) / _CHANCE) for id, rate in likely.items()}
    return found


@tables.remembered(1)
def _names() -> Lexicon:
    held = conditions().conditions.values()
    return Lexicon([(n, c.id) for c in held for n in (c.name.en, c.name.zh, *c.synonyms_en, *c.synonyms_zh)])


class Told(NamedTuple):
    """The findings that a note tells of the patient, the most exact of each, and those that it denies."""

    present: tuple[Mention, ...]
    absent: frozenset[str]


@lru_cache(maxsize=64)
def told(text: str) -> Told:
    """What a note tells that a row speaks of."""
    known, rates = vocabulary(), _rates()
    own = [m for m in known.read(text) if m.subject == "patient" and m.term in rates]
    said = {m.term: m for m in own if m.assertion == "present"}
    broader = {above for term in said for above in known.ancestors(term)}
    absent = frozenset(m.term for m in own if m.assertion == "absent")
    return Told(tuple(m for term, m in said.items() if term not in broader), absent)


class Named(NamedTuple):
    """The illnesses that a note states as what the patient has now, and all that it says the patient has."""

    stated: tuple[Mention, ...]
    known: frozenset[str]


@lru_cache(maxsize=64)
def named(text: str) -> Named:
    """The illnesses of a note."""
    found = [
        m for m in _names().mentions(text) if m.assertion != "absent" and m.subject == "patient" and _is_named(text, m)
    ]
    return Named(tuple(m for m in found if _is_stated(text, m)), frozenset(m.term for m in found))


def _is_named(text: str, mention: Mention) -> bool:
    """A short form (AS, MI) is one only in capitals; a pregnancy is no illness."""
    said = text[mention.start : mention.end]
    short = len(said) <= _SHORT and said.isascii() and not said.isupper()
    return not short and mention.term not in _NO_ILLNESS


def _is_stated(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    around = text[max(0, mention.start - _BEFORE) : mention.end + _BEHIND]
    return mention.when == "current" and _STATES.search(before) is not None and not _EARLIER.search(around)


def scores(found: Told, years: float | None, sex: str | None) -> dict[str, float]:
    """The score of every illness that a person of this age and sex can have."""
    held = {id: _prior(one, years) for id, one in conditions().conditions.items() if _can_have(one, sex)}
    rates, weights = _rates(), _weights()
    for mention in found.present:
        for id, weight in weights[mention.term].items():
            if id in held:
                held[id] += weight
    for term in found.absent:
        for id, likely in rates[term].items():
            if id in held:
                held[id] += math.log(max(1 - likely, 0.05))
    return held


def _can_have(condition: Condition, sex: str | None) -> bool:
    return (condition.female > 0 or sex != "female") and (condition.male > 0 or sex != "male")


def _prior(condition: Condition, years: float | None) -> float:
    times = condition.times_at(years) if years is not None else 1.0
    return _PRIORS[condition.prevalence] + 0.5 * math.log(max(times, _CHANCE))


def diagnosis_doubted(asked: Asked) -> Iterator[Hit | Gap]:
    """An illness is stated, and what the note tells is explained far better by another."""
    note, rule = asked.written, asked.rule
    illnesses, found = named(note.text), told(note.text)
    if not illnesses.stated or len(found.present) < rule.number("findings"):
        yield MOOT
        return
    held = scores(found, *_who(asked.case, note))
    # Of several stated illnesses the one that explains most counts: the others may be there besides.
    said = max((m for m in illnesses.stated if m.term in held), key=lambda m: held[m.term], default=None)
    best = max(held, key=lambda id: held[id])
    if said is None or best in illnesses.known or _akin(best, said.term):
        return
    if held[best] - held[said.term] > rule.number("nats"):
        yield _hit(note, said, best, found)


def _who(case: Case, note: Note) -> tuple[float | None, str | None]:
    said = person(note.text[:3000])
    years = (case.now - case.birth).days / YEAR if case.birth is not None else said.age_days and said.age_days / YEAR
    return years, case.sex or said.sex


def _akin(one: str, other: str) -> bool:
    """Whether two illnesses are of one kind by their codes, so that the one may be said for the other."""
    first, second = (conditions().conditions[id].icd10 or id for id in (one, other))
    return first[:3] == second[:3]


def _hit(note: Note, said: Mention, best: str, found: Told) -> Hit:
    weights = _weights()
    gain = sorted(found.present, key=lambda m: weights[m.term].get(said.term, 0.0) - weights[m.term].get(best, 0.0))[
        :_SHOWN
    ]
    cited: tuple[Evidence, ...] = tuple(note.cite(m.start, m.end) for m in gain)
    table = tables.find(LINKS)
    rows = tuple(table.evidence(row) for m in gain if (row := table.index.get(f"{best}/{m.term}")) is not None)
    other, own = conditions().conditions[best].name, conditions().conditions[said.term].name
    return Hit(
        evidence=(note.cite(said.start, said.end), *cited, *rows),
        detail=Text(
            f"Stated: {own.en}. What the note tells fits {other.en} far better by the rows of this house.",
            f"病历诊断：{own.zh}。按本系统知识，所记表现更符合：{other.zh}。",
        ),
        key=said.term,
    )
