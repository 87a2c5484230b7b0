"""Where the talk and the chart do not agree: allergies, doses, medicines that nobody mentioned."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import ChartEvidence, DocumentEvidence
from openward.domain.headline import fit
from openward.domain.proposal import Finding, Language, NotChecked, Severity
from openward.domain.text import Text
from openward.language.prose import lowered
from openward.record.chart import Chart, MedicationEntry
from openward.services.clinical_note.charted import cite
from openward.services.clinical_note.prescribed import drugs, in_use
from openward.services.clinical_note.proposal import SYSTEM
from openward.services.clinical_note.statement import Statement

_DENIES: Final = re.compile(
    r"\b(?:no|denies|not|n't|never|without|none)\b.{0,30}\ballerg|\ballerg\w+\b.{0,20}: (?:no|none)\b|(?:没有?|无|"
    r"否认|不).{0,8}过敏|过敏.{0,4}(?:没有|无|否认)"
)
_NAMES: Final = re.compile(r"\ballerg\w+ to (?!any|no)\w|\breports \w.*allerg|过敏")
_AMOUNT: Final = re.compile(
    r"(\d+(?:\.\d+)?) ?(mg|milligrams?|mcg|micrograms?|g|grams?|units?|毫克|微克|克|单位)(?![a-z])"
)
_UNITS: Final = {
    "milligram": "mg", "milligrams": "mg", "毫克": "mg", "mcg": "ug", "microgram": "ug", "micrograms": "ug",
    "微克": "ug",     "gram": "g", "grams": "g", "克": "g", "unit": "units", "单位": "units",
}  # fmt: skip
_NAMED_MOST: Final = 20

Proof = tuple[ChartEvidence | DocumentEvidence, ...]


def disagreements(statements: Sequence[Statement], chart: Chart, language: Language) -> list[Finding]:
    """Findings for what the talk says otherwise than the chart."""
    talk = [one for one in statements if one.by != "chart"]
    return [
        *_allergies([one for one in talk if one.topic == "allergy"], chart, language),
        *_doses(talk, chart, language),
    ]


def unmentioned(statements: Sequence[Statement], chart: Chart, language: Language) -> tuple[NotChecked, ...]:
    """Medicines in use by the chart of which nobody spoke."""
    spoken = {id for one in statements if one.by != "chart" for id in _ids(one.text)}
    silent = [e for e in in_use(chart) if (ids := drugs().resolve(e.concept).ids) and spoken.isdisjoint(ids)]
    names = dict.fromkeys(name for e in silent if (name := e.concept.name()))
    if not names:
        return ()
    listed = ("、" if language == "zh" else ", ").join(list(names)[:_NAMED_MOST])
    return (
        NotChecked(
            code="medicines-not-mentioned", what=_SILENT.in_(language).format(names=listed),
            why=_SILENT_WHY.in_(language),
            needed=_SILENT_ASK.in_(language), about=tuple(e.source.reference for e in silent[:_NAMED_MOST]),
        ),
    )  # fmt: skip


def _ids(text: str) -> frozenset[str]:
    plain = lowered(text)
    return frozenset(id for start, end in drugs().places(plain) for id in drugs().resolve_text(plain[start:end]).ids)


def _allergies(said: Iterable[Statement], chart: Chart, language: Language) -> list[Finding]:
    if chart.allergies.state not in ("present", "absent"):
        return []
    held = [
        a
        for a in chart.allergies
        if a.active is not False and a.verification not in ("refuted", "entered-in-error") and a.concept.name()
    ]
    out = []
    for one in said:
        denies = bool(_DENIES.search(lowered(one.text)))
        if denies and held:
            proof: Proof = (*one.evidence, *(cite(a.source, a.concept, a.path) for a in held))
            out.append(_finding("allergy-denied", "high", _ALLERGY_DENIED, one, proof, language))
        elif not denies and not held and chart.allergies.stated_by is not None and _NAMES.search(lowered(one.text)):
            proof = (*one.evidence, chart.allergies.stated_by.cite())
            out.append(_finding("allergy-not-recorded", "high", _ALLERGY_NEW, one, proof, language))
    return out


def _doses(said: Iterable[Statement], chart: Chart, language: Language) -> list[Finding]:
    """A drug that is said to be taken in an amount that the chart's entries of it do not have."""
    entries = [(frozenset(drugs().resolve(e.concept).ids), e) for e in in_use(chart)]
    out = []
    for one in said:
        ids, amounts = _ids(one.text), _amounts(one.text)
        if one.topic != "medication" or len(ids) != 1 or not amounts:
            continue
        same = [e for held, e in entries if held == ids]
        known = {amount for e in same for amount in _recorded(e)}
        if same and known and amounts.isdisjoint(known):
            proof: Proof = (*one.evidence, *(cite(e.drug_source or e.source, e.concept, e.drug_path) for e in same))
            out.append(_finding("dose-differs", "moderate", _DOSE, one, proof, language))
    return out


def _amounts(text: str) -> frozenset[tuple[float, str]]:
    return frozenset((float(m[1]), _UNITS.get(m[2], m[2])) for m in _AMOUNT.finditer(lowered(text)))


def _recorded(entry: MedicationEntry) -> set[tuple[float, str]]:
    found = {amount for dose in entry.doses for amount in _amounts(dose.text or "")}
    return found | {(d.amount.value, d.amount.unit) for d in entry.doses if d.amount is not None and d.amount.unit}


def _finding(
    code: str, severity: Severity, words: tuple[Text, Text, Text], one: Statement, proof: Proof, language: Language
) -> Finding:
    headline, why, advice = (text.in_(language) for text in words)
    return Finding(
        id=f"{code}-{one.place}", code=Code(SYSTEM, code, code), severity=severity, present="passive",
        headline=fit(headline),
        why=why.format(said=one.text), advice=advice, evidence=tuple(dict.fromkeys(proof)),
    )  # fmt: skip


_ALLERGY_DENIED: Final = (
    Text("Allergy denied in the talk, recorded in the chart", "对话否认过敏，病历有过敏记录"),
    Text("Said: {said} The chart records an allergy.", "对话：{said}病历记有过敏。"),
    Text("Ask again, and correct the record or the note.", "请再次询问，并更正病历或文书。"),
)
_ALLERGY_NEW: Final = (
    Text("Allergy said in the talk, chart records none", "对话提及过敏，病历记载无过敏"),
    Text("Said: {said} The chart states that there is no allergy.", "对话：{said}病历记载无过敏。"),
    Text("Ask for details and record the allergy.", "请询问细节并登记过敏。"),
)
_DOSE: Final = (
    Text("Dose said differs from the chart", "所述剂量与病历不符"),
    Text("Said: {said} The entries of the chart have another amount.", "对话：{said}病历所载剂量不同。"),
    Text("Find out what is really taken.", "请核实实际用量。"),
)
_SILENT: Final = Text("Medicines of the chart that nobody mentioned: {names}", "对话未提及的在用药物：{names}")
_SILENT_WHY: Final = Text("The talk does not say whether they are taken.", "对话未说明是否在服用。")
_SILENT_ASK: Final = Text("Ask whether and how they are taken.", "请询问是否服用及用法。")
