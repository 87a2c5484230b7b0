"""A link names what this ward signed, for one purpose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.access.links import link_word, named_by
from openward.adapters.memory import MemorySigner
from openward.domain.errors import NotFoundError

SIGNER = MemorySigner()


@given(st.text(max_size=80))
def test_a_link_names_what_was_signed(name):
    assert named_by("page", link_word("page", name, SIGNER), SIGNER) == name


def test_a_link_for_one_purpose_opens_no_other():
    with pytest.raises(NotFoundError, match="leads nowhere"):
        named_by("interview", link_word("page", "x", SIGNER), SIGNER)


@pytest.mark.parametrize("word", ["", ".", "a.b", "eA.%%%", "eA", "/" * 900, "gICA.gICA"])
def test_what_this_ward_did_not_sign_leads_nowhere(word):
    with pytest.raises(NotFoundError, match="leads nowhere"):
        named_by("page", word, SIGNER)


def test_a_changed_name_leads_nowhere():
    word = link_word("page", "mine", SIGNER)
    other = link_word("page", "yours", SIGNER)
    with pytest.raises(NotFoundError, match="leads nowhere"):
        named_by("page", f"{other.partition('.')[0]}.{word.partition('.')[2]}", SIGNER)


def test_a_word_written_another_way_leads_nowhere():
    word = link_word("page", "mine", SIGNER)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [word[:-1] + sign for sign in alphabet if sign != word[-1]]
    for other in (*others, word + "=", word + "==", f"{word}.", word.replace(".", "=.")):
        with pytest.raises(NotFoundError, match="leads nowhere"):
            named_by("page", other, SIGNER)
