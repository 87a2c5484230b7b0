"""PubMed's own XML (`PubmedArticleSet`, as of efetch and of the yearly baseline): one record at a time."""

import re
from collections.abc import Iterator
from typing import IO, Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from openward.knowledge.literature.document import Document, Notice, passages, whole

_MONTHS: Final = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_YEAR: Final = re.compile(r"\b(1[6-9]\d\d|20\d\d|21\d\d)\b(?:\s+([A-Za-z]{3}))?")
_SPACE: Final = re.compile(r"\s+")
_RETRACTED: Final = "Retracted Publication"


class Deleted(str):
    """The PubMed id of a record that PubMed has taken back."""

    __slots__ = ()


def read_articles(file: IO[bytes]) -> Iterator[Document | Deleted]:
    """The records of a file, and the ids that it deletes.

    Raises:
        ParseError, DefusedXmlException: it is no XML, or it declares entities.
    """
    root: Element | None = None
    for event, node in iterparse(file, events=("start", "end")):
        if root is None:
            root = node
        if event == "start":
            continue
        if node.tag == "PubmedArticle":
            if article := _article(node):
                yield article
            root.clear()
        elif node.tag == "DeleteCitation":
            yield from (Deleted(pmid.text.strip()) for pmid in node.iter("PMID") if pmid.text)
            root.clear()


def _article(node: Element) -> Document | None:
    cited, article = node.find("MedlineCitation"), node.find("MedlineCitation/Article")
    pmid = _words(node.find("MedlineCitation/PMID"))
    if cited is None or article is None or not pmid:
        return None
    title = _words(article.find("ArticleTitle")) or _words(article.find("VernacularTitle")) or "(no title)"
    text = whole(title, _abstract(article))
    types = tuple(t for n in article.iterfind("PublicationTypeList/PublicationType") if (t := _words(n)))
    headings = [n for n in cited.iterfind("MeshHeadingList/MeshHeading/DescriptorName") if _words(n)]
    notice, by = _notice(cited, types)
    return Document(
        id=f"PMID:{pmid}",
        title=title,
        text=text,
        pmid=pmid,
        doi=_doi(node, article),
        day=_day(article),
        journal=_words(article.find("Journal/Title")) or None,
        journal_short=_words(cited.find("MedlineJournalInfo/MedlineTA"))
        or _words(article.find("Journal/ISOAbbreviation"))
        or None,
        volume=_words(article.find("Journal/JournalIssue/Volume")) or None,
        issue=_words(article.find("Journal/JournalIssue/Issue")) or None,
        pages=_words(article.find("Pagination/MedlinePgn")) or None,
        authors=tuple(name for n in article.iterfind("AuthorList/Author") if (name := _author(n))),
        types=types,
        headings=tuple(_words(n) for n in headings),
        major=tuple(_words(n) for n in headings if n.get("MajorTopicYN") == "Y"),
        languages=tuple(t for n in article.iterfind("Language") if (t := _words(n))),
        notice=notice,
        notice_by=by,
        passages=passages(text),
    )


def _words(node: Element | None) -> str:
    """The words of an element with those of the marks inside it (`<i>`, `<sup>`)."""
    return "" if node is None else _SPACE.sub(" ", "".join(node.itertext())).strip()


def _abstract(article: Element) -> str:
    parts = []
    for node in article.iterfind("Abstract/AbstractText"):
        label, said = node.get("Label", ""), _words(node)
        if said:
            parts.append(f"{label}: {said}" if label and label != "UNLABELLED" else said)
    return "\n".join(parts)


def _author(node: Element) -> str:
    last, initials = _words(node.find("LastName")), _words(node.find("Initials"))
    return f"{last} {initials}".strip() or _words(node.find("CollectiveName"))


def _doi(node: Element, article: Element) -> str | None:
    for found in article.iterfind("ELocationID"):
        if found.get("EIdType") == "doi" and found.get("ValidYN", "Y") == "Y":
            return _words(found).lower() or None
    for found in node.iterfind("PubmedData/ArticleIdList/ArticleId"):
        if found.get("IdType") == "doi":
            return _words(found).lower() or None
    return None


def _day(article: Element) -> int | None:
    """The date of the issue, else of the electronic article; MedlineDate (`2019 Nov-Dec`) gives its first month."""
    issue, electronic = article.find("Journal/JournalIssue/PubDate"), article.find("ArticleDate")
    for node in (issue, electronic):
        if node is None:
            continue
        found = _YEAR.search(f"{_words(node.find('Year'))} {_words(node.find('Month'))}".strip()) or _YEAR.search(
            _words(node.find("MedlineDate"))
        )
        if found:
            month = _words(node.find("Month")) or found[2] or ""
            return int(found[1]) * 10_000 + _month(month) * 100 + _number(_words(node.find("Day")), 31)
    return None


def _month(word: str) -> int:
    return _MONTHS.get(word[:3].lower(), 0) or _number(word, 12)


def _number(word: str, most: int) -> int:
    return int(word) if word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= most else 0


def _notice(cited: Element, types: tuple[str, ...]) -> tuple[Notice | None, str | None]:
    notice: Notice | None = "retracted" if _RETRACTED in types else None
    by = None
    for node in cited.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        kind = node.get("RefType")
        if kind == "RetractionIn":
            return "retracted", _words(node.find("PMID")) or None
        if kind == "ExpressionOfConcernIn" and notice is None:
            notice, by = "concern", _words(node.find("PMID")) or None
    return notice, by
