"""Answers of agents as chat completions, whole or in chunks."""

from collections.abc import Iterator
from typing import Any, Final

from openward.domain.agent import Answer, Stopped
from openward.domain.run import Run
from openward.doors.agents import Shown, pieces

FINISH: Final[dict[Stopped, str]] = {
    "answered": "stop", "emergency": "stop", "waiting": "stop", "refused": "content_filter", "steps": "length",
    "budget": "length",
}  # fmt: skip


def completion(run: Run, shown: Shown) -> dict[str, Any]:
    """A whole chat completion; `openward` holds what the protocol has no word for."""
    message: dict[str, Any] = {"role": "assistant", "content": shown.whole, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish(run, shown.answer)}
    return _named(run, "chat.completion") | {
        "choices": [choice], "usage": usage(shown.answer), "openward": beside(run, shown),
    }  # fmt: skip


def opening(id: str, created: int, model: str) -> dict[str, Any]:
    """The first chunk of a stream."""
    return _chunk(id, created, model, {"role": "assistant", "content": "", "refusal": None})


def chunks(run: Run, shown: Shown, *, counted: bool) -> Iterator[dict[str, Any]]:
    """The other chunks: the words sentence by sentence, why it ends, and the counts if they are wanted."""
    id, created = run.id, int(run.started.timestamp())
    for piece in pieces(shown.whole):
        yield _chunk(id, created, run.service, {"content": piece})
    last = _chunk(id, created, run.service, {}, finish(run, shown.answer))
    yield last | {"openward": beside(run, shown)}
    if counted:
        yield last | {"choices": [], "usage": usage(shown.answer)}


def finish(run: Run, answer: Answer) -> str:
    """Why the answer ends where it does."""
    return "content_filter" if run.status == "held" else FINISH[answer.stopped]


def usage(answer: Answer) -> dict[str, int]:
    """The tokens of all calls to models in this run."""
    return {
        "prompt_tokens": answer.input_tokens, "completion_tokens": answer.output_tokens,
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }  # fmt: skip


def beside(run: Run, shown: Shown) -> dict[str, Any]:
    """What stands beside the words: the run, how it ended, each sentence with its evidence, and what is held."""
    answer = shown.answer
    return {
        "run": run.id, "status": run.status, "stopped": answer.stopped, "talker": answer.talker,
        "conversation": answer.conversation, "pending": answer.pending,
        "sentences": answer.sentences if run.status != "held" else (), "held": answer.held,
    }  # fmt: skip


def _named(run: Run, kind: str) -> dict[str, Any]:
    created = int(run.started.timestamp())
    return {"id": run.id, "object": kind, "created": created, "model": run.service, "service_tier": "default"}


def _chunk(id: str, created: int, model: str, delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
    return {"id": id, "object": "chat.completion.chunk", "created": created, "model": model, "choices": [choice]}
