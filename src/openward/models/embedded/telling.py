"""Tells what tools gave, where no guide says how: the most severe first, what was not checked always."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from openward.domain.agent import ToolResult
from openward.domain.guide import Guide, Part, Talk
from openward.domain.model import Tool
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.models.embedded import lines, rows
from openward.models.embedded.lines import cited
from openward.models.embedded.parts import CHART, failure, findings, items, part
from openward.models.embedded.phrases import ALL, CUT, MORE, NOT_CHECKED, RANK
from openward.models.embedded.signs import Signs
from openward.models.embedded.values import Asked, absent, asked_in, beyond, called, of_value

_MOST: Final = 3
_LONGEST_TITLE: Final = 60
_CUT_OFF: Final = "]…"  # the end of a text that was too long
_MOST_ROWS: Final = 12
_MOST_GAPS: Final = 5
_REPORTED: Final = Text(
    "{analyte_name|name}: {reported}< ({taken})><; previous {change.previous} ({change.taken})>",
    "{analyte_name|name}：{reported}<（{taken}）><；前次 {change.previous}（{change.taken}）>",
)
_BEFORE: Final = Text("; before: {value}< {unit}><, {date}>", "；前次：{value}< {unit}><，{date}>")


class Telling:
    """An answer in the making: what was asked, in which language, what the tools that gave something are called."""

    def __init__(self, asked: str, language: Language, tools: Mapping[str, Tool], talks: Mapping[str, Talk]) -> None:
        self.asked = asked
        self.language = language
        self.talks = talks
        self._titles = {name: title for name, tool in tools.items() if (title := _title(tool))}
        self.whole = any(words in asked.lower() for words in ALL)
        signs = Signs(asked)
        drugs = frozenset(signs.text[start:end].casefold() for start, end in signs.drugs)
        self._together = drugs if len(drugs) > 1 else frozenset()

    def by_guide(self, guide: Guide, results: Sequence[ToolResult]) -> str:
        """The parts of a guide, and what was not checked where no part tells it."""
        blocks = [part(one, results, self.language, whole=self.whole) for one in guide.parts]
        told = {path for one in guide.parts for path in one.takes}
        gaps = [r for r in results if r.tool != CHART and f"{r.tool}.not_checked" not in told]
        cut = any(_CUT_OFF in line for block in blocks for line in block)
        blocks += [list(self._gaps(gaps)), [CUT.in_(self.language)] if cut else []]
        values = [line for one in results if one.tool != CHART and not one.failed for line in self._reported(one)]
        blocks = [values, *blocks]
        blocks.append([guide.closing.in_(self.language)] if guide.closing else [])
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def by_tool(self, results: Sequence[ToolResult]) -> str:
        """What each tool gave, one after the other."""
        blocks = [self._tool(one, titled=len(results) > 1) for one in results]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def _tool(self, result: ToolResult, *, titled: bool) -> list[str]:
        if result.failed:
            return [failure(result, self.language, self._titles)]
        if result.tool == CHART:
            return self._chart(result)
        told = [f"**{self._titles.get(result.tool, result.tool)}**"] if titled else []
        told += [cited(result.summary, result.mark)] if result.summary else []
        talk = self.talks.get(result.tool)
        tells = [
            part(_of_tool(one, result.tool), [result], self.language, whole=self.whole)
            for one in (talk.tells if talk else ())
        ]
        body = [line for lines in tells for line in lines]
        told += [*self._reported(result), *self._findings(result, notes=not body), *body]
        if not result.findings and not result.summary and isinstance(result.body, str):
            told.append(cited(result.body, result.mark))
        told += [CUT.in_(self.language)] if result.cut else []
        return [*told, *self._gaps([result])]

    def _findings(self, result: ToolResult, *, notes: bool) -> Iterator[str]:
        """The findings; mere notes only where nothing else says what came of it."""
        told = findings(result, self.language, about=self._together)
        found = [line for line in told if notes or line.rank < RANK["info"]]
        most = len(found) if self.whole else _MOST
        yield from (f"- {line.text}" for line in found[:most])
        if len(found) > most:
            yield MORE.in_(self.language).format(n=len(found) - most)

    def _chart(self, result: ToolResult) -> list[str]:
        section = result.body.get("section") if isinstance(result.body, dict) else None
        if not self.whole and (asked := [one for one in asked_in(self.asked) if one.section == section]):
            told = [line for one in asked for line in self._value(one, result)]
            return [f"**{_name(result)}**", *(f"- {line}" for line in told)]
        shown = result if self.whole else rows.narrowed(result, self.asked)
        title = _name(result)
        listed = Part(title=Text(title, title), takes=(CHART,), most=_MOST_ROWS)
        return part(listed, [shown], self.language, whole=self.whole)

    def _reported(self, result: ToolResult) -> Iterator[str]:
        """Of a report of results those that were asked for, also where nothing is wrong with them."""
        shown = [one for one in items(result.body, ("results",)) if lines.field(one, "analyte")]
        for asked in asked_in(self.asked) if shown else ():
            for one in [one for one in shown if lines.field(one, "analyte") == asked.id][:1]:
                told = lines.filled(_REPORTED.in_(self.language), rows.in_words(one, self.language))
                yield f"- {cited(told, result.mark)}"

    def _value(self, asked: Asked, result: ToolResult) -> Iterator[str]:
        """The newest value that was asked for, and the one before; that there is none, where there is none."""
        found = of_value(asked, rows.rows(result))
        if not found:
            cut = result.cut or bool(lines.field(result.body, "cut"))
            yield cited(absent(asked, self.language, cut=cut), result.mark)
        for newest, *earlier in found:
            row = rows.in_words(newest, self.language)
            row |= {"what": called(asked, newest, self.language)}
            row |= {"status": beyond(newest, self.language) or row.get("status")}
            told = lines.filled(rows.FORM, row)
            before = lines.filled(_BEFORE.in_(self.language), earlier[0]) if earlier else ""
            yield cited(told + before, result.mark)

    def _gaps(self, results: Sequence[ToolResult]) -> Iterator[str]:
        """What was not checked: always told, never as if nothing were missing."""
        found = [cited(one, result.mark) for result in results for one in result.not_checked]
        if found:
            most = len(found) if self.whole else _MOST_GAPS
            yield NOT_CHECKED.in_(self.language)
            yield from (f"- {one}" for one in found[:most])
            if len(found) > most:
                yield MORE.in_(self.language).format(n=len(found) - most)


def _name(result: ToolResult) -> str:
    """What a section of the chart is called."""
    return result.summary.partition(":")[0].partition("：")[0] or "Chart"


def _title(tool: Tool) -> str:
    """What a tool is called: the words of its description before the colon."""
    title, colon, _ = tool.description.partition(": ")
    return title if colon and len(title) <= _LONGEST_TITLE else ""


def _of_tool(one: Part, tool: str) -> Part:
    """A part of a card, whose paths begin inside the tool."""
    return msgspec.structs.replace(one, takes=tuple(f"{tool}.{path}" for path in one.takes))
