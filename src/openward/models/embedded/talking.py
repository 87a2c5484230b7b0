"""One turn of the talker: a request in, a reply with tool calls or with an answer out; a pure function."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from openward.domain.guide import Guide
from openward.domain.model import ChatRequest, Reply, ToolCall
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.models.embedded import phrases
from openward.models.embedded.fitting import fitted
from openward.models.embedded.hearing import CHART
from openward.models.embedded.planning import Plan, Planner
from openward.models.embedded.quoting import asks_for_document, quoted
from openward.models.embedded.signs import Signs
from openward.models.embedded.telling import Telling
from openward.models.embedded.turn import Turn

MODEL: Final = "embedded"
VERSION: Final = "1"
_MOST_EXAMPLES: Final = 5
_SAID: Final[dict[str, Text]] = {
    "act": phrases.ACT, "lead": phrases.LEAD, "greeting": phrases.GREETING, "thanks": phrases.THANKS,
    "unknown": phrases.UNKNOWN,
    "chart": phrases.NO_CHART,
}  # fmt: skip
_BRIEF: Final = frozenset({"thanks", "chart"})


def talk(request: ChatRequest) -> Reply:
    """The reply to a request.

    Raises:
        EndpointError: a schema is wanted that words alone cannot fill.
    """
    turn = Turn(request)
    planner = Planner(() if request.tool_choice == "none" else request.tools, turn.documents, turn.talk)
    plan = _plan(turn, planner)
    if plan.calls and not turn.results:
        called = tuple(_call(number, one.tool, one.input) for number, one in enumerate(plan.calls, 1))
        return Reply(tool_calls=called, finish="tools", model=MODEL, version=VERSION)
    said = _answer(turn, planner, plan)
    text = fitted(said, request.schema) if request.schema is not None else said
    return Reply(text=text, model=MODEL, version=VERSION)


def _plan(turn: Turn, planner: Planner) -> Plan:
    choice, guide = turn.request.tool_choice, turn.request.guide or Guide()
    if choice in planner.tools:
        return planner.forced(choice, turn.asked)
    usual = planner.plan(turn.asked, turn.before) if turn.asked else Plan(say="unknown")
    if planner.documents and not guide.steps and _of_document(turn, usual):
        return Plan(say="document")
    if planner.values(turn.asked) and usual.calls:
        return usual
    if (guide.steps or guide.parts) and (usual.say in {"", "unknown", "chart"}) and not (turn.answered and usual.calls):
        usual = planner.steps(guide, turn.asked)
    if choice == "required" and not usual.calls and planner.tools:
        return planner.forced(next(iter(planner.talks), CHART), turn.asked)
    return usual


def _of_document(turn: Turn, usual: Plan) -> bool:
    """Whether the documents that came along are what is asked about; a tool that reads them goes first."""
    tools = [call.tool for call in usual.calls if call.tool != CHART]
    return not tools and (asks_for_document(turn.asked) or usual.say == "unknown")


def _call(number: int, tool: str, given: object) -> ToolCall:
    return ToolCall(id=f"call-{number}", name=tool, arguments=msgspec.json.encode(given).decode())


def _answer(turn: Turn, planner: Planner, plan: Plan) -> str:
    language, guide = turn.language, turn.request.guide or Guide()
    if turn.results:
        telling = Telling(turn.asked, language, planner.tools, planner.talks)
        by_guide = bool(guide.parts) and _of_guide(turn, planner)
        told = telling.by_guide(guide, turn.results) if by_guide else telling.by_tool(turn.results)
        rest = "" if by_guide else _unheard(planner.unheard(turn.asked, [one.tool for one in turn.results]), language)
        question = plan.question.in_(language) if plan.question else ""
        return "\n\n".join(block for block in (told, question, rest) if block)
    if plan.question is not None:
        return plan.question.in_(language)
    if plan.say == "document":
        return quoted(turn.documents, language)
    say = plan.say if turn.asked else "help"
    return "\n\n".join(_of_house(say or "unknown", planner, guide, language))


def _unheard(parts: Sequence[str], language: Language) -> str:
    """What was asked besides and not dealt with; the name of a drug is not said again, for no tool said it."""
    if not parts:
        return ""
    if any(Signs(one).drugs for one in parts):
        return phrases.UNHEARD_DRUG.in_(language)
    mark = "；" if language == "zh" else "; "
    return phrases.UNHEARD.in_(language).format(what=mark.join(f"“{one}”" for one in parts))


def _of_guide(turn: Turn, planner: Planner) -> bool:
    """Whether the results are those of the guide's own steps, and not of a question that came after them."""
    if planner.values(turn.asked):
        return False
    return not turn.answered or not planner.plan(turn.asked, turn.before).calls


def _of_house(say: str, planner: Planner, guide: Guide, language: Language) -> Iterator[str]:
    """What it says of itself: what it is, what it cannot do, what it can be asked."""
    if say == "greeting" and guide.greeting is not None:
        yield guide.greeting.in_(language)
    elif say in _SAID:
        yield _SAID[say].in_(language)
    if say in _BRIEF:
        return
    name = (guide.name or phrases.NAME).in_(language)
    yield f"{phrases.WHO.in_(language).format(name=name)} {phrases.CANNOT.in_(language)}"
    examples = [one.in_(language) for talk in planner.talks.values() for one in talk.examples[:1]][: _MOST_EXAMPLES - 1]
    examples += [phrases.CHART_EXAMPLE.in_(language)] if planner.sections else []
    if examples:
        yield "\n".join((phrases.EXAMPLES.in_(language), *(f"- {one}" for one in examples)))
    elif not planner.tools:
        yield phrases.NOTHING.in_(language)
