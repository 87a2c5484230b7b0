"""Acute kidney injury and lasting loss of filtration, from the series of creatinine and filtration rate."""

from statistics import median
from typing import Final

from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench
from openward.services.lab_report.derived import keep, rate_of
from openward.services.lab_report.lines import Line
from openward.services.lab_report.series import days_between
from openward.services.lab_report.statements import Statement, state

RISE: Final = 26.5
RISE_DAYS: Final = 2.0
WEEK: Final = 7.0
YEAR: Final = 365.0
RATIO_1, RATIO_2, RATIO_3 = 1.5, 2.0, 3.0
STAGE_3: Final = 353.6
NEWBORN_DAYS: Final = 28
CKD_RATE: Final = 60.0
CKD_DAYS: Final = 90.0


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
        return [acute, *lasting]
    if line.flag == "high" and not earlier:
        severe = line.value >= STAGE_3
        return [state("creatinine-no-baseline", (line,), severity="high" if severe else None), *lasting]
    if line.flag == "high" and (line.upper_multiple() or 0) >= RATIO_1:
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
    near = [held for days, held in earlier if days <= WEEK and held.value]
    rose = [held for days, held in earlier if days <= RISE_DAYS and value - (held.value or value) >= RISE]
    base = min(near, key=lambda held: held.value or 0.0, default=None)
    if base is None or value < RATIO_1 * (base.value or value):
        base = _of_the_year(earlier) or base
    if base is None or not base.value:
        return None
    ratio = value / base.value
    if ratio < RATIO_1 and not rose:
        return None
    lines = (line, *(rose[:1] if ratio < RATIO_1 else (base,)))
    computed = keep(bench, "creatinine_ratio", value / (lines[1].value or base.value), lines)
    # An injury keeps the stage of its worst value (KDIGO 2012, 2.1.2), also while it is getting better.
    worst = max(near, key=lambda held: held.value or 0.0, default=line)
    peak = max(value, worst.value or 0.0)
    stage = _stage(peak / base.value, peak)
    if stage == _stage(ratio, value):
        return state(f"aki-{stage}", lines, (computed,))
    at_peak = keep(bench, "creatinine_peak_ratio", peak / base.value, (worst, base))
    return state(f"aki-{stage}", (worst, *lines), (at_peak, computed))


def _of_the_year(earlier: list[tuple[float, Line]]) -> Line | None:
    """The value nearest to the median of the time before the week, as a presumed baseline."""
    values = [held for days, held in earlier if days > WEEK and held.value]
    if not values:
        return None
    middle = median(held.value or 0.0 for held in values)
    return min(values, key=lambda held: abs((held.value or 0.0) - middle))


def _stage(ratio: float, value: float) -> int:
    if ratio >= RATIO_3 or value >= STAGE_3:
        return 3
    return 2 if ratio >= RATIO_2 else 1


def _lasting(bench: Bench) -> list[Statement]:
    """Filtration below 60 at both ends of at least three months, and never above in between."""
    rates = _rates(bench)
    if not rates or rates[0][1] >= CKD_RATE:
        return []
    newest = rates[0][0]
    held: list[Line] = [newest]
    for line, rate in rates[1:]:
        if rate >= CKD_RATE:
            return []
        held.append(line)
        days = days_between(line.taken, newest.taken or bench.now)
        if days is not None and days >= CKD_DAYS:
            return [state("ckd-persistent", (newest, line))]
    return []


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
