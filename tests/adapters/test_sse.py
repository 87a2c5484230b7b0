"""Server-sent events come out whole, however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.adapters.sse import Events, TooLongError

STREAM = (
    'data: {"a":1}\n\n: a comment\nevent: x\ndata: two\ndata:lines\n\nid: 7\n\ndata: 药\r\n\r\ndata: last\r\rdata: cut'
).encode()
EXPECTED = [b'{"a":1}', b"two\nlines", "药".encode(), b"last"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_events_do_not_depend_on_how_the_bytes_come(cuts):
    events, places = Events(), sorted(cuts)
    pieces = [STREAM[a:b] for a, b in zip([0, *places], [*places, len(STREAM)], strict=True)]
    assert _feed(events, pieces) == EXPECTED


@given(st.binary())
def test_no_bytes_break_it(data):
    assert isinstance(Events().feed(data), list)


@pytest.mark.parametrize("piece", [b"x" * 40, b"data: xxxxxxxx\n"])
def test_an_event_without_end_is_refused(piece):
    with pytest.raises(TooLongError):
        _feed(Events(longest=100), [piece] * 20)


def _feed(events, pieces):
    return [event for piece in pieces for event in events.feed(piece)]
