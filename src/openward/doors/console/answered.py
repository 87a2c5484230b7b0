"""What an agent answered, laid out for a person in a hurry: parts of points, three first, each with its evidence."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from openward.domain.agent import AgentStep, Answer, Held, Sentence
from openward.domain.proposal import Finding, Language, Proposal
from openward.domain.run import Run
from openward.doors.agents import unspoken
from openward.doors.console.chips import Chip, Naming, Reader
from openward.harness.agents.toolbox import CHART
from openward.models.embedded.phrases import SEVERITIES
from openward.models.registry import EMBEDDED

_FIRST: Final = 3
_WHOLE: Final = 5
_GRAVE: Final = frozenset({"critical", "high"})
_TITLE: Final = re.compile(r"\s*(?:#{1,4}\s*)?\*\*(?P<bold>[^*]+)\*\*[:：]?\s*|\s*#{1,4}\s+(?P<plain>.+)")
_ITEM: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)、])\s+(?P<text>.*)", re.DOTALL)
_WORDS: Final = {text.in_(language): severity for severity, text in SEVERITIES.items() for language in ("en", "zh")}
_EMPHASIS: Final = "**"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point: what it says first, what it says then, its evidence as chips; a note is no point of its own."""

    lead: str
    rest: tuple[str, ...] = ()
    severity: str = ""
    chips: tuple[Chip, ...] = ()
    note: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an answer: the points that are shown at once, and those that are folded."""

    title: str
    shown: tuple[Point, ...] = ()
    folded: tuple[Point, ...] = ()


class Did(msgspec.Struct, frozen=True, kw_only=True):
    """One step in words."""

    words: str
    kind: str
    outcome: str
    seconds: float
    why: str = ""
    run: str = ""


class HeldBack(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that is held back, and why in words; `detail` is what the guard noted."""

    text: str
    why: str
    detail: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as a person reads it; `whole` is its text to be copied, `signs` the role whose signature it waits for.

    `also` are grave findings of which it does not speak; `waits` says that a person must look at the run first.
    """

    run: str
    stopped: str
    talker: str
    parts: tuple[Part, ...] = ()
    held: tuple[HeldBack, ...] = ()
    also: tuple[Finding, ...] = ()
    steps: tuple[Did, ...] = ()
    line: tuple[str, ...] = ()
    seconds: float = 0.0
    tokens: int = 0
    whole: str = ""
    embedded: bool = False
    waits: bool = False
    signs: str = ""
    failure: str = ""
    language: Language = "en"

    @property
    def points(self) -> int:
        """How many points it makes."""
        return sum(not one.note for part in self.parts for one in (*part.shown, *part.folded))


def told(visit: Reader, run: Run) -> Told:
    """What an agent's run says."""
    steps_of = Steps(visit)
    if run.proposal is None:
        why = run.failure.message if run.failure else ""
        return Told(
            run=run.id, stopped="failed", talker="", failure=why, seconds=run.cost.seconds, language=run.language
        )
    proposal: Proposal[Answer] = msgspec.json.decode(run.proposal, type=Proposal[Answer])
    answer, waits = proposal.body, run.status == "held"
    embedded = answer.talker == EMBEDDED.id
    steps = tuple(steps_of.did(step) for step in answer.steps)
    service = visit.ward.services.get(run.service)
    return Told(
        run=run.id, stopped=answer.stopped, talker=answer.talker, steps=steps, line=steps_of.line(steps),
        parts=() if waits else _parts(answer, Naming(visit, run.patient)), waits=waits,
        held=tuple(held_back(visit, one) for one in answer.held),
        also=() if waits or answer.stopped == "emergency" else tuple(unspoken(proposal)),
        seconds=run.cost.seconds, tokens=0 if embedded else answer.input_tokens + answer.output_tokens,
        whole="" if waits else answer.text.replace(_EMPHASIS, ""), embedded=embedded,
        language=run.language,
        signs=service.card.signs if service and service.card.signs != "nobody" and answer.text else "",
    )  # fmt: skip


def held_back(visit: Reader, one: Held) -> HeldBack:
    """A held sentence with its reason in words."""
    return HeldBack(text=one.text, why=visit.t(_known(visit, f"held_{one.guard.replace('-', '_')}")), detail=one.why)


def _known(visit: Reader, key: str) -> str:
    return key if visit.has(key) else "held_otherwise"


class Steps:
    """Steps in words, for one visit."""

    def __init__(self, visit: Reader) -> None:
        self._visit = visit

    def did(self, step: AgentStep) -> Did:
        """One step."""
        return Did(
            words=self._words(step), kind=step.kind, outcome=step.outcome, seconds=step.seconds, why=step.why,
            run=step.run or "",
        )  # fmt: skip

    def line(self, steps: Iterable[Did]) -> tuple[str, ...]:
        """The steps that a person asks about, each once: what was read, which services were asked, what was stopped."""
        return tuple(dict.fromkeys(one.words for one in steps if one.kind != "model"))

    def _words(self, step: AgentStep) -> str:
        t = self._visit.t
        if step.kind == "model":
            return t("did_think") if step.name in {EMBEDDED.id, "policy"} else t("did_ask_model", model=step.name)
        if step.kind == "guard":
            return t("did_guard", guard=t(_guard(self._visit, step.name)))
        if step.name == CHART:
            return t("did_read", what=t(f"section_{_section(step.arguments)}").lower())
        service = self._visit.ward.services.get(step.name)
        return service.card.title.in_(self._visit.language) if service else step.name


def _guard(visit: Reader, name: str) -> str:
    key = f"stop_{name.replace('-', '_')}"
    return key if visit.has(key) else "held_otherwise"


def _section(arguments: str) -> str:
    try:
        return str(msgspec.json.decode(arguments or "{}", type=dict[str, Any]).get("section", "demographics"))
    except msgspec.DecodeError:
        return "demographics"


def _parts(answer: Answer, naming: Naming) -> tuple[Part, ...]:
    """The parts of an answer; of many points the first three and the grave ones are shown at once."""
    parts = [(title, [*_points(lines, naming)]) for title, lines in _sections(answer)]
    many = sum(not one.note for _, points in parts for one in points) > _WHOLE
    left, found = _FIRST, []
    for title, points in parts:
        shown, folded = [], []
        for one in points:
            counted = not one.note
            if not many or (counted and left > 0) or one.severity in _GRAVE:
                shown.append(one)
                left -= counted
            else:
                folded.append(one)
        if all(one.note for one in folded):
            shown, folded = [*shown, *folded], []
        found.append(Part(title=title, shown=tuple(shown), folded=tuple(folded)))
    return tuple(found)


def _sections(answer: Answer) -> Iterator[tuple[str, list[list[Sentence]]]]:
    """The titles of an answer, each with the lines below it."""
    title, lines = "", []
    for line in _lines(answer):
        found = _TITLE.fullmatch(line[0].text)
        if found is None:
            lines.append(line)
            continue
        if title or lines:
            yield title, lines
        title, lines = (found["bold"] or found["plain"]).strip(), [line[1:]] if line[1:] else []
    if title or lines:
        yield title, lines


def _lines(answer: Answer) -> list[list[Sentence]]:
    """The sentences of an answer by the lines on which they stand."""
    found: dict[int, list[Sentence]] = {}
    at = 0
    for one in answer.sentences:
        place = answer.text.find(one.text.strip(), at)
        at = place if place >= 0 else at
        found.setdefault(answer.text.count("\n", 0, at), []).append(one)
    return [found[line] for line in sorted(found)]


def _points(lines: Iterable[list[Sentence]], naming: Naming) -> Iterator[Point]:
    for line in lines:
        said = [one.text.replace(_EMPHASIS, "").strip() for one in line]
        item = _ITEM.fullmatch(said[0])
        said[0] = item["text"] if item else said[0]
        severity = _WORDS.get(said[0].rstrip(".。 "), "")
        lead, *rest = said[1:] if severity and said[1:] else said
        yield Point(
            lead=lead, rest=tuple(rest), severity=severity, note=item is None and not any(one.clinical for one in line),
            chips=naming.chips(e for one in line for e in one.evidence),
        )  # fmt: skip
