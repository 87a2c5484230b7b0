"""From the request and the chart to drugs in use: which orders are reviewed, and what else the patient gets.

An order that cannot be understood stays in the body with a `NotChecked` that names it; nothing is dropped silently.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.notation import written
from openward.domain.proposal import Language, NotChecked
from openward.domain.text import Text
from openward.harness.service import Context
from openward.record.chart import Chart, MedicationEntry, Section
from openward.services.prescription_review.charted import drug_of_entry, stopped_drug
from openward.services.prescription_review.dosing import in_a_day, shown, times_a_day
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import listed
from openward.services.prescription_review.naming import resolved
from openward.services.prescription_review.proposal import OrderUnderstood
from openward.services.prescription_review.reads import MAX_ORDERS, OrderResource, Reads
from openward.services.prescription_review.resources import entry_of
from openward.services.prescription_review.sentences import drug_of_sentence

MAX_TEXT: Final = 2000
_BEST_KIND: Final = {"request": 0, "statement": 1, "administration": 2, "dispense": 3}


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """Every drug that matters, the orders as shown, what was stopped before, and what could not be understood."""

    drugs: tuple[DrugInUse, ...]
    stopped: tuple[DrugInUse, ...]
    orders: tuple[OrderUnderstood, ...]
    not_checked: tuple[NotChecked, ...]


def understand(reads: Reads, chart: Chart | None, context: Context) -> Understood:
    """Reads the orders and the current drugs.

    Raises:
        InputError: too many orders, or one that is no order.
    """
    entries = _in_use(chart.medications.entries) if chart is not None and chart.medications.state != "withheld" else ()
    ordered = _ordered(reads, entries, context)
    if len(ordered) > MAX_ORDERS:
        raise _too_many(len(ordered))
    taken = {d.reference for d in ordered} | _same_ids(reads)
    others = tuple(drug for drug in entries if drug.reference not in taken)
    drugs = (*(d for d in ordered if not d.stops), *others)
    return Understood(
        drugs=drugs,
        stopped=_stopped(chart, drugs) if reads.orders and chart is not None else (),
        orders=tuple(_shown(d, context.language) for d in ordered),
        not_checked=(
            *_chart_gaps(chart, ordered, context.language),
            *_gaps((*ordered, *others), context.language),
            *_unsure(others, context),
        ),
    )


def _ordered(reads: Reads, entries: tuple[DrugInUse, ...], context: Context) -> list[DrugInUse]:
    """The orders of the request, else the drafts of the chart (in focus), else all that is in use."""
    if len(reads.orders) > MAX_ORDERS:
        raise _too_many(len(reads.orders))
    if reads.orders:
        return [_given(place, order, context) for place, order in enumerate(reads.orders)]
    drafts = [d for d in entries if d.draft]
    focused = [d for d in drafts if not context.focus or d.reference in context.focus]
    chosen = focused or drafts or [d for d in entries if d.current and not d.ended]
    return [msgspec.structs.replace(d, is_order=True, order=place) for place, d in enumerate(chosen)]


def _given(place: int, order: str | OrderResource, context: Context) -> DrugInUse:
    path = f"orders[{place}]"
    if isinstance(order, str):
        if len(order) > MAX_TEXT:
            raise InputError(f"input.{path}: the order has {len(order)} characters, at most {MAX_TEXT} are read")
        return drug_of_sentence(order, path, place, context.language)
    return drug_of_entry(entry_of(order, path, context.now), order=place, path=path)


def _same_ids(reads: Reads) -> frozenset[str]:
    """Entries of the chart that the request sends as orders: one order must not be compared with itself."""
    return frozenset(f"MedicationRequest/{o['id']}" for o in reads.orders if isinstance(o, dict) and "id" in o)


def _too_many(count: int) -> InputError:
    return InputError(f"input.orders: {count} orders, one review takes at most {MAX_ORDERS}; send them in parts")


def _in_use(entries: Collection[MedicationEntry]) -> tuple[DrugInUse, ...]:
    """Drafts, and what is in use or may be; a drug that is ordered, dispensed and given counts once, as ordered."""
    best: dict[tuple[object, ...], int] = {}
    keyed = []
    over = {e.source.reference for e in entries if e.kind == "request" and e.current is False and not e.draft}
    for entry in entries:
        if entry.do_not_perform or entry.not_done or (entry.current is False and not entry.draft):
            continue
        drug = drug_of_entry(entry, order=None)
        if entry.request in over:
            drug = msgspec.structs.replace(drug, ended=True)
        key = (drug.ingredients or drug.label, drug.site, entry.draft)
        rank = _BEST_KIND[entry.kind]
        best[key] = min(best.get(key, rank), rank)
        keyed.append((key, rank, drug))
    return tuple(drug for key, rank, drug in keyed if rank == best[key])


def _stopped(chart: Chart, drugs: Collection[DrugInUse]) -> tuple[DrugInUse, ...]:
    """What the record says was stopped of the drugs that are asked about and are not in use."""
    if chart.medications.state == "withheld":
        return ()
    asked = {i for d in drugs if d.is_order for i in d.ingredients}
    used = {i for d in drugs if not d.is_order and not d.draft and not d.ended for i in d.ingredients}
    return tuple(
        stopped_drug(entry)
        for entry in chart.medications.entries
        if _is_stopped(entry) and asked.difference(used).intersection(resolved(entry.concept).ids)
    )


def _is_stopped(entry: MedicationEntry) -> bool:
    void = entry.draft or entry.do_not_perform or entry.not_done
    return entry.kind in {"request", "statement"} and entry.status == "stopped" and entry.current is False and not void


def _shown(drug: DrugInUse, language: Language) -> OrderUnderstood:
    daily = drug.dose.daily
    return OrderUnderstood(
        reference=drug.reference,
        drug=drug.label,
        ingredients=drug.ingredients,
        route=drug.route,
        dose=f"{drug.dose.amount.value:g} {written(drug.dose.amount.unit, language)}".strip()
        if drug.dose.amount
        else None,
        frequency=times_a_day(drug.dose.per_day, language) if drug.dose.per_day else None,
        daily=in_a_day(daily, language) if daily else shown(drug, language),
        as_needed=drug.dose.as_needed,
        warnings=drug.warnings,
    )


def _gaps(drugs: tuple[DrugInUse, ...], language: Language) -> tuple[NotChecked, ...]:
    """Drugs that were not resolved, and orders whose dose could not be read."""
    notes = []
    for drug in drugs:
        if drug.stops:
            notes.append(_note("order-to-stop", language, (drug,)))
        elif not drug.ingredients or drug.unresolved:
            notes.append(_unresolved(drug, language))
        if drug.several:
            notes.append(_note("several-drugs-in-order", language, (drug,)))
        if drug.ingredients and drug.is_order and not drug.stops and drug.dose.daily is None:
            notes.append(_note("dose-not-read", language, (drug,)))
    return tuple(notes)


def _unresolved(drug: DrugInUse, language: Language) -> NotChecked:
    """A drug, or a part of its name, that was not understood, with names that look alike."""
    code = "drug-partly-resolved" if drug.ingredients else "drug-not-resolved"
    note = _note(code, language, (drug,))
    why = note.why.replace("{words}", ", ".join(drug.unresolved[:3])[:120] or drug.label[:120])
    near = ", ".join(drug.suggestions)
    hint = (f"是否为：{near}？" if language == "zh" else f" Did you mean {near}?") if near else ""
    return msgspec.structs.replace(note, why=why, needed=note.needed + hint)


def _unsure(others: tuple[DrugInUse, ...], context: Context) -> tuple[NotChecked, ...]:
    """Drugs of which the record does not say whether they are in use; they are compared all the same."""
    about = tuple(d for d in others if d.current is None and not d.draft)
    return (_note("drug-use-unknown", context.language, about),) if about else ()


def _chart_gaps(chart: Chart | None, orders: list[DrugInUse], language: Language) -> tuple[NotChecked, ...]:
    if chart is None:
        return (msgspec.structs.replace(_note("chart-not-given", language, orders), about=()),)
    hidden = [s for s in _sections(chart) if s.state == "withheld"]
    notes = [_withheld(section.name, language) for section in hidden]
    if chart.medications.state == "not-recorded":
        note = _note("medications-not-recorded" if orders else "nothing-ordered", language, orders)
        notes.append(msgspec.structs.replace(note, code="medications-not-recorded", about=()))
    if chart.unread:
        about = tuple(dict.fromkeys(reference for reference, _ in chart.unread))[:50]
        notes.append(msgspec.structs.replace(_note("chart-not-read", language, ()), about=about))
    return tuple(notes)


def _sections(chart: Chart) -> tuple[Section[Any], ...]:
    return (chart.medications, chart.allergies, chart.observations, chart.problems)


def _withheld(name: str, language: Language) -> NotChecked:
    note = _note("chart-withheld", language, ())
    return msgspec.structs.replace(note, what=note.what.format(name=_SECTION[name].in_(language)))


_SECTION: Final = {
    "medications": Text("drugs in use", "在用药物"),
    "allergies": Text("allergies", "过敏"),
    "observations": Text("observations", "检查检验"),
    "problems": Text("problems", "诊断"),
}
_NOTES: Final[dict[str, tuple[Text, Text, Text]]] = {
    "drug-not-resolved": (
        Text("{drugs}, in every family of checks", "{drugs}：全部审核项目"),
        Text("Not known to the tables: {words}", "知识表无法识别：{words}"),
        Text("The generic name, or an RxNorm or ATC code.", "请提供通用名，或 RxNorm、ATC 编码。"),
    ),
    "drug-partly-resolved": (
        Text("A part of the name of {drugs}", "{drugs}：名称的一部分"),
        Text("Not understood, while the rest was: {words}", "其余部分已识别，未识别：{words}"),
        Text("The generic names of all its ingredients.", "请提供全部成分的通用名。"),
    ),
    "several-drugs-in-order": (
        Text("{drugs}, with each other", "{drugs}：各药物之间"),
        Text("The sentence names several drugs that are no known product.", "该医嘱包含多种药物且非已知复方。"),
        Text("One order for each drug.", "请每种药物单独开具。"),
    ),
    "order-to-stop": (
        Text("The order to stop {drugs}, in every family of checks", "{drugs}的停药医嘱：全部审核项目"),
        Text("It says to stop the drug; only orders to give are reviewed.", "该医嘱为停药，仅审核给药医嘱。"),
        Text("Nothing, unless the drug is to be given.", "如需给药请重新开具。"),
    ),
    "dose-not-read": (
        Text("The daily dose of {drugs}", "{drugs}的每日剂量"),
        Text("Dose or frequency are missing or could not be read.", "剂量或频次缺失或无法识别。"),
        Text("Dose with unit and frequency.", "请写明剂量（含单位）和频次。"),
    ),
    "drug-use-unknown": (
        Text("Whether in use: {drugs}", "是否在用：{drugs}"),
        Text("The record does not say; they were compared as if in use.", "病历未说明，已按在用处理。"),
        Text("A review of the medication list.", "请核对用药清单。"),
    ),
    "chart-not-given": (
        Text(
            "{drugs}, against current drugs, allergies and kidney function",
            "{drugs}：与在用药物、过敏和肾功能的核对",
        ),
        Text("No patient was named and no chart was sent.", "未指定患者，也未提供病历。"),
        Text("A patient of the record, or a FHIR Bundle.", "请指定患者或提供 FHIR Bundle。"),
    ),
    "medications-not-recorded": (
        Text("{drugs}, against drugs in use", "{drugs}：与在用药物的核对"),
        Text("The record says nothing about drugs in use.", "病历中没有在用药物记录。"),
        Text("The medication list, or a statement that there are none.", "请记录用药清单，或注明未用药。"),
    ),
    "nothing-ordered": (
        Text("Drugs in use", "在用药物"),
        Text("The record says nothing about drugs in use.", "病历中没有在用药物记录。"),
        Text("The medication list, or a statement that there are none.", "请记录用药清单，或注明未用药。"),
    ),
    "chart-withheld": (
        Text("The part of the chart: {name}", "病历内容：{name}"),
        Text("This run may not see it.", "本次运行无权查看。"),
        Text("A run that may see it.", "请以有权限的方式运行。"),
    ),
    "chart-not-read": (
        Text("Parts of the chart", "部分病历内容"),
        Text("These entries could not be read.", "这些条目无法读取。"),
        Text("A repair of the entries in the source system.", "请在来源系统中修正。"),
    ),
}


def _note(code: str, language: Language, drugs: Sequence[DrugInUse]) -> NotChecked:
    what, why, needed = _NOTES[code]
    return NotChecked(
        code=code,
        what=what.in_(language).replace("{drugs}", listed(drugs, language)),
        why=why.in_(language),
        needed=needed.in_(language),
        about=tuple(d.reference for d in drugs),
    )
