"""Links to the page of an agent: a token that is signed by the ward and names the agent, the link and nothing else."""

import base64
import binascii
from typing import Final

import msgspec

from openward.domain.errors import InputError, NotFoundError
from openward.harness.service import Service
from openward.ports.signer import Signer
from openward.studio.folder import Share

GONE: Final = "this link leads nowhere: it has expired, was ended, or was never given"
_PURPOSE: Final = b"openward agent page\n"  # so that no other signature of the ward is one of these
_LONGEST: Final = 400


class _Named(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    agent: str
    share: str


def token(agent: str, share: Share, signer: Signer) -> str:
    """The token of a link."""
    named = msgspec.json.encode(_Named(agent, share.id))
    return f"{_text(named)}.{_text(signer.sign(_PURPOSE + named))}"


def read(word: str, signer: Signer) -> tuple[str, str]:
    """Agent and link of a token.

    Raises:
        NotFoundError: this ward has not signed it.
    """
    head, _, tail = word[:_LONGEST].partition(".")
    try:
        named, signature = _bytes(head), _bytes(tail)
        told = msgspec.json.decode(named, type=_Named)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise NotFoundError(GONE) from error
    if not signer.verify(_PURPOSE + named, signature):
        raise NotFoundError(GONE)
    return told.agent, told.share


def require_page(service: Service | None, id: str) -> None:
    """Lets an agent pass that may have a page.

    Raises:
        NotFoundError: it is not published.
        InputError: it needs a patient's chart, drafts for a signature, or nobody outside may use it.
    """
    if service is None:
        raise NotFoundError(f"'{id}' is not published here; publish it before sharing it")
    card = service.card
    if card.subject == "patient" or card.signs != "nobody" or "patient" not in card.audience:
        raise InputError(
            f"'{id}' cannot have a page: a page is for an agent with 'patient' among its roles that needs no chart "
            "and nobody's signature"
        )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
