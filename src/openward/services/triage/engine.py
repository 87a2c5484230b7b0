"""How triage thinks: take in what was said, let the rules speak, find the next question, and say what to do."""

from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.proposal import Examined, Language, MadeBy, Proposal
from openward.domain.text import Text
from openward.harness.service import Context
from openward.knowledge import tables
from openward.knowledge.findings import FINDINGS
from openward.knowledge.triage import ADVICE, DEPARTMENTS, LEVELS, RULES, SUPPORT, department, rules
from openward.record.chart import Chart
from openward.services.triage.acuity import Acuity, acuity
from openward.services.triage.handover import summary
from openward.services.triage.intake import Intake, take_in
from openward.services.triage.proposal import Answered, Department, NotAsked, Triage, Urgency
from openward.services.triage.provisional import is_provisional, until_asked
from openward.services.triage.questions import MOST, Worth, questions, said, shown, unanswered
from openward.services.triage.reads import Reads
from openward.services.triage.showing import (
    findings,
    gaps,
    level_name,
    rules_shown,
    safety_net,
    understood,
    vitals_shown,
)

SERVICE_ID: Final = "triage"
VERSION: Final = "0.1.0"
_MOST_NAMED: Final = 20


def triage(reads: Reads, chart: Chart | None, context: Context) -> Proposal[Triage]:
    """How soon this person must be seen, and where.

    Raises:
        InputError: an answer is not one that its question takes, an age or a vital sign cannot be true, or nothing is
            known of why this person is here.
    """
    intake = take_in(reads, chart, context)
    decided = acuity(intake.facts)
    if decided.level is None and not reads.complaint.strip() and not reads.answers:
        raise InputError("complaint: say what brings the person here, in their own words or in yours")
    worths = _worth_asking(intake, decided, reads)
    if is_provisional(decided, intake, reads, asks=bool(worths)):
        decided = until_asked(decided)
    body = _body(reads, chart, context, intake, decided, worths)
    return Proposal(
        summary=_summary(body, decided, context.language),
        body=body,
        findings=findings(decided, intake, reads, context.language),
        not_checked=gaps(decided, intake, len(worths), context.language),
        examined=(Examined(what=_RULES.in_(context.language), count=len(rules().by_id)),),
        language=context.language,
        made_by=_made_by(),
    )


def _worth_asking(intake: Intake, decided: Acuity, reads: Reads) -> tuple[Worth, ...]:
    """The questions that could change the level; the age is one wherever care at home rests on not knowing it."""
    worths = questions(intake.facts, decided, reads.answers)
    known = "age" in intake.facts.numbers or "age" in reads.answers or any(worth.id == "age" for worth in worths)
    if known or not is_provisional(decided, intake, reads, asks=True):
        return worths
    return (*worths, Worth("age", 0.0))


def _body(
    reads: Reads, chart: Chart | None, context: Context, intake: Intake, decided: Acuity, worths: tuple[Worth, ...]
) -> Triage:
    language = context.language
    level: Urgency = decided.level or "not-covered"
    leading = decided.leading
    asked = len(reads.answers)
    asks = bool(worths) and asked < MOST
    return Triage(
        level=level,
        level_name=level_name(level, language),
        scale=leading.scale if leading else None,
        respond=_AT_ONCE.in_(language) if leading and leading.scale == "I" else None,
        department=Department(leading.department, department(leading.department).in_(language)) if leading else None,
        rules=rules_shown(decided, language),
        understood=understood(intake.facts, language),
        vitals=vitals_shown(intake, language),
        news2_at_least=intake.news2,
        question=msgspec.structs.replace(shown(worths[0].id, language), most=MOST) if asks else None,
        asked=asked,
        not_asked=tuple(
            NotAsked(id, text) for id, text in unanswered(worths[1 if asks else 0 :][:_MOST_NAMED], language)
        ),
        safety_net=safety_net(decided, intake.facts, language),
        summary=summary(reads, chart, intake, context.now, language),
        complaint=reads.complaint.strip(),
        answers=tuple(
            Answered(shown(id, language).text, said(id, given, language)) for id, given in reads.answers.items()
        ),
    )


def _summary(body: Triage, decided: Acuity, language: Language) -> str:
    leading = decided.leading
    if leading is None:
        return _NOT_COVERED.in_(language)
    where = body.department.name if body.department else ""
    return _SAID.in_(language).format(level=body.level_name, reason=leading.reason.in_(language), where=where)


def _made_by() -> MadeBy:
    read = (RULES, LEVELS, DEPARTMENTS, ADVICE, SUPPORT, FINDINGS)
    return MadeBy(
        service=SERVICE_ID, service_version=VERSION, knowledge={name: tables.find(name).version for name in read}
    )


_RULES: Final = Text("rules of acuity", "分诊规则")
_AT_ONCE: Final = Text("at once", "即刻")
_NOT_COVERED: Final = Text(
    "The rules do not know this complaint: a nurse or a doctor must look at it.",
    "规则库未覆盖该主诉，请由护士或医生评估。",
)
_SAID: Final = Text("{level}: {reason}. Department: {where}.", "{level}：{reason}。科室：{where}。")
