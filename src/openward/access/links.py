"""Links that need no sign-in: a word that names something, signed by the ward, and nothing else."""

import base64
import binascii
from typing import Final

from openward.domain.errors import NotFoundError
from openward.ports.signer import Signer

_LONGEST: Final = 400


def link_word(purpose: str, name: str, signer: Signer) -> str:
    """The word of a link to `name`; a word for one purpose opens nothing else."""
    told = name.encode()
    return f"{_text(told)}.{_text(signer.sign(_signed(purpose, told)))}"


def named_by(purpose: str, word: str, signer: Signer, *, longest: int = _LONGEST) -> str:
    """What the word of a link names.

    Raises:
        NotFoundError: this ward has not signed it.
    """
    head, _, tail = word[:longest].partition(".")
    try:
        told, signature = _bytes(head), _bytes(tail)
        name = told.decode()
    except (binascii.Error, ValueError) as error:
        raise NotFoundError("this link leads nowhere") from error
    # Base64 has several ways to write the same bytes: a link has one.
    if word != f"{head}.{tail}" or (head, tail) != (_text(told), _text(signature)):
        raise NotFoundError("this link leads nowhere")
    if not signer.verify(_signed(purpose, told), signature):
        raise NotFoundError("this link leads nowhere")
    return name


def _signed(purpose: str, told: bytes) -> bytes:
    return f"openward {purpose}\n".encode() + told


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
