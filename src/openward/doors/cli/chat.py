"""The command that talks with an agent: its steps as they happen, its words with their evidence, what it holds back."""

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from openward.doors.cli.session import OutputOption, console, operator, session_of, show_json, show_table

if TYPE_CHECKING:
    from openward.domain.agent import AgentEvent
    from openward.domain.evidence import Evidence
    from openward.domain.proposal import Language
    from openward.domain.run import Run
    from openward.harness.service import Service
    from openward.ward import Ward

DEFAULT: Final = "ward-assistant"
_REMEMBERED: Final = 20
_WORDS: Final = {
    "en": {
        "hello": "{title}. Say what you want to know; /help lists what else there is.",
        "help": "/agents       the agents that there are\n/agent ID     go on with another one\n"
        "/evidence N   what stands behind a mark\n/quit         end",
        "failed": "failed: {}", "stopped": "stopped", "again": "not understood; see /help",
        "no mark": "the last answer has no evidence of that number",
    },
    "zh": {
        "hello": "{title}。请直接提问；输入 /help 查看其他命令。",
        "help": "/agents       列出智能体\n/agent ID     改用另一个智能体\n"
        "/evidence N   查看标记背后的依据\n/quit         结束",
        "failed": "失败：{}", "stopped": "已停止", "again": "无法识别；见 /help",
        "no mark": "上一条回答没有该编号的依据",
    },
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("chat")(chat)


def chat(
    context: typer.Context,
    patient: Annotated[str | None, typer.Option("--patient", "-p", help="A patient's id in the record.")] = None,
    agent: Annotated[str, typer.Option("--agent", "-a", help="The id of an agent.")] = DEFAULT,
    ask: Annotated[list[str] | None, typer.Option(help="Ask this and end; may be given several times.")] = None,
    language: Annotated[str | None, typer.Option("--language", "-l", help="en or zh; without it, that of your words.")]
    = None,
    output: OutputOption = "text",
) -> None:  # fmt: skip
    """Talk with an agent about a patient or a question: it suggests, shows what it stands on, and signs nothing.

    With --output json each --ask gives its run, and nothing else is printed.
    """
    from openward.domain.errors import InputError
    from openward.domain.proposal import language_of
    from openward.doors.agents import agent_of

    if output == "json" and not ask:
        msg = "--output json needs --ask: a conversation that goes on is for people"
        raise InputError(msg)
    with session_of(context).ward() as ward:
        spoken = language_of(language) if language else None
        talk = Talk(ward, agent_of(ward, agent), patient, spoken, quiet=output == "json")
        runs = [talk.ask(words) for words in ask or ()]
        if output == "json":
            show_json(runs)
        elif not ask:
            talk.go_on()
    if runs and runs[-1].status == "failed":
        raise typer.Exit(1)


@dataclass
class Talk:
    """One conversation at a terminal; `cited` is the evidence behind the marks of its last answer."""

    ward: "Ward"
    agent: "Service"
    patient: str | None
    language: "Language | None"
    quiet: bool = False
    said: list[dict[str, str]] = field(default_factory=list)
    conversation: str | None = None
    cited: "tuple[Evidence, ...]" = ()

    def go_on(self) -> None:
        """Reads lines until there are no more."""
        language = self.language or self.ward.settings.language
        console().print(_WORDS[language]["hello"].format(title=self.agent.card.title.in_(language)), markup=False)
        while (line := _line()) not in {None, "/quit"}:
            with contextlib.suppress(KeyboardInterrupt):
                self._take(str(line), _WORDS[language])

    def ask(self, text: str) -> "Run":
        """Asks, shows what happens and what is answered, and gives the run."""
        from openward.doors.agents import shown
        from openward.doors.cli.answers import show_answer

        self.said = [*self.said, {"role": "user", "text": text}][-_REMEMBERED:]
        run = self._answered(text)
        readable = shown(run, self.agent)
        if readable is not None:
            self.conversation = readable.answer.conversation
            self.said.append({"role": "assistant", "text": readable.text})
        if readable is not None and not self.quiet:
            self.cited = show_answer(readable, run.language)
        elif not self.quiet:
            reason = run.failure.message if run.failure else ""
            console().print(_WORDS[run.language]["failed"].format(reason), style="red", markup=False)
        return run

    def _answered(self, text: str) -> "Run":
        """A run; where the agent has forgotten the conversation, a new one begins with all that was said."""
        from openward.domain.errors import NotFoundError

        try:
            return self._run(text)
        except NotFoundError:
            if self.conversation is None:
                raise
            self.conversation = None
            return self._run(text)

    def _run(self, text: str) -> "Run":
        import msgspec

        from openward.domain.run import RunRequest
        from openward.doors.agents import GoneError, spoken
        from openward.doors.cli.answers import show_step

        language = self.language or spoken(text)
        left = threading.Event()

        def watch(event: "AgentEvent") -> None:
            if left.is_set():
                raise GoneError("who asked has stopped")
            if not self.quiet:
                show_step(event, language)

        request = RunRequest(
            input=msgspec.Raw(msgspec.json.encode(self._asked())), patient=self.patient, language=language
        )
        try:
            return self.ward.execute(self.agent.id, request, actor=operator(), door="cli", watch=watch)
        except KeyboardInterrupt:
            left.set()
            console().print(_WORDS[language]["stopped"], style="yellow")
            raise

    def _asked(self) -> dict[str, Any]:
        """All that was said, or the last of it where the agent remembers the rest."""
        if self.conversation is None:
            return {"messages": self.said}
        return {"messages": self.said[-1:], "conversation": self.conversation}

    def _take(self, line: str, words: dict[str, str]) -> None:
        """One line: a question, or a command."""
        from openward.domain.errors import OpenWardError

        command, _, rest = line.partition(" ")
        commands = {"/agents": self._agents, "/agent": self._turn_to, "/evidence": self._evidence}
        try:
            if not line.startswith("/"):
                if line:
                    self.ask(line)
            elif command in commands:
                commands[command](rest.strip(), words)
            else:
                console().print(words["help" if command == "/help" else "again"], markup=False)
        except OpenWardError as error:
            console().print(str(error), style="red", markup=False)

    def _agents(self, _rest: str, _words: dict[str, str]) -> None:
        from openward.doors.agents import agents_for

        rows = [(s.id, s.card.title.en, s.card.title.zh) for s in agents_for(self.ward, operator())]
        show_table("Agents · 智能体", ("id", "en", "zh"), rows, empty="-")

    def _turn_to(self, id: str, _words: dict[str, str]) -> None:
        from openward.doors.agents import agent_of

        self.agent = agent_of(self.ward, id)
        self.conversation, self.said, self.cited = None, [], ()
        console().print(self.agent.card.title.in_(self.language or self.ward.settings.language), markup=False)

    def _evidence(self, number: str, words: dict[str, str]) -> None:
        from openward.domain.evidence import RunEvidence
        from openward.doors.cli.render import show_run
        from openward.doors.evidence import cite

        place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0  # noqa: PLR2004
        if not 0 < place <= len(self.cited):
            console().print(words["no mark"], markup=False)
            return
        evidence = self.cited[place - 1]
        console().print(cite(evidence), markup=False)
        run = self.ward.stores.runs.get(evidence.run) if isinstance(evidence, RunEvidence) else None
        if run is not None:
            self.ward.trail.write(operator(), "run.read", "read", patient=run.patient, run=run.id, door="cli")
            show_run(run)


def _line() -> str | None:
    """The next line, None when there is none."""
    try:
        return input("› ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return None
