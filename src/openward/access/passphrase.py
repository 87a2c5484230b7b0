"""Passphrases: how strong one must be, how it is kept, how it is compared.

Kept as a scrypt hash in the PHC string format, parameters and salt beside it, because people choose from few words and
each guess must be dear. The default costs 32 MiB and about 0.2 s of one core.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from typing import Final

import msgspec

from openward.domain.errors import InputError

LEAST: Final = 12
MOST: Final = 512
_LEAST_OWN: Final = 8
_LEAST_DIFFERENT: Final = 5
_WORD: Final = 3
_TRIED_FIRST: Final = (
    "password",
    "passphrase",
    "passwort",
    "qwerty",
    "letmein",
    "welcome",
    "admin",
    "openward",
    "changeme",
)
_DIGITS: Final = re.compile(r"0123456789|1234567890|123456789|12345678|1234567|123456|12345|1234|4321|54321")
_KEPT: Final = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{1,128})\$([A-Za-z0-9+/]{43})"
)
_MOST_MEMORY: Final = 1 << 30


class Cost(msgspec.Struct, frozen=True):
    """How dear one guess is: 2 to the power of `ln` blocks of `r` × 128 bytes, `p` times (RFC 7914)."""

    ln: int = 15
    r: int = 8
    p: int = 3


def make(text: str, salt: str, cost: Cost = Cost()) -> str:  # noqa: B008 - a frozen value
    """The hash to keep of a passphrase."""
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_base64(salt.encode())}${_digest(text, salt.encode(), cost)}"


def decoy(cost: Cost = Cost()) -> str:  # noqa: B008 - a frozen value
    """A hash that no passphrase has, as dear to compare as a real one: so time does not tell who exists."""
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_base64(b'nobody at all')}${'A' * 43}"


def matches(text: str, kept: str) -> bool:
    """Whether the passphrase is the one kept, compared in constant time; a hash that cannot be read matches nothing."""
    match = _KEPT.fullmatch(kept)
    if match is None or len(text) > MOST:
        return False
    cost = Cost(int(match[1]), int(match[2]), int(match[3]))
    if cost.ln < 1 or cost.r < 1 or cost.p < 1 or _memory(cost) > _MOST_MEMORY:
        return False
    salt = base64.b64decode(match[4] + "=" * (-len(match[4]) % 4))
    return hmac.compare_digest(_digest(text, salt, cost), match[5])


def check(text: str, *, names: tuple[str, ...] = ()) -> None:
    """Refuses a passphrase that is guessed soon.

    Args:
        text: the passphrase.
        names: words that belong to the person (id, name), which do not count.

    Raises:
        InputError: it is too short, too long, too monotonous, or made of what everybody tries first.
    """
    plain = _normal(text)
    if not LEAST <= len(plain) <= MOST:
        msg = f"a passphrase has {LEAST} to {MOST} characters: take several words that do not belong together"
        raise InputError(msg)
    own = _DIGITS.sub("", plain.casefold())
    for word in (*_TRIED_FIRST, *(w for name in names for w in re.split(r"\W+", _normal(name).casefold()))):
        own = own.replace(word, "") if len(word) > _WORD else own
    if len(own) < _LEAST_OWN or len(set(own)) < _LEAST_DIFFERENT:
        msg = (
            "the passphrase is guessed too soon: it repeats itself or is made of your name, a row of digits or "
            "words that everybody tries first; take several words that do not belong together"
        )
        raise InputError(msg)


def _normal(text: str) -> str:
    """The same characters however the keyboard composed them (NFKC, as NIST SP 800-63B section 3.1.1.2 asks)."""
    return unicodedata.normalize("NFKC", text)


def _memory(cost: Cost) -> int:
    """Bytes that scrypt needs, with a margin."""
    return 128 * cost.r * ((1 << cost.ln) + cost.p + 4)


def _digest(text: str, salt: bytes, cost: Cost) -> str:
    """The scrypt digest of a passphrase, in base64 without padding."""
    content = _normal(text).encode("utf-8", "surrogatepass")
    return _base64(
        hashlib.scrypt(content, salt=salt, n=1 << cost.ln, r=cost.r, p=cost.p, maxmem=_memory(cost), dklen=32)
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")
