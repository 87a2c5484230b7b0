"""From DocumentReference, DiagnosticReport and Composition to documents, with their plain text."""

import base64
import binascii
import re
from html.parser import HTMLParser
from typing import Final

from openward.domain.code import Concept
from openward.record import views
from openward.record.chart import Document, Source
from openward.record.charting.frame import NOTHING, Frame, at, partial_text
from openward.record.times import When
from openward.record.views.clinical import CompositionSection
from openward.record.views.datatypes import Attachment

Written = views.DocumentReference | views.DiagnosticReport | views.Composition
_PLAIN: Final = frozenset({"text/plain", "text/markdown"})
_MARKED_UP: Final = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)
_SILENT: Final = frozenset({"style", "script", "head", "title"})
_BREAKS: Final = frozenset({"p", "br", "div", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_NESTED: Final = 32
_OBSERVATION: Final = re.compile(r"Observation/[A-Za-z0-9\-.]{1,64}")


def document(view: Written, source: Source, frame: Frame) -> Document:
    """One document; the conclusion of a report stands after its text, unless the text holds it."""
    concept, path, title, moment = _words(view, source, frame)
    return Document(
        source=source,
        concept=concept or NOTHING,
        path=path,
        status=view.status,
        at=at(moment),
        at_text=partial_text(moment),
        title=title,
        text=text_of(view),
        results=_results(view),
    )


def _results(view: Written) -> tuple[str, ...]:
    """The observations that a report names, whatever server their references name before `Observation/id`."""
    named = view.result if isinstance(view, views.DiagnosticReport) else ()
    found = (_OBSERVATION.search(r.reference) for r in named if r.reference)
    return tuple(match.group() for match in found if match)


def text_of(view: Written) -> str | None:
    """The plain text of a document as services see and quote it, None when the resource holds none."""
    if isinstance(view, views.Composition):
        parts = [text for section in view.section for text in _narratives(section, 0)]
        return "\n\n".join(parts) or None
    if isinstance(view, views.DiagnosticReport):
        return _with(_attached(view.presented_form), view.conclusion)
    return _attached(tuple(content.attachment for content in view.content if content.attachment))


def _words(view: Written, source: Source, frame: Frame) -> tuple[Concept | None, str, str | None, When | None]:
    if isinstance(view, views.DocumentReference):
        titles = (content.attachment.title for content in view.content if content.attachment)
        title = view.description or next((t for t in titles if t), None)
        return view.type, "type", title, frame.when(source, "date", view.date)
    if isinstance(view, views.Composition):
        return view.type, "type", view.title, frame.when(source, "date", view.date)
    moment = frame.when(source, "effectiveDateTime", view.effective_date_time)
    bounds = frame.bounds(source, "effectivePeriod", view.effective_period)
    return view.code, "code", None, moment or bounds.end or bounds.start


def _with(text: str | None, conclusion: str | None) -> str | None:
    if not text or not conclusion:
        return text or conclusion
    return text if conclusion.strip() in text else f"{text}\n\n{conclusion}"


def _attached(attachments: tuple[Attachment, ...]) -> str | None:
    """The words of the first attachment that holds plain text, else of the first in HTML."""
    for kinds in (_PLAIN, _MARKED_UP):
        for attachment in attachments:
            kind = (attachment.content_type or "").partition(";")[0].strip().lower()
            data = _bytes(attachment.data or "") if kind in kinds else b""
            if data:
                text = _decoded(data, attachment.content_type or "")
                return text if kinds is _PLAIN else _plain(text)
    return None


def _bytes(data: str) -> bytes:
    """The bytes of base64, also of the kind for URLs, in lines or in one; none when it is no base64."""
    whole = "".join(data.split())
    try:
        return base64.b64decode(whole, b"-_" if re.search("[-_]", whole) else None, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _decoded(data: bytes, content_type: str) -> str:
    """Text by the charset that is declared, UTF-8 when none is known; what is no text of it is marked as such."""
    named = _CHARSET.search(content_type)
    try:
        text = data.decode(named.group(1) if named else "utf-8", "replace")
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def _narratives(section: CompositionSection, depth: int) -> list[str]:
    own = _plain(section.text.div) if section.text and section.text.div else ""
    inner = [text for part in section.section for text in _narratives(part, depth + 1)] if depth < _NESTED else []
    head = [f"{section.title}\n{own}" if section.title else own] if own else []
    return head + inner


class _Words(HTMLParser):
    """Collects the words of XHTML; nothing of it is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the base has it
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))


def _plain(xhtml: str) -> str:
    parser = _Words()
    parser.feed(xhtml)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
