"""The report in plain words for the patient: calm, without a diagnosis, and without leaving out what matters."""

from collections.abc import Iterable
from typing import Final

from openward.domain.proposal import Language
from openward.domain.text import Text, fill
from openward.services.lab_report.lines import Line
from openward.services.lab_report.statements import Statement

MOST: Final = 6


def explanation(
    statements: Iterable[Statement], lines: tuple[Line, ...], language: Language, unread: int = 0
) -> tuple[str, ...]:
    """A few paragraphs: how much is as usual, what is not and what comes of it, whom to ask.

    A result whose analyte is not known is not counted as usual, and nothing calms where a part was not understood.
    """
    known = [line.flag for line in lines if line.analyte is not None]
    judged = sum(flag in {"low", "normal", "high"} for flag in known)
    usual = known.count("normal")
    words = [Text(s.row["patient_en"], s.row["patient_zh"]).in_(language) for s in statements]
    said = list(dict.fromkeys(word for word in words if word))[:MOST]
    if not lines:
        return (_NOTHING.in_(language),)
    opening = _opening(judged, usual, len(lines), language)
    closing = _CLOSING if said or unread or usual < len(lines) else _CALM
    unjudged = (fill(_UNJUDGED.in_(language), n=len(lines) - judged),) if judged and judged < len(lines) else ()
    return (*opening, *said, *unjudged, closing.in_(language))


def _opening(judged: int, usual: int, count: int, language: Language) -> tuple[str, ...]:
    """How many results are as usual; nothing where none is, for that number alone would alarm."""
    if not judged:
        return (fill(_NO_RANGE.in_(language), n=count),)
    if usual == judged:
        return ((_ALL if judged > 1 else _ONE).in_(language).format(n=judged),)
    return (fill(_SOME.in_(language), usual=usual, n=judged),) if usual else ()


_NOTHING: Final = Text(
    "No result in this report could be read. Please show the report to your clinician.",
    "未能从该报告中读出结果，请将报告交给医生查看。",
)
_ALL: Final = Text(
    "All {n} results that could be compared lie in the usual range.", "可比较的 {n} 项结果均在参考范围内。"
)
_ONE: Final = Text("The result lies in the usual range.", "该结果在参考范围内。")
_SOME: Final = Text(
    "Of {n} results that could be compared, {usual:lies|lie} in the usual range.",
    "可比较的 {n} 项结果中，{usual} 项在参考范围内。",
)
_NO_RANGE: Final = Text(
    "The report holds {n:result|results} without a usual range to compare with.",
    "报告中有 {n} 项结果，但没有可比较的参考范围。",
)
_UNJUDGED: Final = Text(
    "{n:result has|results have} no usual range here; your clinician can explain them.",
    "{n} 项结果没有可比较的参考范围，医生可以为您解释。",
)
_CLOSING: Final = Text(
    "Results are one part of the picture. Please go over them with your clinician, who knows you and your medicines.",
    "检验结果只是一部分，请与了解您病情和用药的医生一起查看。",
)
_CALM: Final = Text(
    "Nothing here needs action because of the numbers alone. If you feel unwell, speak with your clinician.",
    "仅从数值看无需处理。如有不适，请咨询医生。",
)
