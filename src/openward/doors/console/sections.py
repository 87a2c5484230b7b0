"""What the page of a chart shows of its sections, what matters first; the rest is folded and comes when asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import msgspec

from openward.domain.code import LOINC
from openward.domain.notation import written
from openward.doors.console.drawing import Spark, outside_but, spark
from openward.doors.console.timeline import state_of
from openward.doors.values import newest, value_of
from openward.knowledge.analytes.index import analytes
from openward.record.chart import Chart, Document, Measure, MedicationEntry, Problem, Reading
from openward.record.intended import Intended, Intent
from openward.record.judging import at_a_glance

FEW: Final = 12
A_PAGE: Final = 50
RESULTS: Final = 40
_OLDER: Final = 6
# Texts of documents that come with the page, the newest first, up to so many characters in all.
_WITH_PAGE: Final = 24_000
A_PART: Final = 12_000
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_STATES: Final = ("planned", "used", "unclear", "ended")
_GIVEN: Final = frozenset({"administration", "dispense"})


class Drug(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a drug: `state` as on the timeline; `given` the administrations of the same order, newest first."""

    entry: MedicationEntry
    state: str
    dose: str
    given: tuple[MedicationEntry, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The newest result of one kind, or an `older` one that something speaks of.

    `flag` is "high", "low" or "out" where it lies outside of its interval; `intent` what a drug does to it by intent.
    """

    reading: Reading
    name: str
    value: str
    interval: str
    flag: str
    course: Spark | None = None
    count: int = 1
    older: bool = False
    intent: Intent | None = None


class Group(msgspec.Struct, frozen=True):
    """Results of one kind of test."""

    name: str
    results: tuple[Result, ...]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One document; `text` is None when it is long and comes on opening; `results` are those that a report names."""

    document: Document
    text: str | None
    results: tuple[tuple[Reading, str, bool], ...]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A section as the page shows it: `first` at once, of `under` others some `folded` beneath, the `rest` when asked.

    `next` is the place where the rest begins.
    """

    first: Sequence[Any] = ()
    folded: Sequence[Any] = ()
    under: int = 0
    rest: int = 0
    next: int = 0


def paged(first: Sequence[Any], folded: Sequence[Any], keep: Callable[[Any], bool], after: int = 0) -> Shown:
    """A part of a section, from a place on; entries to keep are shown with the first part wherever they stand."""
    held = [*first, *folded]
    if after:
        return Shown(first=held[after : after + A_PAGE], rest=max(0, len(held) - after - A_PAGE), next=after + A_PAGE)
    room = FEW if len(first) <= A_PAGE else 0
    shown, beneath = first[:A_PAGE], folded[:room]
    seen = len(shown) + len(beneath)
    return Shown(
        first=[*shown, *filter(keep, first[A_PAGE:])], folded=[*beneath, *filter(keep, folded[room:])],
        under=len(folded), rest=len(held) - seen, next=seen,
    )  # fmt: skip


def problems(chart: Chart) -> tuple[list[Problem], list[Problem]]:
    """Problems that are or may be there, the newest first, and those that are over."""
    held = sorted(chart.problems.entries, key=lambda p: p.onset or p.recorded or BEGINNING, reverse=True)
    return [p for p in held if p.active is not False], [p for p in held if p.active is False]


def drugs(chart: Chart) -> tuple[list[Drug], list[Drug]]:
    """Drugs being ordered, in use or perhaps in use, and those that are over, the newest first.

    What was given stands under its order, and by itself only when the order is not in the record.
    """
    listed = {e.source.reference for e in chart.medications.entries if e.kind not in _GIVEN}
    given: defaultdict[str, list[MedicationEntry]] = defaultdict(list)
    for entry in chart.medications.entries:
        if entry.kind in _GIVEN and entry.request in listed:
            given[entry.request or ""].append(entry)
    held = [
        Drug(
            entry=e, state=_state(e, chart.as_of), dose="; ".join(dose.text for dose in e.doses if dose.text),
            given=tuple(sorted(given[e.source.reference], key=_begun, reverse=True)),
        )
        for e in chart.medications.entries
        if e.kind not in _GIVEN or e.request not in listed
    ]  # fmt: skip
    held.sort(key=lambda drug: _begun(drug.entry), reverse=True)
    held.sort(key=lambda drug: _STATES.index(drug.state))
    return [d for d in held if d.state != "ended"], [d for d in held if d.state == "ended"]


def _state(entry: MedicationEntry, now: datetime) -> str:
    return "ended" if entry.do_not_perform or entry.not_done else state_of(entry, now)


def _begun(entry: MedicationEntry) -> datetime:
    return entry.period.start or entry.authored or BEGINNING


def results(chart: Chart, keep: frozenset[str] = frozenset(), after: int = 0) -> tuple[list[Group], int]:
    """The newest result of each test, in groups, outside of its interval first; and how many are left for later.

    Results to keep are among the first, older ones beneath the newest of their test.
    """
    courses, meant = _courses(chart), Intended(chart)
    held = [r for r in newest(chart.observations.entries) if r.concept.name() and not r.not_done]
    ranked = sorted(held, key=lambda r: not flag_of(r, chart, meant.of(r)))
    shown = ranked[after : after + RESULTS]
    if not after:
        cited = {r.concept.name() for r in chart.observations.entries if r.source.reference in keep}
        shown += [r for r in ranked[RESULTS:] if r.concept.name() in cited]
    grouped: defaultdict[str, list[Result]] = defaultdict(list)
    for reading in shown:
        course = courses.get(reading.concept.name() or "", [reading])
        grouped[_group(reading)].append(_result(reading, course, chart, meant))
        older = [r for r in course if r.source.reference in keep and r is not reading and r.value is not None]
        grouped[_group(reading)] += [_earlier(r, chart, meant) for r in older[::-1][:_OLDER]]
    groups = [Group(name, tuple(rows)) for name, rows in grouped.items()]
    groups.sort(key=lambda group: (not any(r.flag for r in group.results if not r.older), group.name == "vitals"))
    return groups, max(0, len(ranked) - after - RESULTS)


def _earlier(reading: Reading, chart: Chart, meant: Intended) -> Result:
    return msgspec.structs.replace(_result(reading, [reading], chart, meant), older=True)


def _courses(chart: Chart) -> Mapping[str, list[Reading]]:
    held: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in sorted((r for r in chart.observations.entries if r.at), key=lambda r: r.at or chart.as_of):
        held[reading.concept.name() or ""].append(reading)
    return held


def _result(reading: Reading, course: list[Reading], chart: Chart, meant: Intended) -> Result:
    intent = meant.of(reading)
    return Result(
        reading=reading, name=reading.concept.name() or "", value=shown_value(reading),
        flag=flag_of(reading, chart, intent), interval=interval_of(reading), count=len(course), intent=intent,
        course=spark(course, partial(outside_but, chart, meant)),
    )  # fmt: skip


def shown_value(reading: Reading) -> str:
    """A value with its unit as people write it."""
    measure = reading.measure
    return f"{_plain(measure)} {written(measure.unit)}".strip() if measure else value_of(reading)


def _plain(measure: Measure) -> str:
    return f"{measure.comparator or ''}{measure.value:g}"


def interval_of(reading: Reading) -> str:
    """The reference interval as the record gives it."""
    low, high = reading.low, reading.high
    if low and high:
        return f"{low.value:g}–{high.value:g}"
    return f"≥ {low.value:g}" if low else f"≤ {high.value:g}" if high else reading.range_text or ""


def flag_of(reading: Reading, chart: Chart, intent: Intent | None = None) -> str:
    """How a value is flagged: "high", "low", or "out" where no side is said; else empty."""
    side = at_a_glance(reading, chart, intended=intent is not None)
    return "out" if side == "abnormal" else side


def _group(reading: Reading) -> str:
    if "vital-signs" in reading.category:
        return "vitals"
    for code in reading.concept.codes(LOINC):
        if found := analytes().find(loinc=code):
            return found.group
    return "other"


def papers(chart: Chart) -> list[Paper]:
    """Documents, the newest first; short texts are there at once."""
    held = sorted(chart.documents.entries, key=lambda d: d.at or BEGINNING, reverse=True)
    readings: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in chart.observations.entries:
        readings[reading.source.reference].append(reading)
    left, found, meant = _WITH_PAGE, [], Intended(chart)
    for document in held:
        text = document.text or ""
        fits = len(text) <= left
        left -= len(text) if fits else 0
        named = [reading for reference in document.results for reading in readings[reference]]
        found.append(Paper(document=document, text=text if fits else None, results=_named(named, chart, meant)))
    return found


def _named(readings: Iterable[Reading], chart: Chart, meant: Intended) -> tuple[tuple[Reading, str, bool], ...]:
    return tuple((r, shown_value(r), bool(flag_of(r, chart, meant.of(r)))) for r in readings if r.value is not None)
