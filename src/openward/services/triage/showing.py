"""What a person sees: rules that speak, what was understood, and what to do and to watch for."""

from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import CalculationEvidence, Evidence, InputEvidence
from openward.domain.proposal import Finding, Language, NotChecked, Severity
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.findings import vocabulary
from openward.knowledge.tables import Row
from openward.knowledge.triage import ADVICE, LEVELS, RULES, SUPPORT, Level
from openward.services.triage.acuity import Acuity, Spoken
from openward.services.triage.facts import Facts
from openward.services.triage.intake import Intake
from openward.services.triage.proposal import SYSTEM, RuleShown, SafetyNet, Understood, Urgency, VitalShown
from openward.services.triage.reads import Reads
from openward.services.triage.vitals import SIGNS

_SEVERITY: Final[dict[Level, Severity]] = {
    "emergency": "critical", "urgent": "high", "routine": "moderate", "self-care": "info",
}  # fmt: skip
_MOST_SHOWN: Final = 12
_WATCHED: Final = 8


def rules_shown(acuity: Acuity, language: Language) -> tuple[RuleShown, ...]:
    """The rules that speak, highest first."""
    return tuple(
        RuleShown(
            rule=s.rule.id,
            level=s.rule.level,
            scale=s.rule.scale,
            red_flag=s.rule.kind == "floor",
            reason=s.rule.reason.in_(language),
            because=tuple(name_of(id, language) for id in s.because),
            assumed=tuple(name_of(id, language) for id in s.assumed),
            source=tables.find(RULES).row(s.rule.id).source,
        )
        for s in acuity.heard
    )


def name_of(id: str, language: Language) -> str:
    """The name of a finding, a vital sign or a fact of the person."""
    words = vocabulary()
    if id in words:
        return words.get(id).name.in_(language)
    sign = next((sign for sign in SIGNS if sign.id == id), None)
    return sign.name.in_(language) if sign else _FACTS.get(id, Text(id, id)).in_(language)


def findings(acuity: Acuity, intake: Intake, reads: Reads, language: Language) -> tuple[Finding, ...]:
    """One finding for each rule that speaks at the level, and for each red flag below it."""
    top = acuity.level
    chosen = [s for s in acuity.heard if s.rule.level == top or s.rule.kind == "floor"]
    return tuple(_finding(s, intake, reads, language) for s in chosen[:_MOST_SHOWN])


def _finding(spoken: Spoken, intake: Intake, reads: Reads, language: Language) -> Finding:
    rule = spoken.rule
    because = _LIST.in_(language).join(name_of(id, language) for id in spoken.because)
    return Finding(
        id=f"triage-{rule.id}",
        code=Code(SYSTEM, rule.id, rule.reason.en),
        severity=_SEVERITY[rule.level],
        present="interrupt" if rule.level == "emergency" else "passive",
        headline=rule.reason.in_(language),
        why=_BECAUSE.in_(language).format(because=because),
        advice=action(rule.level, language),
        evidence=(tables.find(RULES).evidence(rule.id), *_grounds(spoken, intake, reads)),
        certainty="definite" if rule.kind == "floor" else "probable",
    )


def _grounds(spoken: Spoken, intake: Intake, reads: Reads) -> tuple[Evidence, ...]:
    """Where the findings of a rule come from: chart entries, vital signs, answers, the complaint."""
    found: dict[str, Evidence] = {}
    for id in spoken.because:
        known = intake.facts.findings.get(id)
        if id in intake.vitals:
            found[id] = intake.vitals[id].evidence
        elif id == "news2" and intake.news2 is not None:
            found[id] = _news2(intake)
        elif known is not None and known.origin == "answer" and id in reads.answers:
            found[id] = InputEvidence(f"answers.{id}", reads.answers[id])
        elif known is not None and known.origin == "text":
            found["complaint"] = InputEvidence("complaint")
    return tuple(found.values())


def _news2(intake: Intake) -> CalculationEvidence:
    inputs = tuple(vital.evidence for id, vital in intake.vitals.items() if id in {"rr", "spo2", "sbp", "hr", "temp"})
    formula = tables.find(RULES).evidence("news2_7")
    return CalculationEvidence(
        name="NEWS2 (at least)", value=float(intake.news2 or 0), unit="{score}", formula=formula, inputs=inputs
    )


def action(level: Urgency, language: Language) -> str:
    """What to do at a level."""
    row = tables.find(LEVELS).row(level)
    return Text(row["action_en"], row["action_zh"]).in_(language)


def level_name(level: Urgency, language: Language) -> str:
    """The name of a level."""
    row = tables.find(LEVELS).row(level)
    return Text(row["name_en"], row["name_zh"]).in_(language)


def safety_net(acuity: Acuity, facts: Facts, language: Language) -> SafetyNet:
    """What to do now, what helps and what to watch for, by the rules that spoke or else the complaints that are there.

    In an emergency nobody is told to come back some day.
    """
    now = action(acuity.level or "not-covered", language)
    table, by_rule = tables.find(ADVICE), tables.find(SUPPORT)
    spoken = [by_rule.index[s.rule.id] for s in acuity.heard if s.rule.id in by_rule.index]
    complaints = [*[row for row in table if row.id != "any" and facts.has(row.id)][:2], table.row("any")]
    watch = [w for row in spoken or complaints for w in _parts(row, "watch", language)]
    support = [w for row in spoken for w in _parts(row, "support", language)]
    back = Text(complaints[0]["back_en"], complaints[0]["back_zh"]).in_(language)
    return SafetyNet(
        now=f"{_UNTIL_ASKED.in_(language)}{now}" if acuity.provisional else now,
        watch_for=tuple(dict.fromkeys(watch))[:_WATCHED],
        come_back="" if acuity.level == "emergency" else back,
        support=tuple(dict.fromkeys(support)),
    )


def _parts(row: Row, column: str, language: Language) -> list[str]:
    cell = row[f"{column}_{language}"]
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


def understood(facts: Facts, language: Language) -> tuple[Understood, ...]:
    """The findings as they were stated."""
    words = vocabulary()
    return tuple(
        Understood(
            id=id, name=words.get(id).name.in_(language), present=k.present, origin=k.origin,
            days=k.days, severity=k.severity, start=k.start, end=k.end,
        )
        for id, k in facts.stated.items()
    )  # fmt: skip


def vitals_shown(intake: Intake, language: Language) -> tuple[VitalShown, ...]:
    """The vital signs that were used."""
    return tuple(
        VitalShown(
            id=v.sign.id, name=v.sign.name.in_(language), value=round(v.value, 2), unit=v.sign.unit,
            origin=v.origin, date=v.on,
        )
        for v in intake.vitals.values()
    )  # fmt: skip


def gaps(acuity: Acuity, intake: Intake, open_questions: int, language: Language) -> tuple[NotChecked, ...]:
    """What could not be looked at."""
    found = []
    if acuity.level is None:
        found.append(_gap("complaint-not-covered", _COMPLAINT, _UNKNOWN, _SAY, ("complaint",), language))
    if "age" not in intake.facts.numbers:
        found.append(_gap("age-missing", _AGE, _NO_AGE, _GIVE_AGE, ("age",), language))
    if not intake.vitals:
        found.append(_gap("vital-signs-missing", _VITALS, _NO_VITALS, _GIVE_VITALS, ("vitals",), language))
    if open_questions:
        found.append(_gap("questions-open", _QUESTIONS, _NOT_ANSWERED, _ANSWER, ("answers",), language))
    return tuple(found)


def _gap(code: str, what: Text, why: Text, needed: Text, about: tuple[str, ...], language: Language) -> NotChecked:
    return NotChecked(
        code=code, what=what.in_(language), why=why.in_(language), needed=needed.in_(language), about=about
    )


_FACTS: Final = {
    "age": Text("age", "年龄"), "age_days": Text("age", "年龄"), "weeks": Text("weeks of pregnancy", "孕周"),
    "pregnant": Text("pregnancy", "妊娠"), "female": Text("female", "女性"), "male": Text("male", "男性"),
    "si": Text("shock index", "休克指数"), "news2": Text("NEWS2", "NEWS2 评分"),
    "pals_hypotension": Text("systolic pressure low for the age", "收缩压低于年龄下限"),
}  # fmt: skip
_UNTIL_ASKED: Final = Text(
    "Warning signs were not asked about yet: answer the open questions first; care at home may then be enough. "
    "Without the answers: ",
    "尚未询问警示征象：请先回答未完成的问题，之后可能居家护理即可。若不回答：",
)
_LIST: Final = Text(", ", "、")
_BECAUSE: Final = Text("Because of: {because}.", "依据：{because}。")
_COMPLAINT: Final = Text("The complaint", "主诉")
_UNKNOWN: Final = Text("No rule knows what was said.", "规则库未能识别所述内容。")
_SAY: Final = Text("Say it in other words, or ask a nurse.", "请换一种说法，或咨询护士。")
_AGE: Final = Text("Rules that depend on age", "与年龄有关的规则")
_NO_AGE: Final = Text("The age is not known.", "年龄未知。")
_GIVE_AGE: Final = Text("The age of the person.", "患者年龄。")
_VITALS: Final = Text("Vital-sign limits", "生命体征界值")
_NO_VITALS: Final = Text("No vital sign of the last 12 hours is known.", "没有近12小时的生命体征。")
_GIVE_VITALS: Final = Text(
    "Heart and breathing rate, pressure, saturation, temperature.", "心率、呼吸、血压、血氧、体温。"
)
_QUESTIONS: Final = Text("Questions that could raise the level", "可能提高级别的问题")
_NOT_ANSWERED: Final = Text("They were not asked or not answered.", "尚未询问或未回答。")
_ANSWER: Final = Text("Answers to the open questions.", "回答未完成的问题。")
