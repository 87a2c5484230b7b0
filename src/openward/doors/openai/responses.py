"""Answers of agents as responses (OpenAI's Responses API), whole or as events."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from openward.domain.run import Run
from openward.doors.agents import Shown, pieces
from openward.doors.openai.completions import beside, finish
from openward.doors.openai.reading import Wanted

Status = Literal["in_progress", "completed", "incomplete", "failed"]
_REASONS: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}


def response(
    wanted: Wanted, id: str, created: int, run: Run | None = None, shown: Shown | None = None
) -> dict[str, Any]:
    """A response: under way without a run, else whole."""
    ended = finish(run, shown.answer) if run and shown else ""
    status: Status = "in_progress" if run is None else "incomplete" if ended in _REASONS else "completed"
    held: dict[str, Any] = {
        "id": id, "object": "response", "created_at": created, "status": status, "background": False, "error": None,
        "incomplete_details": {"reason": _REASONS[ended]} if ended in _REASONS else None, "instructions": None,
        "max_output_tokens": None, "model": wanted.model, "output": [], "parallel_tool_calls": True,
        "previous_response_id": wanted.previous, "reasoning": {"effort": None, "summary": None}, "store": True,
        "temperature": None, "text": {"format": {"type": "text"}}, "tool_choice": "none", "tools": [], "top_p": None,
        "truncation": "disabled", "usage": None, "user": None, "metadata": wanted.metadata,
    }  # fmt: skip
    if run and shown:
        held["output"] = [_message(id, shown.whole)]
        held["usage"] = _usage(shown)
        held["openward"] = beside(run, shown)
    return held


def failed(wanted: Wanted, id: str, created: int, code: str, message: str) -> dict[str, Any]:
    """A response that came to nothing."""
    error = {"code": code, "message": message}
    return response(wanted, id, created) | {"status": "failed", "error": error}


def opening(wanted: Wanted, id: str, created: int) -> Iterator[dict[str, Any]]:
    """The first events of a stream."""
    held = response(wanted, id, created)
    yield {"type": "response.created", "response": held}
    yield {"type": "response.in_progress", "response": held}


def events(wanted: Wanted, created: int, run: Run, shown: Shown) -> Iterator[dict[str, Any]]:
    """The other events: the words sentence by sentence, then the whole."""
    id, text, item = run.id, shown.whole, f"msg_{run.id}"
    place = {"item_id": item, "output_index": 0, "content_index": 0}
    begun = _message(id, "") | {"status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": begun}
    yield {"type": "response.content_part.added", **place, "part": _part("")}
    for piece in pieces(text):
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": _part(text)}
    yield {"type": "response.output_item.done", "output_index": 0, "item": _message(id, text)}
    whole = response(wanted, id, created, run, shown)
    yield {"type": f"response.{whole['status']}", "response": whole}


def _message(id: str, text: str) -> dict[str, Any]:
    return {"type": "message", "id": f"msg_{id}", "status": "completed", "role": "assistant", "content": [_part(text)]}


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _usage(shown: Shown) -> dict[str, Any]:
    taken, given = shown.answer.input_tokens, shown.answer.output_tokens
    return {
        "input_tokens": taken, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": taken + given,
    }  # fmt: skip
