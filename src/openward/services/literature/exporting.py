"""Hands records on to reference managers: RIS and BibTeX."""

import re
from collections.abc import Sequence
from typing import Final

from openward.knowledge.literature.document import Document

_ESCAPED: Final = {c: "\\" + c for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"
}  # fmt: skip
_PAGES: Final = re.compile(r"(\w+)\s*[-–]\s*(\w+)")


def ris(records: Sequence[Document]) -> str:
    """Records in RIS, each line ended by CR LF; a retraction stands in a note."""
    return "".join(_ris(record) for record in records)


def _ris(record: Document) -> str:
    first, last = _pages(record.pages)
    fields = [("TY", "GEN" if "Guideline" in record.types else "JOUR"), ("TI", record.title)]
    fields += [("AU", _with_comma(author)) for author in record.authors]
    fields += [
        ("PY", str(record.year or "")), ("JO", record.journal or ""), ("J2", record.journal_short or ""),
        ("VL", record.volume or ""), ("IS", record.issue or ""), ("SP", first), ("EP", last), ("DO", record.doi or ""),
        ("AN", record.pmid or ""), ("N1", _notice(record)),
    ]  # fmt: skip
    fields += [("KW", heading) for heading in record.headings]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields if value) + "ER  - \r\n\r\n"


def bibtex(records: Sequence[Document]) -> str:
    """Records in BibTeX, with keys that no two share."""
    return "\n".join(_bibtex(record, number) for number, record in enumerate(records, 1))


def _bibtex(record: Document, number: int) -> str:
    kind = "misc" if "Guideline" in record.types else "article"
    pages = "--".join(part for part in _pages(record.pages) if part)
    fields = {
        "title": record.title, "author": " and ".join(_with_comma(a) for a in record.authors),
        "journal": record.journal or "", "year": str(record.year or ""), "volume": record.volume or "",
        "number": record.issue or "", "pages": pages, "doi": record.doi or "", "pmid": record.pmid or "",
        "note": _notice(record),
    }  # fmt: skip
    lines = [f"  {name} = {{{_escaped(_line(value))}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{_key(record, number)},\n" + ",\n".join(lines) + "\n}\n"


def _key(record: Document, number: int) -> str:
    family = re.sub(r"[^A-Za-z]", "", record.authors[0].rpartition(" ")[0]) if record.authors else ""
    return f"{family or 'ref'}{record.year or ''}_{record.pmid or number}"


def _with_comma(author: str) -> str:
    """`Smith JA` as `Smith, J. A.`; a group's name as it is."""
    family, _, initials = author.rpartition(" ")
    short = initials.isalpha() and initials.isupper() and len(initials) <= len("JRRT")
    return f"{family}, {' '.join(letter + '.' for letter in initials)}" if family and short else author


def _pages(pages: str | None) -> tuple[str, str]:
    """The first and the last page; a last one that is shortened (`123-8`) is written out."""
    found = _PAGES.match(pages or "")
    if found is None:
        return pages or "", ""
    first, last = found[1], found[2]
    return first, first[: len(first) - len(last)] + last if len(last) < len(first) else last


def _notice(record: Document) -> str:
    said = {"retracted": "RETRACTED", "concern": "Expression of concern"}.get(record.notice or "", "")
    return f"{said} (notice: PMID {record.notice_by})" if said and record.notice_by else said


def _line(value: str) -> str:
    return " ".join(value.split())


def _escaped(value: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in value)
