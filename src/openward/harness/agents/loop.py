"""The loop of an agent: ask the talker, call the tools that it wants, until it answers or something runs out."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.checks.guards import Stop
from openward.checks.guards.stop import held
from openward.checks.guards.wording import told
from openward.domain.agent import AgentEvent, AgentSpec, Answer, Ask, Held, Pending, Sentence, Stopped
from openward.domain.agent import Said as Message_
from openward.domain.errors import BudgetError
from openward.domain.model import ChatRequest, Message, Reply
from openward.domain.proposal import Proposal
from openward.domain.usage import Account, Budget
from openward.harness.agency import Agency
from openward.harness.agents import answering, prompt, spans
from openward.harness.agents.answering import Said
from openward.harness.agents.calling import Caller
from openward.harness.agents.diary import Diary, Watch
from openward.harness.agents.guarding import Guarding, blanked
from openward.harness.agents.journal import REPLY
from openward.harness.agents.judging import Bench
from openward.harness.agents.spending import Spending
from openward.harness.agents.toolbox import Toolbox
from openward.harness.service import Context
from openward.language.passages import sentences

_REMEMBERED: Final = 20


class Loop:
    """One run of one agent."""

    def __init__(self, spec: AgentSpec, ask: Ask, context: Context, agency: Agency, toolbox: Toolbox) -> None:
        self._spec = spec
        self._ask = ask
        self._language = context.language
        self._agency = agency
        self._toolbox = toolbox
        self._diary = Diary(agency)
        self._spending = Spending(spec.limits)
        self._guards = Guarding(spec, ask, agency, context.language)
        self._caller = Caller(
            spec, agency, toolbox, guards=self._guards, diary=self._diary, spending=self._spending,
            language=context.language,
        )  # fmt: skip
        self._memory = agency.memory(ask.conversation, spec.remembers_hours)
        self._documents: dict[str, str] = {}
        self._talker = ""
        self._pending: tuple[Pending, ...] = ()

    def run(self, missing: tuple[Stop, ...] = ()) -> Proposal[Answer]:
        """The proposal of this run; `missing` says which tools are not offered, and why."""
        for stop in missing:
            self._diary.stopped(stop, "tool")
        said = self._said()
        if (memory := self._memory) is not None and said.stopped == "answered":
            turns = (*memory.remembered, *self._turn(said))[-_REMEMBERED:]
            self._agency.afterwards.append(lambda: memory.keep(turns))
        answer = Answer(
            text=said.text, sentences=said.sentences, held=said.held, steps=tuple(self._diary.steps),
            stopped=said.stopped, talker=self._talker, pending=self._pending,
            conversation=self._conversation(said.stopped),
            input_tokens=self._spending.input_tokens, output_tokens=self._spending.output_tokens,
            cost=self._spending.cost,
        )  # fmt: skip
        self._agency.tell(AgentEvent(kind="answer", answer=answer))
        used = tuple(self._caller.calls.values())
        return answering.proposal(answer, used, self._language, self._agency.card.budget.findings)

    def _conversation(self, stopped: Stopped) -> str | None:
        """The id to go on with; a conversation begins with its first answer."""
        begun = self._ask.conversation is not None or stopped == "answered"
        return self._memory.conversation if self._memory and begun else None

    def _said(self) -> Said:
        """How the run ends."""
        stops = self._guards.asked()
        for stop in stops:
            self._diary.stopped(stop, "ask")
        final = next((stop for stop in stops if stop.outcome in {"answer", "refuse"}), None)
        if final is not None:
            return self._shown(Said(
                text=final.says, sentences=(Sentence(text=final.says),) if final.says else (),
                stopped="emergency" if final.outcome == "answer" else "refused",
            ))  # fmt: skip
        above = tuple(Sentence(text=stop.says) for stop in stops if stop.outcome == "alert" and stop.says)
        if above:
            self._spec = without_comfort(self._spec)
        said = self._led(self._opened())
        return self._shown(answering.under(above, said))

    def _shown(self, said: Said) -> Said:
        self._diary.say(said.order)
        return said

    def _opened(self) -> list[Message]:
        """What the talker is told at first."""
        documents = []
        for number, document in enumerate(self._ask.documents):
            words = self._guards.read(document.text, "document")
            self._documents[f"documents[{number}].text"] = blanked(words, document.text)
            title = self._guards.read(document.title, "document").text if document.title else document.id
            documents.append((title, words))
        remembered = self._memory.remembered if self._memory else ()
        self._agency.told.texts.update(_of_the_person(remembered))
        asked = _questions((*remembered, *self._ask.messages))
        self._caller.given = {**self._said_by_the_person(), **asked, **self._documents}
        opening = prompt.opening(self._spec, self._language)
        return [opening, *prompt.conversation(remembered, documents, self._ask, self._language)]

    def _led(self, messages: list[Message]) -> Said:
        """Asks and calls until there is an answer, or nothing left to go on with."""
        while (stopped := self._spending.used_up()) is None:
            try:
                reply = self._asked(messages)
            except BudgetError as error:
                self._diary.end(self._diary.begin("guard", "budget"), outcome="blocked", why=str(error))
                return self._cut("budget")
            if not reply.tool_calls:
                return self._judged(reply) if reply.text.strip() else self._cut("answered")
            messages.append(Message(role="assistant", text=reply.text, tool_calls=reply.tool_calls))
            results, self._pending = self._caller.make(reply.tool_calls)
            messages += results
            if self._pending or self._caller.circles:
                return self._cut("waiting" if self._pending else "steps")
        return self._cut(stopped)

    def _asked(self, messages: list[Message]) -> Reply:
        """The next reply of the talker, or the one that was kept."""
        number, watch = self._spending.replies + 1, Watch()
        step = self._diary.begin("model", self._spec.model or "policy")
        request = self._request(messages)
        reply = self._agency.journal.once(f"{REPLY}{number}", Reply, lambda: self._chat(request))
        self._spending.add(reply)
        self._talker = reply.model
        tokens = reply.usage.tokens if reply.usage else 0
        self._diary.end(step, name=reply.model, seconds=watch.read(), cost=reply.cost, tokens=tokens)
        return reply

    def _chat(self, request: ChatRequest) -> Reply:
        asked = self._spec.model or "policy"
        with spans.span("chat", asked, **{spans.MODEL_ASKED: asked, spans.RUN: self._agency.run}) as ended:
            reply = self._agency.talker.chat(request)
            ended[spans.MODEL] = reply.model
            if reply.usage is not None:
                ended[spans.INPUT_TOKENS] = reply.usage.input_tokens
                ended[spans.OUTPUT_TOKENS] = reply.usage.output_tokens
        return reply

    def _request(self, messages: list[Message]) -> ChatRequest:
        limits, agency = self._spec.limits, self._agency
        budget = Budget(scope="run", id=agency.run, money=limits.money, tokens=limits.tokens)
        account = Account(department=self._spec.department, agent=self._spec.id, run=agency.run, budgets=(budget,))
        return ChatRequest(
            messages=tuple(messages), tools=self._toolbox.tools, model=self._spec.model, account=account,
            data="patient" if agency.identifiers else self._spec.data, identifiers=agency.identifiers,
            max_tokens=self._spending.output_left, seconds=self._spending.patience, guide=self._spec.guide,
            language=self._language,
        )  # fmt: skip

    def _judged(self, reply: Reply) -> Said:
        """What may be shown of the talker's last words."""
        text = reply.text
        stops = (*self._guards.answered(text, self._marks()), *_cut_off(reply))
        for stop in stops:
            self._diary.stopped(stop, "answer")
        if any(stop.outcome == "refuse" and stop.start is None for stop in stops):
            refusal = next(stop for stop in stops if stop.outcome == "refuse")
            held = Held(text=text, guard=refusal.guard, why=refusal.reason)
            return Said(text=refusal.says, held=(held,), order=(held,), stopped="refused")
        verdict = self._bench().judge(text, stops)
        said = Said(text=verdict.text, sentences=verdict.sentences, held=verdict.held, order=verdict.said)
        beside = told(stops, text, verdict.text, self._language)
        return answering.above(said, tuple(Sentence(text=one) for one in beside))

    def _cut(self, stopped: Stopped) -> Said:
        """What is known where the run ends before the talker has answered."""
        known = answering.known_so_far(self._caller.calls.values())
        return Said(text="\n".join(one.text for one in known), sentences=known, order=known, stopped=stopped)

    def _bench(self) -> Bench:
        said = self._said_by_the_person()
        facts = {id: text for id, text in self._agency.told.texts.items() if id not in said}
        return Bench(
            facts={**facts, **self._documents}, said=said, calls=self._caller.calls,
            places=self._caller.places, supposed=self._caller.supposed,
            own=answering.own_words(self._spec.guide, self._language),
        )  # fmt: skip

    def _said_by_the_person(self) -> dict[str, str]:
        said = {f"messages[{n}].text": one.text for n, one in enumerate(self._ask.messages) if one.role == "user"}
        return said | _of_the_person(self._memory.remembered if self._memory else ())

    def _marks(self) -> list[str]:
        return [
            mark
            for number, used in self._caller.calls.items()
            for mark in (str(number), *(f"{number}.{n}" for n in range(1, len(used.result.findings) + 1)))
        ]

    def _turn(self, said: Said) -> tuple[Message_, ...]:
        """What is remembered of this turn: what was asked, and what was shown."""
        asked = tuple(one for one in self._ask.messages[-1:] if one.role == "user")
        return (*asked, Message_(role="assistant", text=said.text[:20_000])) if asked else ()


def without_comfort(spec: AgentSpec) -> AgentSpec:
    """The agent without the words for "there is nothing": below an alert they would reassure."""
    parts = tuple(msgspec.structs.replace(part, empty=None) for part in spec.guide.parts)
    return msgspec.structs.replace(spec, guide=msgspec.structs.replace(spec.guide, parts=parts))


def _questions(said: Iterable[Message_]) -> dict[str, str]:
    """What the person was asked: an answer of one word says what its question names."""
    asked = (
        "\n".join(line for line in one.text.splitlines() if line.rstrip(" *").endswith(("?", "？")))
        for one in said
        if one.role == "assistant"
    )
    return {f"questions[{n}]": text for n, text in enumerate(asked) if text}


def _cut_off(reply: Reply) -> tuple[Stop, ...]:
    """Holds the last sentence of a reply that was cut off in the middle of it."""
    last = sentences(reply.text)[-1:] if reply.finish == "length" else ()
    return tuple(held("length", "the reply was cut off here", one.start, one.end) for one in last)


def _of_the_person(remembered: Iterable[Message_]) -> dict[str, str]:
    """What the person said in earlier turns, by the id that evidence names."""
    return {f"memory[{n}]": one.text for n, one in enumerate(remembered) if one.role == "user"}
