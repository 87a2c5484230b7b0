"""The OpenAPI 3.1 document, made from the table of operations and the types of the services."""

import re
from typing import Any

import msgspec

import openward
from openward.domain.proposal import Proposal
from openward.domain.run import Run
from openward.doors.http.api import OPERATIONS, Operation
from openward.doors.http.problems import MEDIA_TYPE, Problem
from openward.doors.schemas import request_schema
from openward.harness.service import Service
from openward.ward import Ward

_REF = "#/components/schemas/{name}"
_ERRORS = {
    "400": "The request cannot be read.",
    "401": "No valid credential.",
    "403": "The credential does not allow this.",
    "404": "There is no such thing in this ward.",
    "409": "The state does not allow this.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "The record cannot be read as asked.",
    "503": "The store is locked or unreachable.",
}


def document(ward: Ward) -> dict[str, Any]:
    """The whole document; each service has a path of its own with its typed input and an example from its cases."""
    types = [t for o in OPERATIONS for t in (o.body, o.answer, *o.events.values()) if t is not None]
    for service in ward.services.values():
        types += [service.reads, Proposal[service.body]]  # type: ignore[name-defined]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    named = dict(zip([*types, Problem], schemas, strict=True))
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, named)
    for service in ward.services.values():
        paths[f"/v1/services/{service.id}/run"] = {"post": _service_operation(service, named)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenWard",
            "version": openward.__version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "security": [{"bearer": []}],
    }


def _operation(operation: Operation, named: dict[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Scope: {operation.scope}.",
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation)],
        "responses": _responses(operation.status, named.get(operation.answer), named[Problem]),
    }
    if operation.events:
        # OpenAPI 3.1 has no word for events; 3.2 calls their schema `itemSchema`.
        events = {name: named[type] for name, type in operation.events.items()}
        content = described["responses"][str(operation.status)]["content"]
        content["text/event-stream"] = {"schema": {"type": "string"}, "x-events": events}
    if operation.public:
        described["security"] = []
    if operation.body is not None:
        described["requestBody"] = _body(named[operation.body], operation.example)
    return described


def _service_operation(service: Service, named: dict[Any, Any]) -> dict[str, Any]:
    request = request_schema(named[service.reads])
    case = next(iter(sorted((service.folder / "cases").glob("*.json"))), None)
    example = msgspec.json.decode(case.read_bytes()).get("request") if case else None
    return {
        "operationId": "run" + "".join(part.capitalize() for part in service.id.split("-")),
        "summary": service.card.title.en,
        "description": f"{service.card.intended_use.en} Not for: {service.card.not_for.en}",
        "requestBody": _body(request, example),
        "responses": _responses(200, named[Run], named[Problem]),
        "x-proposal": named[Proposal[service.body]],  # type: ignore[name-defined]
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    bounds = {"limit": {"minimum": 1, "maximum": 500}, "after": {"minimum": 0}}
    return [
        {"name": name, "in": "query", "description": words, "schema": {"type": kind, **bounds.get(name, {})}}
        for name, kind, words in operation.query
    ]


def _body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"required": True, "content": {"application/json": content}}


def _responses(status: int, schema: Any, problem: Any) -> dict[str, Any]:
    fine: dict[str, Any] = {"description": "Done."}
    if schema is not None:
        fine["content"] = {"application/json": {"schema": schema}}
    wrong = {c: {"description": w, "content": {MEDIA_TYPE: {"schema": problem}}} for c, w in _ERRORS.items()}
    return {str(status): fine, **wrong}
