"""What follows from a panel: tests that would tell more, and telling somebody of critical values."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, cast

from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.lines import Line, shown
from openward.services.lab_report.proposal import NextTest, ReadBack, Urgency
from openward.services.lab_report.series import days_between
from openward.services.lab_report.statements import Statement, finding_id, name_of

TESTS: Final = "lab_next_tests"
POLICY: Final = "lab_read_back"
URGENCIES: Final[tuple[Urgency, ...]] = ("now", "soon", "routine")
MAX_TESTS: Final = 12
RECENT_DAYS: Final = 30


@tables.remembered(1)
def _tests() -> dict[str, tuple[Row, ...]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in tables.find(TESTS):
        grouped[row["pattern"]].append(row)
    return {pattern: tuple(rows) for pattern, rows in grouped.items()}


def next_tests(statements: Iterable[Statement], bench: Bench) -> tuple[NextTest, ...]:
    """The tests of the patterns that hold, without those that are known; the most urgent first."""
    found: dict[str, NextTest] = {}
    for statement in statements:
        for row in _tests().get(statement.id, ()):
            if row["analyte"] and _is_known(row["analyte"], bench):
                continue
            test = Text(row["test_en"], row["test_zh"]).in_(bench.language)
            made = NextTest(
                test=test,
                analyte=row["analyte"] or None,
                urgency=cast("Urgency", row["urgency"]),
                reason=Text(row["reason_en"], row["reason_zh"]).in_(bench.language),
                because=finding_id(statement),
                source=row.source,
            )
            held = found.get(test)
            if held is None or URGENCIES.index(made.urgency) < URGENCIES.index(held.urgency):
                found[test] = made
    return tuple(sorted(found.values(), key=lambda t: URGENCIES.index(t.urgency))[:MAX_TESTS])


def _is_known(analyte: str, bench: Bench) -> bool:
    """Whether the panel has an analyte, or the chart has it of the past month."""
    newest = next(iter(bench.history.get(analyte, ())), None)
    days = days_between(newest.taken, bench.now) if newest is not None else None
    return bench.holds(analyte) or (days is not None and days <= RECENT_DAYS)


def read_back(lines: Iterable[Line], bench: Bench) -> tuple[ReadBack, ...]:
    """One task for each critical value."""
    table = tables.find(POLICY)
    row = table.row("read-back")
    minutes = int(row["minutes"])
    return tuple(
        ReadBack(
            analyte=name_of(line, bench.language),
            result=shown(line, bench.language),
            limit=limit_of(line, bench.language),
            minutes=minutes,
            call_by=(bench.now + timedelta(minutes=minutes)).isoformat(),
            policy=f"{Text(row['policy_en'], row['policy_zh']).in_(bench.language)} ({row.source})",
        )
        for line in lines
        if line.critical is not None
    )


def limit_of(line: Line, language: Language) -> str:
    """The critical limit that a value is beyond."""
    limits, value, unit = line.critical, line.value, line.analyte.unit if line.analyte else ""
    if limits is None or value is None:
        return ""
    if limits.low is not None and value <= limits.low:
        return f"≤ {limits.low:.12g} {written(unit, language)}".rstrip()
    return f"≥ {limits.high:.12g} {written(unit, language)}".rstrip() if limits.high is not None else ""
