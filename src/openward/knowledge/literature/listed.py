"""Documents as JSON: one object a line, a list of objects, or an answer of Europe PMC."""

from collections.abc import Iterator
from typing import IO, Any, Final

import msgspec

from openward.domain.errors import KnowledgeError, decoding
from openward.knowledge.literature.document import MAX_TEXT, Document, Notice, passages, whole

MAX_LINE: Final = 16 * 1024 * 1024
MAX_WHOLE: Final = 256 * 1024 * 1024
_LISTS: Final = ("documents", "articles", "records", "results", "result")
_NOTICES: Final[dict[str, Notice]] = {"retracted": "retracted", "true": "retracted", "concern": "concern"}


def read_lines(file: IO[bytes]) -> Iterator[Document | KnowledgeError]:
    """The documents of a file with one JSON object a line; a line that is none gives an error in its place."""
    lines = iter(lambda: file.readline(MAX_LINE), b"")
    for number, line in enumerate(lines, 1):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            yield KnowledgeError(f"line {number}: more than {MAX_LINE} bytes; the rest of the file was not read")
            return
        if line.strip():
            yield _document_at(line, f"line {number}")


def read_list(file: IO[bytes]) -> Iterator[Document | KnowledgeError]:
    """The documents of one JSON document: a list, or an object that holds one.

    Raises:
        KnowledgeError: it is no JSON, too large, or holds no list of documents.
    """
    data = file.read(MAX_WHOLE + 1)
    if len(data) > MAX_WHOLE:
        raise KnowledgeError(f"the JSON document has more than {MAX_WHOLE} bytes; give it as one object a line")
    try:
        listed = _list_in(msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError) as error:
        raise KnowledgeError(f"the file is no JSON: {decoding(error)}") from None
    for number, item in enumerate(listed, 1):
        yield _document_at(item, f"document {number}")


def _list_in(data: Any) -> list[Any]:
    if isinstance(data, dict) and "resultList" in data:
        data = data["resultList"]
    if isinstance(data, dict):
        found = [data[name] for name in _LISTS if isinstance(data.get(name), list)]
        data = found[0] if found else [data]
    if not isinstance(data, list):
        raise KnowledgeError(f"the JSON document holds no list of documents; expected a list, or one under {_LISTS}")
    return data


def _document_at(given: Any, where: str) -> Document | KnowledgeError:
    try:
        return _document(msgspec.json.decode(given) if isinstance(given, bytes) else given)
    except (msgspec.DecodeError, RecursionError) as error:
        return KnowledgeError(f"{where}: {decoding(error)}")
    except KnowledgeError as error:
        return KnowledgeError(f"{where}: {error}")


def _document(given: Any) -> Document:
    if not isinstance(given, dict):
        raise KnowledgeError("it is no JSON object")
    title = _text(given, "title") or "(no title)"
    body = _text(given, "abstract", "abstractText", "text", "body")
    pmid, doi = _text(given, "pmid") or None, _text(given, "doi").lower() or None
    id = f"PMID:{pmid}" if pmid else f"DOI:{doi}" if doi else _text(given, "id")
    if not id:
        raise KnowledgeError("it has neither 'pmid' nor 'doi' nor 'id'")
    if title == "(no title)" and not body:
        raise KnowledgeError("it has neither 'title' nor 'abstract' nor 'text'")
    text = whole(title, body)
    if len(text) > MAX_TEXT:
        raise KnowledgeError(f"its text has {len(text)} characters; a document may have {MAX_TEXT}")
    return Document(
        id=id[:200],
        title=title,
        text=text,
        pmid=pmid,
        doi=doi,
        day=_day(_text(given, "date", "firstPublicationDate", "year", "pubYear")),
        journal=_text(given, "journal", "journalTitle") or None,
        volume=_text(given, "volume", "journalVolume") or None,
        issue=_text(given, "issue") or None,
        pages=_text(given, "pages", "pageInfo") or None,
        authors=_several(given, "authors", "authorString"),
        types=_several(given, "types", "publication_types", "pubType"),
        headings=_several(given, "mesh", "headings"),
        languages=_several(given, "languages", "language"),
        notice=_NOTICES.get(_text(given, "retracted", "notice").lower()),
        passages=passages(text),
    )


def _text(given: dict[str, Any], *names: str) -> str:
    for name in names:
        value = given.get(name)
        if isinstance(value, bool | int) or (isinstance(value, str) and value.strip()):
            return str(value).strip()
    return ""


def _several(given: dict[str, Any], *names: str) -> tuple[str, ...]:
    for name in names:
        value = given.get(name)
        if isinstance(value, list):
            return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())
        if isinstance(value, str) and value.strip():
            return tuple(part.strip() for part in value.rstrip(".").split(";" if ";" in value else ",") if part.strip())
    return ()


def _day(word: str) -> int | None:
    """`2019`, `2019-05` or `2019-05-31` as a number with 00 for what is not said; None for anything else."""
    parts = word[:10].replace("/", "-").split("-")
    if not all(p.isascii() and p.isdigit() for p in parts) or len(parts[0]) != len("2019"):
        return None
    numbers = [int(p) for p in parts] + [0, 0]
    return numbers[0] * 10_000 + min(numbers[1], 12) * 100 + min(numbers[2], 31)
