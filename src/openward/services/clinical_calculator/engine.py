"""How the calculator thinks: find the instrument, gather its inputs, compute, and say what is missing."""

from typing import Final

from openward.domain.proposal import Examined, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text, fill
from openward.harness.service import Context
from openward.knowledge import kidney, tables
from openward.record.chart import Chart
from openward.services.clinical_calculator.computing import Outcome, compute
from openward.services.clinical_calculator.gathered import Gathered
from openward.services.clinical_calculator.gathering import gather
from openward.services.clinical_calculator.indexed import indexed
from openward.services.clinical_calculator.library import TABLE, Calculator, library
from openward.services.clinical_calculator.medicines import not_counted
from openward.services.clinical_calculator.population import OUTSIDE, population_gap
from openward.services.clinical_calculator.proposal import Calculation, ClinicalCalculator, Listed
from openward.services.clinical_calculator.reads import Reads
from openward.services.clinical_calculator.search import matching, named
from openward.services.clinical_calculator.showing import calculation_of, finding_of, missing_gaps, ungiven
from openward.services.clinical_calculator.steady import UNSTABLE, Course, cautioned, unsteady, unsteady_gap

SERVICE_ID: Final = "clinical-calculator"
VERSION: Final = "0.1.0"


def calculate(reads: Reads, chart: Chart | None, context: Context) -> Proposal[ClinicalCalculator]:
    """Computes one instrument, or lists those that match a search.

    Raises:
        InputError: a given input is not one of the instrument, has the wrong kind, or is not plausible.
    """
    if reads.calculator is None:
        return _listed(reads.search or "", context.language)
    calculator = named(reads.calculator)
    if calculator is None:
        return _unknown(reads.calculator, context.language)
    searched = indexed(chart, calculator) if chart is not None else None
    inputs = gather(calculator, reads, searched, context.now, context.language)
    gap = population_gap(calculator, inputs, chart, context.now, context.language)
    refused = gap is not None and gap.code == OUTSIDE
    outcome = Outcome(why=OUTSIDE) if refused else compute(calculator, inputs)
    other = not_counted(calculator, chart, context.language)
    course = unsteady(calculator, searched, context.now) if outcome.low is not None else ()
    moving = unsteady_gap(calculator, course, context.language) if course else None
    gaps = tuple(found for found in (gap, other, moving) if found is not None)
    return _proposal(calculator, inputs, outcome, gaps, course, context.language)


def _proposal(
    calculator: Calculator,
    inputs: dict[str, Gathered],
    outcome: Outcome,
    before: tuple[NotChecked, ...],
    course: Course,
    language: Language,
) -> Proposal[ClinicalCalculator]:
    calculation = calculation_of(calculator, inputs, outcome, language)
    finding = finding_of(calculator, calculation, inputs, outcome, language)
    if finding and course:
        bare = f"{calculation.calculator}: {calculation.shown}"
        finding = cautioned(finding, course, "" if ungiven(calculation, language) else bare, language)
    gaps = (*before, *missing_gaps(calculator, inputs, outcome, language))
    return Proposal(
        summary=_summary(calculation, len(gaps), UNSTABLE.in_(language) if course else "", language),
        body=ClinicalCalculator(calculation=calculation),
        findings=(finding,) if finding else (),
        not_checked=gaps,
        examined=(Examined(what=_INPUTS.in_(language), count=sum(g.value is not None for g in inputs.values())),),
        language=language,
        made_by=_made_by(*((kidney.FORMULAS,) if course else ())),
    )


def _listed(words: str, language: Language) -> Proposal[ClinicalCalculator]:
    found = matching(words)
    return Proposal(
        summary=fill(_FOUND.in_(language), n=len(found)),
        body=ClinicalCalculator(found=tuple(_entry(c, language) for c in found)),
        examined=(Examined(what=_INSTRUMENTS.in_(language), count=len(library().calculators)),),
        language=language,
        made_by=_made_by(),
    )


def _unknown(words: str, language: Language) -> Proposal[ClinicalCalculator]:
    """An instrument of that name is not here; those that come near it are listed, none is taken in its place."""
    gap = NotChecked(
        code="calculator-unknown",
        what=_CALCULATOR.in_(language),
        why=_NO_SUCH.in_(language),
        needed=_CHOOSE.in_(language),
        about=("calculator",),
    )
    return Proposal(
        summary=_NO_SUCH.in_(language),
        body=ClinicalCalculator(found=tuple(_entry(c, language) for c in matching(words))),
        not_checked=(gap,),
        language=language,
        made_by=_made_by(),
    )


def _entry(calculator: Calculator, language: Language) -> Listed:
    row = calculator.row
    return Listed(
        id=calculator.id,
        name=calculator.name.in_(language),
        field=calculator.field,
        purpose=Text(row["purpose_en"], row["purpose_zh"]).in_(language),
        inputs=tuple(calculator.definitions),
    )


def _made_by(*read: str) -> MadeBy:
    knowledge = {name: tables.find(name).version for name in (TABLE, *read)} | {"instruments": library().version}
    return MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge=knowledge)


def _summary(calculation: Calculation, gaps: int, caution: str, language: Language) -> str:
    name, said = calculation.name, calculation.shown or _NOT_COMPUTED.in_(language)
    if not_given := ungiven(calculation, language):
        return f"{not_given[0]}." if language == "en" else f"{not_given[0]}。"
    parts = [f"{name}: {said}" if language == "en" else f"{name}：{said}"]
    if calculation.interpretation:
        parts.append(calculation.interpretation)
    if caution:
        parts.append(caution)
    if gaps:
        parts.append(_GAPS.in_(language).format(n=gaps))
    return ("; ".join(parts) + ".") if language == "en" else ("；".join(parts) + "。")


_INPUTS: Final = Text("inputs known", "已知输入项")
_INSTRUMENTS: Final = Text("instruments searched", "检索的计算器")
_FOUND: Final = Text("{n:calculator|calculators} found.", "找到 {n} 个计算器。")
_CALCULATOR: Final = Text("The calculation asked for", "所请求的计算")
_NO_SUCH: Final = Text("There is no calculator of that name.", "没有该名称的计算器。")
_CHOOSE: Final = Text("One of the listed calculators.", "请从列出的计算器中选择。")
_NOT_COMPUTED: Final = Text("not computed", "未能计算")
_GAPS: Final = Text("{n} not checked", "{n} 项未核对")
