"""A talk of questions and answers: what was told in own words, and the answers by the finding that they are about."""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from openward.knowledge import tables
from openward.knowledge.findings import vocabulary

_UNKNOWN: Final = re.compile(
    r"^\W*(?:(?:i )?(?:don'?t|do not) know|not sure|unsure|no idea|unknown|maybe|不知道|不清楚|不确定|不太清楚)",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"^\W*(?:no|nope|nah|never|none|not|n|没有|没|无|不是|不|否|木有)(?![a-z])[\s,，.。;；]*", re.IGNORECASE
)
_YES: Final = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|y|sure|correct|right|a bit|a little|sometimes|是的|是|有的|有点|有|对|嗯|会)(?![a-z])"
    r"[\s,，.。;；]*",
    re.IGNORECASE,
)
_NUMBERS: Final = (
    (re.compile(r"^(?P<name>.+?)[:：] ?(?:for how many days|持续多少天)"), "{term}__days"),
    (re.compile(r"how old|\bage\b|多大|几岁|多少岁|年龄", re.IGNORECASE), "age"),
    (re.compile(r"temperature|体温", re.IGNORECASE), "temp"),
)
_ORDER: Final = re.compile(
    r"^\W*(?:(?:please|kindly|can you|could you|now|let'?s)\s+)*(?:prepare|make|write|start|begin|go on|go ahead|"
    r"continue|proceed|summari[sz]e|draft|create|fill|generate|run|do (?:it|this|the)|interview|assess|triage|ask)\b"
    r"[^,;:]*$|"
    r"^\W*(?:请|帮我|帮忙|麻烦|现在)*(?:准备|生成|整理|开始|继续|起草|填写|总结|问诊|预问诊|分诊|评估)[^，；：]*$",
    re.IGNORECASE,
)
_PREGNANT: Final = ("Is she pregnant, or could she be?", "是否怀孕，或可能怀孕？")
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d+)?")


class Said(NamedTuple):
    """What a person said, and the question that stood before it; empty where none did."""

    question: str
    answer: str


def told(talk: Iterable[Said]) -> str:
    """What was said in own words; an answer that is known by its question is left out, but for what it adds."""
    lines = []
    for one in talk:
        if _is_order(one.answer):
            continue
        known, rest = _known(one)
        lines.append(rest if known else f"{one.question} {one.answer}".strip())
    return "\n".join(line for line in lines if line)


def _is_order(said: str) -> bool:
    """Whether words only tell the talker what to do, and say nothing of a person."""
    return bool(_ORDER.match(said)) and not vocabulary().read(said)


def answers(talk: Iterable[Said]) -> dict[str, Any] | None:
    """The answers by the finding that each question asks for; the last one of several counts."""
    found = {id: value for one in talk for id, value in _known(one)[0].items()}
    return found or None


def _known(one: Said) -> tuple[dict[str, Any], str]:
    """The answer by its finding, and what it says besides; nothing when the question is no known one."""
    if not one.question:
        return {}, one.answer
    id = _asking().get(_plain(one.question))
    if id is None:
        return _measured(one), one.answer
    if _UNKNOWN.match(one.answer):
        return {id: "unknown"}, ""
    for pattern, value in ((_NO, False), (_YES, True)):
        if said := pattern.match(one.answer):
            return {id: value}, one.answer[said.end() :]
    return {}, one.answer


def _measured(one: Said) -> dict[str, Any]:
    """An answer in numbers: an age, a temperature, for how many days a finding has been there."""
    number = _NUMBER.search(one.answer)
    if number is None:
        return {}
    for pattern, id in _NUMBERS:
        if asked := pattern.search(one.question):
            named = asked.groupdict().get("name")
            term = _named().get(_plain(named)) if named else None
            return {} if named and term is None else {id.format(term=term): float(number.group())}
    return {}


@tables.remembered(1)
def _asking() -> dict[str, str]:
    """Findings by the question that finds them out, in both languages."""
    found = {_plain(text): term.id for term in vocabulary() for text in (term.ask_en, term.ask_zh) if text}
    return found | {_plain(text): "pregnant" for text in _PREGNANT}


@tables.remembered(1)
def _named() -> dict[str, str]:
    """Findings by their names, in both languages."""
    return {_plain(name): term.id for term in vocabulary() for name in (term.name_en, term.name_zh)}


def _plain(question: str) -> str:
    return re.sub(r"[\s?？.。]+", " ", question).strip().lower()
