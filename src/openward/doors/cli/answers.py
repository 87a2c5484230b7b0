"""Shows at a terminal what an agent does and what it answers: steps, words with marks, evidence, what is held back."""

from typing import Final

from rich.markup import escape

from openward.domain.agent import AgentEvent, AgentStep, Answer
from openward.domain.evidence import Evidence
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.doors.agents import Shown
from openward.doors.cli.session import console
from openward.doors.evidence import cite, telling

_MARKS: Final = {"done": "green", "failed": "red", "blocked": "red", "waiting": "yellow"}
_OUTCOMES: Final = {
    "done": Text("done", "完成"), "failed": Text("failed", "失败"), "blocked": Text("blocked", "已拦截"),
    "waiting": Text("waits for a person's approval", "等待人工批准"),
}  # fmt: skip
_KINDS: Final = {"model": Text("asks", "询问"), "tool": Text("calls", "调用"), "guard": Text("guard", "规则")}
_HELD: Final = Text("held back, not said", "已扣下，未采用")
_EVIDENCE: Final = Text("Evidence", "依据")


def show_step(event: AgentEvent, language: Language) -> None:
    """One line for a step that has ended."""
    step = event.step
    if event.kind != "step-ended" or step is None:
        return
    console().print(f"[dim]  {escape(_step(step, language))}[/dim] [{_MARKS[step.outcome]}]{_how(step, language)}[/]")


def _step(step: AgentStep, language: Language) -> str:
    arguments = f" {step.arguments[:80]}" if step.arguments else ""
    return f"{_KINDS[step.kind].in_(language)} {step.name}{arguments}"


def _how(step: AgentStep, language: Language) -> str:
    return escape(" · ".join(part for part in (_OUTCOMES[step.outcome].in_(language), step.why) if part))


def show_answer(shown: Shown, language: Language) -> tuple[Evidence, ...]:
    """Prints an answer and gives the evidence behind its marks, in their order."""
    out = console()
    text, evidence = marked(shown.answer) if shown.text else ("", ())
    out.print()
    for part in (text, *shown.notices):
        if part:
            out.print(part, markup=False)
    for held in shown.answer.held:
        said = f"{_HELD.in_(language)}: “{held.text}” ({held.guard}: {held.why})"
        out.print(said, style="red", markup=False)
    if evidence:
        out.print(_EVIDENCE.in_(language), style="bold")
    for number, one in enumerate(evidence, 1):
        out.print(f"  [{number}] {cite(one)}", style="dim", markup=False)
    out.print()
    return evidence


def marked(answer: Answer) -> tuple[str, tuple[Evidence, ...]]:
    """The words of an answer with the numbers of their evidence behind each sentence, and that evidence."""
    numbers: dict[Evidence, int] = {}
    text, place = "", 0
    for sentence in answer.sentences:
        at = answer.text.find(sentence.text, place)
        if at < 0:
            continue
        end = at + len(sentence.text)
        chips = "".join(f"[{numbers.setdefault(one, len(numbers) + 1)}]" for one in telling(sentence.evidence))
        text += answer.text[place:end] + (f" {chips}" if chips else "")
        place = end
    return text + answer.text[place:], tuple(numbers)
