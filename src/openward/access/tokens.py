"""Tokens: how a credential is written, kept and compared.

Only a keyed SHA-256 of the secret is kept. A secret has 256 random bits, so nobody can guess it however cheap a guess
is, and every request pays for the comparison; scrypt is for passphrases, which people choose. The key is the token's
id, so that a hash copied to another token's row fits nothing.
"""

import hashlib
import hmac
import re
from typing import Final

from openward.domain.access import TokenRecord

MOST: Final = 8192
_PARTS: Final = re.compile(r"([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{32,200})")
_SCHEME: Final = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +")


def bearer(credential: str) -> str:
    """The word behind `Bearer` (RFC 6750, 2.1), or the word itself; empty when it is too long to be one."""
    if len(credential) > MOST:
        return ""
    match = _SCHEME.match(credential)
    return credential[match.end() :].strip() if match else credential.strip()


def join(id: str, secret: str) -> str:
    """The token as it is handed out."""
    return f"{id}.{secret}"


def split(word: str) -> tuple[str, str] | None:
    """Id and secret of a token, None when it is none."""
    match = _PARTS.fullmatch(word)
    return (match[1], match[2]) if match else None


def hash_of(id: str, secret: str) -> str:
    """The hash of a secret that is kept."""
    return hmac.new(id.encode(), secret.encode(), hashlib.sha256).hexdigest()


def matches(record: TokenRecord, secret: str) -> bool:
    """Whether the secret is the token's, compared in constant time."""
    return hmac.compare_digest(hash_of(record.id, secret), record.hash)
