"""Asks agents at doors that await: what happens while one answers, and what of its answer a person may read."""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent, Answer, Sentence
from openward.domain.errors import NotFoundError, OpenWardError
from openward.domain.evidence import RunEvidence
from openward.domain.proposal import Finding, Language, Proposal
from openward.domain.run import Door, Run, RunRequest
from openward.domain.text import Text
from openward.harness.agents.means import Watch
from openward.harness.service import Service
from openward.language.passages import sentences
from openward.ward import Ward

SILENCE: Final = 10.0  # seconds without news after which a door says that it still waits
_AT_ONCE: Final = 64
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_WORD: Final = re.compile(r"[\u3400-\u9fff]|\d+(?:\.\d+)?|[^\W\d_]+")
_WORDS_ENOUGH: Final = 3  # fewer may be the name of a drug or a test, which is the same in either language
_places = threading.BoundedSemaphore(_AT_ONCE)

Executing = Callable[[Watch], Run]


class BusyError(OpenWardError):
    """As many agents answer already as this process can keep."""

    status = 503


class GoneError(OpenWardError):
    """Who asked has gone away, so the run ends."""


def agent_of(ward: Ward, id: str) -> Service:
    """One agent by id.

    Raises:
        NotFoundError: there is none of that id; the message names those that there are.
        BrokenServiceError: it cannot serve; the message says why.
    """
    service = ward.service(id) if id in ward.services.faults else ward.services.get(id)
    if service is None or service.card.kind != "agent":
        there = ", ".join(s.id for s in ward.services.values() if s.card.kind == "agent")
        raise NotFoundError(f"there is no agent '{id[:80]}'; this ward has: {there or 'none'}")
    return service


def agents_for(ward: Ward, actor: Actor) -> tuple[Service, ...]:
    """The agents that an actor may ask."""
    agents = (service for service in ward.services.values() if service.card.kind == "agent")
    return tuple(s for s in agents if ward.access.may(actor, f"service/{s.id}.run"))


class Asking:
    """One request to an agent, answered in a thread of its own; `close` ends the run at its next step."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[AgentEvent | Run | Exception] = asyncio.Queue()
        self._gone = threading.Event()

    @classmethod
    def of(cls, ward: Ward, agent: str, request: RunRequest, *, actor: Actor, door: Door) -> "Asking":
        """Begins to ask an agent of the ward; raises as `by`."""
        return cls.by(lambda watch: ward.execute(agent, request, actor=actor, door=door, watch=watch), name=agent)

    @classmethod
    def by(cls, execute: Executing, *, name: str) -> "Asking":
        """Begins.

        Raises:
            BusyError: too many agents answer already.
        """
        places = _places
        if not places.acquire(blocking=False):
            raise BusyError(f"{_AT_ONCE} agents are answering in this process; ask again in a moment")
        asking = cls()

        def work() -> None:
            try:
                asking._hand(execute(asking._watch))
            except Exception as error:  # noqa: BLE001 - it is raised again where the answer is waited for
                asking._hand(error)
            finally:
                places.release()

        threading.Thread(target=work, daemon=True, name=f"agent-{name}").start()
        return asking

    async def next(self) -> AgentEvent | Run | None:
        """What happens next, the run at the end; None when nothing happened for a while. Raises as `execute` does."""
        try:
            news = await asyncio.wait_for(self._news.get(), SILENCE)
        except TimeoutError:
            return None
        if isinstance(news, Exception):
            raise news
        return news

    async def begun(self, request: Request) -> AgentEvent | Run:
        """The first that happens, or the error with which it could not begin at all."""
        while (news := await self.next()) is None:
            if await request.is_disconnected():
                raise GoneError("who asked has gone away")
        return news

    async def run(self, request: Request) -> Run:
        """The run, when it has ended; who goes away before ends it."""
        try:
            while not isinstance(news := await self.begun(request), Run):
                pass
        finally:
            self.close()
        return news

    def close(self) -> None:
        """Nobody listens any more; a run that has not ended yet ends at its next step."""
        self._gone.set()

    def _watch(self, event: AgentEvent) -> None:
        if self._gone.is_set():
            raise GoneError("who asked has gone away")
        self._hand(event)

    def _hand(self, news: AgentEvent | Run | Exception) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            self._loop.call_soon_threadsafe(self._news.put_nowait, news)


class EventStream(StreamingResponse):
    """Server-sent events of one request; when they end, however they end, the run is let go."""

    def __init__(self, asking: Asking, events: AsyncIterator[bytes]) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
        self._asking = asking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._asking.close()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may read of a run of an agent: its words, and what the house has to say beside them."""

    text: str
    notices: tuple[str, ...]
    answer: Answer

    @property
    def whole(self) -> str:
        """All of it as one text."""
        return "\n\n".join(part for part in (self.text, *self.notices) if part)


def shown(run: Run, service: Service) -> Shown | None:
    """What may be read of a run; None when it failed."""
    if run.proposal is None:
        return None
    proposal: Proposal[Answer] = msgspec.json.decode(run.proposal, type=Proposal[Answer])
    text = "" if run.status == "held" else proposal.body.text
    return Shown(text=text, notices=tuple(_notices(run, proposal, service)), answer=proposal.body)


def spoken(text: str, otherwise: Language = "en") -> Language:
    """The language to answer in: Chinese where there is any in what was said, English where there are words enough."""
    if _CHINESE.search(text):
        return "zh"
    return "en" if len(_WORD.findall(text)) >= _WORDS_ENOUGH else otherwise


def pieces(text: str) -> list[str]:
    """A text cut where its sentences begin; together they are the text to the letter."""
    starts = [span.start for span in sentences(text)][1:]
    return [piece for a, b in zip([0, *starts], [*starts, len(text)], strict=True) if (piece := text[a:b])]


def _notices(run: Run, proposal: Proposal[Answer], service: Service) -> Iterator[str]:
    language, answer = run.language, proposal.body
    if run.status == "held":
        yield _WAITS.in_(language).format(run=run.id)
        return
    also = unspoken(proposal) if answer.stopped != "emergency" else []
    if also:
        yield "\n".join([_ALSO.in_(language), *(f"- {f.headline}. {f.advice}".rstrip() for f in also)])
    if answer.held or answer.stopped not in {"answered", "emergency"}:
        where = (_SEE if answer.held else _WHERE).in_(language).format(run=run.id)
        yield f"({proposal.summary} {where})"
    if service.card.signs != "nobody" and answer.text:
        yield _draft(service, run, language)


def _draft(service: Service, run: Run, language: Language) -> str:
    who = _ROLES.get(service.card.signs, Text(service.card.signs, service.card.signs)).in_(language)
    return _DRAFT.in_(language).format(who=who, run=run.id)


def unspoken(proposal: Proposal[Answer]) -> list[Finding]:
    """The grave findings of tools that no sentence of an answer cites, and none says in words."""
    findings, said = proposal.findings, proposal.body.sentences
    cited = {(e.run, e.finding) for one in said for e in one.evidence if isinstance(e, RunEvidence)}
    words = [_words(one.text) for one in said]
    return [
        finding
        for finding in findings
        if cited.isdisjoint(_marks(finding))
        and not any(_words(finding.headline) in one for one in words)
        and not _is_summed_up(finding, findings, said)
    ]


def _is_summed_up(finding: Finding, findings: Sequence[Finding], said: Sequence[Sentence]) -> bool:
    """Whether it is all that its run found, and a sentence that cites the run as a whole names it."""
    runs = {run for run, _ in _marks(finding)}
    named = _words(finding.code.display or "").strip()
    if not named or any(one is not finding and not runs.isdisjoint(run for run, _ in _marks(one)) for one in findings):
        return False
    return any(
        f" {named} " in _words(one.text) and any(isinstance(e, RunEvidence) and e.run in runs for e in one.evidence)
        for one in said
    )


def _marks(finding: Finding) -> set[tuple[str, str]]:
    """The runs that it is a finding of, each with its id there."""
    return {(e.run, e.finding) for e in finding.evidence if isinstance(e, RunEvidence)}


def _words(text: str) -> str:
    """The words, numbers and Chinese characters of a text, with a space around each."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


_WAITS: Final = Text("Held back: a person must look at run {run} first.", "已扣下：须先由人员查看运行 {run}。")
_ALSO: Final = Text("Also found, and not spoken of above:", "另有以下发现，上文未提及：")
_SEE: Final = Text(
    "Held sentences are no part of the answer; see run {run}.", "被扣下的内容不属于本回答；见运行 {run}。"
)
_WHERE: Final = Text("See run {run}.", "见运行 {run}。")
_DRAFT: Final = Text(
    "(Draft, signed by nobody yet: a {who} must sign run {run}.)", "（草稿，尚未签署：须由{who}签署运行 {run}。）"
)
_ROLES: Final = {
    "clinician": Text("clinician", "医师"),
    "pharmacist": Text("pharmacist", "药师"),
    "nurse": Text("nurse", "护士"),
}
