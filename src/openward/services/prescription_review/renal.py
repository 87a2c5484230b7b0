"""Family "kidney": each order against the bands of kidney function of its ingredients."""

from typing import Final

import msgspec

from openward.domain.evidence import Evidence
from openward.domain.headline import fit
from openward.domain.proposal import Certainty, Finding, Language, NotChecked, Present
from openward.domain.text import Text
from openward.knowledge.kidney import CRCL_UNIT
from openward.knowledge.renal import Band, Renal
from openward.services.prescription_review.dosing import milligrams, milligrams_per_kilogram, shown
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import (
    Examination,
    code_of,
    listed,
    quieter,
    removals,
    stable_id,
    weaker,
)
from openward.services.prescription_review.kidney_function import Function, Kidney
from openward.services.prescription_review.naming import name_of

COMPARED: Final = Text("dose rules by kidney function", "肾功能剂量规则")
_BY_KIDNEY: Final = Text("Dose of {drugs} by kidney function", "{drugs}按肾功能的剂量")
_TOLERANCE: Final = 1.001


class _Judged(msgspec.Struct, frozen=True):
    """What a band means for an order: whether it speaks, how surely, and the order that it speaks against."""

    speaks: bool
    certainty: Certainty = "definite"
    compared: bool = True
    ordered: DrugInUse | None = None
    evidence: tuple[Evidence, ...] = ()


def concerned(drugs: tuple[DrugInUse, ...], rules: Renal) -> bool:
    """Whether any order has a rule, so that the kidney function must be known."""
    return any(rules.covered(i) for d in _orders(drugs) for i in d.ingredients)


def review(drugs: tuple[DrugInUse, ...], kidney: Kidney, rules: Renal, language: Language) -> Examination:
    """Findings for the orders whose dose does not fit the kidney function."""
    findings: dict[str, Finding] = {}
    gaps: list[NotChecked] = []
    count = 0
    for drug in _orders(drugs):
        for ingredient in drug.ingredients:
            bands = rules.bands(ingredient, drug.given)
            count += bool(bands)
            if not bands or kidney.adult is not True:
                continue
            judgement = _judgement(drug, bands, kidney)
            if judgement is None:
                continue
            band, function, judged = judgement
            made = _finding(drug, band, function, kidney, judged, language)
            findings[made.id] = _merged(findings[made.id], made) if made.id in findings else made
            if not judged.compared:
                gaps.append(_not_compared(drug, ingredient, language))
    return Examination(
        family="kidney",
        compared=COMPARED,
        count=count,
        findings=tuple(findings.values()),
        not_checked=(*_needed(kidney.not_checked, drugs, rules, language), *gaps),
    )


def _orders(drugs: tuple[DrugInUse, ...]) -> tuple[DrugInUse, ...]:
    return tuple(d for d in drugs if d.is_order and d.site == "systemic")


def _needed(
    told: tuple[NotChecked, ...], drugs: tuple[DrugInUse, ...], rules: Renal, language: Language
) -> tuple[NotChecked, ...]:
    """The gaps of the kidney function with the orders that they touch; the clearance only where a rule asks for it."""
    touched = [(d, b) for d in _orders(drugs) for i in d.ingredients for b in rules.bands(i, d.given)]
    if not touched:
        return ()
    by_clearance = any(band.measure == "crcl" for _, band in touched)
    about = tuple(dict.fromkeys(drug.reference for drug, _ in touched))
    what = _BY_KIDNEY.in_(language).replace("{drugs}", listed((drug for drug, _ in touched), language))
    return tuple(
        msgspec.structs.replace(note, what=what, about=(*about, *note.about))
        for note in told
        if note.code != "kidney-clearance-unknown" or by_clearance
    )


def _holding(bands: tuple[Band, ...], kidney: Kidney) -> list[tuple[Band, Function]]:
    """The bands that the patient's kidney function lies in."""
    found = []
    for band in bands:
        function = kidney.clearance if band.measure == "crcl" else kidney.filtration
        if function is not None and band.action != "none" and band.holds(function.value):
            found.append((band, function))
    return found


def _judgement(drug: DrugInUse, bands: tuple[Band, ...], kidney: Kidney) -> tuple[Band, Function, _Judged] | None:
    """The first band that speaks against the order, with the kidney function that lies in it."""
    held = ((band, function, _judge(drug, band, kidney)) for band, function in _holding(bands, kidney))
    return next((found for found in held if found[2].speaks), None)


def _merged(first: Finding, second: Finding) -> Finding:
    """Two orders of one drug against one band make one finding about both."""
    return msgspec.structs.replace(
        first,
        why=first.why if first.why == second.why else f"{first.why} {second.why}",
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        about=tuple(dict.fromkeys((*first.about, *second.about))),
        suggestions=(*first.suggestions, *second.suggestions),
    )


def _judge(drug: DrugInUse, band: Band, kidney: Kidney) -> _Judged:
    if band.max_daily is None and band.min_interval_h is None:
        return _Judged(speaks=True)
    over = _over(drug, band, kidney) if band.max_daily is not None else False
    often = _too_often(drug, band)
    by_weight = "mg/kg" in {band.max_unit, drug.dose.daily.unit if drug.dose.daily else None}
    evidence: tuple[Evidence, ...] = (kidney.weight,) if by_weight and kidney.weight else ()
    if over is True or often is True:
        return _Judged(speaks=True, ordered=drug, evidence=evidence)
    if over is None or (often is None and band.action == "extend"):
        return _Judged(speaks=True, certainty="possible", compared=False)
    return _Judged(speaks=False)


def _over(drug: DrugInUse, band: Band, kidney: Kidney) -> bool | None:
    """Whether the ordered daily dose lies above the limit; None when they cannot be compared."""
    daily = drug.dose.daily
    if daily is None or band.max_daily is None or len(drug.ingredients) > 1:
        return None
    by_weight = milligrams_per_kilogram(daily)
    ordered, per_kilogram = (by_weight, True) if by_weight is not None else (milligrams(daily), False)
    if ordered is None:
        return None
    if per_kilogram != (band.max_unit == "mg/kg"):
        if kidney.weight_kg is None:
            return None
        ordered = ordered * kidney.weight_kg if per_kilogram else ordered / kidney.weight_kg
    return ordered > band.max_daily * _TOLERANCE


def _too_often(drug: DrugInUse, band: Band) -> bool | None:
    """Whether the doses follow each other faster than the band allows; None when that is not stated."""
    if band.min_interval_h is None:
        return False
    if drug.dose.interval_h is None:
        return None
    return drug.dose.interval_h * _TOLERANCE < band.min_interval_h


def _finding(
    drug: DrugInUse, band: Band, function: Function, kidney: Kidney, judged: _Judged, language: Language
) -> Finding:
    certainty = weaker(function.certainty, judged.certainty)
    if drug.given is None and band.given is not None:
        certainty = "possible"
    present: Present = quieter(band.present, "passive") if not judged.compared else band.present
    name = name_of(band.ingredient, language)
    return Finding(
        id=stable_id(band.id, *drug.ingredients),
        code=code_of(f"kidney-{band.action}"),
        severity=band.severity,
        present=present,
        headline=fit(_headline(band, judged).in_(language).format(name=name)),
        why=_why(band, function, kidney, judged, language),
        advice=band.say.in_(language),
        evidence=(function.evidence, *judged.evidence, band.evidence, *drug.evidence),
        certainty=certainty,
        about=(drug.reference,),
        suggestions=removals((drug,), language) if band.action == "avoid" else (),
    )


_HEADLINES: Final = {
    "avoid": Text("{name}: avoid at this kidney function", "{name}：当前肾功能应避免使用"),
    "max": Text("{name}: dose too high for this kidney function", "{name}：剂量超过当前肾功能上限"),
    "extend": Text("{name}: interval too short for this kidney function", "{name}：当前肾功能下给药间隔过短"),
    "reduce": Text("{name}: check the dose for this kidney function", "{name}：请按当前肾功能核对剂量"),
    "monitor": Text("{name}: take care at this kidney function", "{name}：当前肾功能需谨慎"),
}


def _headline(band: Band, judged: _Judged) -> Text:
    """What the band says; that a dose is too high or too frequent only where it was compared."""
    return _HEADLINES[band.action if judged.compared else "reduce"]


def _why(band: Band, function: Function, kidney: Kidney, judged: _Judged, language: Language) -> str:
    zh = language == "zh"
    kind = ("肌酐清除率" if zh else "Creatinine clearance") if band.measure == "crcl" else "eGFR"
    if band.measure == "crcl" and kidney.stand_in:
        kind = "eGFR（代替肌酐清除率）" if zh else "eGFR (in place of clearance)"
    unit = "mL/min" if function.unit == CRCL_UNIT else "mL/min/1.73 m²"
    range_ = _range(band, zh=zh)
    when = (f"，{function.on}" if zh else f", {function.on}") if function.on else ""
    text = f"{kind} {function.value:g} {unit}（{function.name.zh}{when}），" if zh else ""
    text = text or f"{kind} {function.value:g} {unit} ({function.name.en}{when}), "
    text += f"所在区间：{range_}。" if zh else f"{range_}."
    if ordered := judged.ordered and shown(judged.ordered, language):
        text += f"医嘱：{ordered}。" if zh else f" Ordered: {ordered}."
    return text


def _range(band: Band, *, zh: bool) -> str:
    if band.high == float("inf"):
        return f"{band.low:g} 及以上" if zh else f"{band.low:g} or more"
    if band.low == 0:
        return f"低于 {band.high:g}" if zh else f"below {band.high:g}"
    return f"{band.low:g}～{band.high:g}" if zh else f"within {band.low:g} to {band.high:g}"


def _not_compared(drug: DrugInUse, ingredient: str, language: Language) -> NotChecked:
    name = name_of(ingredient, language)
    what = Text("Daily dose of {name} against its limit", "{name} 的每日剂量与上限").in_(language).format(name=name)
    return NotChecked(
        code="dose-not-compared",
        what=what,
        why=Text(
            "The order does not state dose and frequency in a comparable unit.", "医嘱未以可比较的单位写明剂量和频次。"
        ).in_(language),
        needed=Text("Dose in a mass unit and frequency.", "质量单位的剂量和频次。").in_(language),
        about=(drug.reference,),
    )
