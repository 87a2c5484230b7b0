"""Guidelines and other long texts: Markdown with its headings, PDF page by page."""

import io
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from openward.domain.errors import KnowledgeError
from openward.knowledge.literature.document import MAX_TEXT, Document, Passage, passages

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_PAGES: Final = 2000
_UNPACKED: Final = 64 * 1024 * 1024
_LIMITS: Final[dict[str, Any]] = {
    "zlib_maximum_output_length": _UNPACKED,
    "lzw_maximum_output_length": _UNPACKED,
    "run_length_maximum_output_length": _UNPACKED,
    "array_based_stream_maximum_output_length": _UNPACKED,
    "maximum_declared_stream_length": MAX_BYTES,
    "stream_decoding_work_maximum_length": 4 * _UNPACKED,
    "page_tree_maximum_entries": 10_000,
    "xform_maximum_invocations_per_extraction": 200,
}
_TITLE: Final = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD: Final = re.compile(r"^(title|year|journal|publisher|doi|language):[ \t]*(.+)$", re.MULTILINE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def read_markdown(data: bytes, name: str) -> Document:
    """A guideline in Markdown; a head between two lines `---` may say title, year, publisher, doi and language.

    Raises:
        KnowledgeError: it is not UTF-8, empty or too long.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise KnowledgeError("the file is not UTF-8 text") from None
    front = _FRONT.match(text)
    said = {key: value.strip().strip("\"'") for key, value in _FIELD.findall(front[1])} if front else {}
    text = text[front.end() :] if front else text
    headed = _TITLE.search(text)
    return _guideline(said.get("title") or (headed[1] if headed else PurePath(name).stem), text, name, said)


def read_pdf(data: bytes, name: str) -> Document:
    """A guideline in PDF that holds text; each page is a paragraph of its own.

    Raises:
        KnowledgeError: it is no PDF, is locked, too large, or holds no text (a scan).
    """
    import pypdf

    if b"%PDF-" not in data[:1024]:
        raise KnowledgeError("the bytes are no PDF document")
    try:
        with pypdf.apply_configuration(**_LIMITS):
            title, pages = _pages(pypdf.PdfReader(io.BytesIO(data)))
    except (KnowledgeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a hostile document may make the reader fail in any way
        raise KnowledgeError(f"the PDF cannot be read ({type(error).__name__})") from None
    text = "\n\n".join(pages)
    if not text.strip():
        raise KnowledgeError("the PDF holds no text, so it is a scan; run it through text recognition first")
    return _guideline(title or PurePath(name).stem, text, name, {}, tuple(pages))


def _pages(reader: "PdfReader") -> tuple[str, list[str]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise KnowledgeError("the PDF is locked with a password; import it unlocked")
    if len(reader.pages) > MAX_PAGES:
        raise KnowledgeError(f"the PDF has {len(reader.pages)} pages; a guideline may have {MAX_PAGES}")
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text() or "")
        if sum(map(len, pages)) > MAX_TEXT:
            raise KnowledgeError(f"the PDF holds more than {MAX_TEXT} characters; import it in parts")
    title = reader.metadata.title if reader.metadata else None
    return (title or "").strip(), pages


def _guideline(title: str, text: str, name: str, said: dict[str, str], pages: tuple[str, ...] = ()) -> Document:
    if not text.strip():
        raise KnowledgeError("the file holds no text")
    if len(text) > MAX_TEXT:
        raise KnowledgeError(f"the text has {len(text)} characters; a guideline may have {MAX_TEXT}")
    year = _YEAR.search(said.get("year", ""))
    doi = said.get("doi", "").lower() or None
    return Document(
        id=f"DOI:{doi}" if doi else name,
        title=title[:500],
        text=text,
        doi=doi,
        day=int(year[0]) * 10_000 if year else None,
        journal=said.get("journal") or said.get("publisher"),
        types=("Guideline",),
        languages=(said["language"],) if "language" in said else (),
        passages=_paged(pages) if pages else passages(text),
    )


def _paged(pages: tuple[str, ...]) -> tuple[Passage, ...]:
    """The passages of each page, headed by its number, in places of the text of all pages."""
    found: list[Passage] = []
    start = 0
    for number, page in enumerate(pages, 1):
        found += [Passage(start + p.start, start + p.end, f"p. {number}") for p in passages(page)]
        start += len(page) + len("\n\n")
    return tuple(found)
