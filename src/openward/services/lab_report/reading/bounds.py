"""How much a report may hold."""

from collections.abc import Iterable, Iterator
from typing import Final

from openward.domain.errors import InputError
from openward.services.lab_report.result import Result, Unread

MAX_CHARACTERS: Final = 2_000_000
MAX_RESULTS: Final = 10_000
MAX_UNREAD: Final = 10_000
MAX_LINE: Final = 2_000
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def text_of(report: str | bytes) -> str:
    """The report as text, decoded from UTF-8, UTF-16 with its mark, or GB 18030.

    Raises:
        InputError: it is too long, or it is no text.
    """
    if len(report) > MAX_CHARACTERS:
        raise InputError(f"the report is longer than {MAX_CHARACTERS} characters; send it in parts")
    if isinstance(report, str):
        return report.removeprefix("\ufeff")
    for encoding in ("utf-16", *_ENCODINGS) if report.startswith(_UTF16) else _ENCODINGS:
        try:
            return report.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("the report is no text in UTF-8, UTF-16 or GB 18030; send the text or the PDF itself")


def bounded(found: Iterable[Result | Unread]) -> Iterator[Result | Unread]:
    """The same, as long as there are not too many.

    Raises:
        InputError: there are more than a report can have.
    """
    results = unread = 0
    for one in found:
        results += isinstance(one, Result)
        unread += isinstance(one, Unread)
        if results > MAX_RESULTS or unread > MAX_UNREAD:
            raise InputError(f"the report has more than {MAX_RESULTS} lines of results; send it in parts")
        yield one


def parted(found: Iterable[Result | Unread]) -> tuple[tuple[Result, ...], tuple[Unread, ...]]:
    """Results and what was not understood, apart, each in the order of the report."""
    results: list[Result] = []
    unread: list[Unread] = []
    for one in bounded(found):
        if isinstance(one, Result):
            results.append(one)
        else:
            unread.append(one)
    return tuple(results), tuple(unread)
