"""What a door received becomes a request, or a clear error."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.domain.run import RunRequest
from openward.harness.request import request_of


def test_a_whole_request_is_read():
    request = request_of(b'{"patient": "p1", "input": {"orders": []}, "language": "zh"}')
    assert (request.patient, bytes(request.input), request.language) == ("p1", b'{"orders": []}', "zh")


def test_a_bundle_and_an_input_are_read_together_and_null_is_absent():
    both = request_of(b'{"bundle": {"resourceType": "Bundle"}, "input": {"orders": []}}')
    assert bytes(both.bundle or b"") == b'{"resourceType": "Bundle"}'
    assert request_of(b'{"bundle": null, "input": null}') == RunRequest()


def test_the_input_alone_is_read():
    assert bytes(request_of(b'{"orders": ["x"]}').input) == b'{"orders": ["x"]}'


def test_a_fhir_resource_alone_becomes_the_bundle():
    data = b'{"resourceType": "Bundle", "type": "collection"}'
    assert bytes(request_of(data).bundle or b"") == data


def test_nothing_is_a_request_too():
    assert request_of(b"{}") == RunRequest()


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"patient": 5}', b'{"language": "fr"}', b'{"patient": ""}',
     b'{"patient": "' + b"x" * 129 + b'"}', b'{"input": ' + b"[" * 100 + b"]" * 100 + b"}", b"[" * 100_000],
)  # fmt: skip
def test_what_cannot_be_read_is_a_clear_error(data):
    with pytest.raises(InputError, match="request"):
        request_of(data)


def test_brackets_inside_strings_are_not_depth():
    text = json.dumps({"orders": ["[{" * 100 + '\\"']}).encode()
    assert request_of(text).input is not None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_an_input_error(data):
    try:
        assert isinstance(request_of(data), RunRequest)
    except InputError as error:
        assert "request" in str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["patient", "input", "bundle", "focus", "language", "other"]), json_values))
def test_any_json_object_is_a_request_or_an_input_error(value):
    try:
        assert isinstance(request_of(msgspec.json.encode(value)), RunRequest)
    except InputError as error:
        assert "request" in str(error)
