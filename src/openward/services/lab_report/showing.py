"""Results as the body shows them, quantities worked out, and what could not be checked."""

from typing import Final

from openward.domain.proposal import NotChecked
from openward.domain.text import Text, fill
from openward.knowledge import tables
from openward.services.lab_report.acid_base import fits_together
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.derived import FORMULAS
from openward.services.lab_report.doubts import doubts_of
from openward.services.lab_report.lines import Line, shown
from openward.services.lab_report.proposal import Computed, ResultShown
from openward.services.lab_report.result import Unread
from openward.services.lab_report.series import change_of, trend_of
from openward.services.lab_report.statements import formula_name, name_of

_SHOWN: Final = 200


def shown_of(line: Line, bench: Bench) -> ResultShown:
    """One result with its judgement."""
    known = line.value is not None
    return ResultShown(
        place=line.about,
        name=line.result.name[:_SHOWN],
        reported=shown(line, bench.language),
        analyte=line.name or None,
        analyte_name=name_of(line, bench.language) if line.analyte else None,
        harmonised=float(f"{line.value:.6g}") if line.value is not None else None,
        harmonised_unit=line.analyte.unit if known and line.analyte else None,
        low=_limit(line, line.low, line.result.low),
        high=_limit(line, line.high, line.result.high),
        interval_of=line.whose,
        interval_from=_population(line),
        flag=line.flag,
        critical=line.critical is not None,
        taken=line.taken.isoformat() if line.taken else None,
        change=change_of(line, bench),
        trend=trend_of(line, bench),
    )


def _population(line: Line) -> str | None:
    if line.seed is None:
        return None
    return "; ".join((line.seed.population, *(f"assumed: {word}" for word in line.seed.assumes)))


def _limit(line: Line, harmonised: float | None, own: float | None) -> float | None:
    found = harmonised if line.value is not None else own
    return None if found is None else float(f"{found:.6g}")


def computed_of(bench: Bench) -> tuple[Computed, ...]:
    """The quantities worked out from several results."""
    table = tables.find(FORMULAS)
    return tuple(
        Computed(
            id=d.id, name=formula_name(d.id, bench.language), value=d.evidence.value, unit=d.unit,
            source=table.row(d.id).source,
        )
        for d in bench.derived.values()
    )  # fmt: skip


def gaps_of(unread: tuple[Unread, ...], bench: Bench) -> tuple[NotChecked, ...]:
    """Every line that was not understood, and every result that could not be judged, each with the reason."""
    language = bench.language
    missed = [
        NotChecked(
            code="not-understood", what=_PART.in_(language).format(place=part.place[:_SHOWN]), why=part.why[:500],
            needed=_READABLE.in_(language), about=(part.place[:_SHOWN],),
        )
        for part in unread
    ]  # fmt: skip
    single = (_gap(line, bench) for line in bench.lines if line.gap in _GAPS)
    return (*_nothing(bench), *missed, *single, *doubts_of(bench), *_misfit(bench), *_person(bench))


def _nothing(bench: Bench) -> tuple[NotChecked, ...]:
    """A report, or a chart, without a result."""
    if bench.lines:
        return ()
    what, why, needed = (text.in_(bench.language) for text in _NO_REPORT)
    return (NotChecked(code="no-result", what=what, why=why, needed=needed),)


def _misfit(bench: Bench) -> tuple[NotChecked, ...]:
    """A blood gas whose three values contradict each other (Henderson-Hasselbalch) is not read as a pattern."""
    if fits_together(bench):
        return ()
    what, why, needed = (text.in_(bench.language) for text in _NO_FIT)
    about = tuple(line.about for line in bench.named(("ph", "pco2", "bicarbonate")))
    return (NotChecked(code="acid-base-contradicts", what=what, why=why, needed=needed, about=about),)


def _gap(line: Line, bench: Bench) -> NotChecked:
    why, needed = _GAPS[line.gap or ""]
    mark = line.result.flag if line.analyte is None else None
    said = _MARKED.in_(bench.language).format(flag=mark[:20]) if mark else ""
    return NotChecked(
        code=line.gap or "",
        what=line.result.name[:_SHOWN],
        why=f"{why.in_(bench.language)}{said}",
        needed=needed.in_(bench.language),
        about=(line.about,),
    )


def _person(bench: Bench) -> tuple[NotChecked, ...]:
    """Results that have no interval because the person is not known, or because none is on record."""
    bare = tuple(line.about for line in bench.lines if line.value is not None and line.flag == "unknown")
    if not bare:
        return ()
    unknown = bench.person.age_days is None or bench.person.sex is None
    return (
        NotChecked(
            code="no-interval",
            what=fill(_BARE.in_(bench.language), n=len(bare)),
            why=(_NO_PERSON if unknown else _NO_INTERVAL).in_(bench.language),
            needed=(_TELL_PERSON if unknown else _OWN_INTERVAL).in_(bench.language),
            about=tuple(dict.fromkeys(bare)),
        ),
    )


_MARKED: Final = Text(" The laboratory marked it {flag}.", "检验科将其标记为 {flag}。")
_NO_REPORT: Final = (
    Text("The report", "报告"),
    Text("No laboratory result was given or is on record.", "未提供检验结果，记录中亦无。"),
    Text("A report, or results in the chart.", "请提供报告或病历中的结果。"),
)
_NO_FIT: Final = (
    Text("Acid and base", "酸碱"),
    Text(
        "pH, pCO2 and bicarbonate do not fit each other; they may be of different samples.",
        "pH、pCO2 与碳酸氢根互不相符，可能来自不同标本。",
    ),
    Text("One blood gas with all three.", "同一份血气的三项结果。"),
)
_PART: Final = Text("{place} of the report", "报告 {place}")
_READABLE: Final = Text("The original report, or the result typed in.", "请提供原始报告或手工录入结果。")
_BARE: Final = Text("{n:result|results} without an interval", "{n} 项结果无参考区间")
_NO_PERSON: Final = Text(
    "The report gives no interval, and age or sex is not known.", "报告未给区间，且年龄或性别不明。"
)
_NO_INTERVAL: Final = Text(
    "The report gives no interval, and none is on record for this person.", "报告未给区间，知识表亦无适用区间。"
)
_TELL_PERSON: Final = Text("Age and sex, or the laboratory's interval.", "年龄与性别，或实验室区间。")
_OWN_INTERVAL: Final = Text("The laboratory's interval.", "实验室区间。")
_GAPS: Final[dict[str, tuple[Text, Text]]] = {
    "analyte-unknown": (
        Text("No analyte of that name is on record.", "知识表无该名称的项目。"),
        Text("Its LOINC code, or its usual name.", "其 LOINC 代码或常用名称。"),
    ),
    "unit-missing": (
        Text("The value has no unit; none is assumed.", "该值无单位，不作假定。"),
        Text("The unit.", "单位。"),
    ),
    "unit-unknown": (
        Text("The unit is not one of this analyte.", "单位与该项目不符。"),
        Text("The unit as the laboratory writes it.", "实验室所用单位。"),
    ),
    "implausible": (
        Text(
            "The value is beyond what this analyte can be; a wrong unit or a slip?",
            "数值超出该项目可能范围：单位或录入错误？",
        ),
        Text("The original report.", "原始报告。"),
    ),
    "no-value": (Text("The line holds no value.", "该行无数值。"), Text("The value.", "数值。")),
}
