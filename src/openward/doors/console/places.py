"""What a finding stands on, for the page of the chart: places that light up there, and its other grounds."""

from collections.abc import Iterable, Iterator

import msgspec

from openward.domain.evidence import Evidence
from openward.domain.proposal import Language
from openward.doors.evidence import Told, part_of, tell_all
from openward.record.chart import Chart


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the chart that something speaks of; `course` is the name of the result when it is one."""

    reference: str
    words: str
    title: str
    course: str = ""


class Places:
    """The entries of one chart by what they are called."""

    def __init__(self, chart: Chart, language: Language) -> None:
        self._language = language
        readings = ((r.source.reference, part_of(r.path), r.concept.name()) for r in chart.observations)
        self._results = {f"{reference}|{part}" if part else reference: name for reference, part, name in readings}
        self._names = {reference: name for reference, name in (*self._results.items(), *_named(chart)) if name}

    def grounds(self, evidence: Iterable[Evidence]) -> tuple[tuple[Spot, ...], tuple[Told, ...]]:
        """The places that evidence names, also those that went into a calculation, each once; and what is no place."""
        told = tell_all(evidence, self._language, self._names)
        spots: dict[str, Spot] = {}
        for one in _leaves(told):
            if one.reference:
                course = self._results.get(one.reference) or ""
                spots.setdefault(
                    one.reference, Spot(reference=one.reference, words=one.what, title=one.where, course=course)
                )
        return tuple(spots.values()), tuple(one for one in told if not one.reference)


def _leaves(told: Iterable[Told]) -> Iterator[Told]:
    for one in told:
        yield one
        yield from _leaves(one.parts)


def _named(chart: Chart) -> Iterator[tuple[str, str | None]]:
    sections = (chart.problems, chart.allergies, chart.medications, chart.procedures, chart.immunizations)
    yield from ((entry.source.reference, entry.concept.name()) for section in sections for entry in section.entries)
    yield from ((paper.source.reference, paper.title or paper.concept.name()) for paper in chart.documents)
    for stay in chart.encounters:
        yield stay.source.reference, next((reason.name() for reason in stay.reasons), None)
