"""Words that a screen would run or fetch: scripts, pictures from elsewhere, addresses that carry data away."""

from typing import Final

from openward.checks.guards.patterns import patterns
from openward.checks.guards.stop import Stop, held

GUARD: Final = "active-content"
LINKS: Final = "data-in-links"
_FILE: Final = "active"
_NEEDED: Final = frozenset("<!:{@&")


def active_content(text: str) -> tuple[Stop, ...]:
    """Pictures that are fetched when they are shown, and whatever a browser would run."""
    if _NEEDED.isdisjoint(text):
        return ()
    kinds = patterns(_FILE)
    pictures = (
        held(GUARD, "a picture that would be fetched from elsewhere", *m.span())
        for m in kinds["picture"].finditer(text)
    )
    runs = (
        held(GUARD, "something that a screen would run, fetch or hide", *m.span()) for m in kinds["runs"].finditer(text)
    )
    return (*pictures, *runs)


def data_in_links(text: str) -> tuple[Stop, ...]:
    """Addresses that carry words away in what stands behind the page's name, or that lead into the house."""
    if "//" not in text:
        return ()
    kinds = patterns(_FILE)
    links = (match for match in kinds["link"].finditer(text) if kinds["carries"].search(match.group()))
    return tuple(held(LINKS, "an address that can carry data away", *match.span()) for match in links)
