"""The laboratory of a patient: the newest of everything, the course of what is chosen, and a report in plain words."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import Response

from openward.domain.errors import NotFoundError
from openward.doors.console.course import (
    LEFT,
    WIDTH,
    Trend,
    Use,
    Window,
    interval,
    plotted,
    recent,
    trend,
    uses,
    whole,
)
from openward.doors.console.drawing import Spark, spark
from openward.doors.console.drawing import outside as outside_of
from openward.doors.console.pages.runs import run_of
from openward.doors.console.series import Point, Series, chosen, series_of
from openward.doors.console.visit import PageRoute, Visit, draw, words
from openward.doors.proposals import body_of
from openward.record.chart import Chart, Reading

_SPANS: Final = ("7", "30", "90", "365")
_TOGETHER: Final = 4
_ROWS: Final = 100
_PICK: Final = "show."
_SAID: Final = (
    "say_high",
    "say_low",
    "say_abnormal",
    "say_interval",
    "say_newest",
    "say_source",
    "say_house",
    "say_critical",
)
# The order in which a physician reads a laboratory sheet; what stands in no group comes last.
_GROUPS: Final = (
    "chemistry", "blood_gas", "haematology", "coagulation", "inflammation", "cardiac", "liver", "diabetes", "lipids",
    "thyroid", "hormones", "iron_vitamins", "infection", "immunology", "tumour_markers", "drugs", "urine", "fluids",
    "vital-signs", "other",
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One series in the list: its newest value with what surrounds it."""

    series: Series
    course: Spark | None
    interval: str


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """One series in a picture, and the address of the page without it."""

    series: Series
    drawn: Trend | None
    without: str


class Row(msgspec.Struct, frozen=True):
    """The values of one moment, one place for each series that is shown."""

    at: datetime | None
    points: tuple[tuple[Point, ...], ...]


def results(visit: Visit) -> Response:
    """The newest results of a patient, or the course of those that were chosen."""
    chart = visit.ward.chart(visit.path["patient"], actor=visit.actor, door="console")
    held = series_of(chart, visit.language)
    keys = [visit.query["name"]] if visit.query.get("name") else []
    keys += [name.removeprefix(_PICK) for name in visit.query if name.startswith(_PICK)]
    return _course(visit, chart, held, keys) if keys else _sheet(visit, chart, held)


def _sheet(visit: Visit, chart: Chart, held: list[Series]) -> Response:
    """The newest value of each series in groups, those out of their interval first within each."""
    only = visit.query.get("only") == "out"
    outside = sorted((s for s in held if s.newest.out), key=_urgency)
    judged = [s.newest for s in held if s.newest.judged]
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for series in sorted(held, key=lambda s: (not s.newest.out, *_urgency(s), s.name)):
        if series.newest.out or not only:
            groups[series.group if series.group in _GROUPS else _GROUPS[-1]].append(_line(series))
    return draw(
        visit, "laboratory.html", chart=chart, age=_age(chart), count=len(held), only=only, most=_TOGETHER,
        sheet=[(name, groups[name]) for name in _GROUPS if name in groups], outside=outside,
        judged=len(judged), by_house=sum(point.whose == "house" for point in judged),
    )  # fmt: skip


def _urgency(series: Series) -> tuple[bool, float]:
    return not series.newest.alarming, -series.newest.beyond


def _line(series: Series) -> Line:
    newest = series.newest
    return Line(
        series=series, course=spark([p.reading for p in series.points], _out_of(series)),
        interval=interval(newest.low, newest.high) or newest.reading.range_text or "",
    )  # fmt: skip


def _out_of(series: Series) -> Callable[[Reading], bool]:
    """Which readings of a series lie outside of their interval, less what a drug moves by intent."""
    meant = {(p.reading.source.reference, p.reading.path) for p in series.points if p.intent and not p.out}
    return lambda reading: (reading.source.reference, reading.path) not in meant and outside_of(reading)


def _course(visit: Visit, chart: Chart, held: list[Series], keys: list[str]) -> Response:
    """Up to four series beneath each other, with the drugs in use, and all their values as a table."""
    shown = chosen(held, keys)[:_TOGETHER]
    days = visit.query.get("days", "")
    days = days if days in (*_SPANS, "all") else ""
    window = _window(shown, days, chart.as_of)
    given = uses(chart, whole(shown) or window) if window else []
    rows, more = _rows(shown, _number(visit.query.get("after", "0")))
    return draw(
        visit, "results.html", chart=chart, age=_age(chart), name=" · ".join(s.name for s in shown), days=days,
        plots=_plots(visit, shown, window), width=WIDTH, left=LEFT, rows=rows, after=more, spans=_SPANS, given=given,
        others=[s for s in held if s not in shown and s.dated] if len(shown) < _TOGETHER else [],
        address=_address(visit, shown), data=_data(visit, shown, given, window, chart.as_of),
    )  # fmt: skip


def _age(chart: Chart) -> int | None:
    return chart.demographics.age_at(chart.as_of) if chart.demographics else None


def _window(shown: list[Series], days: str, now: datetime) -> Window | None:
    if days in _SPANS:
        return now - timedelta(days=int(days)), now
    return whole(shown) if days == "all" else recent(shown)


def _plots(visit: Visit, shown: list[Series], window: Window | None) -> list[Plot]:
    return [
        Plot(
            series=series, drawn=trend(series, window, flat=len(shown) > 1) if window else None,
            without=_address(visit, [s for s in shown if s is not series]),
        )
        for series in shown
    ]  # fmt: skip


def _address(visit: Visit, shown: list[Series]) -> str:
    """The address of this page for some series."""
    path = f"/console/patients/{quote(visit.path['patient'], safe='')}/results"
    return f"{path}?{urlencode({f'{_PICK}{s.key}': '1' for s in shown})}" if shown else path


def _data(
    visit: Visit, shown: list[Series], given: list[Use], window: Window | None, now: datetime
) -> dict[str, Any] | None:
    """What the script draws, with the words that it says."""
    full = whole(shown)
    if window is None or full is None:
        return None
    told = plotted(shown, given, window, visit.language)
    said = {key.removeprefix("say_"): visit.t(key) for key in _SAID}
    ready: dict[str, Any] = _in_seconds(msgspec.to_builtins(told, builtin_types=(datetime,)) | {"now": now})
    return ready | {"words": said}


def _in_seconds(value: Any) -> Any:
    if isinstance(value, datetime):
        return round(value.timestamp())
    if isinstance(value, dict):
        return {key: _in_seconds(part) for key, part in value.items()}
    return [_in_seconds(part) for part in value] if isinstance(value, list | tuple) else value


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004 - no more rows than that


def _rows(shown: list[Series], after: int) -> tuple[list[Row], int | None]:
    """The values of some series by their moment, newest first, a page of them, and where the next page begins."""
    held: defaultdict[datetime | None, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for series in shown:
        for point in series.points:
            held[point.at][series.key].append(point)
    moments = sorted(held, key=lambda at: at.timestamp() if at else float("-inf"), reverse=True)
    page = [Row(at, tuple(tuple(held[at][s.key]) for s in shown)) for at in moments[after : after + _ROWS]]
    return page, after + _ROWS if len(moments) > after + _ROWS else None


def plain(visit: Visit) -> Response:
    """A report in plain words, to be printed for the patient."""
    visit.ward.access.require(visit.actor, "run.read")
    run = run_of(visit, visit.path["run"])
    said = body_of(run).get("for_patient")
    if not said:
        raise NotFoundError("this run has no words for a patient")
    visit.ward.trail.write(visit.actor, "run.read", "read", patient=run.patient, run=run.id, door="console")
    chart = visit.ward.chart(run.patient, actor=visit.actor, door="console") if run.patient else None
    service = visit.ward.service(run.service)
    return draw(
        visit, "plain_words.html", run=run, said=said, chart=chart, title=service.card.title.in_(run.language),
        site=visit.ward.settings.site, say=words()[run.language],
    )  # fmt: skip


ROUTES: Final = (
    PageRoute("/console/patients/{patient}/results", results),
    PageRoute("/console/runs/{run}/plain", plain),
)
