"""References between resources: which of them a Bundle answers itself, and how they read in what goes out."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote

import msgspec

_REFERENCE: Final = re.compile(rb'("reference"\s*:\s*)("(?:[^"\\\x00-\x1f]|\\.)*")')
_CONDITIONAL: Final = re.compile(r"([A-Z][A-Za-z]{1,63})\?identifier=([^&]+)")
_TEXT: Final = msgspec.json.Decoder(str)


def links_of(body: bytes, known: Mapping[str, str]) -> dict[str, str]:
    """Those references of a resource that `known` resolves, with what they resolve to."""
    if not known:
        return {}
    found: dict[str, str] = {}
    for text in references_in(body):
        target = known.get(text) or known.get(canonical(text))
        if target is not None and target != text:
            found[text] = target
    return found


def references_in(body: bytes) -> list[str]:
    """All references in a resource, as they stand."""
    return [_TEXT.decode(match.group(2)) for match in _REFERENCE.finditer(body)]


def canonical(text: str) -> str:
    """A conditional reference with its escapes undone (`Type?identifier=system|value`); others as they are."""
    return unquote(text) if "?" in text else text


def conditional(text: str) -> tuple[str, str | None, str] | None:
    """Type, system and value of a conditional reference by identifier; None for any other reference.

    An empty system stands for identifiers that have none, None for those of any.
    """
    match = _CONDITIONAL.fullmatch(text)
    if match is None:
        return None
    first, bar, rest = unquote(match.group(2)).partition("|")
    return (match.group(1), first, rest) if bar else (match.group(1), None, first)


def conditional_on(type: str, system: str, value: str) -> str:
    """The conditional reference that says the same as an identifier."""
    return f"{type}?identifier={quote(f'{system}|{value}', safe=':/.|-')}"


def by_identifier(type: str, system: str, value: str) -> tuple[str, ...]:
    """The conditional references, unescaped, that an identifier of a resource answers."""
    return (
        (f"{type}?identifier={system}|{value}",)
        if system
        else (f"{type}?identifier={value}", f"{type}?identifier=|{value}")
    )


def rewrite_references(body: bytes, resolve: Callable[[str], str | None]) -> bytes:
    """The same bytes with each `reference` replaced that `resolve` answers; everything else stays as it is."""

    def replace(match: re.Match[bytes]) -> bytes:
        target = resolve(_TEXT.decode(match.group(2)))
        return match.group(0) if target is None else match.group(1) + msgspec.json.encode(target)

    return _REFERENCE.sub(replace, body)
