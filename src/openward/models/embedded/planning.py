"""Decides what to do about a request: call tools, ask back, or say something of its own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from openward.domain.guide import Guide, Talk
from openward.domain.model import Tool
from openward.domain.text import Text
from openward.models.embedded import chart
from openward.models.embedded.clauses import Clause, clauses, left_over
from openward.models.embedded.filling import Material, inputs, planned
from openward.models.embedded.hearing import CHART, HOUSE, Heard, Hearer, hearer, says
from openward.models.embedded.interviewing import Said
from openward.models.embedded.signs import Signs
from openward.models.embedded.stranger import talk_of
from openward.models.embedded.values import Asked, asked_in

_OVERVIEW: Final = ("problems", "medications", "allergies")
_SIGNS: Final = ("name", "drug", "result", "own-finding", "finding")
_OVERVIEW_WORDS: Final = f"{HOUSE}overview"
_ONWARD: Final = f"{HOUSE}onward"
_BEGINNING: Final = 3
_LOST: Final = frozenset({f"{HOUSE}act", f"{HOUSE}lead"})  # a clause of these is not dealt with
_CLAUSE: Final = re.compile(r"[,;.?!，；。？！、]|\b(?:and|then|also)\b|并|然后|再|和")
# Words that ask about a drug that the chart has already: it is no new order.
_STANDS: Final = re.compile(
    r"\bwhy\b.{0,40}\b(?:problem|flagged|warn\w*|unsafe|concern)|为什么.{0,20}(?:问题|提示|报警|警告)", re.IGNORECASE
)
_CHANGED: Final = re.compile(
    r"\bhow (?:has|have|did)\b.*\bchange|\b(?:better|worse|improv\w*)\b|变化|好转|改善|加重|升高了|下降了",
    re.IGNORECASE,
)
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Call(msgspec.Struct, frozen=True):
    """A tool to call with this input."""

    tool: str
    input: dict[str, Any]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to do: `calls`, or a `question` back about a tool, or `say` something (`help`, `act`, `unknown` …)."""

    calls: tuple[Call, ...] = ()
    question: Text | None = None
    about: tuple[str, ...] = ()
    say: str = ""


class Planner:
    """Plans for one set of tools."""

    def __init__(self, tools: Sequence[Tool], documents: tuple[str, ...] = (), talk: tuple[Said, ...] = ()) -> None:
        self.tools = {tool.name: tool for tool in tools}
        self.documents = documents
        self.talk = talk
        self.talks: dict[str, Talk] = {t.name: t.talk or talk_of(t) for t in tools if t.name != CHART}
        self.sections = chart.sections(self.tools.get(CHART))

    @property
    def hearer(self) -> Hearer:
        """The words of these tools."""
        return hearer(tuple((name, _encode(talk)) for name, talk in self.talks.items()))

    def plan(self, text: str, before: Sequence[str] = ()) -> Plan:
        """What to do about a request that came after others."""
        material = Material(text, self.documents)
        heard = self._heard(material)
        material.heard = heard
        strong = _wanted(_apart(heard, material.signs.text), strong=True)
        if strong:
            strong = tuple(dict.fromkeys((*strong, *self._beside(heard, material))))
            onward = before and any(one.what == _ONWARD and one.start <= _BEGINNING for one in heard)
            return self._do(strong, self._joined(material, before) if onward else material)
        if said := self._own(heard):
            return Plan(say=said)
        earlier = self.plan(before[-1], before[:-1]) if before else None
        if earlier and earlier.question is not None and self._has_content(material):
            return self._do(earlier.about, material)
        return self._weakly(heard, material, earlier, before)

    def values(self, text: str) -> tuple[Asked, ...]:
        """The values of the chart that a request asks for and that this talker may read."""
        return tuple(one for one in asked_in(text) if one.section in self.sections)

    def _heard(self, material: Material) -> tuple[Heard, ...]:
        """What the request asks for; who asks for a value wants that, and no report of all results."""
        parts = [clause for clause in clauses(material.signs.text) if clause.asks]
        heard = _within(self.hearer.hear(material.signs), parts)
        values = self.values(material.text)
        if not values:
            return heard
        asking = [c for c in clauses(material.signs.text) if any(c.holds(v.start, v.end) for v in values)]
        reports = {tool for tool, talk in self.talks.items() if "result" in talk.shows}
        kept = [h for h in heard if h.what not in reports or not any(c.holds(h.start, h.end) for c in asking)]
        return (*kept, *(Heard(f"{CHART}:{one.section}", one.start, one.end, strong=True) for one in values))

    def _beside(self, heard: Sequence[Heard], material: Material) -> Iterator[str]:
        """What a clause asks for that has only weak words or a drug, beside clauses with strong ones."""
        for clause in clauses(material.signs.text):
            within = [one for one in heard if clause.holds(one.start, one.end)]
            if not clause.asks or any(one.strong and not one.what.startswith(HOUSE) for one in within):
                continue
            yield from _wanted(within, strong=False)
            if self._is_of_drug(clause, material.signs):
                yield from (tool for tool, talk in self.talks.items() if "drug" in talk.shows)

    def _is_of_drug(self, clause: Clause, signs: Signs) -> bool:
        """Whether a clause names a drug, and not only as a part of the name of something else."""
        others = [named for talk in self.talks.values() if talk.names for named in signs.names(talk.names)]
        return any(clause.holds(*drug) for drug in signs.drugs) and not any(
            clause.holds(one.start, one.end) for one in others
        )

    def unheard(self, text: str, called: Sequence[str]) -> tuple[str, ...]:
        """The clauses of a request that ask for something that none of the tools that were called deals with."""
        signs = Material(text, self.documents).signs
        parts = clauses(signs.text)
        if len(parts) == 1:
            return ()
        heard = self._heard(Material(text, self.documents))
        talks = [talk for tool, talk in self.talks.items() if tool in called]
        known = [(one.start, one.end) for one in heard if not one.what.startswith(HOUSE)]
        known += [place for place in signs.drugs if any(_takes_drugs(talk) for talk in talks)]
        known += [(one.start, one.end) for talk in talks if talk.names for one in signs.names(talk.names)]
        if CHART in called and self.values(text):  # a value is told with the one before it
            known += [(found.start(), found.end()) for found in _CHANGED.finditer(signs.text)]
        lost = [(one.start, one.end) for one in heard if one.what in _LOST]
        return tuple(words for words in left_over(parts, known, lost) if not Material(words).signs.has_findings)

    def _weakly(self, heard: Sequence[Heard], material: Material, earlier: Plan | None, before: Sequence[str]) -> Plan:
        shown = self._shown(material)
        if earlier and earlier.about and (same := [tool for tool in earlier.about if tool in shown]):
            return self._do(same, self._joined(material, before))
        if weak := _wanted(heard, strong=False):
            return self._do(tuple(dict.fromkeys((*weak, *self._beside(heard, material)))), material)
        if shown:
            return self._do(shown[:1], material)
        onward = any(one.what == _ONWARD for one in heard)
        if earlier and earlier.calls and onward and (material.focus() or ""):
            return self._do(earlier.about, material)
        return Plan(say="unknown")

    def steps(self, guide: Guide, text: str) -> Plan:
        """The steps of a guide, and the parts of the chart that its answer is built of."""
        material = Material(text, self.documents, talk=self.talk)
        material.heard = self.hearer.hear(material.signs)
        calls: list[Call] = []
        for step in guide.steps:
            if step.tool not in self.tools or ((step.en or step.zh) and not says((*step.en, *step.zh), text)):
                continue
            given, whole = planned(step.input, material)
            if step.asks is not None and not whole:
                return Plan(question=step.asks, about=(step.tool,))
            calls.append(Call(step.tool, given))
        wanted = [
            path.partition(".")[2].partition(".")[0]
            for p in guide.parts
            for path in p.takes
            if path.startswith("chart.")
        ]
        read = any(call.tool == CHART for call in calls)
        charts = () if read else chart.calls(self.tools.get(CHART), tuple(dict.fromkeys(wanted)))
        return Plan(calls=(*(Call(CHART, given) for given in charts), *calls), about=tuple(call.tool for call in calls))

    def forced(self, tool: str, text: str) -> Plan:
        """A call of a tool that must be called."""
        if tool == CHART:
            return Plan(calls=tuple(Call(CHART, given) for given in chart.calls(self.tools[CHART], self.sections)))
        material = Material(text, self.documents)
        material.heard = self.hearer.hear(material.signs)
        return Plan(calls=tuple(self._calls(tool, material)), about=(tool,))

    def _own(self, heard: Sequence[Heard]) -> str:
        """What the house says itself: what it does not do, what it can, thanks."""
        said = {one.what.removeprefix(HOUSE) for one in heard if one.what.startswith(HOUSE)}
        return next((name for name in ("lead", "act", "help", "greeting", "thanks") if name in said), "")

    def _has_content(self, material: Material) -> bool:
        signs = material.signs
        return bool(
            signs.drugs
            or signs.findings
            or signs.results
            or any(signs.names(t.names) for t in self.talks.values() if t.names)
        )

    def _shown(self, material: Material) -> list[str]:
        """Tools for what the request holds without asking, the fitting one first."""
        found: list[str] = []
        for sign in _SIGNS:
            found += [
                tool for tool, talk in self.talks.items()
                if sign in talk.shows and tool not in found and material.signs.have(sign, talk.names)
            ]  # fmt: skip
        if not found and material.signs.findings:
            found = [tool for tool, talk in self.talks.items() if "own-finding" in talk.shows]
        return found

    def _joined(self, material: Material, before: Sequence[str]) -> Material:
        """A turn that goes on from the one before keeps what was asked there, but for what it puts in its place."""
        earlier = Material(before[-1]).source("orders") or []
        now = material.source("orders") or []
        if not now or not earlier:
            return material
        kept = earlier[:-1] if any(words in material.text.lower() for words in ("instead", "换")) else earlier
        return Material(", ".join((*kept, *now)), self.documents, material.heard)

    def _do(self, wanted: Sequence[str], material: Material) -> Plan:
        calls: list[Call] = []
        for tool in dict.fromkeys(one for one in wanted if one in self.talks):
            made = tuple(self._calls(tool, material))
            if (question := self._missing(tool, made, material)) is not None:
                if len(wanted) == 1:
                    return Plan(question=question, about=(tool,))
                continue
            calls += made
        sections = [section for one in wanted for section in _sections(one) if section in self.sections]
        read = chart.calls(self.tools.get(CHART), tuple(dict.fromkeys(sections)))
        calls = [*(Call(CHART, given) for given in read), *calls]
        if calls:
            return Plan(calls=tuple(calls), about=tuple(dict.fromkeys(wanted)))
        return Plan(say="chart" if any(_sections(one) for one in wanted) else "unknown")

    def _calls(self, tool: str, material: Material) -> Iterator[Call]:
        for given in inputs(self._takes(tool, material), material):
            yield Call(tool, given)

    def _takes(self, tool: str, material: Material) -> Mapping[str, str]:
        talk, text = self.talks[tool], material.signs.text
        way = next((way for way in talk.ways if says((*way.en, *way.zh), text)), None)
        takes = way.takes if way else talk.takes
        if self.sections and _STANDS.search(text):
            return {field: source for field, source in takes.items() if source != "orders"}
        return takes

    def _missing(self, tool: str, calls: Sequence[Call], material: Material) -> Text | None:
        """The question back about a field that stays empty, None when nothing is missing."""
        takes = self._takes(tool, material)
        for asking in self.talks[tool].asks:
            if asking.field not in takes and takes is not self.talks[tool].takes:
                continue
            applies = not (asking.en or asking.zh) or says((*asking.en, *asking.zh), material.signs.text)
            if applies and all(asking.field not in call.input for call in calls):
                return asking.question
        return None


def _wanted(heard: Sequence[Heard], *, strong: bool) -> tuple[str, ...]:
    """The tools and parts of the chart whose words were heard, in the order of the words."""
    found = [one.what for one in sorted(heard, key=lambda one: one.start) if one.strong is strong]
    if _OVERVIEW_WORDS in found:
        found += [f"{CHART}:{section}" for section in _OVERVIEW]
    return tuple(dict.fromkeys(what for what in found if not what.startswith(HOUSE)))


def _within(heard: Sequence[Heard], asking: Sequence[Clause]) -> tuple[Heard, ...]:
    """Without what is gathered from two questions: parts of the chart, and tools that one of the two asks for alone."""
    over = [one for one in heard if sum(clause.holds(one.start, one.end) for clause in asking) > 1]
    alone = {one.what for one in heard if one not in over}
    return tuple(one for one in heard if one not in over or not (one.what.startswith(CHART) or one.what in alone))


def _takes_drugs(talk: Talk) -> bool:
    """Whether a tool deals with the drugs of a request, or with all that it says."""
    return "drug" in talk.shows or not {"orders", "text", "told", "focus", "conversation"}.isdisjoint(
        talk.takes.values()
    )


def _sections(what: str) -> tuple[str, ...]:
    return (what.partition(":")[2],) if what.startswith(f"{CHART}:") else ()


def _apart(heard: Sequence[Heard], text: str) -> list[Heard]:
    """Without the parts of the chart that are only named beside what a tool is asked for."""
    tools = [one for one in heard if one.strong and not one.what.startswith((CHART, HOUSE))]
    return [
        one
        for one in heard
        if not one.what.startswith(CHART)
        or not any(_CLAUSE.search(text, *sorted((one.start, other.start))) is None for other in tools)
    ]
