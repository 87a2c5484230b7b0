"""Statements about single results: critical, changed beyond chance, or merely out of range."""

from collections.abc import Iterable
from typing import Final

from openward.domain.proposal import Severity
from openward.knowledge import analytes as catalogue
from openward.knowledge import tables
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.derived import FORMULAS
from openward.services.lab_report.lines import Line, is_alarm, shown, sign_of
from openward.services.lab_report.series import change_of, crosses, mixed_up
from openward.services.lab_report.statements import Statement, name_of, state

CHANGE_WITHIN_DAYS: Final = 90.0
NAMES_IN_HEADLINE: Final = 3
MANY: Final = 4
FAR: Final = 1.0
_GOOD_OR_NEUTRAL: Final = frozenset({"hbs_ab"})


def criticals(bench: Bench) -> list[Statement]:
    """One statement for each critical value."""
    return [
        state(
            "critical-value",
            (line,),
            fills={"name": name_of(line, bench.language), "value": shown(line, bench.language)},
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


def left_over(bench: Bench, done: set[tuple[str, str]]) -> list[Statement]:
    """What no pattern speaks of: results far out, results slightly out, and tests that are positive."""
    left = [
        line
        for line in bench.lines
        if _is_out(line, bench) and (line.analyte is None or not {(line.name, ""), (line.name, line.flag)} & done)
    ]
    left.sort(key=_distance, reverse=True)
    bare = [line for line in left if _is_only_flagged(line)]
    far = [line for line in left if line not in bare and _distance(line) >= FAR]
    near = [line for line in left if line not in bare and _distance(line) < FAR]
    positive = [line for line in bench.lines if _is_positive(line) and (line.name, "") not in done]
    severity: Severity | None = "info" if len(near) < MANY else None
    return [
        *([_flagged(bare, bench)] if bare else []),
        *([_listed("far-out-of-range", far, bench)] if far else []),
        *([_listed("out-of-range", near, bench, severity=severity)] if near else []),
        *([_listed("reported-positive", positive, bench)] if positive else []),
    ]


def _is_only_flagged(line: Line) -> bool:
    """Whether nothing but the report's own mark is known: of no known analyte, or critical by the laboratory alone."""
    return line.analyte is None or is_alarm(line.result)


def _flagged(lines: list[Line], bench: Bench) -> Statement:
    """What the laboratory marked and nobody judged here, each with the mark."""
    marks = [f"{name_of(line, bench.language)} {line.result.flag or line.flag}" for line in lines]
    severity: Severity | None = "high" if any(is_alarm(line.result) for line in lines) else None
    return state("flagged-not-judged", lines, fills={"names": _joined(marks, bench)}, severity=severity)


def _listed(pattern: str, lines: list[Line], bench: Bench, severity: Severity | None = None) -> Statement:
    names = list(dict.fromkeys(name_of(line, bench.language) for line in lines))
    return state(pattern, lines, fills={"names": _joined(names, bench)}, severity=severity)


def _joined(names: list[str], bench: Bench) -> str:
    """The first names, and how many more there are."""
    joined = ("、" if bench.language == "zh" else ", ").join(names[:NAMES_IN_HEADLINE])
    if len(names) > NAMES_IN_HEADLINE:
        joined += f" 等 {len(names)} 项" if bench.language == "zh" else f" +{len(names) - NAMES_IN_HEADLINE}"
    return joined


def _is_out(line: Line, bench: Bench) -> bool:
    """Out of range; a share of white cells says nothing where the count is there."""
    counted = line.name.endswith("_percent") and line.name.removesuffix("_percent") in bench.by_name
    return line.flag in {"low", "high", "abnormal"} and not counted


def _is_positive(line: Line) -> bool:
    """A test in words that is positive, where positive is not what one hopes for or is born with."""
    if line.name in _GOOD_OR_NEUTRAL or line.flag != "unknown":
        return False
    return (line.analyte is None or line.analyte.group in {"infection", "fluids"}) and sign_of(line) == "positive"


def _distance(line: Line) -> float:
    """How far out a result lies, as a share of the limit that it is beyond."""
    times = line.upper_multiple() if line.flag == "high" else line.lower_multiple()
    if times is None or times <= 0:
        return 0.0
    return times - 1 if line.flag == "high" else 1 / times - 1
