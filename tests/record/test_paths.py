"""Element paths inside a resource."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import RecordError
from openward.record.paths import resolve

BODY = json.dumps(
    {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "warfarin"}}],
        "code": {"coding": [{"code": "85354-9"}, {"display": "Blood pressure"}]},
        "component": [{"valueQuantity": {"value": 120}}, {"valueQuantity": {"value": 80.5}}],
        "valueBoolean": False,
        "note": None,
        "matrix": [[1, 2], [3]],
    }
).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("resourceType", "Observation"),
        ("component[1].valueQuantity.value", 80.5),
        ("code.coding[1].display", "Blood pressure"),
        ("contained[0].code.text", "warfarin"),
        ("valueBoolean", False),
        ("note", None),
        ("matrix[0][1]", 2),
    ],
)
def test_a_path_gives_the_value_that_stands_there(path, value):
    assert resolve(BODY, path) == value


def test_the_empty_path_is_the_whole_resource():
    assert resolve(BODY, "") == json.loads(BODY)


@pytest.mark.parametrize(
    "path",
    [
        "missing", "component[2]", "component.valueQuantity", "code[0]", "resourceType.x", "component[-1]", "a..b",
        ".a", "a.", "[0]", "component[1", "code.coding[0].display()", "x" * 2000, "component[١]",
    ],
)  # fmt: skip
def test_a_path_that_does_not_resolve_is_an_error(path):
    with pytest.raises(RecordError):
        resolve(BODY, path)


def test_the_error_quotes_no_value_of_the_record():
    with pytest.raises(RecordError) as caught:
        resolve(b'{"name": "Secret Name"}', "name.family")
    assert "Secret" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000])
def test_what_is_no_json_is_an_error(body):
    with pytest.raises(RecordError):
        resolve(body, "a")


def walk(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from walk(item, f"{path}[{place}]")


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
trees = st.dictionaries(
    names,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


@given(trees)
def test_every_place_of_a_resource_resolves_to_what_stands_there(tree):
    body = json.dumps(tree).encode()
    for path, value in walk(tree):
        assert resolve(body, path) == value


@given(st.text(max_size=60))
def test_any_text_as_path_gives_a_value_or_a_record_error(path):
    places = dict(walk(json.loads(BODY)))
    with contextlib.suppress(RecordError):
        assert resolve(BODY, path) == places[path]
