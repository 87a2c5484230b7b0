"""What a talker brings up by itself in the arguments of a tool: what a tool makes of it is no fact of the patient.

Without this a talker could make anything true: it calls a service with an invented value, and cites the echo.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from openward.checks.claims import Ground, Judged
from openward.domain.proposal import Language
from openward.domain.text import Text

_MOST: Final = 12
# Of these the contrary counts too; a finding may be named to say that it is not there.
_EXACT: Final = frozenset({"amount", "drug"})
_NOBODY_SAID: Final = Text(
    "neither the person nor the chart, a document or another tool said: {}",
    "对方、病历、文书及其他工具都没有提到：{}",
)


def brought_up(arguments: Mapping[str, Any], given: Mapping[str, str], house: frozenset[str]) -> tuple[str, ...]:
    """The drugs, amounts and findings of the arguments that no given text names; `house` are words of the manifest."""
    lines = "\n".join(line for line in _lines(arguments) if line.strip() not in house)
    if not lines:
        return ()
    judged = Ground(dict(given) or {"nothing": ""}).judge_all(lines)
    found = (one.claim.text for sentence in judged for one in sentence.claims if _is_new(one))
    return tuple(dict.fromkeys(found))[:_MOST]


def said_of(words: tuple[str, ...], language: Language) -> str:
    """That nobody said them, in words."""
    return _NOBODY_SAID.in_(language).format(", ".join(words))


def _is_new(one: Judged) -> bool:
    if one.claim.kind in _EXACT:
        return one.verdict != "supported"
    return one.claim.kind == "finding" and one.verdict == "not_found"


def _lines(data: Any, name: str = "") -> Iterator[str]:
    """The values, a line each; a number or a yes has its name before it, a text stands for itself."""
    if isinstance(data, Mapping) and {"value", "unit"} <= data.keys():
        yield f"{name}: {data['value']} {data['unit']}"
    elif isinstance(data, Mapping):
        for key, one in data.items():
            yield from _lines(one, str(key).replace("_", " "))
    elif isinstance(data, list):
        for one in data:
            yield from _lines(one, name)
    elif data is not None:
        yield _line(data, name)


def _line(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value if " " in value else value.replace("_", " ")
    return name if isinstance(value, bool) else f"{name}: {value}"
