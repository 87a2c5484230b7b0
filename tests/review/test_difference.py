import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.domain.run import Change
from openward.review.difference import apply, difference

names = st.text(st.sampled_from("ab/~0é"), max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


def exact(value):
    """A value that tells 1 from 1.0 from True, and -0.0 from 0.0 no more than JSON numbers do."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return (type(value), value)


@given(values, values)
def test_applying_the_difference_gives_the_amended_document(before, after):
    assert exact(apply(before, difference(before, after))) == exact(after)


@given(values)
def test_there_is_no_difference_between_a_document_and_itself(value):
    assert difference(value, value) == ()


@given(values, values)
def test_applying_changes_neither_the_document_nor_the_changes(before, after):
    kept, changes = exact(before), difference(before, after)
    told = repr(changes)
    apply(before, changes)
    assert (exact(before), repr(changes)) == (kept, told)


@given(st.lists(st.integers(), max_size=6), st.integers(0, 6), st.integers())
def test_one_item_put_in_or_taken_out_is_one_operation(items, place, item):
    longer = [*items[:place], item, *items[place:]]
    assert [c.op for c in difference(items, longer)] == ["add"]
    assert [c.op for c in difference(longer, items)] == ["remove"]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"dose": 5}, {"dose": 2.5}, [Change(op="replace", path="/dose", value=2.5)]),
        ({"a": 1}, {"b": 1}, [Change(op="remove", path="/a"), Change(op="add", path="/b", value=1)]),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, [Change(op="remove", path="/a/1")]),
        ({"a/b~": 1}, {"a/b~": None}, [Change(op="replace", path="/a~1b~0", value=None)]),
        ([], {}, [Change(op="replace", path="", value={})]),
        (1, True, [Change(op="replace", path="", value=True)]),
        (1, 1.0, [Change(op="replace", path="", value=1.0)]),
        ([{"x": 1}, 2], [{"x": 3}, 2], [Change(op="replace", path="/0/x", value=3)]),
    ],
)
def test_differences_read_like_rfc_6902(before, after, changes):
    assert list(difference(before, after)) == changes


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ({"a": 1}, Change(op="remove", path="/b")),
        ({"a": 1}, Change(op="replace", path="/b", value=1)),
        ({"a": 1}, Change(op="add", path="/a/b", value=1)),
        ({"a": 1}, Change(op="add", path="/b/c", value=1)),
        ([1], Change(op="add", path="/2", value=1)),
        ([1], Change(op="remove", path="/1")),
        ([1], Change(op="remove", path="/-1")),
        ([1], Change(op="remove", path="/00")),
        ([1], Change(op="remove", path="/x")),
        ([1], Change(op="replace", path="/٣", value=1)),
    ],
)
def test_a_change_that_does_not_fit_is_refused_without_quoting_it(before, change):
    with pytest.raises(InputError, match="change 1 of 1 does not fit the document"):
        apply(before, [change])
