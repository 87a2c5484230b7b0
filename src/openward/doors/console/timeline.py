"""The timeline of a chart: stays, drugs, results and documents along one axis, in percent of its width.

Everything that lies across is a percentage, so that one drawing fits every window without its lettering being scaled.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from math import inf
from typing import Final

import msgspec

from openward.domain.notation import written
from openward.doors.console.axis import Axis, Tick, Window, windows
from openward.doors.console.drawing import outside_but
from openward.record.chart import Chart, Document, Encounter, MedicationEntry, Reading
from openward.record.intended import Intended

Words = Callable[..., str]
_Out = Callable[[Reading], bool]
FEW: Final = 5
MANY: Final = 20
_POINTS: Final = 32
_NEAR: Final = 1.4
_NAMED: Final = 3
_WIDE: Final = 16.0
_GIVEN: Final = frozenset({"administration", "dispense"})
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_RANK: Final = ("used", "planned", "unclear", "ended")


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing at its place; `width` is 0 for a moment; `references` are the entries that say so."""

    x: float
    y: float = 50.0
    width: float = 0.0
    kind: str
    words: str
    references: tuple[str, ...]
    text: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside one name; `line` and `band` belong to the course of a result."""

    kind: str
    name: str
    marks: tuple[Mark, ...]
    words: str
    note: str = ""
    out: bool = False
    line: str = ""
    band: tuple[float, float] | None = None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """One span of a chart; `hidden` counts drugs and results of the span that are not drawn."""

    span: str
    spans: tuple[str, ...]
    window: Window
    ticks: tuple[Tick, ...]
    now: float | None
    rows: tuple[Row, ...]
    hidden: int = 0


def timeline(chart: Chart, t: Words, *, span: str = "", most: int = FEW) -> Timeline | None:
    """The timeline of a chart over one span, or the one that shows most; None when nothing has a date.

    `most` bounds the drugs and the results that are drawn.
    """
    offered = windows(chart)
    if not offered.spans:
        return None
    chosen = span if span in offered.spans else offered.best
    window = offered.spans[chosen]
    axis = Axis(window)
    drugs, results = _drugs(chart, axis, t), _results(chart, axis, t)
    rows = [_stays(chart, axis, t), *drugs[:most], *results[:most], _papers(chart, axis, t)]
    return Timeline(
        span=chosen, spans=tuple(offered.spans), window=window, ticks=axis.ticks(chart.as_of, t),
        rows=tuple(row for row in rows if row),
        now=axis.x(chart.as_of) if window.start <= chart.as_of <= window.end else None,
        hidden=max(0, len(drugs) - most) + max(0, len(results) - most),
    )  # fmt: skip


def _day(at: datetime | None, t: Words) -> str:
    return f"{at:%Y-%m-%d}" if at else t("chart_open_end")


def _stays(chart: Chart, axis: Axis, t: Words) -> Row | None:
    marks = [mark for stay in chart.encounters if (mark := _stay(stay, chart.as_of, axis, t))]
    return Row(kind="stays", name=t("stays"), marks=tuple(marks), words=_said(marks)) if marks else None


def _stay(stay: Encounter, now: datetime, axis: Axis, t: Words) -> Mark | None:
    start, end = stay.period.start, stay.period.end
    last = end or (now if stay.status == "in-progress" else start)
    if start is None or last is None or not axis.shows(start, last):
        return None
    kind = t("stay_" + stay.class_code) if stay.class_code in STAYS else stay.class_code or t("stays")
    about = next((name for reason in stay.reasons if (name := reason.name())), "")
    until = _day(end, t) if end or stay.status == "in-progress" else ""
    words = f"{kind}{f' · {about}' if about else ''} · {start:%Y-%m-%d %H:%M}{f' – {until}' if until else ''}"
    x, width = axis.across(start, last)
    return Mark(
        x=x, width=width, kind="stay", words=words, references=(stay.source.reference,),
        text=kind if width >= _WIDE else "",
    )  # fmt: skip


STAYS: Final = frozenset({"AMB", "IMP", "EMER", "ACUTE", "NONAC", "OBSENC", "SS", "HH", "VR", "FLD", "PRENC"})


def _said(marks: Iterable[Mark]) -> str:
    return "; ".join(mark.words for mark in list(marks)[:6])


def state_of(entry: MedicationEntry, now: datetime) -> str:
    """Whether a drug is "used", "planned", "ended", or "unclear" where the record does not let one know."""
    if entry.draft or (entry.period.start and entry.period.start > now and entry.current is not True):
        return "planned"
    return {True: "used", False: "ended", None: "unclear"}[entry.current]


def _drugs(chart: Chart, axis: Axis, t: Words) -> list[Row]:
    """A row for each drug with something in the window: in use first, the newest first."""
    held: defaultdict[str, list[tuple[MedicationEntry, Mark]]] = defaultdict(list)
    for entry in chart.medications:
        if not (entry.do_not_perform or entry.not_done) and (mark := _drug(entry, chart.as_of, axis, t)):
            held[_same(entry)].append((entry, mark))
    ranked = sorted(held.values(), key=lambda entries: _drug_rank(entries, chart.as_of))
    return [_drug_row(entries, chart.as_of, t) for entries in ranked]


def _same(entry: MedicationEntry) -> str:
    """What entries of one drug have in common: their ATC code, else their name."""
    codes = entry.concept.codes("http://www.whocc.no/atc")
    return codes[0] if codes else (entry.concept.name() or "").casefold()


def _drug_rank(entries: Sequence[tuple[MedicationEntry, Mark]], now: datetime) -> tuple[int, float]:
    ordered = [entry for entry, _ in entries if entry.kind not in _GIVEN] or [entry for entry, _ in entries]
    begun = max((at.timestamp() for e in ordered if (at := e.period.start or e.authored)), default=0.0)
    return min(_RANK.index(state_of(entry, now)) for entry in ordered), -begun


def _drug_row(entries: Sequence[tuple[MedicationEntry, Mark]], now: datetime, t: Words) -> Row:
    first = min((e for e, _ in entries), key=lambda e: (e.kind in _GIVEN, _RANK.index(state_of(e, now))))
    marks = sorted((mark for _, mark in entries), key=lambda mark: mark.kind == "given")
    dose = next((dose.text for dose in first.doses if dose.text), "")
    name = first.concept.name() or t("not_recorded")
    given = [mark for mark in marks if mark.kind == "given"]
    drawn = [mark for mark in marks if mark.kind != "given"] + _joined(given, t)
    return Row(kind="drug", name=name, note=dose, marks=tuple(drawn), words=_said(drawn))


def _drug(entry: MedicationEntry, now: datetime, axis: Axis, t: Words) -> Mark | None:
    start = entry.period.start or entry.authored or entry.period.end
    if start is None:
        return None
    given = entry.kind in _GIVEN
    state = "given" if given else state_of(entry, now)
    end = entry.period.end or (now if state == "used" else axis.window.end if state == "planned" else start)
    if not axis.shows(start, end):
        return None
    x, width = axis.across(start, max(start, end))
    dose = next((f" {dose.text}" for dose in entry.doses if dose.text), "")
    until = "" if given or state == "planned" else f" – {_day(entry.period.end if state != 'used' else None, t)}"
    if state == "ended" and entry.period.end is None:
        until = f" – {t('chart_end_not_recorded')}"
    name = entry.concept.name() or t("not_recorded")
    return Mark(
        x=x, width=0.0 if given else width, kind=state, references=(entry.source.reference,),
        words=f"{name}{dose} · {t('use_' + state)} · {start:%Y-%m-%d %H:%M}{until}",
    )  # fmt: skip


def _results(chart: Chart, axis: Axis, t: Words) -> list[Row]:
    """A row for each result with a number in the window: outside of its interval first, vital signs after the others.

    Among those alike, what dosing depends on comes first, then what was measured most.
    """
    held: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in chart.observations:
        if reading.at and reading.measure and reading.status not in _VOID and reading.concept.name():
            held[reading.concept.name() or ""].append(reading)
    known = {reading.concept.name() for reading in chart.measures.values()}
    found, out = [], partial(outside_but, chart, Intended(chart))
    for name, readings in held.items():
        if row := _result(name, readings, axis, (t, out)):
            vital = any("vital-signs" in reading.category for reading in readings)
            once = any(mark.kind == "dot out" for mark in row.marks)
            found.append(((vital, not row.out, not once, name not in known, -len(row.marks), name), row))
    return [row for _, row in sorted(found, key=lambda one: one[0])]


def _result(name: str, readings: list[Reading], axis: Axis, told: tuple[Words, _Out]) -> Row | None:
    t, out = told
    course = sorted((r for r in readings if r.at and axis.shows(r.at, r.at)), key=lambda r: r.at or axis.window.start)
    held = [(r.at, r.measure, r) for r in course if r.at and r.measure]
    held = [one for one in held if one[1].unit == held[-1][1].unit]
    if not held:
        return None
    _, newest, last = held[-1]
    unit = written(newest.unit)
    bounds = [m.value if m and m.unit in {newest.unit, None} else None for m in (last.low, last.high)]
    values = [measure.value for _, measure, _ in held] + [bound for bound in bounds if bound is not None]
    least, most = min(values), max(values)

    def y(value: float) -> float:
        return round(88 - (value - least) / (most - least) * 76, 1) if 0 < most - least < inf else 50.0

    marks = [
        Mark(
            x=axis.x(at), y=y(measure.value), kind="dot out" if out(reading) else "dot",
            words=f"{name} {measure.comparator or ''}{measure.value:g} {unit} · {at:%Y-%m-%d %H:%M}",
            references=(reading.source.reference,),
        )
        for at, measure, reading in held
    ]  # fmt: skip
    marks = _thinned(marks)
    top, foot = (y(bound) if bound is not None else end for bound, end in ((bounds[1], 0.0), (bounds[0], 100.0)))
    ends = (min(measure.value for _, measure, _ in held), max(measure.value for _, measure, _ in held))
    return Row(
        kind="result", name=name, note=f"{newest.comparator or ''}{newest.value:g} {unit}".strip(), marks=tuple(marks),
        out=out(last), line=" ".join(f"{mark.x:g},{mark.y:g}" for mark in marks) if len(marks) > 1 else "",
        band=(top, foot) if any(bound is not None for bound in bounds) else None,
        words=t("chart_course_words", n=len(held), least=f"{ends[0]:g}", most=f"{ends[1]:g}", newest=marks[-1].words),
    )  # fmt: skip


def _thinned(marks: list[Mark]) -> list[Mark]:
    """At most so many dots as can be told apart: of those at one place the last, one out of range before others."""
    if len(marks) <= _POINTS:
        return marks
    kept: dict[int, Mark] = {}
    for mark in marks:
        place = int(mark.x * _POINTS / 100)
        if place not in kept or mark.kind == "dot out" or kept[place].kind != "dot out":
            kept[place] = mark
    return [kept[place] for place in sorted(kept)]


def _papers(chart: Chart, axis: Axis, t: Words) -> Row | None:
    held = sorted((d for d in chart.documents if d.at and axis.shows(d.at, d.at)), key=lambda d: d.at or chart.as_of)
    marks = [_paper(document, document.at, axis, t) for document in held if document.at]
    joined = _joined([m for m in marks if m.kind == "note"], t) + _joined([m for m in marks if m.kind == "report"], t)
    return Row(kind="papers", name=t("documents"), marks=tuple(joined), words=_said(joined)) if joined else None


def _paper(document: Document, at: datetime, axis: Axis, t: Words) -> Mark:
    report = document.source.reference.startswith("DiagnosticReport/")
    title = document.title or document.concept.name() or t("not_recorded")
    return Mark(
        x=axis.x(at), y=72.0 if report else 28.0, kind="report" if report else "note",
        words=f"{title} · {at:%Y-%m-%d %H:%M}", references=(document.source.reference,),
    )  # fmt: skip


def _joined(marks: list[Mark], t: Words) -> list[Mark]:
    """Marks of one kind that would cover each other made one, which names the first of them."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda one: one.x):
        if groups and mark.x - groups[-1][0].x < _NEAR:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [_one(group, t) for group in groups]


def _one(group: list[Mark], t: Words) -> Mark:
    if len(group) == 1:
        return group[0]
    words = "; ".join(mark.words for mark in group[:_NAMED])
    rest = len(group) - _NAMED
    return msgspec.structs.replace(
        group[0], references=tuple(ref for mark in group for ref in mark.references), kind=f"{group[0].kind} many",
        words=f"{len(group)} × {words}{t('chart_and_more', n=rest) if rest > 0 else ''}",
    )  # fmt: skip
