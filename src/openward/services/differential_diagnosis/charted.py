"""What the chart adds: the person, old illnesses and present problems, drugs in use, what was measured lately."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from openward.domain.code import LOINC, Concept
from openward.domain.evidence import Evidence
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.knowledge.findings import Vocabulary
from openward.record.chart import Chart, Problem, Reading
from openward.services.differential_diagnosis.facts import Known, Person, Said
from openward.services.differential_diagnosis.measured import Measured, findings_of, measures
from openward.services.differential_diagnosis.naming import conditions_named, is_diagnosis
from openward.services.differential_diagnosis.proposal import OnRecord, Understood
from openward.services.differential_diagnosis.resulted import resulted

DAYS_A_YEAR: Final = 365.25
RECENT: Final = timedelta(days=7)
_VOID: Final = frozenset({"refuted", "entered-in-error"})
_LASTING: Final = frozenset({"history", "exposure"})
_PRESENT: Final = frozenset({"symptom", "sign", "result"})
# Findings that say more than that a drug is used: only a person can tell them.
_TOLD: Final = frozenset({"drug_inhaler_relief", "drug_nasal_decongestant"})


def charted_person(chart: Chart) -> Person:
    """Age at the chart's moment, sex and pregnancy as recorded."""
    told = chart.demographics
    born = told.birth_date if told else None
    days = (chart.as_of.date() - born).days if born else None
    pregnant = {"present": True, "absent": False}.get(chart.pregnancy.state)
    return Person(
        age=days / DAYS_A_YEAR if days is not None and days >= 0 else None,
        sex="female" if told and told.gender == "female" else "male" if told and told.gender == "male" else None,
        pregnant=pregnant,
    )


def charted(chart: Chart, person: Person, words: Vocabulary, language: Language) -> Iterator[Said]:
    """The findings of the chart."""
    yield from _problems(chart, words, language)
    yield from _drugs(chart, words, language)
    yield from _measurements(chart, person, words, language)
    yield from resulted(chart, RECENT, words, language)


def diagnosed(chart: Chart) -> frozenset[str]:
    """The entries of the chart whose problem is not over and names a condition of the tables."""
    return frozenset(p.source.reference for p in _lasting(chart) if any(is_diagnosis(t) for t in _texts(p.concept)))


def known(chart: Chart) -> dict[str, Known]:
    """The conditions that the problem list names as not over, each with its oldest entry."""
    found: dict[str, Known] = {}
    for problem in sorted(_lasting(chart), key=lambda p: p.recorded or p.onset or chart.as_of):
        evidence = problem.source.cite(problem.path, on=problem.recorded)
        entry = OnRecord(
            reference=problem.source.reference, name=problem.concept.name() or "", recorded=_day(problem.recorded),
            onset=_day(problem.onset),
        )  # fmt: skip
        for text in _texts(problem.concept):
            for condition in conditions_named(text):
                found.setdefault(condition, Known(entry, evidence))
    return found


def _lasting(chart: Chart) -> list[Problem]:
    return [p for p in chart.problems if p.active is not False and p.verification not in _VOID]


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None


def _texts(concept: Concept) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (concept.text, *(c.display for c in concept.coding)) if text))


def _problems(chart: Chart, words: Vocabulary, language: Language) -> Iterator[Said]:
    for problem in chart.problems:
        if problem.verification in _VOID:
            continue
        kinds = _LASTING | _PRESENT if problem.active and _is_recent(problem.onset, chart) else _LASTING
        evidence = problem.source.cite(problem.path)
        yield from _named(problem.concept, kinds, evidence, words, language)


def _is_recent(onset: datetime | None, chart: Chart) -> bool:
    return onset is not None and timedelta(0) <= chart.as_of - onset <= RECENT


def _drugs(chart: Chart, words: Vocabulary, language: Language) -> Iterator[Said]:
    for entry in chart.medications:
        if entry.current and not entry.not_done and not entry.do_not_perform:
            source = entry.drug_source or entry.source
            evidence = source.cite(entry.drug_path)
            yield from _named(entry.concept, frozenset({"drug"}), evidence, words, language)


def _named(
    concept: Concept, kinds: frozenset[str], evidence: Evidence, words: Vocabulary, language: Language
) -> Iterator[Said]:
    """The findings of some kinds that the words of a concept name."""
    seen: set[str] = set()
    for text in _texts(concept):
        for mention in words.read(text):
            term = words.get(mention.term)
            if (
                mention.term in _TOLD
                or mention.assertion != "present"
                or term.kind not in kinds
                or mention.term in seen
            ):
                continue
            seen.add(mention.term)
            understood = Understood(
                finding=mention.term,
                name=term.name.in_(language),
                state="present",
                origin="chart",
                place=getattr(evidence, "reference", "chart"),
                quote=text[mention.start : mention.end],
            )
            yield Said(understood=understood, evidence=evidence)


def _measurements(chart: Chart, person: Person, words: Vocabulary, language: Language) -> Iterator[Said]:
    codes = measures().codes
    newest: dict[str, Reading] = {}
    for reading in chart.readings(*codes):
        quantity = _quantity(reading, codes)
        if quantity and reading.measure and reading.at and timedelta(0) <= chart.as_of - reading.at <= RECENT:
            newest.setdefault(quantity, reading)
    for quantity, reading in newest.items():
        measure = reading.measure
        if measure is None or measure.comparator:
            continue
        found = Measured(
            quantity=quantity,
            value=measure.value,
            unit=measure.unit or "",
            origin="chart",
            place=reading.source.reference,
            quote=f"{measure.value:g} {written(measure.unit, language)}".strip(),
        )
        evidence = reading.source.cite(reading.path, measure.value, unit=measure.unit, on=reading.at)
        yield from findings_of(found, person, evidence, words, language)


def _quantity(reading: Reading, codes: dict[str, str]) -> str | None:
    named = (codes[c.code] for c in reading.concept.coding if c.system == LOINC and c.code in codes)
    return next(named, None)
