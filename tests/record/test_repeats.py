"""Elements named twice in JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.charts import chart, stored

from openward.record.repeats import repeats


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"a","id":"b"}',
        b'{"id":"a","x":[{"y":{"z":1,"z" : 2}}]}',
        b'{"id":"a","x":"\\u0022:","y":1e999,"y":2}',
        b'{"id":"a","x":"\\u0022:","y":1,"y":2}',
        b'{"x":1,"\\u0078":2}',
    ],
)
def test_an_element_named_twice_is_found(body: bytes):
    assert repeats(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"x":"\\":","y":{"x":1},"z" : [{"x":1},{"x":1.50}]}',
        b'{"x":"\\u0022:\\\\","y":"{\\"y\\":1,\\"y\\":2}"}',
        b'{"x":1e999,"y":"\\u00e9"}',
        b"not JSON",
        b"[" * 5000,
    ],
)
def test_what_only_looks_so_is_left_alone(body: bytes):
    assert not repeats(body)


JSON = st.recursive(
    st.none() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_nothing_that_python_writes_names_an_element_twice(value: object, ascii: bool):
    body = json.dumps({"a": value}, ensure_ascii=ascii, indent=1).encode(errors="replace")
    assert not repeats(body)
    assert repeats(body[:-1] + b', "a": 1}')


def test_a_chart_leaves_out_what_it_cannot_read_in_one_way_and_says_so():
    body = b'{"resourceType":"Observation","id":"o","code":{"text":"x"},"valueQuantity":{"value":5,"value":50}}'
    found = chart(body)
    assert (len(found.observations), len(found.unread)) == (0, 1)
    reference, reason = found.unread[0]
    assert (reference, "twice" in reason) == (f"Observation/{stored(body).id}", True)
