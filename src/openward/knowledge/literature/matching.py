"""Turns a search of PubMed's language into a condition over the shelf: which documents it means."""

from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.knowledge.literature import mesh
from openward.knowledge.literature.document import MAX_PASSAGES
from openward.knowledge.literature.query import Both, Dates, Field, Node, Term
from openward.knowledge.literature.shelf import ALL, Shelf
from openward.knowledge.literature.words import joined, name_words, plain, stem, words

_COLUMNS: Final[dict[Field, str]] = {
    "all": "{title body subject}", "words": "{title body}", "title": "title", "abstract": "body",
    "journal": "journal", "author": "author",
}  # fmt: skip
_KINDS: Final[dict[Field, str]] = {"mesh": "h", "mesh-only": "h", "major": "j", "type": "t", "language": "l"}
_LANGUAGES: Final = {"english": "eng", "chinese": "chi", "german": "ger", "french": "fre", "spanish": "spa",
                     "japanese": "jpn", "russian": "rus", "italian": "ita", "portuguese": "por", "en": "eng",
                     "zh": "chi"}  # fmt: skip
_MATCHING: Final = f"d.id IN (SELECT rowid / {MAX_PASSAGES} FROM passages WHERE passages MATCH ?)"  # noqa: S608 - a number of ours


class Widened(msgspec.Struct, frozen=True):
    """A word that was taken for a heading, and how many narrower headings came with it."""

    word: str
    heading: str
    narrower: int


class Condition(msgspec.Struct, frozen=True):
    """SQL over `documents d` with its values; `widened` says what headings did, `alone` which had no tree."""

    where: str
    given: tuple[object, ...]
    widened: tuple[Widened, ...] = ()
    alone: tuple[str, ...] = ()


EVERYTHING: Final = Condition(ALL, ())


def condition_of(node: Node, shelf: Shelf) -> Condition:
    """What documents a search means."""
    if isinstance(node, Both):
        return joint(node.join, condition_of(node.left, shelf), condition_of(node.right, shelf))
    if isinstance(node, Dates):
        return Condition("coalesce(d.day BETWEEN ? AND ?, 0)", (node.first, node.last))
    if node.field == "id":
        return Condition("coalesce(d.pmid = ?, 0)", (node.text,))
    if node.field in _KINDS:
        return _exact(node, shelf)
    text = _words(node)
    heading = mesh.heading_of(shelf, node.text) if node.field == "all" and not node.cut else None
    return text if heading is None else joint("OR", text, _headings(node.text, heading, shelf))


def joint(join: str, left: Condition, right: Condition) -> Condition:
    """Two conditions in one; words that are never searched (`the`) change nothing, as in PubMed."""
    if right is EVERYTHING or (left is EVERYTHING and join != "NOT"):
        return left if right is EVERYTHING else right
    sign = "AND NOT" if join == "NOT" else join
    return Condition(
        f"({left.where} {sign} {right.where})",
        left.given + right.given,
        left.widened + right.widened,
        left.alone + right.alone,
    )


def any_of(listed: list[str]) -> str:
    """A search of the index for passages with any of some words, in title, text or headings."""
    return "{title body subject} : (" + " OR ".join(f'"{word}"' for word in listed) + ")"


def phrase(text: str) -> str:
    """A search of the index for passages with some words next to each other; empty when none is searched."""
    return f'{{title body subject}} : "{" ".join(found)}"' if (found := words(text)) else ""


def _index(match: str) -> Condition:
    return Condition(_MATCHING, (match,))


def _words(term: Term) -> Condition:
    asked = name_words(term.text) if term.field == "author" else words(term.text)
    if not asked:
        return EVERYTHING
    if term.cut and term.field != "author":
        asked[-1] = _beginning(term.text)
    # An author is found by the first initial alone, as in PubMed; one Chinese character by the pairs that it begins.
    open_end = term.cut or term.field == "author" or (len(asked[-1]) == 1 and not asked[-1].isascii())
    return _index(f'{_COLUMNS[term.field]} : "{" ".join(asked)}"{" *" if open_end else ""}')


def _beginning(text: str) -> str:
    """What stems with a beginning begin with: the shorter of the beginning and its own stem."""
    last = plain(text).replace("-", " ").split()[-1]
    cut = stem(last)
    return cut if last.startswith(cut) else last


def _exact(term: Term, shelf: Shelf) -> Condition:
    if term.field in {"type", "language"}:
        name = _LANGUAGES.get(term.text.lower(), term.text) if term.field == "language" else term.text
        return _named(_KINDS[term.field], (name,), cut=term.cut)
    heading = mesh.heading_of(shelf, term.text)
    if heading is None or term.cut:
        return msgspec.structs.replace(_named(_KINDS[term.field], (term.text,), cut=term.cut), alone=(term.text,))
    if term.field == "mesh-only":
        return _named("h", (heading,))
    return _headings(term.text, heading, shelf, _KINDS[term.field])


def _headings(word: str, heading: str, shelf: Shelf, kind: str = "h") -> Condition:
    below = mesh.narrower(shelf, heading)
    widened = (Widened(word, heading, len(below)),)
    return msgspec.structs.replace(_named(kind, (heading, *below)), widened=widened)


def _named(kind: str, names: tuple[str, ...], *, cut: bool = False) -> Condition:
    asked = [f'"{kind}{joined(name)}"{" *" if cut else ""}' for name in names if joined(name)]
    if not asked:
        raise InputError("query: a field has no words to search for")
    return _index(f"exact : ({' OR '.join(asked)})")
