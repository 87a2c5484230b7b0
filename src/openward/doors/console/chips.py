"""Evidence as chips: a few words and a date, that light up in the chart or lead to the run that said it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final, Protocol

import msgspec

from openward.domain.agent import ChartSection
from openward.domain.evidence import ChartEvidence, DocumentEvidence, Evidence, KnowledgeEvidence, RunEvidence
from openward.domain.notation import written
from openward.domain.proposal import Finding, Language
from openward.doors.evidence import cite, for_a_person, telling
from openward.doors.proposals import proposal_of
from openward.harness.agents.sections import READS
from openward.record.chart import Chart, Reading
from openward.ward import Ward

_LONGEST: Final = 26
Named = tuple[str, datetime | None]
_SECTIONS: Final[dict[str, ChartSection]] = {type: section for section, types in READS.items() for type in types}


class Reader(Protocol):
    """Who reads: a visit, as far as what is read depends on it."""

    @property
    def ward(self) -> Ward:
        """The ward that is visited."""
        ...

    @property
    def language(self) -> Language:
        """The language of the visit."""
        ...

    def t(self, key: str, **slots: Any) -> str:
        """Words in that language."""
        ...

    def has(self, key: str) -> bool:
        """Whether there are words for a key."""
        ...

    def may(self, scope: str) -> bool:
        """Whether the visitor may do what a scope names."""
        ...


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """One chip; `lights` is the reference that it lights up, `count` how many entries of one name it stands for."""

    words: str
    title: str
    href: str = ""
    lights: str = ""
    day: str = ""
    count: int = 1


class Naming:
    """What the entries of one patient's chart and the findings of the runs beside it are called, looked up once."""

    def __init__(self, visit: Reader, patient: str | None) -> None:
        self._visit = visit
        self._patient = patient
        self._findings: dict[str, dict[str, Finding]] = {}
        self._names: dict[str, Named] = {}
        if patient is not None and visit.may("system/Patient.rs"):
            self._names = dict(_named(visit.ward.record.chart(patient)))

    def chips(self, evidence: Iterable[Evidence]) -> tuple[Chip, ...]:
        """The chips of some evidence: what of the chart first, one for each name, then who said it."""
        given = [part for one in telling(evidence) for part in self._unfolded(one)]
        found: dict[str, Chip] = {}
        for one in for_a_person(dict.fromkeys(given)):
            chip = self._chip(one)
            held = found.get(chip.words)
            more = {} if held is None else {"count": held.count + 1, "title": f"{held.title}\n{chip.title}"}
            found[chip.words] = chip if held is None else msgspec.structs.replace(held, **more)
        return tuple(found.values())

    def _unfolded(self, one: Evidence) -> Iterator[Evidence]:
        """A finding of a run stands on entries of the chart: these first."""
        if isinstance(one, RunEvidence) and one.finding:
            finding = self._findings_of(one.run).get(one.finding)
            yield from (e for e in finding.evidence if isinstance(e, ChartEvidence)) if finding else ()
        yield one

    def _findings_of(self, run: str) -> dict[str, Finding]:
        if run not in self._findings:
            kept = self._visit.ward.stores.runs.get(run)
            proposal = proposal_of(kept) if kept is not None else None
            self._findings[run] = {f.id: f for f in proposal.findings} if proposal else {}
        return self._findings[run]

    def _chip(self, one: Evidence) -> Chip:
        match one:
            case ChartEvidence():
                return self._of_chart(one)
            case RunEvidence():
                return self._of_run(one)
            case KnowledgeEvidence():
                return Chip(words=short(one.source), title=cite(one, self._visit.language))
            case DocumentEvidence():
                return Chip(words=f"“{short(one.quote)}”", title=cite(one, self._visit.language))
        return Chip(words=short(cite(one, self._visit.language)), title=cite(one, self._visit.language))

    def _of_run(self, one: RunEvidence) -> Chip:
        service = self._visit.ward.services.get(one.service)
        finding = self._findings_of(one.run).get(one.finding)
        kept = self._visit.ward.stores.runs.get(one.run) is not None
        href = f"/console/runs/{one.run}{f'#finding-{one.finding}' if one.finding else ''}" if kept else ""
        words = service.card.title.in_(self._visit.language) if service else one.service
        return Chip(words=words, title=finding.headline if finding else words, href=href)

    def _of_chart(self, one: ChartEvidence) -> Chip:
        type = one.reference.partition("/")[0]
        name, at = self._names.get(one.reference, ("", None))
        day = on_day(self._visit, at) if at else one.date[:10] if one.date else ""
        section = _SECTIONS.get(type)
        words = short(name) or (self._visit.t(f"section_{section}") if section else type)
        title = " · ".join(part for part in (name, day, one.reference) if part)
        href = f"/console/patients/{self._patient}#{one.reference}"
        return Chip(words=words, day=day, title=title, lights=one.reference, href=href)


def short(name: str) -> str:
    """A name in few letters."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def on_day(visit: Reader, at: date) -> str:
    """A day as people say it; the year only when it is another one."""
    month = visit.t("months").split()[at.month - 1]
    this_year = at.year == visit.ward.clock.now().year
    return visit.t("on_day" if this_year else "on_day_of_year", day=at.day, month=month, year=at.year)


def _named(chart: Chart) -> Iterator[tuple[str, Named]]:
    """What each entry of a chart is called, and its day."""
    for problem in chart.problems.entries:
        yield problem.source.reference, (problem.concept.name() or "", problem.onset or problem.recorded)
    for allergy in chart.allergies.entries:
        yield allergy.source.reference, (allergy.concept.name() or "", allergy.recorded)
    for drug in chart.medications.entries:
        yield drug.source.reference, (_drug(drug.concept.name() or ""), drug.authored or drug.period.start)
    for reading in chart.observations.entries:
        yield reading.source.reference, (_reading(reading), reading.at)
    yield from _named_otherwise(chart)


def _named_otherwise(chart: Chart) -> Iterator[tuple[str, Named]]:
    if chart.demographics:
        yield chart.demographics.source.reference, (chart.demographics.name or "", None)
    for done in chart.procedures.entries:
        yield done.source.reference, (done.concept.name() or "", done.performed.end or done.performed.start)
    for shot in chart.immunizations.entries:
        yield shot.source.reference, (shot.concept.name() or "", shot.occurred)
    for paper in chart.documents.entries:
        yield paper.source.reference, (paper.title or paper.concept.name() or "", paper.at)


def _drug(name: str) -> str:
    """The name of a drug without its strength, which stands in the chart."""
    words = name.split()
    place = next((n for n, word in enumerate(words) if word[:1].isdigit()), len(words))
    return " ".join(words[:place]) or name


def _reading(one: Reading) -> str:
    name, measure = one.concept.name() or "", one.measure
    value = f"{measure.comparator or ''}{measure.value:g} {written(measure.unit)}" if measure else ""
    return f"{name} {value}".strip()
