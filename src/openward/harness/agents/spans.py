"""Traces of agents for OpenTelemetry, by its names for generative AI; never with content.

Names and attributes: OpenTelemetry semantic conventions for generative AI (gen_ai), development status, 2026.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

SYSTEM: Final = "openward"
OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
AGENT: Final = "gen_ai.agent.id"
TOOL: Final = "gen_ai.tool.name"
MODEL_ASKED: Final = "gen_ai.request.model"
MODEL: Final = "gen_ai.response.model"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
ERROR: Final = "error.type"
RUN: Final = "openward.run"


@cache
def _tracer() -> Any:
    """The tracer of whatever this process traces with, None where OpenTelemetry is not installed."""
    try:
        from opentelemetry import trace
    except ModuleNotFoundError:
        return None
    return trace.get_tracer(SYSTEM)


@contextmanager
def span(operation: str, of: str, **attributes: str | int) -> Iterator[dict[str, str | int]]:
    """A span around a step (`chat model`, `execute_tool name`, `invoke_agent id`); what is put in is set at its end."""
    tracer = _tracer()
    ended: dict[str, str | int] = {}
    if tracer is None:
        yield ended
        return
    # An exception's message may hold a patient's words: only its type is recorded.
    with tracer.start_as_current_span(
        f"{operation} {of}", record_exception=False, set_status_on_exception=False
    ) as current:  # fmt: skip
        current.set_attributes({OPERATION: operation, PROVIDER: SYSTEM, **attributes})
        try:
            yield ended
        except BaseException as error:
            ended[ERROR] = type(error).__name__
            raise
        finally:
            current.set_attributes(ended)
