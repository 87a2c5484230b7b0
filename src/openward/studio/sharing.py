"""Links to the page of an agent: a word that is signed by the ward and names the agent, the link and nothing else."""

from typing import Final

from openward.access.links import link_word, named_by
from openward.domain.errors import InputError, NotFoundError
from openward.harness.service import Service
from openward.ports.signer import Signer
from openward.studio.folder import Share

GONE: Final = "this link leads nowhere: it has expired, was ended, or was never given"
_PURPOSE: Final = "agent page"


def token(agent: str, share: Share, signer: Signer) -> str:
    """The word of a link."""
    return link_word(_PURPOSE, f"{agent} {share.id}", signer)


def read(word: str, signer: Signer) -> tuple[str, str]:
    """Agent and link of a word.

    Raises:
        NotFoundError: this ward has not signed it.
    """
    try:
        agent, _, share = named_by(_PURPOSE, word, signer).partition(" ")
    except NotFoundError as error:
        raise NotFoundError(GONE) from error
    return agent, share


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
