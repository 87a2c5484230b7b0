"""The ISTH score of overt disseminated intravascular coagulation, as a range where parts are missing."""

from typing import Final

from openward.domain.text import Text
from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench
from openward.services.lab_report.derived import keep
from openward.services.lab_report.statements import Statement, state

OVERT: Final = 5
POSSIBLE: Final = 3
PLATELETS_LOW, PLATELETS_VERY_LOW = 100.0, 50.0
PT_LONGER, PT_MUCH_LONGER = 3.0, 6.0
FIBRINOGEN_LOW: Final = 1.0
Points = tuple[int, int]


def clotting(bench: Bench) -> list[Statement]:
    """A statement when the score is, or could be, that of overt DIC and platelets are low."""
    platelets = bench.value("platelets")
    age = bench.person.age_days
    if platelets is None or platelets >= PLATELETS_LOW or (age is not None and age < DAYS_PER_YEAR):
        return []
    parts = {
        "platelets": (2, 2) if platelets < PLATELETS_VERY_LOW else (1, 1),
        "d_dimer": _fibrin(bench),
        "pt": _prothrombin(bench),
        "fibrinogen": _fibrinogen(bench),
    }
    low, high = (sum(points[i] for points in parts.values()) for i in (0, 1))
    known = sum(points[0] == points[1] or points[0] > 0 for points in parts.values())
    if low < OVERT and (high < OVERT or low < POSSIBLE or known <= 1):
        return []
    return [_stated(bench, parts, low, high)]


def _stated(bench: Bench, parts: dict[str, Points], low: int, high: int) -> Statement:
    lines = bench.named(("platelets", "pt", "fibrinogen", "d_dimer", "d_dimer_ddu", "fdp"))
    computed = keep(bench, "isth_dic_score", float(low), lines)
    score = str(low) if low == high else f"{low}–{high}"
    missing = [name for name, points in parts.items() if points == _OPEN[name]]
    detail = _MISSING.in_(bench.language).format(names=", ".join(_NAMES[n].in_(bench.language) for n in missing))
    fills = {"score": score, "detail": detail if missing else ""}
    return state("dic-overt" if low >= OVERT else "dic-possible", lines, (computed,), fills=fills)


def _fibrin(bench: Bench) -> Points:
    """Raised counts 2 to 3: what is a strong rise is not fixed across assays."""
    flags = {bench.flag(name) for name in ("d_dimer", "d_dimer_ddu", "fdp")}
    if "high" in flags:
        return 2, 3
    return (0, 0) if flags & {"normal", "low"} else _OPEN["d_dimer"]


def _prothrombin(bench: Bench) -> Points:
    line = bench.line("pt")
    upper = None if line is None else line.result.high if line.whose == "laboratory" else line.high
    if line is None or line.value is None or upper is None:
        return _OPEN["pt"]
    longer = line.value - upper
    if longer > PT_MUCH_LONGER:
        return 2, 2
    return (1, 1) if longer >= PT_LONGER else (0, 0)


def _fibrinogen(bench: Bench) -> Points:
    value = bench.value("fibrinogen")
    if value is None:
        return _OPEN["fibrinogen"]
    return (1, 1) if value <= FIBRINOGEN_LOW else (0, 0)


_OPEN: Final[dict[str, Points]] = {"platelets": (0, 2), "d_dimer": (0, 3), "pt": (0, 2), "fibrinogen": (0, 1)}
_NAMES: Final[dict[str, Text]] = {
    "platelets": Text("platelets", "血小板"),
    "d_dimer": Text("D-dimer", "D-二聚体"),
    "pt": Text("prothrombin time in seconds", "凝血酶原时间（秒）"),
    "fibrinogen": Text("fibrinogen", "纤维蛋白原"),
}
_MISSING: Final = Text("Missing: {names}.", "缺：{names}。")
