"""Troponin over hours: change by the fourth universal definition, and the limits of a named assay."""

from typing import Final

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.text import Text
from openward.knowledge import tables
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.lines import Line, shown
from openward.services.lab_report.series import days_between
from openward.services.lab_report.statements import Statement, state

ASSAYS: Final = "lab_troponin"
NAMES: Final = ("troponin_t_hs", "troponin_i_hs", "troponin_i", "troponin_t")
HOURS: Final = 24.0
RAISED_CHANGE: Final = 0.20
NORMAL_CHANGE: Final = 0.50
SOON_HOURS: Final = 0.75
HOUR_LOW, HOUR_HIGH = 0.75, 1.5


def troponin(bench: Bench) -> list[Statement]:
    """One statement on the newest troponin."""
    line = next((found for name in NAMES if (found := bench.line(name)) is not None), None)
    if line is None or line.value is None or not line.high:
        return []
    before, hours = _before(line, bench)
    if before is None or before.value is None:
        return _single(line, bench)
    return _pair(line, before, hours, bench)


def _single(line: Line, bench: Bench) -> list[Statement]:
    if line.flag != "high":
        return []
    words, cited = _assay(line, None, None, bench)
    return [state("troponin-raised", (line,), fills={"detail": words}, cited=cited)]


def _pair(line: Line, before: Line, hours: float, bench: Bench) -> list[Statement]:
    value, first, upper = line.value or 0.0, before.value or 0.0, line.high or 0.0
    if max(value, first) <= upper:
        return []
    change = abs(value - first)
    needed = RAISED_CHANGE * first if first > upper else NORMAL_CHANGE * upper
    words, cited = _assay(line, before, hours, bench)
    said = _CHANGE.in_(bench.language).format(
        first=shown(before, bench.language), last=shown(line, bench.language), hours=f"{hours:.1f}"
    )
    pattern = "troponin-change" if change > needed else "troponin-stable"
    return [state(pattern, (line, before), fills={"detail": f"{said} {words}".strip()}, cited=cited)]


def _before(line: Line, bench: Bench) -> tuple[Line | None, float]:
    """The earliest value of the day before, so that a slow rise is seen whole."""
    for held in reversed(bench.history.get(line.name, ())):
        days = days_between(held.taken, line.taken or bench.now)
        if (
            days is not None
            and SOON_HOURS <= days * 24 <= HOURS
            and held.value is not None
            and not held.result.comparator
        ):
            return held, days * 24
    return None, 0.0


def _assay(
    line: Line, before: Line | None, hours: float | None, bench: Bench
) -> tuple[str, tuple[KnowledgeEvidence, ...]]:
    """What the limits of the assay say, where the report names one."""
    table = tables.find(ASSAYS)
    told = f"{line.result.name} {line.result.comment or ''}".casefold()
    row = next((r for r in table if r["analyte"] == line.name and r["assay"] in told), None)
    if row is None or line.value is None:
        return "", ()
    word = None
    if line.value >= float(row["high"]):
        word = _RULE_IN
    elif before is not None and before.value is not None and hours is not None and HOUR_LOW <= hours <= HOUR_HIGH:
        change = abs(line.value - before.value)
        if change >= float(row["change_1h"]):
            word = _RULE_IN
        elif before.value < float(row["low"]) and change < float(row["no_change_1h"]):
            word = _RULE_OUT
        else:
            word = _OBSERVE
    return (word.in_(bench.language), (table.evidence(row),)) if word else ("", ())


_CHANGE: Final = Text("From {first} to {last} in {hours} h.", "{hours} 小时内由 {first} 变为 {last}。")
_RULE_IN: Final = Text("In the rule-in zone of this assay (ESC 0 h/1 h).", "达该检测法 ESC 0/1 h 诊断区。")
_RULE_OUT: Final = Text("In the rule-out zone of this assay (ESC 0 h/1 h).", "处于该检测法 ESC 0/1 h 排除区。")
_OBSERVE: Final = Text("In the observe zone of this assay (ESC 0 h/1 h).", "处于该检测法 ESC 0/1 h 观察区。")
