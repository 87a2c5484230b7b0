"""The search language of PubMed: words, "phrases", trunc*, fields in brackets, AND, OR, NOT, brackets, date ranges.

As in PubMed, AND, OR and NOT are worked from left to right, words side by side are joined by AND, and only round
brackets change the order.
"""

import re
from typing import Final, Literal

import msgspec

from openward.domain.errors import InputError

Field = Literal["all", "words", "title", "abstract", "mesh", "mesh-only", "major", "type", "author", "journal",
                "language", "date", "id"]  # fmt: skip
MAX_QUERY: Final = 20_000
MAX_DEPTH: Final = 50
MAX_TERMS: Final = 500
_TAGS: Final[dict[str, Field]] = {
    "all": "all", "all fields": "all", "tw": "all", "text word": "all", "ot": "all",
    "tiab": "words", "title/abstract": "words", "ti": "title", "title": "title", "ab": "abstract",
    "abstract": "abstract", "mh": "mesh", "mesh": "mesh", "mesh terms": "mesh", "mh:noexp": "mesh-only",
    "mesh:noexp": "mesh-only", "mesh terms:noexp": "mesh-only", "majr": "major", "mesh major topic": "major",
    "pt": "type", "publication type": "type", "au": "author", "author": "author", "ta": "journal",
    "journal": "journal", "la": "language", "lang": "language", "language": "language", "dp": "date", "pdat": "date",
    "date - publication": "date", "publication date": "date", "pmid": "id", "uid": "id",
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<quoted>[\"“”][^\"“”]*[\"“”])|(?P<tag>\[[^\[\]]*\])|(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<word>[^\s()（）\[\]\"“”]+)|(?P<odd>\S))"
)
_DATE: Final = re.compile(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?")
_JOINS: Final = ("AND", "OR", "NOT")


class Term(msgspec.Struct, frozen=True):
    """Words in one field; a phrase keeps its words together, `cut` stands for any ending of the last one."""

    text: str
    field: Field = "all"
    phrase: bool = False
    cut: bool = False


class Dates(msgspec.Struct, frozen=True):
    """Published from one day to another (yyyymmdd, both included)."""

    first: int
    last: int


class Both(msgspec.Struct, frozen=True):
    """Two searches joined."""

    join: Literal["AND", "OR", "NOT"]
    left: "Node"
    right: "Node"


Node = Term | Dates | Both


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    at: int


def parse(query: str) -> Node:
    """What a search asks for.

    Raises:
        InputError: it cannot be read; the message names the character where, and what was expected.
    """
    if len(query) > MAX_QUERY:
        msg = f"query: {len(query)} characters; a search may have {MAX_QUERY}"
        raise InputError(msg)
    tokens = _tokens(query)
    if len(tokens) > MAX_TERMS:
        msg = f"query: {len(tokens)} words and signs; a search may have {MAX_TERMS}"
        raise InputError(msg)
    parser = _Parser(tokens, len(query))
    node = parser.sequence(0)
    if parser.peek() is not None:
        parser.fail("a bracket is closed that was not opened")
    return node


def terms(node: Node) -> list[Term]:
    """The terms that a search wants, without those that it excludes."""
    if isinstance(node, Both):
        return terms(node.left) + ([] if node.join == "NOT" else terms(node.right))
    return [node] if isinstance(node, Term) else []


def _tokens(query: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "odd":
            what = "a quotation mark is not closed" if text in '"“”' else f"'{text}' is not expected"
            raise InputError(_at(match.start(kind), what))
        found.append(_Token(kind, text, match.start(kind)))
    return found


def _at(place: int, what: str) -> str:
    return f"query, character {place + 1}: {what}"


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._length = length
        self._next = 0

    def peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def fail(self, what: str) -> None:
        token = self.peek()
        raise InputError(_at(token.at if token else self._length, what))

    def sequence(self, depth: int) -> Node:
        """Parts joined by AND, OR, NOT or nothing, up to a closing bracket or the end."""
        if depth > MAX_DEPTH:
            self.fail(f"brackets are nested more than {MAX_DEPTH} deep")
        node = self._part(depth)
        while (token := self.peek()) is not None and token.kind != "close":
            join = token.text if token.kind == "word" and token.text in _JOINS else None
            if join:
                self._next += 1
            node = Both(join or "AND", node, self._part(depth))  # type: ignore[arg-type]
        return node

    def _part(self, depth: int) -> Node:
        token = self.peek()
        if token is None or token.kind in {"tag", "close"} or token.text in _JOINS:
            self.fail("a word, a phrase or an opening bracket is expected")
        assert token is not None
        self._next += 1
        if token.kind == "open":
            inner = self.sequence(depth + 1)
            if self.peek() is None:
                raise InputError(_at(token.at, "this bracket is not closed"))
            self._next += 1
            if (after := self.peek()) is not None and after.kind == "tag":
                self.fail("a field stands after a word or a phrase, not after a bracket")
            return inner
        return self._term(token)

    def _term(self, token: _Token) -> Node:
        words, quoted = [token.text.strip('"“”')], token.kind == "quoted"
        ends = self._next
        while not quoted and (more := self._word_at(ends)) is not None:
            words.append(more)
            ends += 1
        tag = self._tokens[ends] if ends < len(self._tokens) and self._tokens[ends].kind == "tag" else None
        if tag is None:
            return _written(words[0], "all", quoted)
        field = _field(tag)
        self._next = ends + 1
        if field == "date":
            return self._dates(" ".join(words), token, tag)
        return _written(" ".join(words), field, quoted)

    def _word_at(self, place: int) -> str | None:
        """The word at a place when it belongs to the one before it: `heart failure[ti]` is one term."""
        token = self._tokens[place] if place < len(self._tokens) else None
        return token.text if token and token.kind == "word" and token.text not in _JOINS else None

    def _dates(self, said: str, token: _Token, tag: _Token) -> Dates:
        first, colon, last = said.partition(":")
        if not colon and (after := self.peek()) is not None and after.text == ":":
            self._next += 1
            last = self._until(after)
        elif not last:
            last = self._until(tag) if colon else first
        return Dates(_day(first, token.at, end=False), _day(last, token.at, end=True))

    def _until(self, before: _Token) -> str:
        """The end of a range that is written as `"2019"[dp] : "2023"[dp]`."""
        token = self.peek()
        if token is None or token.kind not in {"word", "quoted"}:
            raise InputError(_at(before.at, "the range has no end, expected a date such as 2023/12/31"))
        self._next += 1
        if (tag := self.peek()) is not None and tag.kind == "tag":
            self._next += 1
        return token.text.strip('"“”')


def _field(tag: _Token) -> Field:
    name = " ".join(tag.text[1:-1].lower().split())
    if name not in _TAGS:
        known = ", ".join(
            f"[{t}]" for t in ("tiab", "ti", "ab", "mh", "mh:noexp", "majr", "pt", "au", "ta", "la", "dp", "pmid", "tw")
        )
        raise InputError(_at(tag.at, f"the field [{name[:30]}] is not known; there are {known}"))
    return _TAGS[name]


def _written(text: str, field: Field, quoted: bool) -> Term:  # noqa: FBT001 - how it was written
    cut = text.endswith("*")
    return Term(text.rstrip("*").strip(), field, quoted or " " in text or field not in {"all", "words"}, cut)


def _day(said: str, at: int, *, end: bool) -> int:
    found = _DATE.fullmatch(said.strip().strip('"'))
    if found is None:
        raise InputError(_at(at, "the date cannot be read, expected 2023, 2023/05 or 2023/05/31"))
    blank = "99" if end else "0"
    return int(found[1]) * 10_000 + int(found[2] or blank) * 100 + int(found[3] or blank)
