"""The API keeps what its OpenAPI document promises, for inputs that nobody wrote by hand."""

import httpx
import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="module")
def api_schema(address):
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_its_promises(case, house):
    headers = {"Authorization": f"Bearer {house.admin}"}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)
    assert response.status_code != 500
