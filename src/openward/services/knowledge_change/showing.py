"""What is said of a change, in the two languages of the house."""

from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import Evidence
from openward.domain.proposal import Finding, Language, NotChecked, Present, Severity
from openward.domain.text import Text, fill
from openward.services.knowledge_change.proposal import KnowledgeChange

SYSTEM: Final = "urn:openward:knowledge-change"
ROWS: Final = Text(en="rows of the table", zh="表中的行")
_RANK: Final[dict[str, tuple[Severity, Present]]] = {
    "fault": ("high", "interrupt"), "weaker": ("high", "interrupt"), "stronger": ("low", "passive"),
    "changed": ("moderate", "passive"), "added": ("moderate", "passive"),
}  # fmt: skip
_HEADLINES: Final = {
    "fault": Text(en="The row cannot stand in its table", zh="该行不能写入此表"),
    "weaker": Text(en="An alert becomes weaker", zh="提醒将减弱"),
    "stronger": Text(en="An alert becomes stronger", zh="提醒将加强"),
    "changed": Text(en="A row of this house replaces the built-in one", zh="本院的行将取代内置的行"),
    "added": Text(en="A row of this house is added", zh="将新增本院的行"),
}
_COMPARE: Final = Text(en="Compare the row with its source before you sign.", zh="签署前请与来源核对。")
_ADVICE: Final = {
    "fault": Text(
        en="Reject it, and propose the row again with these cells put right.", zh="请驳回，更正这些单元格后重新提议。"
    ),
    "weaker": Text(
        en="Sign only when the source says so for the patients of this house.",
        zh="仅当来源支持且适用于本院患者时方可签署。",
    ),
    "stronger": Text(en="Expect more alerts; look at how often they will be shown.", zh="提醒会增多，请评估出现频率。"),
    "changed": _COMPARE,
    "added": _COMPARE,
}
NOT_READ: Final[dict[Language, NotChecked]] = {
    "en": NotChecked(
        code="source-not-read", what="What the source says", why="No service reads the cited document.",
        needed="A person who compares the row with it.",
    ),
    "zh": NotChecked(
        code="source-not-read", what="来源的内容", why="服务不会阅读所引文献。", needed="由人将该行与来源逐项核对。"
    ),
}  # fmt: skip


def finding_of(kind: str, body: KnowledgeChange, evidence: tuple[Evidence, ...], language: Language) -> Finding:
    """One statement on a change."""
    severity, present = _RANK[kind]
    return Finding(
        id=f"{kind}-{body.table}", code=Code(SYSTEM, kind), severity=severity, present=present,
        headline=_HEADLINES[kind].in_(language), why=_why(kind, body, language),
        advice=_ADVICE[kind].in_(language), evidence=evidence, about=("row",),
    )  # fmt: skip


def summary_of(body: KnowledgeChange, language: Language) -> str:
    """One sentence on the whole change."""
    n = len(body.changes)
    if body.faults:
        told = Text(
            en=f"{body.title}: row {body.row} cannot stand as written ({fill('{:fault|faults}', len(body.faults))}).",
            zh=f"知识表 {body.table}：行 {body.row} 无法按此写入（{len(body.faults)}处错误）。",
        )
    elif body.adds:
        told = Text(en=f"{body.title}: a new row {body.row}.", zh=f"知识表 {body.table}：新增行 {body.row}。")
    else:
        told = Text(
            en=f"{body.title}: {fill('{:cell|cells}', n)} of row {body.row} to change.",
            zh=f"知识表 {body.table}：行 {body.row} 修改{n}处。",
        )
    return told.in_(language)


def _why(kind: str, body: KnowledgeChange, language: Language) -> str:
    """What differs, or what is wrong, cell by cell."""
    if kind == "fault":
        parts = [f"{fault.column}: {fault.what}" for fault in body.faults]
    else:
        parts = [f"{change.column}: {change.before or '–'} → {change.after or '–'}" for change in body.changes[:12]]
    return "; ".join(parts) if language == "en" else "；".join(parts)
