"""How the review thinks: understand the orders, examine family by family, rank, say what was left out."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.domain.proposal import Examined, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text
from openward.harness.service import Context
from openward.knowledge import allergy, doses, duplicates, interactions, kidney, renal, tables
from openward.record.chart import Chart
from openward.services.prescription_review import allergies as allergy_family
from openward.services.prescription_review import duplicates as duplicate_family
from openward.services.prescription_review import interactions as interaction_family
from openward.services.prescription_review import renal as kidney_family
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.echo import one_voice, without_faint
from openward.services.prescription_review.finding import Examination, ranked
from openward.services.prescription_review.kidney_function import kidney_of
from openward.services.prescription_review.naming import name_of
from openward.services.prescription_review.proposal import FamilyExamined, PrescriptionReview
from openward.services.prescription_review.ranges import day_doses
from openward.services.prescription_review.reads import Reads
from openward.services.prescription_review.summing import summary
from openward.services.prescription_review.understanding import Understood, understand

SERVICE_ID: Final = "prescription-review"
VERSION: Final = "0.1.0"
TABLES: Final = (
    "ingredients",
    "combinations",
    *(allergy.GROUPS, allergy.MEMBERS, allergy.CROSS, allergy.PRINCIPLES),
    *(interactions.CLASSES, interactions.MEMBERS, interactions.RULES),
    *(duplicates.CLASSES, duplicates.ALLOWED, duplicates.EXEMPT, duplicates.RULES),
    *(renal.RULES, kidney.FORMULAS, doses.DOSES),
)


def review(reads: Reads, chart: Chart | None, context: Context) -> Proposal[PrescriptionReview]:
    """Reviews the orders of one patient.

    Raises:
        InputError: there are more orders than one review takes, or an order cannot be read.
    """
    understood = understand(reads, chart, context)
    examinations = _examine(understood, chart, context)
    findings = ranked(f for e in examinations for f in e.findings)
    gaps = _collected((*understood.not_checked, *(n for e in examinations for n in e.not_checked)))
    return Proposal(
        summary=summary(len(understood.orders), findings, gaps, context.language),
        body=PrescriptionReview(
            orders=understood.orders,
            drugs_in_use=sum(not d.is_order for d in understood.drugs),
            families=tuple(
                FamilyExamined(
                    family=e.family,
                    compared=e.compared.in_(context.language),
                    count=e.count,
                    findings=len(e.findings),
                )
                for e in examinations
            ),
            doses=day_doses(understood.drugs, _age(chart, context), doses.load(), context.language),
        ),
        findings=findings,
        not_checked=gaps,
        examined=_examined(understood, examinations, context.language),
        language=context.language,
        made_by=MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge=_versions()),
    )


@tables.remembered(1)
def _versions() -> dict[str, str]:
    """The version of every table that a review reads, whether it found anything there or not."""
    return {name: tables.find(name).version for name in TABLES}


def _examine(understood: Understood, chart: Chart | None, context: Context) -> tuple[Examination, ...]:
    drugs, language = understood.drugs, context.language
    repetitions = duplicates.load()
    paired = without_faint(_interactions(drugs, language), drugs)
    repeated = duplicate_family.review(drugs, repetitions, language)
    earlier = duplicate_family.before(drugs, understood.stopped, language)
    repeated = msgspec.structs.replace(repeated, findings=(*repeated.findings, *earlier))
    pairs = one_voice(paired, repeated, repetitions)
    if chart is None:
        return pairs
    allergic = allergy_family.review(drugs, chart, allergy.load(), language)
    return (allergic, *pairs, _kidney(drugs, chart, context))


def _interactions(drugs: tuple[DrugInUse, ...], language: Language) -> Examination:
    """The interactions, and the orders of which no interaction rule speaks."""
    rules = interactions.load()
    found = interaction_family.review(drugs, rules, language)
    orders = tuple(d for d in drugs if d.is_order)
    gaps = tuple(_uncovered(d, i, language) for d, i in interaction_family.uncovered(orders, rules))
    return msgspec.structs.replace(found, not_checked=(*found.not_checked, *gaps)) if gaps else found


def _uncovered(drug: DrugInUse, ingredient: str, language: Language) -> NotChecked:
    name = name_of(ingredient, language)
    return NotChecked(
        code="interactions-not-covered",
        what=Text("Interactions of {name}", "{name}的相互作用").in_(language).format(name=name),
        why=Text("No interaction rule speaks of it.", "知识表无该药的相互作用规则。").in_(language),
        needed=Text("Its label, or rules of one's own.", "请查阅说明书，或补充规则。").in_(language),
        about=(drug.reference,),
    )


def _age(chart: Chart | None, context: Context) -> int | None:
    person = chart.demographics if chart is not None else None
    return person.age_at(context.now) if person else None


def _kidney(drugs: tuple[DrugInUse, ...], chart: Chart, context: Context) -> Examination:
    rules = renal.load()
    if not kidney_family.concerned(drugs, rules):
        return Examination(family="kidney", compared=kidney_family.COMPARED)
    return kidney_family.review(drugs, kidney_of(chart, context.now, context.language), rules, context.language)


def _collected(notes: Iterable[NotChecked]) -> tuple[NotChecked, ...]:
    """The same gap once, with all that it is about."""
    found: dict[tuple[str, str, str, str], NotChecked] = {}
    for note in notes:
        key = (note.code, note.what, note.why, note.needed)
        earlier = found.get(key)
        about = (*earlier.about, *note.about) if earlier else note.about
        found[key] = msgspec.structs.replace(note, about=tuple(dict.fromkeys(about))) if earlier else note
    return tuple(found.values())


def _examined(
    understood: Understood, examinations: tuple[Examination, ...], language: Language
) -> tuple[Examined, ...]:
    orders = Examined(what=_ORDERS.in_(language), count=len(understood.orders))
    others = Examined(what=_IN_USE.in_(language), count=sum(not d.is_order for d in understood.drugs))
    families = tuple(
        Examined(what=f"{_FAMILY[e.family].in_(language)}: {e.compared.in_(language)}", count=e.count)
        for e in examinations
    )
    return (orders, others, *families)


_ORDERS: Final = Text("orders reviewed", "审核的医嘱")
_IN_USE: Final = Text("other drugs in use", "其他在用药物")
_FAMILY: Final = {
    "allergy": Text("allergy", "过敏"),
    "interaction": Text("interaction", "相互作用"),
    "duplicate": Text("duplicate therapy", "重复用药"),
    "kidney": Text("kidney function", "肾功能"),
}
