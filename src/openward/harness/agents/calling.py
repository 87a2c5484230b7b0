"""Calls of tools: looked at by guards, made side by side, kept in the journal, told in the order of the reply."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final

import msgspec

from openward.checks.guards import Stop
from openward.domain.agent import AgentSpec, AgentStep, Pending
from openward.domain.errors import InputError
from openward.domain.model import Message, ToolCall
from openward.domain.proposal import Language
from openward.harness.agency import Agency
from openward.harness.agents import spans, telling
from openward.harness.agents.diary import Diary, Watch
from openward.harness.agents.guarding import Guarding
from openward.harness.agents.journal import BEGUN, PENDING, RESULT
from openward.harness.agents.spending import Spending
from openward.harness.agents.supposing import brought_up
from openward.harness.agents.telling import Place, Used
from openward.harness.agents.toolbox import Toolbox, arguments_of

_AT_ONCE: Final = 4
_TIMES: Final = 2  # the same call is made once, answered once more from what was kept, then nothing goes on
_NO_MORE: Final = "no calls are left in this run: answer with what is known"
_UNKNOWN: Final = "the run ended while this call was made: whether it was carried out is not known, look there"
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Begun(msgspec.Struct, frozen=True):
    """A call that changes something is about to be made."""

    digest: str


class Planned(msgspec.Struct):
    """One call of a reply on its way."""

    call: ToolCall
    number: int
    digest: str
    used: Used | None = None
    step: AgentStep | None = None
    pending: bool = False
    seconds: float = 0.0


class Caller:
    """Makes the calls of one run: `calls` has what each gave, `places` what parts of their texts stand for.

    `given` are the texts of the person and the documents; `supposed` says of a tool's text what the talker brought up.
    """

    def __init__(  # noqa: PLR0913 - what a call is looked at with
        self, spec: AgentSpec, agency: Agency, toolbox: Toolbox, *, guards: Guarding, diary: Diary, spending: Spending,
        language: Language,
    ) -> None:  # fmt: skip
        self._house = frozenset(_fixed_words([step.input for step in spec.guide.steps]))
        self._language = language
        self._agency = agency
        self._toolbox = toolbox
        self._guards = guards
        self._diary = diary
        self._spending = spending
        self._made: dict[str, Used] = {}
        self._times: dict[str, int] = {}
        self.calls: dict[int, Used] = {}
        self.places: dict[str, tuple[Place, ...]] = {}
        self.circles = False
        self.given: dict[str, str] = {}
        self.supposed: dict[str, tuple[str, ...]] = {}

    def make(self, calls: Sequence[ToolCall]) -> tuple[list[Message], tuple[Pending, ...]]:
        """The messages that answer the calls of one reply, and those calls that wait for a person."""
        plans = [self._plan(call) for call in calls]
        for plan in plans:
            if plan.used is None and not plan.pending:
                plan.step = self._diary.begin("tool", plan.call.name, plan.call.arguments)
        self._all([plan for plan in plans if plan.step is not None])
        pending = tuple(self._wait(plan) for plan in plans if plan.pending)
        return [self._told(plan) for plan in plans if not plan.pending], pending

    def _plan(self, call: ToolCall) -> Planned:
        """A call with its number; a guard, a limit or an earlier call may have the answer already."""
        self._spending.calls += 1
        plan = Planned(call, self._spending.calls, digest_of(call))
        times = self._times[plan.digest] = self._times.get(plan.digest, 0) + 1
        if times > 1 and plan.digest in self._made:
            self.circles = self.circles or times > _TIMES
            plan.used = self._made[plan.digest]
        elif self._spending.over_calls:
            plan.used = telling.failed(call.name, plan.number, _NO_MORE)
        else:
            self._guard(plan)
        return plan

    def _guard(self, plan: Planned) -> None:
        journal, writes = self._agency.journal, self._toolbox.writes(plan.call.name)
        made = writes and self._was_begun(plan)
        approved = made or (writes and journal.approved(plan.number, plan.digest))
        stops = self._guards.called(plan.call, self._toolbox, approved=approved)
        refusal = next((stop for stop in stops if stop.outcome == "refuse"), None)
        if refusal is not None:
            self._refuse(plan, refusal)
        elif (stops or writes) and not approved:
            plan.pending = True

    def _was_begun(self, plan: Planned) -> bool:
        """Whether this very call was made, or begun, before the run went on: it had been approved then."""
        begun = self._agency.journal.kept(f"{BEGUN}{plan.number}", Begun)
        return begun is not None and begun.digest == plan.digest

    def _refuse(self, plan: Planned, stop: Stop) -> None:
        self._diary.stopped(stop, plan.call.name[:80])
        plan.used = telling.failed(plan.call.name[:80], plan.number, f"{stop.guard}: {stop.reason}", blocked=stop.guard)

    def _all(self, plans: list[Planned]) -> None:
        """Makes calls side by side; they end in the order in which they began."""
        if len(plans) == 1:
            self._one(plans[0])
        elif plans:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="openward-tool") as pool:
                # Each thread goes on in the context of the one that asks, so that spans have their parent.
                list(
                    pool.map(lambda plan, context: context.run(self._one, plan), plans, [copy_context() for _ in plans])
                )
        for plan in plans:
            self._end(plan)

    def _one(self, plan: Planned) -> None:
        watch = Watch()
        plan.used = self._agency.journal.once(f"{RESULT}{plan.number}", Used, lambda: self._used(plan))
        plan.seconds = watch.read()

    def _used(self, plan: Planned) -> Used:
        if self._toolbox.writes(plan.call.name):
            # Whether a call that was begun and never ended has changed something, nobody knows: it is not made again.
            if self._agency.journal.kept(f"{BEGUN}{plan.number}", Begun) is not None:
                return telling.failed(plan.call.name, plan.number, _UNKNOWN)
            self._agency.journal.once(f"{BEGUN}{plan.number}", Begun, lambda: Begun(plan.digest), firm=True)
        name = plan.call.name if self._toolbox.knows(plan.call.name) else "unknown"
        with spans.span("execute_tool", name, **{spans.TOOL: name, spans.RUN: self._agency.run}) as ended:
            used = self._toolbox.use(plan.call, plan.number)
            if used.result.failed:
                ended[spans.ERROR] = "failed"
        used = telling.read(used, self._toolbox.origin(plan.call.name))
        if self._toolbox.is_general(plan.call.name) or used.result.failed:
            return used
        brought = brought_up(arguments_of(plan.call), self._given(), self._house)
        return telling.supposing(used, brought, self._language)

    def _given(self) -> dict[str, str]:
        """What others have said so far: the person, documents, the chart, tools that rest on it."""
        told = {id: text for id, text in self._agency.told.texts.items() if id not in self.supposed}
        return told | self.given

    def _end(self, plan: Planned) -> None:
        used, step = plan.used, plan.step
        if used is None or step is None:
            raise AssertionError
        failure = used.result.failed
        done = self._diary.end(
            step, outcome="failed" if failure else "done", why=failure, run=used.run, seconds=plan.seconds
        )  # fmt: skip
        if used.run is not None:
            self._agency.past(used.run)
        self._guards.note(used.seen)
        if used.supposed:
            self.supposed[f"steps[{done.number - 1}]"] = used.supposed
        place = f"steps[{done.number - 1}]"
        self.places[place] = used.places
        self._agency.told.texts[place] = used.text
        self._made[plan.digest] = used

    def _told(self, plan: Planned) -> Message:
        used = plan.used
        if used is None:
            raise AssertionError
        self.calls[plan.number] = used
        return Message(role="tool", text=telling.told(used), answers=plan.call.id)

    def _wait(self, plan: Planned) -> Pending:
        step = self._diary.end(
            self._diary.begin("tool", plan.call.name, plan.call.arguments), outcome="waiting",
            why="a person must approve exactly these arguments",
        )  # fmt: skip
        pending = Pending(step=plan.number, tool=step.name, arguments=plan.call.arguments, digest=plan.digest)
        return self._agency.journal.once(f"{PENDING}{plan.number}", Pending, lambda: pending)


def _fixed_words(data: Any) -> Iterator[str]:
    """The texts that the steps of a guide hold: a person published them."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _fixed_words(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _fixed_words(one)


def digest_of(call: ToolCall) -> str:
    """SHA-256 (hex) of a tool's name and its arguments, however they are written."""
    try:
        arguments: Any = arguments_of(call)
    except InputError:
        arguments = call.arguments
    return hashlib.sha256(_encode([call.name, arguments])).hexdigest()
