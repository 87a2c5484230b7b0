"""Medicines of the chart: what is taken, and for a stay what is new, changed, kept and stopped."""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from openward.domain.evidence import ChartEvidence
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import remembered
from openward.record.chart import Chart, Encounter, MedicationEntry
from openward.services.clinical_note.charted import cite, day, made
from openward.services.clinical_note.statement import Statement

Fate = Literal["med_new", "med_changed", "med_kept", "med_stopped"]


class _Taken(NamedTuple):
    """One medicine: what it is called by its substance, and its entry."""

    key: str
    entry: MedicationEntry


@remembered(1)
def drugs() -> Drugs:
    """The names of drugs, read on first use."""
    return Drugs()


def current(chart: Chart, language: Language) -> list[Statement]:
    """What is in use, once for each substance and dose; orders that are still drafts are left out."""
    seen: set[tuple[str, str]] = set()
    out = []
    for one in _entries(chart):
        named = one.key, _dose(one.entry)
        if one.entry.current is not False and named not in seen:
            seen.add(named)
            unsure = _UNSURE.in_(language) if one.entry.current is None else ""
            out.append(_statement("medication", one.entry, language, unsure))
    return out


def stopped_lately(chart: Chart, now: datetime, language: Language) -> list[Statement]:
    """What was stopped in the last months and is not in use in another way: whoever takes over must know."""
    used = {one.key for one in _entries(chart) if one.entry.current is not False}
    return [
        _statement("medication", one.entry, language, _state(one.entry, language))
        for one in _entries(chart)
        if one.key not in used and one.entry.status == "stopped" and _is_lately(one.entry.period.end, now)
    ]


def _is_lately(end: datetime | None, now: datetime) -> bool:
    return end is not None and now - _LATELY <= end <= now


def at_home(chart: Chart, stay: Encounter, language: Language) -> list[Statement]:
    """What was taken before a stay, also where it was stopped at or after admission; what ended before is left out."""
    begin = stay.period.start
    seen: set[tuple[str, str]] = set()
    out = []
    for one in _entries(chart):
        named, end = (one.key, _dose(one.entry)), one.entry.period.end
        ended = end is not None and begin is not None and end.date() < begin.date()
        if named in seen or ended or not _is_home(one.entry, begin):
            continue
        seen.add(named)
        out.append(_statement("medication", one.entry, language, _state(one.entry, language)))
    return out


def _is_home(entry: MedicationEntry, begin: datetime | None) -> bool:
    """Whether it was taken at home: it began before the stay, and was in use then as far as the record says."""
    over = entry.current is False and entry.period.end is None and entry.status != "stopped"
    return _is_before(entry, begin) and not over


def _state(entry: MedicationEntry, language: Language) -> str:
    if entry.current is False:
        return _STOPPED.in_(language).format(day=day(entry.period.end)).strip()
    return _UNSURE.in_(language) if entry.current is None else ""


def in_use(chart: Chart) -> list[MedicationEntry]:
    """The medicines in use, or of which the chart does not say whether they are."""
    return [one.entry for one in _entries(chart) if one.entry.current is not False]


def reconciled(chart: Chart, stay: Encounter, language: Language) -> list[Statement]:
    """Medicines of before the stay against those in use now."""
    begin = stay.period.start
    before: dict[str, MedicationEntry] = {}
    now: dict[str, MedicationEntry] = {}
    for one in _entries(chart):
        if _is_before(one.entry, begin):
            before.setdefault(one.key, one.entry)
        if one.entry.current is not False:
            now[one.key] = one.entry
    out = []
    for key, entry in now.items():
        earlier = before.get(key)
        fate, said = _fate(earlier, entry, language)
        out.append(
            _statement(
                fate,
                entry,
                language,
                said,
                *([_cited(earlier)] if earlier is not None and earlier is not entry else []),
            )
        )
    out += [
        _statement("med_stopped", entry, language, _STOPPED.in_(language).format(day=day(entry.period.end)).strip())
        for key, entry in before.items()
        if key not in now
    ]
    return out


def _fate(earlier: MedicationEntry | None, entry: MedicationEntry, language: Language) -> tuple[Fate, str]:
    if earlier is None:
        inpatient = entry.kind == "request" and "inpatient" in entry.category
        return "med_new", (_NEW_INSIDE if inpatient else _NEW).in_(language)
    if earlier is entry or _dose(earlier) == _dose(entry):
        return "med_kept", _KEPT.in_(language)
    return "med_changed", _CHANGED.in_(language).format(dose=_dose(earlier) or "?")


def _is_before(entry: MedicationEntry, begin: object) -> bool:
    """Whether a medicine was taken before the stay: a statement of it, or an order from before."""
    start = entry.period.start or entry.authored
    if "inpatient" in entry.category:
        return False
    stated = entry.kind == "statement" and entry.period.start is None
    return stated or (start is not None and begin is not None and start < begin)  # type: ignore[operator]


def _entries(chart: Chart) -> list[_Taken]:
    held = []
    for entry in chart.medications:
        name = entry.concept.name()
        void = entry.draft or entry.not_done or entry.do_not_perform or entry.status == "entered-in-error"
        if name is None or void or entry.kind in ("administration", "dispense"):
            continue
        held.append(_Taken("+".join(sorted(drugs().resolve(entry.concept).ids)) or name.lower(), entry))
    return held


def _dose(entry: MedicationEntry) -> str:
    return "; ".join(dose.text for dose in entry.doses if dose.text) or _structured(entry)


def _structured(entry: MedicationEntry) -> str:
    parts = []
    for dose in entry.doses[:1]:
        if dose.amount is not None:
            parts.append(f"{dose.amount.value:g} {written(dose.amount.unit)}".strip())
        if dose.route is not None and (way := dose.route.name()):
            parts.append(way)
        if dose.frequency and dose.period and dose.period_unit:
            parts.append(f"{dose.frequency:g} × / {dose.period:g} {dose.period_unit}")
    return " ".join(parts)


def _statement(topic: str, entry: MedicationEntry, language: Language, said: str, *more: ChartEvidence) -> Statement:
    since = day(entry.period.start or entry.authored)
    details = [said] if said else []
    if since and topic != "med_stopped":
        details.append(_SINCE.in_(language).format(day=since))
    words = " ".join(part for part in (entry.concept.name() or "", _dose(entry)) if part)
    mark = f"（{'，'.join(details)}）。" if language == "zh" else f" ({', '.join(details)})."
    return made(
        topic, words + (mark if details else "。" if language == "zh" else "."), _cited(entry), *_dosed(entry), *more
    )


def _cited(entry: MedicationEntry) -> ChartEvidence:
    return cite(entry.drug_source or entry.source, entry.concept, entry.drug_path, entry.authored)


def _dosed(entry: MedicationEntry) -> tuple[ChartEvidence, ...]:
    """The words of the instruction, where the record has them."""
    element = "dosageInstruction" if entry.kind == "request" else "dosage"
    return tuple(
        entry.source.cite(f"{element}[{n}].text", dose.text) for n, dose in enumerate(entry.doses) if dose.text
    )


_LATELY: Final = timedelta(days=90)
_UNSURE: Final = Text("not known whether it is in use", "是否在用不明")
_NEW: Final = Text("new", "新增")
_NEW_INSIDE: Final = Text("new; an inpatient order, say whether it goes on", "新增；住院医嘱，请确认是否带药")
_KEPT: Final = Text("unchanged", "继续")
_CHANGED: Final = Text("changed from {dose}", "由 {dose} 调整")
_STOPPED: Final = Text("stopped {day}", "停用 {day}")
_SINCE: Final = Text("since {day}", "自{day}")
