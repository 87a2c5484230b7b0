"""How the service thinks: understand, rank, keep in view, ask; and say when it cannot answer."""

from typing import Final

from openward.domain.errors import InputError
from openward.domain.proposal import Examined, Finding, Language, MadeBy, NotChecked, Proposal
from openward.domain.share import fits
from openward.domain.text import Text, fill
from openward.harness.service import Context
from openward.knowledge import tables
from openward.record.chart import Chart
from openward.services.differential_diagnosis.asking import next_findings
from openward.services.differential_diagnosis.covering import Cover, cover
from openward.services.differential_diagnosis.echoing import MOST, echoed
from openward.services.differential_diagnosis.explaining import candidates
from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.intake import facts_of
from openward.services.differential_diagnosis.measured import TABLE as MEASURED
from openward.services.differential_diagnosis.proposal import DifferentialDiagnosis
from openward.services.differential_diagnosis.ranking import Ranking, rank
from openward.services.differential_diagnosis.rare import answer
from openward.services.differential_diagnosis.reads import Reads
from openward.services.differential_diagnosis.resulted import TABLE as RESULTED
from openward.services.differential_diagnosis.viewing import already_known, in_view, warnings
from openward.services.differential_diagnosis.weighing import Model, model

SERVICE_ID: Final = "differential-diagnosis"
VERSION: Final = "0.1.0"
NAMED: Final = 3


def differentiate(reads: Reads, chart: Chart | None, context: Context) -> Proposal[DifferentialDiagnosis]:
    """The conditions that may lie behind what was told, most probable first.

    Raises:
        InputError: a finding is named that the tables do not hold, a man is said to be pregnant, or there is more
            beside `rare`, or nothing is known at all.
    """
    if reads.rare is not None:
        if reads != Reads(rare=reads.rare):
            msg = "with 'rare', put the text, the terms, age and sex inside of 'rare'; nothing else is read then"
            raise InputError(msg)
        return answer(reads.rare, chart, context)
    if reads.sex == "male" and reads.pregnant:
        msg = "'sex' is male and 'pregnant' is true; correct one of them, or leave out 'pregnant'"
        raise InputError(msg)
    held = model()
    facts = facts_of(reads, chart, context.language)
    ranking = rank(held, facts)
    covered = cover(held, ranking, facts)
    if covered is Cover.NOTHING_UNDERSTOOD and reads == Reads():
        raise InputError("text: say what the patient complains of, or name findings in 'present'")
    if covered is not Cover.YES:
        return _not_covered(held, ranking, facts, covered, context.language)
    return _ranked(held, ranking, facts, context.language)


def _ranked(held: Model, ranking: Ranking, facts: Facts, language: Language) -> Proposal[DifferentialDiagnosis]:
    viewed = in_view(held, ranking, facts, language)
    found = candidates(held, ranking, facts, [view.id for view in viewed], language)
    body = DifferentialDiagnosis(
        kind="common",
        covered=True,
        understood=echoed(facts.understood)[0],
        candidates=found,
        keep_in_view=viewed,
        next_findings=next_findings(held, ranking, language),
    )
    names = _COMMA.in_(language).join(f"{c.name} ({fits(c.share or 0.0, language)})" for c in found[:NAMED])
    summary = _FIRST.in_(language).format(names=names)
    if viewed:
        summary += fill(_IN_VIEW.in_(language), n=len(viewed))
    findings = (*warnings(found, viewed, facts, language), *already_known(found, facts, language))
    return _proposal(held, summary, body, (findings, _gaps(facts, language)), language)


def _not_covered(
    held: Model, ranking: Ranking, facts: Facts, covered: Cover, language: Language
) -> Proposal[DifferentialDiagnosis]:
    body = DifferentialDiagnosis(
        kind="common",
        covered=False,
        understood=echoed(facts.understood)[0],
        keep_in_view=in_view(held, ranking, facts, language),
    )
    why = _WHY_NOT[covered].in_(language)
    gap = NotChecked(
        code="not-covered", what=_DIFFERENTIAL.in_(language), why=why, needed=_MORE.in_(language), about=("text",)
    )
    return _proposal(held, why, body, ((), (gap, *_gaps(facts, language))), language)


def _proposal(
    held: Model,
    summary: str,
    body: DifferentialDiagnosis,
    told: tuple[tuple[Finding, ...], tuple[NotChecked, ...]],
    language: Language,
) -> Proposal[DifferentialDiagnosis]:
    findings, gaps = told
    weighed = len({u.finding for u in body.understood})
    return Proposal(
        summary=summary,
        body=body,
        findings=findings,
        not_checked=gaps,
        examined=(
            Examined(what=_FINDINGS.in_(language), count=weighed),
            Examined(what=_CONDITIONS.in_(language), count=len(held.conditions)),
        ),
        language=language,
        made_by=MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge=held.base.versions | _limits()),
    )


def _limits() -> dict[str, str]:
    """The versions of the tables that turn what was measured into findings."""
    return {name: tables.find(name).version for name in (MEASURED, RESULTED)}


def _gaps(facts: Facts, language: Language) -> tuple[NotChecked, ...]:
    """What is not known of the person, and what is not shown of what was said."""
    unknown = _unknown(facts, language)
    _, left = echoed(facts.understood)
    if not left:
        return unknown
    why, needed = _CUT.in_(language).format(n=left, most=MOST), _SHORTER.in_(language)
    cut = NotChecked(code="mentions-left-out", what=_SHOWN.in_(language), why=why, needed=needed, about=("understood",))
    return (*unknown, cut)


def _unknown(facts: Facts, language: Language) -> tuple[NotChecked, ...]:
    """What nobody said of the person, though it changes how common conditions are."""
    person = facts.person
    gaps = []
    if person.age is None:
        gaps.append(("age-unknown", _AGE, "age"))
    if person.sex is None:
        gaps.append(("sex-unknown", _SEX, "sex"))
    if person.pregnant is None and person.may_be_pregnant and person.sex == "female":
        gaps.append(("pregnancy-unknown", _PREGNANCY, "pregnant"))
    return tuple(
        NotChecked(
            code=code, what=what.in_(language), why=_UNSAID.in_(language), needed=_SAY.in_(language), about=(field,)
        )
        for code, what, field in gaps
    )


_SHOWN: Final = Text("The list of what was understood", "已识别内容的列表")
_CUT: Final = Text(
    "It shows {most} mentions; {n} more were weighed and are left out of the list.",
    "列表显示 {most} 处，另有 {n} 处已纳入权衡但未列出。",
)
_SHORTER: Final = Text("Ask with a shorter text to see them.", "缩短文本后可查看。")
_COMMA: Final = Text(", ", "、")
_FIRST: Final = Text("First: {names}.", "首先考虑：{names}。")
_IN_VIEW: Final = Text(
    " {n:condition|conditions} must not be missed with this complaint.", "另有 {n} 种不可漏诊的疾病需留意。"
)
_DIFFERENTIAL: Final = Text("The differential diagnosis", "鉴别诊断")
_WHY_NOT: Final = {
    Cover.NOTHING_UNDERSTOOD: Text("No finding was understood.", "未能识别任何临床表现。"),
    Cover.NO_CONDITION_FITS: Text(
        "No condition in the tables accounts for the findings.", "知识表中没有疾病能解释这些表现。"
    ),
    Cover.ONLY_DIAGNOSES: Text("Only known diagnoses, no presenting complaint.", "仅有已知诊断，没有本次就诊的主诉。"),
}
_MORE: Final = Text("Say more of the complaint, or give findings by id.", "请补充症状描述，或按 id 提供表现。")
_FINDINGS: Final = Text("findings weighed", "纳入权衡的表现")
_CONDITIONS: Final = Text("conditions compared", "比较的疾病")
_AGE: Final = Text("The weight of age", "年龄的影响")
_SEX: Final = Text("The weight of sex", "性别的影响")
_PREGNANCY: Final = Text("Whether there is a pregnancy", "是否妊娠")
_UNSAID: Final = Text("It is not said, and the chart does not hold it.", "未说明，病历中亦无记录。")
_SAY: Final = Text("Say it, or give it as input.", "请说明或作为输入提供。")
