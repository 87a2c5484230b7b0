"""What values are usual, which are dangerous, and how much a person's own value varies."""

from collections import defaultdict
from typing import Final, Literal, cast

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.knowledge.analytes.analyte import Analyte
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row, Table, find, remembered

INTERVALS: Final = "reference_intervals"
CRITICALS: Final = "critical_values"
VARIATIONS: Final = "biological_variation"
YEAR: Final = 365.25
ADULT: Final = 18 * YEAR
_DAYS: Final = {"d": 1.0, "mo": YEAR / 12, "a": YEAR}
_TRIMESTERS: Final = {"first": (0.0, 14.0), "second": (14.0, 28.0), "third": (28.0, 45.0), "any": (0.0, 45.0)}
_FERTILE: Final = (12 * YEAR, 50 * YEAR)
Sex = Literal["female", "male"]
Basis = Literal["reference", "decision"]


class Ages(msgspec.Struct, frozen=True):
    """An age in days from (inclusive) to (exclusive); an open end is infinite."""

    start: float = 0.0
    end: float = float("inf")

    def holds(self, age_days: float | None) -> bool:
        """Whether an age lies inside; an unknown age only where all ages do."""
        if age_days is None:
            return self.start <= 0 and self.end == float("inf")
        return self.start <= age_days < self.end


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Usual values in the canonical unit, of a population; None is an open end.

    A `reference` interval holds the middle 95 % of healthy people; a `decision` limit is one that a guideline sets.
    `pregnancy` is "no" where it does not hold in pregnancy, a trimester or "any" where it holds only then.
    `assumes` says what was taken for granted because it is not known; `widest` marks the hull of several.
    """

    id: str
    analyte: str
    low: float | None
    high: float | None
    unit: str
    basis: Basis
    population: str
    evidence: KnowledgeEvidence
    ages: Ages = Ages()
    sex: Sex | None = None
    pregnancy: str | None = None
    assumes: tuple[str, ...] = ()
    widest: bool = False


class Critical(msgspec.Struct, frozen=True, kw_only=True):
    """Values at or beyond which the responsible clinician is told at once."""

    id: str
    analyte: str
    low: float | None
    high: float | None
    unit: str
    evidence: KnowledgeEvidence
    ages: Ages = Ages()


class Variation(msgspec.Struct, frozen=True, kw_only=True):
    """How much a healthy person's value varies within (`cvi`) and a method's does (`cva`), both in percent.

    `assumed` is True where the method's is not known and half of `cvi` is taken, the usual goal of a method.
    """

    analyte: str
    cvi: float
    cva: float
    assumed: bool
    evidence: KnowledgeEvidence


def interval(
    analyte: Analyte,
    age_days: float | None,
    sex: Sex | None,
    pregnant: bool | None,  # noqa: FBT001 - one of three answers of the record
    weeks: float | None = None,
) -> Interval | None:
    """The seed interval for a person; None when there is none or the person is not known well enough.

    In pregnancy only intervals count that hold there. The laboratory's own interval goes before any of these.
    """
    rows = _intervals().get(analyte.id, ())
    own = (r for r in rows if r.pregnancy in _TRIMESTERS and _in_trimester(r.pregnancy, weeks))
    if pregnant and (found := next(own, None)):
        return found
    allowed = {None} if pregnant else {None, "no"}
    fits = (r for r in rows if r.pregnancy in allowed and r.ages.holds(age_days) and r.sex in {None, sex})
    found = next(fits, None)
    if found is None or found.pregnancy is None or pregnant is False or not _may_be_pregnant(age_days, sex):
        return found
    return msgspec.structs.replace(found, assumes=("not pregnant",))


def either_sex(analyte: Analyte, age_days: float | None, sex: Sex | None) -> Interval | None:
    """The hull of an analyte's intervals for all adults who may be meant, both sexes; for saying what is outside of it.

    None where the adults of one sex have none, or one of the intervals is open where another ends.
    """
    if age_days is not None and age_days < ADULT:
        return None
    rows = [r for r in _intervals().get(analyte.id, ()) if r.pregnancy in {None, "no"} and r.ages.end > ADULT]
    rows = [r for r in rows if (age_days is None or r.ages.holds(age_days)) and (not sex or r.sex in {None, sex})]
    if not rows or (not sex and None not in (sexes := {r.sex for r in rows}) and len(sexes) == 1):
        return None
    lows, highs = [r.low for r in rows if r.low is not None], [r.high for r in rows if r.high is not None]
    return msgspec.structs.replace(
        max(rows, key=lambda r: r.high or 0.0),
        low=min(lows) if len(lows) == len(rows) else None,
        high=max(highs) if len(highs) == len(rows) else None,
        sex=None,
        population="adults of either sex, all ages on record",
        assumes=("adult", *(() if sex == "male" else ("not pregnant",))),
        widest=True,
    )


def critical(analyte: Analyte, age_days: float | None) -> Critical | None:
    """The critical limits for an age; those of adults and older children when the age is not known."""
    rows = _criticals().get(analyte.id, ())
    age = 30 * YEAR if age_days is None else age_days
    return next((r for r in rows if r.ages.holds(age)), None)


def variation(analyte: Analyte) -> Variation | None:
    """The biological variation of an analyte."""
    return _variations().get(analyte.id)


def _in_trimester(name: str, weeks: float | None) -> bool:
    if weeks is None:
        return name == "any"
    start, end = _TRIMESTERS[name]
    return start <= weeks < end


def _may_be_pregnant(age_days: float | None, sex: Sex | None) -> bool:
    return sex != "male" and (age_days is None or _FERTILE[0] <= age_days < _FERTILE[1])


@remembered(1)
def _intervals() -> dict[str, tuple[Interval, ...]]:
    table = find(INTERVALS)
    found: dict[str, list[Interval]] = defaultdict(list)
    for row in table:
        found[row["analyte"]].append(_interval(row, table))
    return {analyte: tuple(rows) for analyte, rows in found.items()}


@remembered(1)
def _criticals() -> dict[str, tuple[Critical, ...]]:
    table = find(CRITICALS)
    found: dict[str, list[Critical]] = defaultdict(list)
    for row in table:
        low, high = _ends(row)
        made = Critical(
            id=row.id,
            analyte=row["analyte"],
            low=low,
            high=high,
            unit=row["unit"],
            evidence=table.evidence(row),
            ages=_ages(row),
        )
        found[row["analyte"]].append(made)
    return {analyte: tuple(rows) for analyte, rows in found.items()}


@remembered(1)
def _variations() -> dict[str, Variation]:
    table = find(VARIATIONS)
    return {row["analyte"]: _variation(row, table) for row in table}


def _variation(row: Row, table: Table) -> Variation:
    cvi = number(row, "cvi")
    cva = number(row, "cva") if row["cva"] else cvi / 2
    return Variation(analyte=row["analyte"], cvi=cvi, cva=cva, assumed=not row["cva"], evidence=table.evidence(row))


def _interval(row: Row, table: Table) -> Interval:
    low, high = _ends(row)
    return Interval(
        id=row.id,
        analyte=row["analyte"],
        low=low,
        high=high,
        unit=row["unit"],
        basis=cast("Basis", one_of(row, "basis", ("reference", "decision"))),
        population=row["population"],
        evidence=table.evidence(row),
        ages=_ages(row),
        sex=cast("Sex | None", one_of(row, "sex", ("female", "male", "")) or None),
        pregnancy=one_of(row, "pregnancy", (*_TRIMESTERS, "no", "")) or None,
    )


def _ends(row: Row) -> tuple[float | None, float | None]:
    low = number(row, "low") if row["low"] else None
    high = number(row, "high") if row["high"] else None
    if (low is None and high is None) or (low is not None and high is not None and low >= high):
        raise KnowledgeError(f"{row.where}: column 'low': there is no interval between the two ends")
    return low, high


def _ages(row: Row) -> Ages:
    start, end = _days(row, "age_from"), _days(row, "age_to")
    return Ages(start or 0.0, float("inf") if end is None else end)


def _days(row: Row, column: str) -> float | None:
    """An age such as `28 d`, `6 mo`, `18 a`, in days."""
    if not row[column]:
        return None
    amount, _, unit = row[column].partition(" ")
    try:
        return float(amount) * _DAYS[unit]
    except (KeyError, ValueError):
        raise KnowledgeError(
            f"{row.where}: column '{column}': '{row[column]}' is no age such as 28 d or 18 a"
        ) from None
