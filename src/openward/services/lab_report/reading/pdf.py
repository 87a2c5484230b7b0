"""A report as PDF: its text, page by page, read like pasted text. A scanned report holds no text and is refused."""

import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from openward.domain.errors import InputError
from openward.services.lab_report.reading.bounds import MAX_CHARACTERS
from openward.services.lab_report.reading.text import panel_of
from openward.services.lab_report.result import Panel

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_BYTES: Final = 24_000_000
MAX_PAGES: Final = 60
MAX_UNPACKED: Final = 16_000_000
_LIMITS: Final[dict[str, Any]] = {
    "zlib_maximum_output_length": MAX_UNPACKED,
    "lzw_maximum_output_length": MAX_UNPACKED,
    "run_length_maximum_output_length": MAX_UNPACKED,
    "array_based_stream_maximum_output_length": MAX_UNPACKED,
    "maximum_declared_stream_length": MAX_BYTES,
    "stream_decoding_work_maximum_length": 4 * MAX_UNPACKED,
    "stream_parsing_work_maximum_count": 400_000,
    "page_tree_maximum_entries": 2_000,
    "xform_maximum_invocations_per_extraction": 200,
}
_TOO_LONG: Final = f"pdf: the document holds more than {MAX_CHARACTERS} characters; send it in parts"
_NO_TEXT: Final = (
    "pdf: the document holds no text, so it is a scan or a picture; send the results as text, CSV, HL7 or FHIR, "
    "or run the document through text recognition first"
)


def read_pdf(document: bytes) -> Panel:
    """The results of a PDF that holds text.

    Raises:
        InputError: it is no PDF, is locked, too large, or holds no text.
    """
    if len(document) > MAX_BYTES:
        raise InputError(f"pdf: {len(document)} bytes; a report may have {MAX_BYTES}")
    if b"%PDF-" not in document[:1024]:
        raise InputError("pdf: the bytes are no PDF document")
    pages = _pages(document)
    text = "\n".join(pages)
    if not text.strip():
        raise InputError(_NO_TEXT)
    return panel_of(text, _lines(pages))


def _lines(pages: list[str]) -> Iterator[tuple[str, str]]:
    for page, text in enumerate(pages, 1):
        for number, line in enumerate(text.splitlines(), 1):
            yield f"page {page} line {number}", line


def _pages(document: bytes) -> list[str]:
    """The text of each page, as it is laid out."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would quote the document to stderr
    try:
        with pypdf.apply_configuration(**_LIMITS):
            return _texts(pypdf.PdfReader(io.BytesIO(document)))
    except (InputError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a hostile document may make the reader fail in any way
        raise InputError(f"pdf: the document cannot be read ({type(error).__name__})") from None


def _texts(reader: "PdfReader") -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError("pdf: the document is locked with a password; send it unlocked")
    if len(reader.pages) > MAX_PAGES:
        raise InputError(f"pdf: {len(reader.pages)} pages; a report may have {MAX_PAGES}")
    found: list[str] = []
    for page in reader.pages:
        found.append(page.extract_text(extraction_mode="layout") or page.extract_text() or "")
        if sum(map(len, found)) > MAX_CHARACTERS:
            raise InputError(_TOO_LONG)
    return found
