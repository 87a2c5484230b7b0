"""Results and vital signs of the chart: the newest value of each with its flag, and how it went before."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.harness.service import Context
from openward.record.chart import Chart, Encounter, Interval, Measure, Proportion, Reading, Span
from openward.services.clinical_note.charted import day, made
from openward.services.clinical_note.statement import Statement


class Window(NamedTuple):
    """A time from its start to its end."""

    start: datetime
    end: datetime


_DAY: Final = timedelta(hours=24)
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_OPEN: Final = frozenset({"registered", "preliminary"})
_BEFORE: Final = 3
_FLAGS: Final = {
    "H": Text("high", "偏高"), "HH": Text("critically high", "危急值（高）"), "HU": Text("high", "偏高"),
    "L": Text("low", "偏低"), "LL": Text("critically low", "危急值（低）"), "LU": Text("low", "偏低"),
    "A": Text("abnormal", "异常"), "AA": Text("critical", "危急"),
    "POS": Text("positive", "阳性"), "NEG": Text("negative", "阴性"),
}  # fmt: skip
_VITALS: Final = "vital-signs"
_RECENT: Final = timedelta(days=90)


def first_day(stay: Encounter | None) -> Window | None:
    """The first 24 hours of a stay; None where its start is not known."""
    begin = stay.period.start if stay is not None else None
    return Window(begin, begin + _DAY) if begin is not None else None


def results(chart: Chart, context: Context, since: date | None, within: Window | None = None) -> list[Statement]:
    """The newest result of each test from `since` on, without vital signs; what is not final says so.

    With `within` the newest of that time, and nothing that came later.
    """
    first = since or (context.now - _RECENT).date()
    groups = _groups(_in(within, (r for r in chart.observations if _VITALS not in r.category)))
    first = within.start.date() if within is not None else first
    found = [
        (held, _statement(held, "results", context.language))
        for held in groups
        if (held[-1].at is not None and held[-1].at.date() >= first and (within is None or _from(held, within)))
    ]
    found.sort(key=lambda one: _weight(one[0][-1]))
    return [statement for _, statement in found]


def vitals(chart: Chart, context: Context, since: date | None, within: Window | None = None) -> list[Statement]:
    """The vital signs from `since` on, each with its time: the newest, or with `within` the first of that time."""
    if within is not None:
        groups = _groups(_in(within, (r for r in chart.observations if _VITALS in r.category)))
        return [_vital(found[0], context.language) for held in groups if (found := _from(held, within))]
    first = since or (context.now - _RECENT).date()
    groups = _groups(r for r in chart.observations if _VITALS in r.category)
    return [
        _vital(held[-1], context.language) for held in groups if held[-1].at is not None and held[-1].at.date() >= first
    ]


def pending(chart: Chart, language: Language) -> list[Statement]:
    """Reports and results that the record itself marks as not final."""
    out = []
    for report in chart.documents:
        if report.status in (*_OPEN, "partial") and (name := report.concept.name()):
            text = _PENDING.in_(language).format(name=name, status=report.status, day=day(report.at))
            out.append(
                made("pending", " ".join(text.split()), report.source.cite("status", report.status, on=report.at))
            )
    for one in chart.observations:
        if one.status in _OPEN and (name := one.concept.name()):
            text = _PENDING.in_(language).format(name=name, status=one.status, day=day(one.at))
            out.append(made("pending", " ".join(text.split()), one.source.cite("status", one.status, on=one.at)))
    return out


def _in(within: Window | None, readings: Iterable[Reading]) -> Iterable[Reading]:
    """The readings up to the end of a time; those of before stay, to be told as what was before."""
    return (r for r in readings if within is None or (r.at is not None and r.at <= within.end))


def _from(readings: Sequence[Reading], within: Window) -> list[Reading]:
    return [r for r in readings if r.at is not None and r.at >= within.start]


def _groups(readings: Iterable[Reading]) -> list[list[Reading]]:
    """Readings with a value by what they measure, oldest first."""
    found: dict[str, list[Reading]] = {}
    for one in readings:
        name = one.concept.name()
        if one.status in _VOID or one.not_done or one.value is None or name is None:
            continue
        found.setdefault(name, []).append(one)
    return [sorted(held, key=_moment) for held in found.values()]


def _moment(one: Reading) -> float:
    return one.at.timestamp() if one.at is not None else float("-inf")


def _weight(one: Reading) -> int:
    """What is out of range is told first."""
    flag = _flag(one)
    return 0 if flag in ("HH", "LL", "AA") else 1 if flag in ("H", "L", "A", "POS", "HU", "LU") else 2


def _statement(held: Sequence[Reading], topic: str, language: Language) -> Statement:
    last = held[-1]
    text = f"{last.concept.name()} {_value(last, language)}"
    details = [day(last.at)]
    if (flag := _flag(last)) in _FLAGS:
        details.append(_FLAGS[flag].in_(language))
    if last.low is not None or last.high is not None:
        details.append(_RANGE.in_(language).format(range=_range(last)))
    if last.status in _OPEN:
        details.append(_NOT_FINAL.in_(language))
    text += _brackets(details, language)
    before = [one for one in held[:-1] if one.measure is not None and _unit(one) == _unit(last)][-_BEFORE:]
    if before and last.measure is not None:
        told = ", ".join(f"{_number(one)} ({day(one.at)})" for one in reversed(before))
        text += _EARLIER.in_(language).format(values=told)
    cited = [_cited(one) for one in (last, *reversed(before))] if last.measure is not None else [_cited(last)]
    return made(topic, text + ("。" if language == "zh" else "."), *cited)


def _vital(one: Reading, language: Language) -> Statement:
    moment = f"{one.at:%Y-%m-%d %H:%M}" if one.at is not None else ""
    text = f"{one.concept.name()} {_value(one, language)}" + _brackets([moment], language)
    return made("vital", text + ("。" if language == "zh" else "."), _cited(one))


def _brackets(details: Sequence[str], language: Language) -> str:
    said = [one for one in details if one]
    return "" if not said else f"（{'，'.join(said)}）" if language == "zh" else f" ({', '.join(said)})"


def _cited(one: Reading) -> ChartEvidence:
    if isinstance(one.value, Measure):
        return one.source.cite(one.path, one.value.value, unit=one.value.unit, on=one.at)
    if isinstance(one.value, str):
        return one.source.cite(one.path, one.value, on=one.at)
    return one.source.cite(on=one.at)


def _value(one: Reading, language: Language) -> str:
    value = one.value
    if isinstance(value, Measure):
        return f"{value.comparator or ''}{_number(one)} {written(value.unit, language)}".strip()
    if isinstance(value, Concept):
        return value.name() or ""
    if isinstance(value, (Interval, Proportion, Span)):
        return _between(value, language)
    return str(value)


def _between(value: Interval | Proportion | Span, language: Language) -> str:
    if isinstance(value, Span):
        return value.text or f"{day(value.start)} – {day(value.end)}"
    ends = (value.low, value.high) if isinstance(value, Interval) else (value.numerator, value.denominator)
    sign = "–" if isinstance(value, Interval) else ":"
    return sign.join(f"{end.value:g} {written(end.unit, language)}".rstrip() if end else "" for end in ends)


def _number(one: Reading) -> str:
    return f"{one.measure.value:.10g}" if one.measure is not None else ""


def _unit(one: Reading) -> str | None:
    return one.measure.unit if one.measure is not None else None


def _range(one: Reading) -> str:
    if one.low is None:
        return f"≤ {one.high.value:g}" if one.high else ""
    return f"≥ {one.low.value:g}" if one.high is None else f"{one.low.value:g}–{one.high.value:g}"


def _flag(one: Reading) -> str:
    """The flag that the laboratory gave; without one, where the value stands to the range that is recorded with it."""
    given = next((flag for flag in one.interpretation if flag in _FLAGS or flag == "N"), None)
    if given is not None:
        return given
    if one.measure is None or one.measure.comparator:
        return ""
    if one.high is not None and one.high.unit == one.measure.unit and one.measure.value > one.high.value:
        return "H"
    return "L" if one.low is not None and one.low.unit == one.measure.unit and one.measure.value < one.low.value else ""


_PENDING: Final = Text("{name} ({status}) {day}.", "{name}（{status}）{day}。")
_NOT_FINAL: Final = Text("not final", "非最终报告")
_RANGE: Final = Text("range {range}", "参考 {range}")
_EARLIER: Final = Text("; before {values}", "；此前 {values}")
