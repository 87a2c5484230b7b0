"""What models cost, in whole billionths."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import EndpointError
from openward.domain.usage import Price, Usage, amount

PRICE = Price(version="1", since=date(2026, 1, 1), input=Decimal(2), output=Decimal(8), cached=Decimal("0.5"))
counts = st.integers(0, 10_000_000)


def test_tokens_at_hand_cost_less_where_the_price_says_so():
    used = Usage(input_tokens=1000, output_tokens=100, cached_tokens=400)
    assert amount(PRICE.of(used)) == Decimal("0.0022")
    plain = Price(version="2", since=PRICE.since, input=PRICE.input, output=PRICE.output)
    assert amount(plain.of(used)) == Decimal("0.0028")


def test_a_part_of_a_billionth_is_one():
    tiny = Price(version="3", since=PRICE.since, input=Decimal("0.0000001"), output=Decimal(0))
    assert tiny.of(Usage(input_tokens=1)) == 1


@given(counts, counts, counts)
def test_more_tokens_never_cost_less(given_tokens, said, at_hand):
    used = Usage(input_tokens=given_tokens, output_tokens=said, cached_tokens=at_hand)
    more = Usage(input_tokens=given_tokens + 1, output_tokens=said + 1, cached_tokens=at_hand)
    assert 0 <= PRICE.of(used) <= PRICE.of(more)
    assert used.tokens == given_tokens + said


def test_a_server_that_fails_says_how():
    failed = EndpointError("no answer", again=True, used=True, late=True, after=3.0)
    assert (str(failed), failed.again, failed.used, failed.ill, failed.late, failed.after) == (
        "no answer", True, True, True, True, 3.0,
    )  # fmt: skip
