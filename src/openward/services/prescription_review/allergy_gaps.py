"""What of the allergies could not be compared, each note with the drugs or the entry that it speaks of."""

from collections.abc import Iterable
from typing import Final

from openward.domain.proposal import Language, NotChecked
from openward.domain.text import Text
from openward.record.chart import Allergy
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import listed

_QUOTED: Final = 60
_NAMED: Final = 3


def not_recorded(orders: tuple[DrugInUse, ...], language: Language) -> NotChecked:
    """The record says nothing about drug allergies, so the orders were compared with nothing."""
    what = Text("Allergies to {drugs}", "对{drugs}的过敏") if orders else Text("Drug allergies", "药物过敏")
    return NotChecked(
        code="allergies-not-recorded",
        what=what.in_(language).replace("{drugs}", listed(orders, language)),
        why=Text("The record says nothing about drug allergies.", "病历中没有药物过敏史记录。").in_(language),
        needed=Text(
            "Ask the patient and record allergies, or that there are none.", "请询问并记录过敏史或“无过敏史”。"
        ).in_(language),
        about=tuple(d.reference for d in orders),
    )


def not_resolved(entry: Allergy, language: Language) -> NotChecked:
    """An entry whose allergen the tables do not know."""
    return NotChecked(
        code="allergen-not-resolved",
        what=Text("Allergy entry {words}", "过敏记录{words}")
        .in_(language)
        .replace("{words}", _quoted([entry], language)),
        why=Text("The allergen of this entry is not known to the tables.", "知识表无法识别该过敏原。").in_(language),
        needed=Text("A drug or class name, or a code, in the entry.", "请在该记录中填写药物、类别名称或编码。").in_(
            language
        ),
        about=(entry.source.reference,),
    )


def not_drugs(entries: list[Allergy], language: Language) -> NotChecked:
    """Entries about foods and the environment, which may still be in a product."""
    return NotChecked(
        code="allergens-not-drugs",
        what=Text("Allergy entries {words}", "过敏记录{words}")
        .in_(language)
        .replace("{words}", _quoted(entries, language)),
        why=Text(
            "Food and environment allergens are not compared with excipients.", "食物和环境过敏原未与药物辅料比对。"
        ).in_(language),
        needed=Text("The list of excipients in the product label.", "产品说明书的辅料清单。").in_(language),
        about=tuple(e.source.reference for e in entries),
    )


def _quoted(entries: Iterable[Allergy], language: Language) -> str:
    names = list(dict.fromkeys((e.concept.name() or "?")[:_QUOTED] for e in entries))
    marks = "“{}”" if language == "zh" else '"{}"'
    said = ("、" if language == "zh" else ", ").join(marks.replace("{}", name) for name in names[:_NAMED])
    if len(names) <= _NAMED:
        return said
    return f"{said}等 {len(names)} 项" if language == "zh" else f"{said} and {len(names) - _NAMED} more"
