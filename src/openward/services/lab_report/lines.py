"""One result understood: its analyte, its value in the analyte's unit, the interval that judges it, its flag."""

from datetime import UTC, datetime
from math import isfinite
from typing import Final

import msgspec

from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.knowledge import analytes as catalogue
from openward.knowledge import tables
from openward.knowledge.analytes import Analyte, Critical, Interval, Person, beside, reached, usual
from openward.services.lab_report.proposal import Flag, Whose
from openward.services.lab_report.reading.values import limits_of
from openward.services.lab_report.result import Result

HIGH: Final = frozenset(
    {"H", "HH", "HIGH", "↑", "↑↑", "HU", "CRITICAL HIGH", "PANIC HIGH", "高", "偏高", "H*", "*H", "+H"}
)
LOW: Final = frozenset({"L", "LL", "LOW", "↓", "↓↓", "LU", "CRITICAL LOW", "PANIC LOW", "低", "偏低", "L*", "*L"})
ALARM: Final = frozenset(
    {"HH", "LL", "↑↑", "↓↓", "↑↑↑", "↓↓↓", "HU", "LU", "AA", "C", "CRITICAL", "CRITICAL HIGH", "CRITICAL LOW", "PANIC"}
    | {"PANIC HIGH", "PANIC LOW", "危急值", "危急", "危"}
)
_NEGATIVE: Final = (
    "negative",
    "non-reactive",
    "nonreactive",
    "not detected",
    "not reactive",
    "absent",
    "阴性",
    "未检出",
    "neg",
    "(-)",
    "-",
)
_POSITIVE: Final = ("positive", "reactive", "detected", "present", "阳性", "检出", "pos", "(+)", "+")
_LONGEST_SIGN: Final = 40
COUNT: Final = "10*9/L"
ONE_CELL: Final = 0.001
_SINGLE_CELLS: Final = frozenset({"/uL", "/mm3", "{cells}/uL"})


class Sitter(Person, frozen=True, kw_only=True):
    """The person whom results are judged for; None is not known.

    `kidney_disease` is the entry of the problem list that says chronic kidney disease.
    """

    fasting: bool | None = None
    kidney_disease: ChartEvidence | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One result understood.

    `value`, `low` and `high` are in the analyte's unit; they are None when the value could not be brought there.
    `reversed` says that the report's interval has its ends the wrong way round; it is not used then.
    """

    result: Result
    evidence: ChartEvidence | InputEvidence
    about: str
    analyte: Analyte | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    whose: Whose = "none"
    flag: Flag = "unknown"
    critical: Critical | None = None
    gap: str | None = None
    seed: Interval | None = None
    reversed: bool = False
    taken: datetime | None = None

    @property
    def name(self) -> str:
        """The id of the analyte, empty when it is not known."""
        return self.analyte.id if self.analyte else ""

    def upper_multiple(self) -> float | None:
        """The value over the upper limit."""
        return self._multiple(self.result.high, self.high)

    def lower_multiple(self) -> float | None:
        """The value over the lower limit."""
        return self._multiple(self.result.low, self.low)

    def _multiple(self, own: float | None, seed: float | None) -> float | None:
        value, limit = (self.result.value, own) if self.whose == "laboratory" else (self.value, seed)
        if value is None or limit is None or limit <= 0 or not isfinite(value / limit):
            return None
        return value / limit


def line_of(result: Result, evidence: ChartEvidence | InputEvidence, about: str, person: Sitter) -> Line:
    """Understands one result for one person."""
    loinc = result.code if result.code and "loinc" in (result.system or "loinc").lower() else None
    found = _meant(result.name, loinc, result.unit, result.specimen)
    taken = result.taken if result.taken is None or result.taken.tzinfo else result.taken.replace(tzinfo=UTC)
    turned = _is_reversed(result)
    result = msgspec.structs.replace(result, low=None, high=None) if turned else result
    bare = Line(result=result, evidence=evidence, about=about, analyte=found, taken=taken, reversed=turned)
    if found is None:
        return msgspec.structs.replace(bare, flag=_flag_unjudged(result), gap="analyte-unknown")
    if result.value is None:
        gap = None if result.text else "no-value"
        return msgspec.structs.replace(bare, flag=_flag_unjudged(result), gap=gap)
    return _judged(bare, found, person)


def _is_reversed(result: Result) -> bool:
    """Whether the interval of a result begins above its end; readers keep such a one as words."""
    low, high = result.low, result.high
    if low is None and high is None:
        written = limits_of(result.interval_text, turned=True)
        low, high = (written.low, written.high) if written else (None, None)
    return low is not None and high is not None and low > high


@tables.remembered(16_384)
def _meant(name: str, loinc: str | None, unit: str | None, specimen: str | None) -> Analyte | None:
    """The analyte that is meant, worked out once: laboratories print the same names in every report."""
    return catalogue.analytes().find(name=name, loinc=loinc, unit=unit, specimen=specimen)


@tables.remembered(65_536)
def _canonical(analyte: str, value: float, unit: str | None) -> float | None:
    """A value in the analyte's unit, worked out once: limits are the same in every report."""
    found = catalogue.analytes().get(analyte)
    return catalogue.canonical(found, value, unit) if found is not None else None


def sign_of(line: Line) -> str | None:
    """Positive or negative, from the words of a result; None when they say neither."""
    text = (line.result.text or "").strip().casefold()
    if not text or len(text) > _LONGEST_SIGN:
        return None
    if any(text.startswith(word) or f" {word}" in text for word in _NEGATIVE if word != "-") or text == "-":
        return "negative"
    if any(word in text for word in _POSITIVE):
        return "positive"
    return None


def _judged(line: Line, analyte: Analyte, person: Sitter) -> Line:
    value, gap = _harmonised(line.result, analyte)
    line = msgspec.structs.replace(line, value=value, gap=gap)
    line = _with_interval(line, analyte, person)
    return msgspec.structs.replace(line, flag=_flag(line), critical=_critical(line, analyte, person))


def _harmonised(result: Result, analyte: Analyte) -> tuple[float | None, str | None]:
    """The value in the analyte's unit, or why it is not known there."""
    given = result.value
    if given is None:
        return None, "no-value"
    if not analyte.unit:
        return None, "qualitative"
    value = _canonical(analyte.id, given, result.unit)
    if value is None:
        return None, "unit-missing" if not result.unit else "unit-unknown"
    if (analyte.least is not None and value < analyte.least) or (analyte.most is not None and value > analyte.most):
        return None, "implausible"
    return (None, "implausible") if _is_part_of_a_cell(analyte, value, result) else (value, None)


def _is_part_of_a_cell(analyte: Analyte, value: float, result: Result) -> bool:
    """A count of cells with a fraction of a cell per microlitre: thousands were meant, or a decimal point was lost."""
    if analyte.unit != COUNT or value == 0:
        return False
    broken = result.value is not None and result.value != int(result.value)
    return value < ONE_CELL or (broken and catalogue.printed_unit(result.unit) in _SINGLE_CELLS)


def _with_interval(line: Line, analyte: Analyte, person: Sitter) -> Line:
    """The laboratory's own interval first, else the seed for this person."""
    result = line.result
    if result.low is not None or result.high is not None:
        low = _canonical(analyte.id, result.low, result.unit) if result.low is not None else None
        high = _canonical(analyte.id, result.high, result.unit) if result.high is not None else None
        return msgspec.structs.replace(line, low=low, high=high, whose="laboratory")
    if line.value is None:
        return line
    seed = usual(analyte, line.value, result.comparator, person)
    if seed is None:
        return line
    return msgspec.structs.replace(line, low=seed.low, high=seed.high, whose="seed", seed=seed)


def _flag(line: Line) -> Flag:
    """What the laboratory printed, where it printed low or high; else what the interval says."""
    printed = _flag_of_words(line.result)
    if printed != "unknown":
        return printed
    result = line.result
    if line.whose == "laboratory":
        flag = beside(result.value, result.low, result.high, result.comparator)
    elif line.whose == "seed":
        flag = beside(line.value, line.low, line.high, result.comparator)
    else:
        flag = "unknown"
    return "abnormal" if flag in {"unknown", "normal"} and is_alarm(result) else flag


def is_alarm(result: Result) -> bool:
    """Whether the laboratory printed that a result is critical."""
    return (result.flag or "").strip().upper() in ALARM


def _flag_unjudged(result: Result) -> Flag:
    """The flag of a result that only the report judges: as printed, else by its own interval."""
    printed = _flag_of_words(result)
    if printed != "unknown":
        return printed
    side = beside(result.value, result.low, result.high, result.comparator)
    if is_alarm(result) or side in {"low", "high"}:
        return side if side in {"low", "high"} else "abnormal"
    return "unknown"


def _flag_of_words(result: Result) -> Flag:
    printed = (result.flag or "").strip().upper()
    if printed in HIGH:
        return "high"
    if printed in LOW:
        return "low"
    if printed in {"A", "AA", "ABNORMAL", "异常", "POS"}:
        return "abnormal"
    return "normal" if printed in {"N", "NORMAL", "正常"} and result.low is None and result.high is None else "unknown"


def _critical(line: Line, analyte: Analyte, person: Sitter) -> Critical | None:
    """The critical limits, when the value is beyond one of them."""
    if line.value is None:
        return None
    return reached(analyte, line.value, line.result.comparator, person.age_days)


def shown(line: Line, language: Language) -> str:
    """A result as it was reported, value and unit."""
    result = line.result
    if result.value is None:
        return (result.text or "")[:80]
    return f"{result.comparator or ''}{result.value:.12g} {written(result.unit, language)}".rstrip()
