"""A card: what it may say of who signs."""

import msgspec
import pytest
from tests.review.conftest import card


def test_who_countersigns_agrees_with_somebody():
    told = msgspec.to_builtins(card("review", "pharmacist"))
    assert told["countersigns"] == "nobody"
    assert msgspec.convert(told | {"countersigns": "clinician"}, type(card("a", "nurse"))).countersigns == "clinician"
    with pytest.raises(msgspec.ValidationError, match="name that role in 'signs'"):
        msgspec.convert(told | {"signs": "nobody", "countersigns": "clinician"}, type(card("a", "nurse")))
