"""Statements about single results: critical, changed beyond chance, or merely out of range."""

from collections.abc import Iterable
from typing import Final

from openward.knowledge import analytes as catalogue
from openward.knowledge import tables
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.derived import FORMULAS
from openward.services.lab_report.lines import Line, shown
from openward.services.lab_report.series import change_of, crosses, mixed_up
from openward.services.lab_report.statements import Statement, name_of, state

CHANGE_WITHIN_DAYS: Final = 90.0
NAMES_IN_HEADLINE: Final = 3
MANY: Final = 4
FAR_OUT: Final = 0.5


def criticals(bench: Bench) -> list[Statement]:
    """One statement for each critical value."""
    return [
        state(
            "critical-value",
            (line,),
            fills={"name": name_of(line, bench.language), "value": shown(line)},
            mark=line.name,
            cited=(line.critical.evidence,),
        )
        for line in bench.lines
        if line.critical is not None
    ]


def changes(bench: Bench, held: Iterable[Statement]) -> list[Statement]:
    """Results that changed beyond chance and lie out of range, or came back; not those that a pattern speaks of."""
    spoken = {line.name for s in held for line in s.lines}
    cited = tables.find(FORMULAS).evidence("reference_change_value")
    found = []
    for line in bench.by_name.values():
        change = change_of(line, bench) if line.name not in spoken and crosses(line, bench) else None
        if change is None or change.verdict != "significant" or change.days is None or change.percent is None:
            continue
        if change.days > CHANGE_WITHIN_DAYS or line.flag not in {"low", "high"}:
            continue
        before = bench.history[line.name][0]
        fills = {"name": name_of(line, bench.language), "percent": f"{change.percent:+.0f}"}
        variation = catalogue.variation(line.analyte) if line.analyte else None
        known = (variation.evidence,) if variation else ()
        found.append(state("significant-change", (line, before), fills=fills, mark=line.name, cited=(cited, *known)))
    return found


def mislabelled(bench: Bench) -> list[Statement]:
    """So many results changed at once that the tube may be another patient's."""
    lines = mixed_up(bench)
    return [state("mislabelled-sample", lines)] if lines else []


def out_of_range(bench: Bench, done: set[tuple[str, str]]) -> list[Statement]:
    """One statement on all that is left out of range."""
    left = [
        line
        for line in bench.lines
        if line.flag in {"low", "high", "abnormal"} and not {(line.name, ""), (line.name, line.flag)} & done
    ]
    if not left:
        return []
    left.sort(key=_distance, reverse=True)
    names = [name_of(line, bench.language) for line in left[:NAMES_IN_HEADLINE]]
    more = len(left) - len(names)
    separator = "、" if bench.language == "zh" else ", "
    joined = separator.join(names) + (
        (f" 等 {len(left)} 项" if bench.language == "zh" else f" +{more}") if more else ""
    )
    slight = all(_distance(line) < FAR_OUT for line in left)
    severity = "info" if slight and len(left) < MANY else "low"
    return [state("out-of-range", left, fills={"names": joined}, severity=severity)]


def _distance(line: Line) -> float:
    """How far out a result lies, as a share of the limit that it is beyond."""
    times = line.upper_multiple() if line.flag == "high" else line.lower_multiple()
    if times is None or times <= 0:
        return 1.0
    return times - 1 if line.flag == "high" else 1 / times - 1
