"""Builds the parts of an answer from what tools gave."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from openward.domain.agent import ToolResult
from openward.domain.guide import Part
from openward.domain.proposal import Language
from openward.language.passages import sentences
from openward.models.embedded import lines
from openward.models.embedded.lines import Line, cited
from openward.models.embedded.phrases import FAILED, MORE, NO_FINDING
from openward.models.embedded.rows import rows_of

CHART: Final = "chart"
_SAYS_SOMETHING: Final = 7  # shorter ones are words such as "Critical."
_MARK: Final = re.compile(r"\s*\[[\d.]+\]")


def part(made: Part, results: Sequence[ToolResult], language: Language, *, whole: bool = False) -> list[str]:
    """A part with its title; empty when there is nothing and nothing is to be said of that."""
    told = [line for path in made.takes for line in _lines(path, made, results, language)]
    kept = list(_once(line.text for line in sorted(told, key=lambda line: line.rank)))
    most = len(kept) if whole else made.most
    listed = [f"- {one}" for one in kept[:most]]
    if len(kept) > most and made.more:
        listed.append(MORE.in_(language).format(n=len(kept) - most))
    if not listed and made.empty is not None:
        listed = [made.empty.in_(language)]
    return [f"**{made.title.in_(language)}**", *listed] if listed else []


def _once(told: Iterable[str]) -> Iterator[str]:
    """Lines, each without a first sentence with which an earlier line of this part begins as well."""
    seen: list[str] = []
    for line in dict.fromkeys(told):
        first = next(iter(sentences(line)), None)
        head = _plain(line[: first.end]) if first else ""
        again = len(head) > _SAYS_SOMETHING and any(earlier.startswith(head) for earlier in seen)
        seen.append(_plain(line))
        if rest := (line[first.end :].strip() if first and again else line):
            yield rest


def _plain(told: str) -> str:
    return " ".join(_MARK.sub("", told).lower().split()).strip(" .。-")


def _lines(path: str, made: Part, results: Sequence[ToolResult], language: Language) -> Iterator[Line]:
    tool, _, inner = path.partition(".")
    for result in results:
        if result.tool == tool and (tool != CHART or not inner or lines.field(result.body, "section") in {inner, None}):
            yield from _of_result(result, inner, made, language)


def _of_result(result: ToolResult, inner: str, made: Part, language: Language) -> Iterator[Line]:
    if result.failed:
        yield Line(failure(result, language))
    elif result.tool == CHART:
        yield from rows_of(
            result, made.line.in_(language) if made.line else None, made.only, newest=made.newest, language=language
        )
    else:
        kind, _, path = inner.partition(".")
        yield from _KINDS.get(kind, _whole)(result, path, made, language)


def _body(result: ToolResult, path: str, made: Part, language: Language) -> Iterator[Line]:
    form = made.line.in_(language) if made.line else None
    for item in items(result.body, [name for name in path.split(".") if name]):
        if keeps(item, made.only):
            yield from lines.of_item(item, result.mark, form)


def _found(result: ToolResult, path: str, made: Part, language: Language) -> Iterator[Line]:  # noqa: ARG001 - as its like
    yield from findings(result, language, made.only)


def _gaps(result: ToolResult, path: str, made: Part, language: Language) -> Iterator[Line]:  # noqa: ARG001 - as its like
    yield from (Line(cited(one, result.mark)) for one in result.not_checked)


def _summary(result: ToolResult, path: str, made: Part, language: Language) -> Iterator[Line]:  # noqa: ARG001 - as its like
    yield Line(cited(result.summary, result.mark)) if result.summary else Line(NO_FINDING.in_(language))


def _whole(result: ToolResult, path: str, made: Part, language: Language) -> Iterator[Line]:
    yield from _summary(result, path, made, language)
    yield from findings(result, language, made.only)


_KINDS: Final = {"body": _body, "findings": _found, "not_checked": _gaps, "summary": _summary}


def findings(
    result: ToolResult,
    language: Language,
    only: dict[str, tuple[Any, ...]] | None = None,
    *,
    about: frozenset[str] = frozenset(),
) -> list[Line]:
    """The findings of a tool: those that name all of the drugs that were asked about, then the most severe."""
    kept = [one for one in result.findings if keeps({"severity": one.severity}, only or {})]
    beside = [not all(name in one.headline.casefold() for name in about) for one in kept]
    told = zip(beside, (lines.of_finding(one, language) for one in kept), strict=True)
    return [line for _, line in sorted(told, key=lambda one: (one[0], one[1].rank))]


def failure(result: ToolResult, language: Language, titles: Mapping[str, str] | None = None) -> str:
    """That a tool gave nothing, and why."""
    return FAILED.in_(language).format(what=(titles or {}).get(result.tool, result.tool), why=result.failed)


def items(data: Any, path: Sequence[str]) -> Iterator[Any]:
    """What stands at a path of plain data, through lists to each of their items."""
    if isinstance(data, list):
        for one in data:
            yield from items(one, path)
    elif not path:
        if data is not None and data != "":
            yield data
    elif isinstance(data, dict) and path[0] in data:
        yield from items(data[path[0]], path[1:])


def keeps(item: Any, only: dict[str, tuple[Any, ...]]) -> bool:
    """Whether the fields of an item have one of the values that they must have."""
    return all(_has(lines.field(item, name), values) for name, values in only.items())


def _has(value: Any, values: tuple[Any, ...]) -> bool:
    if isinstance(value, list):
        return any(one in values for one in value)
    if isinstance(value, str):
        return any(word.strip() in values for word in value.split(";"))
    return value in values
