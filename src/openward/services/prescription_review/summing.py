"""The one sentence over a review: what was found by weight, and what was not checked; it never reads as all-clear."""

from typing import Final

from openward.domain.proposal import Finding, Language, NotChecked
from openward.domain.text import Text, fill

_UNRESOLVED: Final = "drug-not-resolved"


def summary(orders: int, findings: tuple[Finding, ...], gaps: tuple[NotChecked, ...], language: Language) -> str:
    """How many findings of each weight there are, and how many drugs and other things could not be checked."""
    unknown = len({a for n in gaps if n.code == _UNRESOLVED for a in n.about})
    others = sum(n.code != _UNRESOLVED for n in gaps)
    parts = [fill((_REVIEWED if orders else _NO_ORDER).in_(language), n=orders)]
    parts += _weights(findings, language) if findings or not orders else [(_NONE_SEEN if gaps else _NONE).in_(language)]
    if unknown:
        parts.append(fill(_UNKNOWN.in_(language), n=unknown))
    if others:
        parts.append(fill((_OTHERS if unknown else _GAPS).in_(language), n=others))
    return ("；".join(parts) + "。") if language == "zh" else ("; ".join(parts) + ".")


def _weights(findings: tuple[Finding, ...], language: Language) -> list[str]:
    """The findings by weight, the gravest first; that none is grave is said beside what there is."""
    count = {weight: sum(f.severity == weight for f in findings) for weight in ("critical", "high", "moderate")}
    rest = len(findings) - sum(count.values())
    said = [fill(_WEIGHT[weight].in_(language), n=n) for weight, n in count.items() if n]
    if findings and not (count["critical"] or count["high"]):
        said.insert(0, (_NOT_GRAVE if count["moderate"] else _MINOR).in_(language))
    if rest:
        said.append(fill((_MORE if any(count.values()) else _NOTE).in_(language), n=rest))
    return said


_REVIEWED: Final = Text("{n:order|orders} reviewed", "已审核 {n} 条医嘱")
_NO_ORDER: Final = Text("No order to review", "没有需审核的医嘱")
_NONE: Final = Text("nothing found", "未发现问题")
_NONE_SEEN: Final = Text("nothing found in what was checked", "已核查部分未发现问题")
_NOT_GRAVE: Final = Text("nothing critical or high", "无危急或高级别提示")
_MINOR: Final = Text("nothing critical, high or moderate", "无危急、高或中级别提示")
_WEIGHT: Final = {
    "critical": Text("{n} critical: act now", "{n} 项危急，需立即处理"),
    "high": Text("{n} high: act before it is given", "{n} 项高级别，给药前需处理"),
    "moderate": Text("{n:moderate finding|moderate findings} to weigh", "{n} 项中级别提示需权衡"),
}
_MORE: Final = Text("{n} more to note", "另有 {n} 项供参考")
_NOTE: Final = Text("{n} to note", "{n} 项供参考")
_UNKNOWN: Final = Text("{n:drug|drugs} could not be checked", "{n} 种药物无法审核")
_GAPS: Final = Text("{n:thing|things} not checked", "{n} 项未审核")
_OTHERS: Final = Text("{n:other thing|other things} not checked", "另有 {n} 项未审核")
