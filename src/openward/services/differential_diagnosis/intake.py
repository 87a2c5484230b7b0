"""From words, ids and the chart to facts: who the patient is, what is present, what is denied, where that stands."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import structs

from openward.domain.errors import InputError
from openward.domain.evidence import Evidence, InputEvidence
from openward.domain.proposal import Language
from openward.knowledge.findings import Vocabulary, vocabulary
from openward.language.mentions import Mention
from openward.language.person import person as person_in
from openward.record.chart import Chart
from openward.services.differential_diagnosis.charted import charted, charted_person, diagnosed, known
from openward.services.differential_diagnosis.facts import Facts, Person, Said, is_fertile
from openward.services.differential_diagnosis.measured import measured
from openward.services.differential_diagnosis.proposal import Origin, State, Understood
from openward.services.differential_diagnosis.ranking import PREGNANT
from openward.services.differential_diagnosis.reads import Reads
from openward.services.differential_diagnosis.weighing import COURSES

Field = Literal["text", "denied", "past_history", "family_history"]
DAYS_A_YEAR: Final = 365.25
LATE: Final = "pregnant_late"
LATE_WEEKS: Final = 20.0
# Kinds that stay true once they were: an old illness, an exposure, a drug.
LASTING: Final = frozenset({"history", "exposure", "drug"})
FAMILY: Final = "family_"
# What the fields of a note are called, so that the words in them are read as what they are.
_HEADINGS: Final[dict[Field, str]] = {
    "past_history": "Past medical history: ",
    "family_history": "Family history: ",
}
ACUTE_DAYS: Final = 7.0
CHRONIC_DAYS: Final = 90.0
# A denial that reaches over several items of a list denies each of them, not what they would mean together.
_ITEMS: Final = re.compile(r"[,;:.，；。、\n]| (?:or|and|nor|but) |[和或与及]")
_COMPLAINED: Final = frozenset({"symptom", "sign"})
_COURSES: Final = frozenset({"course_acute", "course_chronic"})
# What a caller states goes before what is read, and that before the chart.
_ORDER: Final[dict[Origin, int]] = {"given": 0, "text": 1, "reading": 1, "chart": 2}


def facts_of(reads: Reads, chart: Chart | None, language: Language) -> Facts:
    """Everything that was said of the patient, each finding once.

    Raises:
        InputError: `present` or `absent` names an id that is not in the table of findings.
    """
    words = vocabulary()
    person = _person(reads, chart)
    said = [
        *_given(reads, words, language),
        *_read(reads, words, language),
        *measured(reads.text or "", person, words, language),
        *(charted(chart, person, words, language) if chart else ()),
    ]
    facts = _merged(person, said, words, language)
    return structs.replace(facts, diagnosed=diagnosed(chart), known=known(chart)) if chart else facts


def _person(reads: Reads, chart: Chart | None) -> Person:
    told = person_in(reads.text or "")
    recorded = charted_person(chart) if chart else Person()
    age = reads.age if reads.age is not None else None if told.age_days is None else told.age_days / DAYS_A_YEAR
    age = recorded.age if age is None else age
    read = recorded.pregnant if told.pregnant is None else told.pregnant
    return Person(
        age=age,
        sex=reads.sex or told.sex or recorded.sex,
        pregnant=reads.pregnant if reads.pregnant is not None else read if is_fertile(age) else None,
        weeks=told.weeks,
    )


def _given(reads: Reads, words: Vocabulary, language: Language) -> Iterator[Said]:
    stated: tuple[tuple[State, str, tuple[str, ...]], ...] = (
        ("present", "present", reads.present),
        ("absent", "absent", reads.absent),
    )
    for state, field, ids in stated:
        for n, id in enumerate(ids):
            place = f"{field}[{n}]"
            if id not in words.table.index:
                msg = f"{place} is no finding that the service knows; take ids from the table 'findings'"
                raise InputError(msg)
            evidence = InputEvidence(place, id)
            yield Said(understood=_understood(words, id, state, "given", place, language), evidence=evidence)


def _understood(
    words: Vocabulary, finding: str, state: State, origin: Origin, place: str, language: Language
) -> Understood:
    term = words.get(finding)
    name = term.name.in_(language)
    return Understood(finding=finding, name=name, state=state, origin=origin, place=place)


def _read(reads: Reads, words: Vocabulary, language: Language) -> Iterator[Said]:
    fields: tuple[tuple[Field, str | None], ...] = (
        ("text", reads.text),
        ("denied", reads.denied),
        ("past_history", reads.past_history),
        ("family_history", reads.family_history),
    )
    for field, text in fields:
        heading = _HEADINGS.get(field, "")
        for mention in words.read(heading + text) if text else ():
            taken = _taken(words, field, mention)
            quote = f"{heading}{text}"[mention.start : mention.end]
            if taken and not (taken[1] == "absent" and _ITEMS.search(quote)):
                start, end = mention.start - len(heading), mention.end - len(heading)
                own = structs.replace(mention, start=max(0, start), end=end)
                yield _said(words, taken, (field, text or "", own), language)


def _taken(words: Vocabulary, field: Field, mention: Mention) -> tuple[str, State] | None:
    """The finding and state that a mention stands for in its field; None when it says nothing of this patient now."""
    if mention.assertion not in {"present", "absent"} or mention.subject == "other":
        return None
    state: State = "absent" if mention.assertion == "absent" or field == "denied" else "present"
    term = words.get(mention.term)
    if mention.subject == "family" or (field == "family_history" and not mention.term.startswith(FAMILY)):
        return None
    if field == "past_history" and term.kind not in LASTING:
        return None
    if mention.when == "past" and term.kind not in LASTING and state == "absent":
        return None
    return mention.term, state


def _said(words: Vocabulary, taken: tuple[str, State], place: tuple[Field, str, Mention], language: Language) -> Said:
    (finding, state), (field, text, mention) = taken, place
    term = words.get(finding)
    understood = Understood(
        finding=finding,
        name=term.name.in_(language),
        state=state,
        origin="text",
        place=field,
        quote=text[mention.start : mention.end],
        start=mention.start,
        end=mention.end,
        days=mention.days,
        past=mention.when == "past",
    )
    return Said(understood=understood, evidence=InputEvidence(field))


def _merged(person: Person, said: list[Said], words: Vocabulary, language: Language) -> Facts:
    """Each finding once: what goes before in order wins, and in one order what is present wins over what is denied."""
    said = [*said, *_course(said, words, language)]
    best: dict[str, tuple[int, int]] = {}
    for one in said:
        known = one.understood
        key = (_ORDER[known.origin], 0 if known.state == "present" else 1)
        best[known.finding] = min(best.get(known.finding, key), key)
    states = {finding: "present" if key[1] == 0 else "absent" for finding, key in best.items()}
    states, person = _with_pregnancy(states, person, words)
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for one in said:
        finding = one.understood.finding
        if one.understood.state == states.get(finding):
            evidence[finding] = tuple(dict.fromkeys((*evidence.get(finding, ()), one.evidence)))
    return Facts(
        person=person,
        present=tuple(f for f, s in states.items() if s == "present"),
        absent=tuple(f for f, s in states.items() if s == "absent"),
        complaint=_complaint(said, states, words),
        understood=tuple(one.understood for one in said),
        evidence=evidence,
    )


def _with_pregnancy(states: dict[str, str], person: Person, words: Vocabulary) -> tuple[dict[str, str], Person]:
    """Pregnancy is a finding and a fact of the person: the one follows from the other."""
    if PREGNANT not in words.table.index:
        return states, person
    if person.pregnant is None and not is_fertile(person.age):
        return {finding: state for finding, state in states.items() if finding != PREGNANT}, person
    if person.pregnant is None and PREGNANT in states:
        pregnant = states[PREGNANT] == "present"
        return states, structs.replace(person, pregnant=pregnant)
    if person.pregnant is not None:
        states = states | {PREGNANT: "present" if person.pregnant else "absent"}
    if person.pregnant and person.weeks is not None and LATE in words.table.index:
        states = {LATE: "present" if person.weeks >= LATE_WEEKS else "absent"} | states
    return states, person


def _complaint(said: Iterable[Said], states: dict[str, str], words: Vocabulary) -> str | None:
    """The first symptom or sign that the caller named, in ids or in words."""
    named = (one.understood for one in said if one.understood.origin in {"given", "text"})
    first = (u.finding for u in named if u.state == states.get(u.finding) == "present" and u.place != "denied")
    return next((f for f in first if words.get(f).kind in _COMPLAINED and not f.startswith(COURSES)), None)


def _course(said: Iterable[Said], words: Vocabulary, language: Language) -> Iterator[Said]:
    """Whether the complaint is of days or of months, where only durations say so."""
    known = [one for one in said if one.understood.state == "present"]
    if any(one.understood.finding in _COURSES for one in known):
        return
    lasting = [one for one in known if one.understood.days is not None and _is_complaint(words, one)]
    longest = max(lasting, key=lambda one: one.understood.days or 0, default=None)
    days = longest.understood.days if longest else None
    if longest is None or days is None or ACUTE_DAYS < days < CHRONIC_DAYS:
        return
    finding = "course_acute" if days <= ACUTE_DAYS else "course_chronic"
    if finding in words.table.index:
        place, quote = longest.understood.place, longest.understood.quote
        term = words.get(finding)
        name = term.name.in_(language)
        yield Said(
            understood=Understood(
                finding=finding, name=name, state="present", origin="text", place=place, quote=quote, days=days
            ),
            evidence=longest.evidence,
        )


def _is_complaint(words: Vocabulary, said: Said) -> bool:
    return words.get(said.understood.finding).kind in _COMPLAINED
