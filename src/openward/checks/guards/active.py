"""Words that a screen would run or fetch: scripts, pictures from elsewhere, addresses that carry data away."""

import re
from typing import Final

from openward.checks.guards.stop import Stop, held

GUARD: Final = "active-content"
LINKS: Final = "data-in-links"
_PICTURE: Final = re.compile(r"!\[[^\]\n]{0,300}\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,200}\])")
_RUNS: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|applet|svg|math|form|input|button|link|meta|base|style|img|video|audio|source|picture|"
    r"body|html|template|portal|marquee|details|frame|frameset|isindex|xml|foreignobject|a\s)\b[^>]{0,2000}>?|"
    r"<[a-z!/][^<>]{0,500}\bon[a-z]{3,20}\s*=|\b(?:javascript|vbscript|livescript)\s*:|\bdata\s*:\s*(?:text|image|application)/[\w.+-]{1,40}\s*[;,]|"
    r"<!--.{0,5000}?(?:-->|$)|<!\[cdata\[|&#x?0*(?:60|3c)\s*;?\s*script|\{\{.{1,200}?\}\}|\{%.{1,200}?%\}|"
    r"\bexpression\s*\(|@import\b|\bsrcdoc\s*=|^\s*\[[^\]\n]{1,80}\]:\s*(?:https?|javascript|data):\S+",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_LINK: Final = re.compile(
    r"(?:https?|ftp|wss?)://[^\s<>\"'）)\]]{1,4000}|(?<![\w.])//[\w-]{1,60}\.[^\s<>\"'）)\]]{3,2000}", re.IGNORECASE
)
_CARRIES: Final = re.compile(
    r"[?&#;][\w.\-\[\]]{0,40}=(?:[^&\s]{0,200}?(?:\{|%7b|\$|<|%3c|\[|%5b)|[A-Za-z0-9+/_%=-]{40,})|\{[^}\s]{1,80}\}?|"
    r"[?&](?:data|d|q|exfil|leak|chart|patient|record|name|mrn|dob|prompt|context|history|conversation|secret|token|key|c|cookie|info|"
    r"p|payload|msg|text|summary|log)=|://[^/\s]*@|://[^/\s:]{60,}|/[A-Za-z0-9+_=-]{64,}|://\d{1,3}(?:\.\d{1,3}){3}|://(?:localhost|127\.|10\.|"
    r"169\.254\.|\[)",
    re.IGNORECASE,
)


def active_content(text: str) -> tuple[Stop, ...]:
    """Pictures that are fetched when they are shown, and whatever a browser would run."""
    if (
        "<" not in text
        and "!" not in text
        and ":" not in text
        and "{" not in text
        and "@" not in text
        and "&" not in text
    ):
        return ()
    pictures = [
        held(GUARD, "a picture that would be fetched from elsewhere", *m.span()) for m in _PICTURE.finditer(text)
    ]
    runs = [held(GUARD, "something that a screen would run, fetch or hide", *m.span()) for m in _RUNS.finditer(text)]
    return (*pictures, *runs)


def data_in_links(text: str) -> tuple[Stop, ...]:
    """Addresses that carry words away in what stands behind the page's name, or that lead into the house."""
    if "//" not in text:
        return ()
    links = (match for match in _LINK.finditer(text) if _CARRIES.search(match.group()))
    return tuple(held(LINKS, "an address that can carry data away", *match.span()) for match in links)
