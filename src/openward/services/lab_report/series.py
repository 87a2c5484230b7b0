"""A result beside those before it: change against the reference change value, and trend."""

from datetime import datetime
from itertools import pairwise
from math import exp, log, sqrt
from typing import Final

import msgspec

from openward.domain.text import Text
from openward.knowledge import analytes as catalogue
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.lines import Line
from openward.services.lab_report.proposal import Change, Trend

Z: Final = 1.96
SECONDS_A_DAY: Final = 86_400
LOGNORMAL_FROM: Final = 10.0
COMPARED_WITHIN_DAYS: Final = 366
MIXED_UP_WITHIN_DAYS: Final = 7
MIXED_UP_FROM: Final = 6
MIXED_UP_SHARE: Final = 0.5
TREND_FROM: Final = 3
# Changes of these follow the hour of the day, food or treatment, and say nothing of a mix-up of tubes.
_LIVELY: Final = frozenset({
    "glucose", "glucose_fasting", "triglycerides", "iron", "transferrin_saturation", "crp", "crp_hs", "procalcitonin",
    "cortisol", "lactate", "ck", "troponin_t_hs", "troponin_i_hs", "troponin_i", "troponin_t", "inr", "pt", "aptt",
    "urea", "urea_nitrogen",
})  # fmt: skip


class Limits(msgspec.Struct, frozen=True):
    """The reference change values of an analyte in percent: how far it may fall and rise by chance."""

    fall: float
    rise: float


def reference_change(analytical: float, within: float) -> Limits:
    """The limits for 95 % from the two coefficients of variation in percent (Fraser and Harris 1989).

    Above a total of 10 % the distribution is taken as log-normal (Fokkema 2006), and the limits differ up and down.
    """
    total = sqrt(analytical**2 + within**2)
    if total <= LOGNORMAL_FROM:
        limit = Z * sqrt(2) * total
        return Limits(-limit, limit)
    spread = Z * sqrt(2) * sqrt(log(1 + (total / 100) ** 2))
    return Limits(100 * (exp(-spread) - 1), 100 * (exp(spread) - 1))


def limits_of(line: Line) -> Limits | None:
    """The reference change values of a result's analyte."""
    variation = catalogue.variation(line.analyte) if line.analyte else None
    if variation is None:
        return None
    return reference_change(variation.cva, variation.cvi)


def change_of(line: Line, bench: Bench) -> Change | None:
    """The change of a result since the one before; None when there is none before."""
    before = next(iter(bench.history.get(line.name, ())), None)
    if before is None or before.value is None or line.value is None:
        return None
    days = days_between(before.taken, line.taken or bench.now)
    percent = 100 * (line.value - before.value) / before.value if before.value else None
    limits = limits_of(line)
    why = _why_not(line, before, days, limits)
    verdict = "not-comparable"
    if not why and percent is not None and limits is not None:
        verdict = "not-significant" if limits.fall <= percent <= limits.rise else "significant"
    return Change(
        previous=before.value,
        taken=before.taken.isoformat() if before.taken else None,
        days=None if days is None else round(days, 2),
        percent=None if percent is None else round(percent, 1),
        fall=round(limits.fall, 1) if limits else None,
        rise=round(limits.rise, 1) if limits else None,
        verdict=verdict,  # type: ignore[arg-type]
        why=_WHY[why].in_(bench.language) if why else "",
    )


def _why_not(line: Line, before: Line, days: float | None, limits: Limits | None) -> str:
    if limits is None:
        return "no-variation"
    if days is None:
        return "no-time"
    if line.result.comparator or before.result.comparator:
        return "not-exact"
    return "too-far" if days > COMPARED_WITHIN_DAYS else ""


_WHY: Final[dict[str, Text]] = {
    "no-variation": Text("No biological variation on record for this analyte.", "知识表无该项目的生物学变异。"),
    "no-time": Text("The times of both samples are not known.", "两次采样时间不明。"),
    "not-exact": Text("One of the values is only a limit.", "其中一值仅为界限值。"),
    "too-far": Text("More than a year lies between.", "间隔超过一年。"),
}


def days_between(first: datetime | None, last: datetime | None) -> float | None:
    """Days from one moment to another."""
    return None if first is None or last is None else (last - first).total_seconds() / SECONDS_A_DAY


def trend_of(line: Line, bench: Bench) -> Trend | None:
    """Rising or falling when the last values all go one way and the whole change is more than chance; else stable."""
    values = [v for earlier in bench.history.get(line.name, ())[:4] if (v := earlier.value) is not None]
    if line.value is None or len(values) + 1 < TREND_FROM:
        return None
    series = [*reversed(values), line.value]
    limits = limits_of(line)
    if limits is None or not series[0]:
        return None
    percent = 100 * (series[-1] - series[0]) / series[0]
    steps = list(pairwise(series))
    if percent > limits.rise and all(b >= a for a, b in steps):
        return "rising"
    if percent < limits.fall and all(b <= a for a, b in steps):
        return "falling"
    return "stable" if limits.fall <= percent <= limits.rise else None


def crosses(line: Line, bench: Bench) -> bool:
    """Whether a result lies outside of its interval, or came back into it."""
    before = next(iter(bench.history.get(line.name, ())), None)
    return line.flag in {"low", "high"} or (before is not None and before.flag in {"low", "high"})


def mixed_up(bench: Bench) -> tuple[Line, ...]:
    """The results that changed beyond chance, when they are so many that the tube may be another patient's."""
    compared, changed = 0, []
    for line in bench.by_name.values():
        if line.name in _LIVELY:
            continue
        change = change_of(line, bench)
        if change is None or change.days is None or not 0 < change.days <= MIXED_UP_WITHIN_DAYS:
            continue
        if change.verdict != "not-comparable":
            compared += 1
            changed += [line] if change.verdict == "significant" else []
    enough = compared >= MIXED_UP_FROM and len(changed) >= MIXED_UP_SHARE * compared
    return tuple(changed) if enough else ()
