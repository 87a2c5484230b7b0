"""How every family of the review makes its findings: stable ids, short headlines, one order of rank."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, get_args

import msgspec

from openward.domain.code import Code
from openward.domain.proposal import (
    SEVERITIES,
    Certainty,
    Finding,
    Language,
    NotChecked,
    Present,
    Severity,
    Suggestion,
)
from openward.domain.text import Text
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.naming import name_of
from openward.services.prescription_review.proposal import SYSTEM

FAMILIES: Final = ("allergy", "interaction", "kidney", "duplicate")
_NAMES: Final = 3
_WORDS_OF_ORDER: Final = 80
PRESENTS: Final[tuple[Present, ...]] = get_args(Present)
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)
_RANK: Final = {severity: place for place, severity in enumerate(SEVERITIES)}
_LOUDNESS: Final = {present: place for place, present in enumerate(PRESENTS)}
_FAMILY: Final = {family: place for place, family in enumerate(FAMILIES)}


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What one family found, could not look at, and how many comparisons it made."""

    family: str
    compared: Text
    count: int = 0
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


@lru_cache(maxsize=65_536)
def stable_id(rule: str, *drugs: str) -> str:
    """The same id for the same rule and drugs, whatever door they came through."""
    return hashlib.sha256("\x1f".join((rule, *drugs)).encode("utf-8", "replace")).hexdigest()[:20]


@lru_cache(maxsize=4096)
def code_of(kind: str) -> Code:
    """The code of a kind of finding (`allergy-same-drug`) in the service's own system."""
    return Code(SYSTEM, kind, None)


def listed(drugs: Iterable[DrugInUse], language: Language) -> str:
    """The drugs by name, the first three of them, and how many more there are."""
    names = list(dict.fromkeys(called(drug, language) for drug in drugs))
    shown = ("、" if language == "zh" else ", ").join(names[:_NAMES])
    if len(names) <= _NAMES:
        return shown
    return f"{shown}等 {len(names)} 种" if language == "zh" else f"{shown} and {len(names) - _NAMES} more"


def called(drug: DrugInUse, language: Language) -> str:
    """A drug by its ingredients, or by its own words where they were not understood."""
    return " + ".join(name_of(i, language) for i in drug.ingredients[:_NAMES]) or drug.label[:_WORDS_OF_ORDER]


def weaker(first: Certainty, second: Certainty) -> Certainty:
    """The less certain of two."""
    return first if CERTAINTIES.index(first) >= CERTAINTIES.index(second) else second


def quieter(first: Present, second: Present) -> Present:
    """The less intrusive of two ways to present."""
    return first if _LOUDNESS[first] >= _LOUDNESS[second] else second


def louder(presents: Iterable[Present]) -> Present:
    """The most intrusive of several ways to present."""
    return min(presents, key=_LOUDNESS.__getitem__)


def milder(first: Severity, second: Severity) -> Severity:
    """The less severe of two."""
    return first if _RANK[first] >= _RANK[second] else second


def removals(drugs: Iterable[DrugInUse], language: Language) -> tuple[Suggestion, ...]:
    """The suggestion to delete each draft order that has a reference of its own."""
    label = "删除该草拟医嘱" if language == "zh" else "Delete this draft order"
    return tuple(
        Suggestion(label=f"{label}: {drug.label[:80]}", action="delete", target=drug.source.reference)
        for drug in drugs
        if drug.is_order and drug.draft and drug.source is not None
    )


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By severity, then how to present, then family; ids made unique by place where the same facts stand twice."""
    ordered = sorted(findings, key=_rank)
    seen: dict[str, int] = {}
    unique = []
    for finding in ordered:
        count = seen[finding.id] = seen.get(finding.id, 0) + 1
        unique.append(finding if count == 1 else msgspec.structs.replace(finding, id=stable_id(finding.id, str(count))))
    return tuple(unique)


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    family = (finding.code.code or "").partition("-")[0]
    return (
        _RANK[finding.severity],
        _LOUDNESS[finding.present],
        _FAMILY.get(family, len(FAMILIES)),
        finding.id,
    )
