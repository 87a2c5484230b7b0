from datetime import UTC, datetime

import pytest

from openward.access.tokens import bearer, hash_of, join, matches, split
from openward.domain.access import TokenRecord

SECRET = "s" * 43
AT = datetime(2026, 1, 15, tzinfo=UTC)


def record(id, hash):
    return TokenRecord(id=id, kind="api", role="service", scopes=(), hash=hash, created=AT, expires=AT)


def test_a_token_is_taken_apart_where_it_was_put_together():
    assert split(join("token-1", SECRET)) == ("token-1", SECRET)


@pytest.mark.parametrize(
    "word", ["", ".", "token-1", f".{SECRET}", "token-1.short", f"a b.{SECRET}", f"t.{SECRET}.x", f"t.{'s' * 300}"]
)
def test_what_is_no_token_is_none(word):
    assert split(word) is None


@pytest.mark.parametrize("text", ["Bearer abc", "bearer abc", "BEARER   abc ", "abc", " abc "])
def test_the_scheme_may_be_there_or_not(text):
    assert bearer(text) == "abc"


def test_a_header_of_a_megabyte_is_no_token():
    assert bearer("Bearer " + "x" * 1_000_000) == ""


def test_only_the_secret_of_this_very_token_matches():
    kept = record("token-1", hash_of("token-1", SECRET))
    assert matches(kept, SECRET)
    assert not matches(kept, "t" * 43)
    assert not matches(record("token-2", kept.hash), SECRET)
    assert not matches(record("token-1", ""), SECRET)
