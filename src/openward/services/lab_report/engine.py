"""How a report is read: gather and harmonise, judge each result, look across them, say what follows."""

from collections.abc import Iterable
from typing import Final

from openward.domain.errors import InputError
from openward.domain.proposal import Examined, Finding, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text, fill
from openward.harness.service import Context
from openward.knowledge import tables
from openward.record.chart import Chart
from openward.services.lab_report.acid_base import acid_base
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.clotting import clotting
from openward.services.lab_report.derived import add_derived
from openward.services.lab_report.drug_effects import drug_effects
from openward.services.lab_report.for_patient import explanation
from openward.services.lab_report.gathering import Gathered, gather
from openward.services.lab_report.kidney_course import kidney
from openward.services.lab_report.patterns import explained, stated, without_hidden
from openward.services.lab_report.proposal import LabReport
from openward.services.lab_report.reads import Reads
from openward.services.lab_report.remarks import remarks
from openward.services.lab_report.showing import computed_of, gaps_of, shown_of
from openward.services.lab_report.single import changes, criticals, left_over, mislabelled
from openward.services.lab_report.statements import Statement, findings_of
from openward.services.lab_report.tasks import next_tests, read_back
from openward.services.lab_report.troponin import troponin

SERVICE_ID: Final = "lab-report"
VERSION: Final = "0.1.0"
TABLES: Final = (
    "analytes", "analyte_conversions", "reference_intervals", "critical_values", "biological_variation", "lab_patterns",
    "lab_formulas", "lab_next_tests", "lab_read_back", "lab_troponin", "lab_drug_effects", "lab_remarks", "ingredients",
)  # fmt: skip


def read(reads: Reads, chart: Chart | None, context: Context) -> Proposal[LabReport]:
    """Reads one report.

    Raises:
        InputError: more than one report was given, it cannot be read at all, or there is none.
    """
    gathered = gather(reads, chart, context)
    bench = gathered.bench
    if reads == Reads() and not bench.lines and not gathered.unread:
        raise InputError("text: paste a report or give a file; the chart holds no laboratory result to read")
    add_derived(bench)
    statements = _statements(gathered)
    findings = findings_of(statements, bench)
    gaps = gaps_of(gathered.unread, bench)
    return Proposal(
        summary=_summary(bench, findings, gaps),
        body=LabReport(
            results=tuple(shown_of(line, bench) for line in bench.lines),
            computed=computed_of(bench),
            next_tests=next_tests(statements, bench),
            read_back=read_back(bench.lines, bench),
            for_patient=explanation(
                _in_order(statements, findings), bench.lines, context.language, len(gathered.unread)
            ),
        ),
        findings=findings,
        not_checked=gaps,
        examined=_examined(bench, len(gathered.unread)),
        language=context.language,
        made_by=MadeBy(service=SERVICE_ID, service_version=VERSION, knowledge=_versions()),
    )


def _statements(gathered: Gathered) -> list[Statement]:
    bench = gathered.bench
    told = [*remarks(bench, gathered.told), *mislabelled(bench)]
    coded = [*kidney(bench), *acid_base(bench), *clotting(bench), *troponin(bench)]
    held = without_hidden([*told, *coded, *stated(bench)])
    loud = criticals(bench)
    more = [*changes(bench, held), *drug_effects(bench)]
    rest = left_over(bench, explained([*loud, *held, *more]))
    return [*loud, *held, *more, *rest]


def _in_order(statements: Iterable[Statement], findings: tuple[Finding, ...]) -> list[Statement]:
    """The statements in the order in which they are shown."""
    place = {code: i for i, code in reversed(list(enumerate(f.code.code for f in findings)))}
    return sorted(statements, key=lambda s: place.get(s.id, len(place)))


@tables.remembered(1)
def _versions() -> dict[str, str]:
    return {name: tables.find(name).version for name in TABLES}


def _examined(bench: Bench, unread: int) -> tuple[Examined, ...]:
    language = bench.language
    return (
        Examined(what=_RESULTS.in_(language), count=len(bench.lines)),
        Examined(what=_JUDGED.in_(language), count=sum(line.flag != "unknown" for line in bench.lines)),
        Examined(what=_EARLIER.in_(language), count=sum(len(lines) for lines in bench.history.values())),
        Examined(what=_UNREAD.in_(language), count=unread),
    )


def _summary(bench: Bench, findings: tuple[Finding, ...], gaps: tuple[NotChecked, ...]) -> str:
    language: Language = bench.language
    count = len(bench.lines)
    if not count:
        return _EMPTY.in_(language)
    parts = [fill(_READ.in_(language), n=count)]
    if findings:
        loud = sum(f.severity in {"critical", "high"} for f in findings)
        weigh = sum(f.severity == "moderate" for f in findings)
        parts.append(fill(_FOUND.in_(language), n=len(findings)))
        parts.append(fill((_PRESSING if loud else _CALM).in_(language), n=loud))
        parts += [fill(_WEIGH.in_(language), n=weigh)] if weigh else []
    else:
        judged = sum(line.flag != "unknown" for line in bench.lines)
        parts.append((_QUIET if judged else _UNJUDGED).in_(language).format(n=judged))
    if gaps:
        parts.append(fill(_GAPS.in_(language), n=len(gaps)))
    return ("；".join(parts) + "。") if language == "zh" else ("; ".join(parts) + ".")


_RESULTS: Final = Text("results read", "读取的结果")
_JUDGED: Final = Text("results judged by an interval", "有参考区间的结果")
_EARLIER: Final = Text("earlier results compared", "用于比较的既往结果")
_UNREAD: Final = Text("parts of the report not understood", "未能理解的部分")
_EMPTY: Final = Text("No laboratory result could be read.", "未读到检验结果。")
_READ: Final = Text("{n:result|results} read", "读取 {n} 项结果")
_FOUND: Final = Text("{n:finding|findings}", "{n} 项提示")
_PRESSING: Final = Text("{n} critical or high: act on it", "{n} 项危急或高级别，需处理")
_CALM: Final = Text("nothing critical or high", "无危急或高级别提示")
_WEIGH: Final = Text("{n} moderate to weigh", "{n} 项中级别需权衡")
_QUIET: Final = Text("nothing stands out among the {n} that could be judged", "可判断的 {n} 项均无异常提示")
_UNJUDGED: Final = Text("none of them could be judged", "均无法判断")
_GAPS: Final = Text("{n:thing|things} not checked", "{n} 项未核对")
