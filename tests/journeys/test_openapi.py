"""The API keeps what its OpenAPI document promises, for inputs that nobody wrote by hand."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

schemathesis = pytest.importorskip("schemathesis")
from schemathesis.checks import not_a_server_error  # noqa: E402 - only when it is installed
from schemathesis.specs.openapi.checks import (  # noqa: E402 - only when it is installed
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def document(address):
    return httpx.get(f"{address}/openapi.json").json()


def test_the_document_is_openapi_3_1_with_examples(document):
    assert document["openapi"].startswith("3.1")
    bodies = [o["requestBody"] for p in document["paths"].values() for o in p.values() if "requestBody" in o]
    assert bodies
    assert all("example" in b["content"]["application/json"] for b in bodies)


def operations(address):
    document = httpx.get(f"{address}/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=address)
    return [found.ok() for found in schema.get_all_operations()]


def test_the_api_keeps_its_promises_for_inputs_that_nobody_wrote(address, house):
    headers = {"Authorization": f"Bearer {house.admin}"}
    judged = set()
    for operation in operations(address):

        @given(case=operation.as_strategy())
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def keeps_its_promise(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        keeps_its_promise()
        judged.add(operation.label)
    assert "POST /v1/services/prescription-review/run" in judged
    assert len(judged) > 12


@pytest.mark.parametrize("path", ["/v1/services/prescription-review/run", "/v1/sessions", "/v1/runs/x/decision"])
@given(body=st.binary(max_size=200))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_any_bytes_get_a_problem_and_never_a_fault(program, path, body):
    answer = program.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500 or answer.json()["service"] == "prescription-review"
