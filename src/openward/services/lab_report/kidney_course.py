"""Acute kidney injury and lasting loss of filtration, from the series of creatinine and filtration rate."""

from datetime import datetime, timedelta
from typing import Final

from openward.knowledge.kidney import creatinine_mg_dl, is_unstable
from openward.services.lab_report.baseline import RATIO, RISE, WEEK, Baseline, baseline
from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench
from openward.services.lab_report.derived import keep, rate_of
from openward.services.lab_report.lines import Line
from openward.services.lab_report.series import days_between
from openward.services.lab_report.statements import Statement, state

RISE_DAYS: Final = 2.0
YEAR: Final = 365.0
RATIO_2, RATIO_3 = 2.0, 3.0
STAGE_3: Final = 353.6
NEWBORN_DAYS: Final = 28
CKD_RATE: Final = 60.0
CKD_DAYS: Final = 90.0
SAME_DRAW: Final = timedelta(days=1)


def kidney(bench: Bench) -> list[Statement]:
    """What creatinine and filtration say over time."""
    lasting = _lasting(bench)
    line = bench.line("creatinine")
    if line is None or line.value is None or line.result.comparator:
        return lasting
    if bench.person.age_days is not None and bench.person.age_days < NEWBORN_DAYS:
        return lasting
    earlier = _earlier(line, bench)
    acute = _acute(line, line.value, earlier, bench)
    if acute is not None:
        return [acute]
    if line.flag == "high" and not earlier:
        severe = line.value >= STAGE_3
        return [state("creatinine-no-baseline", (line,), severity="high" if severe else None), *lasting]
    if line.flag == "high" and (line.upper_multiple() or 0) >= RATIO:
        return [state("creatinine-raised", (line, earlier[0][1])), *lasting]
    return lasting


def _earlier(line: Line, bench: Bench) -> list[tuple[float, Line]]:
    """The values of the year before with their days, newest first."""
    found = []
    for held in bench.history.get(line.name, ()):
        days = days_between(held.taken, line.taken or bench.now)
        if held.value is not None and held.result.comparator is None and days is not None and 0 < days <= YEAR:
            found.append((days, held))
    return found


def _acute(line: Line, value: float, earlier: list[tuple[float, Line]], bench: Bench) -> Statement | None:
    rose = [held for days, held in earlier if days <= RISE_DAYS and value - (held.value or value) >= RISE]
    base = baseline(earlier)
    if base is None:
        return None
    ratio = value / base.value
    if ratio < RATIO and not rose:
        return None
    beside = base if ratio >= RATIO else Baseline(rose[0], rose[0].value or base.value, "week")
    said = {"baseline": beside.said(bench.language)}
    computed = keep(bench, "creatinine_ratio", value / beside.value, (line, beside.line))
    # An injury keeps the stage of its worst value (KDIGO 2012, 2.1.2), also while it is getting better.
    week = [held for days, held in earlier if days <= WEEK]
    worst = max(week, key=lambda held: held.value or 0.0, default=line)
    peak = max(value, worst.value or 0.0)
    stage = _stage(peak / base.value, peak)
    if stage == _stage(ratio, value):
        return state(f"aki-{stage}", (line, beside.line), (computed,), fills=said)
    at_peak = keep(bench, "creatinine_peak_ratio", peak / base.value, (worst, base.line))
    return state(f"aki-{stage}", (worst, line, beside.line), (at_peak, computed), fills=said)


def _stage(ratio: float, value: float) -> int:
    if ratio >= RATIO_3 or value >= STAGE_3:
        return 3
    return 2 if ratio >= RATIO_2 else 1


def _lasting(bench: Bench) -> list[Statement]:
    """Filtration below 60 at both ends of at least three months, and never above in between.

    Values of an acute change are no evidence of a lasting one (KDIGO 2024, 1.1.3): the newest makes nothing to be
    said, those before it are passed over.
    """
    rates, moments = _rates(bench), _changing(bench)
    if not rates or rates[0][1] >= CKD_RATE or _is_near(rates[0][0], moments, bench.now):
        return []
    newest = rates[0][0]
    for line, rate in rates[1:]:
        if _is_near(line, moments, bench.now):
            continue
        if rate >= CKD_RATE:
            return []
        days = days_between(line.taken, newest.taken or bench.now)
        if days is not None and days >= CKD_DAYS:
            return [_chronic((newest, line), bench)]
    return []


def _chronic(lines: tuple[Line, ...], bench: Bench) -> Statement:
    """What is on the problem list already is not offered as new."""
    known = bench.person.kidney_disease
    return state("ckd-persistent", lines) if known is None else state("ckd-known", lines, cited=(known,))


def _changing(bench: Bench) -> frozenset[datetime]:
    """When creatinine differed from another of the week as much as in acute kidney injury, by the rule of the house."""
    newest = bench.line("creatinine")
    lines = (*((newest,) if newest is not None else ()), *bench.history.get("creatinine", ()))
    series = [
        (line.taken or bench.now, value)
        for line in lines
        if line.value and line.result.comparator is None and (value := creatinine_mg_dl(line.value, "umol/L"))
    ]
    series.sort(reverse=True)
    found: set[datetime] = set()
    for place, (at, value) in enumerate(series):
        for before, other in series[place + 1 :]:
            if at - before > timedelta(days=WEEK):
                break
            if is_unstable([(at, value), (before, other)]):
                found |= {at, before}
    return frozenset(found)


def _is_near(line: Line, moments: frozenset[datetime], now: datetime) -> bool:
    taken = line.taken or now
    return any(abs(taken - moment) <= SAME_DRAW for moment in moments)


def _rates(bench: Bench) -> list[tuple[Line, float]]:
    """Filtration rates, newest first: as reported, else from creatinine."""
    newest = bench.line("egfr")
    if newest is not None:
        series = (newest, *bench.history.get("egfr", ()))
        return [(line, line.value) for line in series if line.value is not None]
    newest = bench.line("creatinine")
    if newest is None:
        return []
    found = []
    for line in (newest, *bench.history.get("creatinine", ())):
        back = days_between(line.taken, bench.now) or 0.0
        age = None if bench.person.age_days is None else max(0.0, bench.person.age_days - back)
        rate = rate_of(line, bench.person.sex, age)
        if rate is not None and back <= 3 * DAYS_PER_YEAR:
            found.append((line, rate))
    return found
