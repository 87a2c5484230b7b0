"""Quantities computed from several results, each by its published formula."""

from collections.abc import Callable
from math import isfinite
from typing import Final

from openward.domain.evidence import CalculationEvidence
from openward.knowledge import tables
from openward.knowledge.kidney import ADULT, ckd_epi_2021, creatinine_mg_dl
from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench, Derived
from openward.services.lab_report.lines import Line

FORMULAS: Final = "lab_formulas"
NORMAL_ALBUMIN: Final = 40.0
NORMAL_GAP: Final = 12.0
NORMAL_BICARBONATE: Final = 24.0
Compute = Callable[[dict[str, float]], float]

# name -> what it needs (all exact values in the analytes' units), how it is worked out
_SIMPLE: Final[dict[str, tuple[tuple[str, ...], Compute]]] = {
    "ast_alt": (("ast", "alt"), lambda v: v["ast"] / v["alt"]),
    "direct_share": (("bilirubin_direct", "bilirubin"), lambda v: 100 * v["bilirubin_direct"] / v["bilirubin"]),
    "mentzer": (("mcv", "rbc"), lambda v: v["mcv"] / v["rbc"]),
    "tsat": (("iron", "tibc"), lambda v: 100 * v["iron"] / v["tibc"]),
    "anion_gap": (("sodium", "chloride", "bicarbonate"), lambda v: v["sodium"] - v["chloride"] - v["bicarbonate"]),
    "calculated_osmolality": (("sodium", "glucose", "urea"), lambda v: 2 * v["sodium"] + v["glucose"] + v["urea"]),
    "calcium_adjusted": (("calcium", "albumin"), lambda v: v["calcium"] + 0.02 * (NORMAL_ALBUMIN - v["albumin"])),
    "sodium_glucose": (("sodium", "glucose"), lambda v: v["sodium"] + 2.4 * (v["glucose"] - 5.55) / 5.55),
    "saag": (("albumin", "ascites_albumin"), lambda v: v["albumin"] - v["ascites_albumin"]),
    "effusion_protein_ratio": (
        ("pleural_protein", "total_protein"),
        lambda v: v["pleural_protein"] / v["total_protein"],
    ),
    "effusion_ldh_ratio": (("pleural_ldh", "ldh"), lambda v: v["pleural_ldh"] / v["ldh"]),
    "csf_glucose_ratio": (("csf_glucose", "glucose"), lambda v: v["csf_glucose"] / v["glucose"]),
    "osmolar_gap": (("osmolality", "calculated_osmolality"), lambda v: v["osmolality"] - v["calculated_osmolality"]),
    "anion_gap_corrected": (
        ("anion_gap", "albumin"),
        lambda v: v["anion_gap"] + 0.25 * (NORMAL_ALBUMIN - v["albumin"]),
    ),
}
# Of these a value that the laboratory reports itself is as good; the formula serves when there is none.
_REPORTED: Final = frozenset({"tsat", "calcium_adjusted"})


def add_derived(bench: Bench) -> None:
    """Computes what the panel allows; what lacks a part is not there."""
    for name, (needs, compute) in _SIMPLE.items():
        if name in _REPORTED and bench.line(name) is not None:
            continue
        values = {n: v for n in needs if (v := _value(bench, n)) is not None}
        if len(values) == len(needs):
            _put(bench, name, compute, values, needs)
    _r_factor(bench)
    _effusion_limit(bench)
    _egfr(bench)


def _value(bench: Bench, name: str) -> float | None:
    if name in bench.derived:
        return bench.derived[name].value
    return bench.value(name)


def _put(bench: Bench, name: str, compute: Compute, values: dict[str, float], needs: tuple[str, ...]) -> None:
    try:
        value = compute(values)
    except ZeroDivisionError:
        return
    if isfinite(value):
        keep(bench, name, value, bench.named(needs))


def keep(bench: Bench, name: str, value: float, lines: tuple[Line, ...]) -> Derived:
    """Holds a computed quantity with its formula and what went in."""
    table = tables.find(FORMULAS)
    row = table.row(name)
    rounded = float(f"{value:.4g}")
    evidence = CalculationEvidence(
        name, rounded, row["unit"], table.evidence(row), tuple(line.evidence for line in lines)
    )
    found = Derived(id=name, value=value, unit=row["unit"], lines=lines, evidence=evidence)
    bench.derived[name] = found
    return found


def _r_factor(bench: Bench) -> None:
    alt, alp = bench.line("alt"), bench.line("alp")
    if alt is None or alp is None or alt.result.comparator or alp.result.comparator:
        return
    above, below = alt.upper_multiple(), alp.upper_multiple()
    if above is not None and below and isfinite(above / below):
        keep(bench, "r_factor", above / below, (alt, alp))


def _effusion_limit(bench: Bench) -> None:
    """Pleural LDH over the upper limit of serum LDH, in the unit of both."""
    fluid, serum = bench.line("pleural_ldh"), bench.line("ldh")
    if fluid is not None and serum is not None and fluid.value is not None and serum.high:
        keep(bench, "effusion_ldh_limit", fluid.value / serum.high, (fluid, serum))


def _egfr(bench: Bench) -> None:
    """The filtration rate of an adult, when the laboratory reports none."""
    line, person = bench.line("creatinine"), bench.person
    rate = None if bench.line("egfr") is not None or line is None else rate_of(line, person.sex, person.age_days)
    if rate is not None and line is not None:
        keep(bench, "egfr_ckd_epi_2021", rate, (line,))


def rate_of(line: Line, sex: str | None, age_days: float | None) -> float | None:
    """CKD-EPI 2021 of one creatinine; None outside of adults or when sex or age is not known."""
    if line.value is None or line.result.comparator or age_days is None or age_days < ADULT * DAYS_PER_YEAR:
        return None
    creatinine = creatinine_mg_dl(line.value, "umol/L")
    if creatinine is None or sex not in {"female", "male"}:
        return None
    return ckd_epi_2021(
        age=int(age_days / DAYS_PER_YEAR), creatinine=creatinine, sex="female" if sex == "female" else "male"
    )
