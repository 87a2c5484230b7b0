"""Acid and base: the primary disorder, whether compensation fits, and what the gaps add (Berend, NEJM 2014)."""

from typing import Final

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.services.lab_report.bench import DAYS_PER_YEAR, Bench, Derived
from openward.services.lab_report.derived import NORMAL_BICARBONATE, NORMAL_GAP, keep
from openward.services.lab_report.lines import Line
from openward.services.lab_report.statements import Statement, state

PH_LOW, PH_HIGH = 7.35, 7.45
PCO2_LOW, PCO2_HIGH, PCO2 = 35.0, 45.0, 40.0
BASE_LOW, BASE_HIGH = 22.0, 26.0
SLACK: Final = 2.0
GAP_HIGH: Final = 16.0
DELTA_LOW, DELTA_HIGH = 0.8, 2.0
BASE_VERY_LOW: Final = 18.0
OSMOLAR_GAP: Final = 10.0
SOLUBILITY, PK = 0.0307, 6.1
MISFIT: Final = 0.33
YOUNGEST_YEARS: Final = 1.0


def acid_base(bench: Bench) -> list[Statement]:
    """One statement on acid and base, and one on the osmolar gap."""
    age = bench.person.age_days
    if bench.person.pregnant or (age is not None and age < YOUNGEST_YEARS * DAYS_PER_YEAR):
        return _osmolar(bench)
    ph, pco2, base = bench.value("ph"), bench.value("pco2"), bench.value("bicarbonate")
    if base is None:
        return _osmolar(bench)
    if ph is None or pco2 is None:
        return [*_without_gas(bench, base), *_osmolar(bench)]
    if not fits_together(bench):
        return _osmolar(bench)
    return [*_with_gas(bench, ph, pco2, base), *_osmolar(bench)]


def fits_together(bench: Bench) -> bool:
    """Whether pH, pCO2 and bicarbonate obey Henderson and Hasselbalch within a third; true when one is missing."""
    ph, pco2, base = bench.value("ph"), bench.value("pco2"), bench.value("bicarbonate")
    if ph is None or pco2 is None or base is None:
        return True
    computed = SOLUBILITY * pco2 * 10 ** (ph - PK)
    return bool(abs(computed - base) <= MISFIT * computed)


def _with_gas(bench: Bench, ph: float, pco2: float, base: float) -> list[Statement]:
    if ph < PH_LOW:
        if base < BASE_LOW:
            return [_metabolic_acidosis(bench, base, pco2)]
        return [_respiratory(bench, "respiratory-acidosis", pco2, base)] if pco2 > PCO2_HIGH else []
    if ph > PH_HIGH:
        if base > BASE_HIGH:
            return [_metabolic_alkalosis(bench, base, pco2)]
        return [_respiratory(bench, "respiratory-alkalosis", pco2, base)] if pco2 < PCO2_LOW else []
    return _normal_ph(bench, pco2, base)


def _normal_ph(bench: Bench, pco2: float, base: float) -> list[Statement]:
    gap = _gap(bench)
    if gap is not None and gap.value > GAP_HIGH and base < BASE_LOW:
        return [_metabolic_acidosis(bench, base, pco2)]
    if pco2 > PCO2_HIGH and base > BASE_HIGH:
        return [_said(bench, "mixed-acid-base", [_BOTH_HIGH.in_(bench.language)])]
    if pco2 < PCO2_LOW and base < BASE_LOW:
        return [_said(bench, "mixed-acid-base", [_BOTH_LOW.in_(bench.language)])]
    return []


def _without_gas(bench: Bench, base: float) -> list[Statement]:
    """Only a very low bicarbonate with a high gap is called without a blood gas."""
    gap = _gap(bench)
    if gap is None or gap.value <= GAP_HIGH or base > BASE_VERY_LOW:
        return []
    words = [_NO_GAS.in_(bench.language), *_delta(bench, gap, base)]
    return [_said(bench, "metabolic-acidosis-high-gap", words, (gap,))]


def _metabolic_acidosis(bench: Bench, base: float, pco2: float) -> Statement:
    expected = 1.5 * base + 8
    computed = keep(bench, "expected_pco2", expected, bench.named(("bicarbonate",)))
    words = [_compensation(expected, pco2, bench.language)]
    gap = _gap(bench)
    if gap is None:
        return _said(bench, "metabolic-acidosis", words, (computed,))
    if gap.value > GAP_HIGH:
        words += _delta(bench, gap, base)
        return _said(bench, "metabolic-acidosis-high-gap", words, (computed, gap))
    if gap.value <= NORMAL_GAP:
        return _said(bench, "metabolic-acidosis-normal-gap", words, (computed, gap))
    return _said(bench, "metabolic-acidosis", [*words, _BORDERLINE.in_(bench.language)], (computed, gap))


def _metabolic_alkalosis(bench: Bench, base: float, pco2: float) -> Statement:
    expected = 0.7 * (base - NORMAL_BICARBONATE) + PCO2
    return _said(bench, "metabolic-alkalosis", [_compensation(expected, pco2, bench.language)])


def _compensation(exact: float, pco2: float, language: Language) -> str:
    """How the lungs answer a metabolic disorder, by the whole number that is shown."""
    expected = round(exact)
    if pco2 > expected + SLACK:
        word = _RETAINS
    elif pco2 < expected - SLACK:
        word = _BLOWS_OFF
    else:
        word = _FITS
    return word.in_(language).format(expected=f"{expected}")


def _respiratory(bench: Bench, pattern: str, pco2: float, base: float) -> Statement:
    """Whether bicarbonate answers as it does at once, or after days."""
    per_ten = (pco2 - PCO2) / 10
    fast, slow = (1.0, 5.0) if per_ten > 0 else (2.0, 5.0)
    acute, chronic = NORMAL_BICARBONATE + fast * per_ten, NORMAL_BICARBONATE + slow * per_ten
    low, high = min(acute, chronic), max(acute, chronic)
    if base < low - SLACK:
        word = _TOO_LOW
    elif base > high + SLACK:
        word = _TOO_HIGH
    elif abs(base - acute) <= SLACK:
        word = _ACUTE
    else:
        word = _CHRONIC if abs(base - chronic) <= SLACK else _BETWEEN
    said = word.in_(bench.language).format(acute=f"{acute:.0f}", chronic=f"{chronic:.0f}")
    return _said(bench, pattern, [said])


def _gap(bench: Bench) -> Derived | None:
    """The anion gap, adjusted to albumin where that is known."""
    return bench.derived.get("anion_gap_corrected") or bench.derived.get("anion_gap")


def _delta(bench: Bench, gap: Derived, base: float) -> list[str]:
    if base >= NORMAL_BICARBONATE:
        return []
    ratio = (gap.value - NORMAL_GAP) / (NORMAL_BICARBONATE - base)
    keep(bench, "delta_ratio", ratio, gap.lines)
    if ratio > DELTA_HIGH:
        return [_AND_ALKALOSIS.in_(bench.language).format(ratio=f"{ratio:.1f}")]
    return [_AND_NORMAL_GAP.in_(bench.language).format(ratio=f"{ratio:.1f}")] if ratio < DELTA_LOW else []


def _said(bench: Bench, pattern: str, words: list[str], derived: tuple[Derived, ...] = ()) -> Statement:
    lines: tuple[Line, ...] = bench.named(("ph", "pco2", "bicarbonate"))
    return state(pattern, lines, derived, fills={"detail": ("" if bench.language == "zh" else " ").join(words)})


def _osmolar(bench: Bench) -> list[Statement]:
    gap = bench.derived.get("osmolar_gap")
    if gap is None or gap.value <= OSMOLAR_GAP:
        return []
    return [state("osmolar-gap-high", bench.named(("osmolality",)), (gap,))]


_FITS: Final = Text("pCO2 fits the expected {expected} ± 2 mmHg.", "pCO2 符合预期 {expected} ± 2 mmHg。")
_RETAINS: Final = Text(
    "pCO2 is above the expected {expected} ± 2 mmHg: respiratory acidosis as well.",
    "pCO2 高于预期 {expected} ± 2 mmHg：合并呼吸性酸中毒。",
)
_BLOWS_OFF: Final = Text(
    "pCO2 is below the expected {expected} ± 2 mmHg: respiratory alkalosis as well.",
    "pCO2 低于预期 {expected} ± 2 mmHg：合并呼吸性碱中毒。",
)
_ACUTE: Final = Text("Bicarbonate is as expected when acute ({acute}).", "碳酸氢根符合急性预期（{acute}）。")
_CHRONIC: Final = Text("Bicarbonate is as expected when chronic ({chronic}).", "碳酸氢根符合慢性预期（{chronic}）。")
_BETWEEN: Final = Text(
    "Bicarbonate lies between acute ({acute}) and chronic ({chronic}): acute on chronic, early, or mixed.",
    "碳酸氢根介于急性（{acute}）与慢性（{chronic}）之间：慢性基础上急性、早期或混合。",
)
_TOO_LOW: Final = Text(
    "Bicarbonate is lower than compensation explains: metabolic acidosis as well.",
    "碳酸氢根低于代偿范围：合并代谢性酸中毒。",
)
_TOO_HIGH: Final = Text(
    "Bicarbonate is higher than compensation explains: metabolic alkalosis as well.",
    "碳酸氢根高于代偿范围：合并代谢性碱中毒。",
)
_AND_ALKALOSIS: Final = Text(
    "Delta ratio {ratio}, above 2: metabolic alkalosis or an older respiratory acidosis as well.",
    "Δ 比值 {ratio}（>2）：合并代谢性碱中毒或既往呼吸性酸中毒。",
)
_AND_NORMAL_GAP: Final = Text(
    "Delta ratio {ratio}, below 0.8: a normal-gap acidosis as well.",
    "Δ 比值 {ratio}（<0.8）：合并正常间隙酸中毒。",
)
_NO_GAS: Final = Text(
    "There is no blood gas: bicarbonate and gap alone speak for it.",
    "无血气：仅据碳酸氢根与阴离子间隙判断。",
)
_BORDERLINE: Final = Text("The anion gap lies between 12 and 16.", "阴离子间隙介于 12 与 16 之间。")
_BOTH_HIGH: Final = Text(
    "pCO2 and bicarbonate are both high: chronic respiratory acidosis, or it with metabolic alkalosis.",
    "pCO2 与碳酸氢根均高：慢性呼吸性酸中毒，或合并代谢性碱中毒。",
)
_BOTH_LOW: Final = Text(
    "pCO2 and bicarbonate are both low: chronic respiratory alkalosis, or it with metabolic acidosis.",
    "pCO2 与碳酸氢根均低：慢性呼吸性碱中毒，或合并代谢性酸中毒。",
)
