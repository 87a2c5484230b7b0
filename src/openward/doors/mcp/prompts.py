"""One prompt for each agent: a question to begin with, and how to have the agent answer it."""

from typing import Final

import mcp_types as types

from openward.harness.service import Service

_MOST: Final = 4000
_ARGUMENTS: Final = (
    types.PromptArgument(name="question", description="What to ask; its first example without.", required=False),
    types.PromptArgument(name="patient", description="A patient's id in the record.", required=False),
)
_TEXT: Final = """{question}

Have this answered by the tool `{agent}`: call it once, with the question as the last message of
`input.messages`{patient}. Give its words as they are. What it holds back or did not check, say as held back or not
checked; add nothing of your own."""


def prompt_of(agent: Service) -> types.Prompt:
    """The prompt of an agent."""
    card = agent.card
    examples = " ".join(f"“{example}”" for example in _examples(agent)[:3])
    described = f"{card.intended_use.en} Not for: {card.not_for.en}{f' Examples: {examples}' if examples else ''}"
    return types.Prompt(name=agent.id, title=card.title.en, description=described, arguments=list(_ARGUMENTS))


def asked(agent: Service, arguments: dict[str, str]) -> types.GetPromptResult:
    """The prompt of an agent, filled in."""
    question = arguments.get("question", "").strip()[:_MOST] or next(iter(_examples(agent)), agent.card.title.en)
    patient = arguments.get("patient", "").strip()[:128]
    text = _TEXT.format(
        question=question, agent=agent.id, patient=f", and `patient` as {patient!r}" if patient else ""
    )  # fmt: skip
    message = types.PromptMessage(role="user", content=types.TextContent(text=text))
    return types.GetPromptResult(description=agent.card.title.en, messages=[message])


def _examples(agent: Service) -> tuple[str, ...]:
    talk = agent.card.talk
    return (*(text.en for text in talk.examples), *talk.en) if talk else ()
