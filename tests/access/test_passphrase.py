import base64
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.access.passphrase import Cost, check, decoy, make, matches
from openward.domain.errors import InputError

CHEAP = Cost(ln=4, r=1, p=1)
GOOD = "seven grey herons over the weir"


def test_a_passphrase_matches_its_hash_and_no_other_does():
    kept = make(GOOD, "salt", CHEAP)
    assert matches(GOOD, kept)
    assert not matches(GOOD + " ", kept)
    assert not matches("", kept)


@settings(max_examples=50)
@given(st.text(max_size=60), st.text(max_size=60))
def test_only_the_same_text_matches(one, other):
    same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
    assert matches(one, make(other, "salt", CHEAP)) == same


def test_the_hash_holds_parameters_and_salt_and_not_the_passphrase():
    kept = make(GOOD, "some salt", Cost())
    assert kept.startswith("$scrypt$ln=15,r=8,p=3$c29tZSBzYWx0$")
    assert GOOD not in kept


def test_the_hash_is_that_of_rfc_7914():
    # RFC 7914, section 12, third vector (its first 32 bytes).
    kept = make("pleaseletmein", "SodiumChloride", Cost(ln=14, r=8, p=1))
    digest = bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    assert kept == f"$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU${base64.b64encode(digest).decode().rstrip('=')}"


def test_the_same_passphrase_has_another_hash_with_another_salt():
    assert make(GOOD, "a", CHEAP) != make(GOOD, "b", CHEAP)


def test_a_character_matches_however_the_keyboard_composed_it():
    assert matches("cafe\u0301 au lait chaud", make("café au lait chaud", "salt", CHEAP))


@pytest.mark.parametrize(
    "kept",
    [
        "", "plain", "$scrypt$ln=4,r=1,p=1$c2FsdHNhbHQ$short", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=0,r=1,p=1$c2FsdHNhbHQ$" + "A" * 43, "$scrypt$ln=4,r=0,p=1$c2FsdHNhbHQ$" + "A" * 43,
        "$scrypt$ln=4,r=1,p=0$c2FsdHNhbHQ$" + "A" * 43, "$scrypt$ln=60,r=99,p=1$c2FsdHNhbHQ$" + "A" * 43,
    ],
)  # fmt: skip
def test_a_hash_that_cannot_be_read_or_paid_for_matches_nothing(kept):
    assert not matches(GOOD, kept)


def test_a_passphrase_of_a_megabyte_is_refused_before_it_costs_anything():
    assert not matches("x" * 1_000_000, make(GOOD, "salt", CHEAP))


def test_nothing_matches_a_decoy_and_it_costs_as_much_as_a_real_hash():
    assert not matches(GOOD, decoy(CHEAP))
    assert decoy(CHEAP).split("$")[:3] == make(GOOD, "salt", CHEAP).split("$")[:3]


@pytest.mark.parametrize(
    "text",
    [
        GOOD, "correct horse battery staple", "Tz7!pQ4#mK9x", "七只灰鹭飞过老水坝的上游", "ü" * 3 + "äö" * 4 + "ßçñ",
        "admin of seven grey herons",
    ],
)  # fmt: skip
def test_a_strong_passphrase_passes(text):
    check(text, names=("ada", "Ada Lin"))


@pytest.mark.parametrize("text", ["", "short", "elevenchars", "x" * 513])
def test_a_passphrase_of_the_wrong_length_is_refused(text):
    with pytest.raises(InputError, match="12 to 512 characters"):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "aaaaaaaaaaaaaaaaaa", "abababababababab", "password12345678", "PassPhrase123456", "openwardopenward",
        "123456123456123456", "qwerty1234567890", "margaretmargaret", "Margaret-Chen-1234", "ｐａｓｓｗｏｒｄ12345678",
    ],
)  # fmt: skip
def test_a_passphrase_that_is_tried_first_is_refused_without_being_quoted(text):
    with pytest.raises(InputError, match="guessed too soon") as caught:
        check(text, names=("margaret", "Margaret Chen"))
    assert text not in str(caught.value)
