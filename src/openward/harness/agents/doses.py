"""Medicines of the record in Chinese: names of the tables, doses from their fields, with the recorded words."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from openward.domain.code import Concept
from openward.knowledge.drugs import Drugs
from openward.record.chart import Dose, Measure

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_UNITS: Final = {
    "unit": "单位", "units": "单位", "u": "单位", "[iu]": "国际单位", "iu": "国际单位", "tablet": "片", "tablets": "片",
    "tab": "片", "{tbl}": "片", "capsule": "粒", "capsules": "粒", "{capsule}": "粒", "puff": "喷", "puffs": "喷",
    "{puff}": "喷", "drop": "滴", "drops": "滴", "[drp]": "滴", "ug": "μg", "mcg": "μg",
}  # fmt: skip
_ROUTES: Final = (
    (re.compile(r"subcut|34206005", re.IGNORECASE), "皮下注射"),
    (re.compile(r"intraven|\biv\b|47625008", re.IGNORECASE), "静脉给药"),
    (re.compile(r"intramusc|\bim\b|78421000", re.IGNORECASE), "肌内注射"),
    (re.compile(r"sublingual|37839007", re.IGNORECASE), "舌下含服"),
    (re.compile(r"inhal|respiratory|447694001", re.IGNORECASE), "吸入"),
    (re.compile(r"\bor(?:al|ally)\b|by mouth|\bpo\b|26643006", re.IGNORECASE), "口服"),
)
_PERIODS: Final = {"h": "小时", "d": "天", "wk": "周", "mo": "个月"}
_EVERY: Final = {"h": "每小时", "d": "每日", "wk": "每周", "mo": "每月"}


def name(recorded: str) -> str:
    """A drug by its Chinese name, where the tables have one, with the recorded words."""
    if _CHINESE.search(recorded):
        return recorded
    found = _drugs().resolve_text(recorded)
    if not found.complete or not all(one.name_zh for one in found.ingredients):
        return recorded
    return f"{'、'.join(one.name_zh for one in found.ingredients)}（{recorded}）"


def dose(one: Dose) -> str:
    """A dose from its fields, with the recorded words behind it; these alone where there is nothing else."""
    if one.text and _CHINESE.search(one.text):
        return one.text
    said = "，".join(_said(one))
    return f"{said}（原文：{one.text}）" if said and one.text else said or one.text or ""


def _said(one: Dose) -> Iterator[str]:
    if one.amount is not None:
        yield f"每次 {_amount(one.amount, one.amount_high)}"
    if one.route is not None and (route := _route(one.route)):
        yield route
    if often := _often(one):
        yield often
    if one.as_needed:
        yield "必要时"


def _amount(low: Measure, high: Measure | None) -> str:
    unit = _UNITS.get((low.unit or "").lower(), low.unit or "")
    numbers = f"{low.value:g}–{high.value:g}" if high is not None else f"{low.value:g}"
    return f"{low.comparator or ''}{numbers} {unit}".strip()


def _route(route: Concept) -> str:
    words = " ".join((route.name() or "", *(code.code or "" for code in route.coding)))
    return next((said for pattern, said in _ROUTES if pattern.search(words)), "")


def _often(one: Dose) -> str:
    unit = one.period_unit or ""
    if one.frequency and one.period and unit in _EVERY:
        every = _EVERY[unit] if one.period == 1 else f"每 {one.period:g} {_PERIODS[unit]}"
        return f"{every} {one.frequency:g} 次"
    return f"每日 {one.per_day:g} 次" if one.per_day else ""


@cache
def _drugs() -> Drugs:
    return Drugs()
