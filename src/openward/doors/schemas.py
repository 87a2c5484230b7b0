"""JSON Schema of what goes into a service and what comes out of it, for doors that describe themselves."""

from typing import Any, Final

import msgspec

from openward.domain.proposal import Proposal
from openward.domain.run import Run
from openward.harness.service import Service

_PATIENT: Final = {
    "type": ["string", "null"], "minLength": 1, "maxLength": 128, "description": "A patient's id in the record.",
}  # fmt: skip
_BUNDLE: Final = {
    "type": ["object", "null"],
    "description": "A FHIR R4 Bundle or resource: the chart itself, or laid over the record of `patient`.",
}
_FOCUS: Final = {
    "type": "array", "items": {"type": "string"},
    "description": "Which resources of the bundle are in question (`MedicationRequest/1`); all drafts when empty.",
}  # fmt: skip
_LANGUAGE: Final = {"enum": ["en", "zh"], "description": "The language of the answer."}


def request_schema(input_schema: dict[str, Any]) -> dict[str, Any]:
    """The request of one service around the schema of its own input."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "input": input_schema, "patient": _PATIENT, "bundle": _BUNDLE, "focus": _FOCUS, "language": _LANGUAGE,
        },
    }  # fmt: skip


def run_schema(run_schema: dict[str, Any], proposal_schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a Run whose proposal is typed."""
    properties = {**run_schema["properties"], "proposal": {"anyOf": [{"type": "null"}, proposal_schema]}}
    return {**run_schema, "properties": properties}


def tool_schemas(service: Service) -> tuple[dict[str, Any], dict[str, Any]]:
    """Self-contained schemas (with `$defs`) of the request and the Run of a service."""
    types = (service.reads, Run, Proposal[service.body])  # type: ignore[name-defined]
    (reads, run, proposal), parts = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    whole = run_schema(parts[run["$ref"].rpartition("/")[2]], proposal)
    return {**request_schema(reads), "$defs": parts}, {**whole, "$defs": parts}
