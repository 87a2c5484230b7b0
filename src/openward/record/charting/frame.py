"""What the making of one chart needs everywhere: its moment, its drugs, and a list of what could not be read."""

from datetime import datetime
from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.domain.resource import Stored
from openward.record import views
from openward.record.chart import Measure, Source, Span
from openward.record.times import When, when
from openward.record.views.datatypes import Extension, Period, Quantity, Range

UCUM_SYSTEMS: Final = frozenset(
    {None, "http://unitsofmeasure.org", "http://unitsofmeasure.org/", "urn:oid:2.16.840.1.113883.6.8"}
)
# QI-Core negation: qicore-notDone and doNotPerform say it with a boolean, a reason says it by standing there.
_NEGATING: Final = ("qicore-notDone", "doNotPerform")
_REASON: Final = "notDoneReason"
NOWHERE: Final = Span()
NOTHING: Final = Concept()


class Bounds(NamedTuple):
    """A period as recorded, each end exact or partial."""

    start: When | None = None
    end: When | None = None


class Frame:
    """The moment of the chart, the Medication resources by reference, what was unreadable, what was retracted."""

    def __init__(self, as_of: datetime, drugs: dict[str, Stored]) -> None:
        self.as_of = as_of
        self.drugs = drugs
        self.decoded: dict[str, views.Medication | None] = {}
        self.unread: list[tuple[str, str]] = []
        self.retracted: list[str] = []

    def when(self, source: Source, element: str, text: str | None) -> When | None:
        """Reads a date; one that is none is noted as unread, without its text."""
        if text is None:
            return None
        found = when(text)
        if found is None:
            self.unread.append((source.reference, f"{element}: this is no FHIR date or time"))
        return found

    def bounds(self, source: Source, element: str, period: Period | None) -> Bounds:
        """Reads both ends of a period."""
        if period is None:
            return Bounds()
        return Bounds(
            self.when(source, f"{element}.start", period.start), self.when(source, f"{element}.end", period.end)
        )


def source_of(stored: Stored) -> Source:
    """Where a stored resource stands; version 0 marks one that came with the request."""
    return Source(f"{stored.type}/{stored.id}", stored.version or None)


def span(bounds: Bounds) -> Span:
    """A period for the chart: exact ends as moments, anything partial also as text."""
    start, end = bounds
    if start is None and end is None:
        return NOWHERE
    partial = (start is not None and start.at is None) or (end is not None and end.at is None)
    text = f"{start.text if start else ''}/{end.text if end else ''}" if partial else "/"
    return Span(start.at if start else None, end.at if end else None, text if text != "/" else None)


def at(found: When | None) -> datetime | None:
    """The exact moment, None for a partial date."""
    return found.at if found else None


def partial_text(found: When | None) -> str | None:
    """The text of a partial date, None for an exact one."""
    return found.text if found and found.at is None else None


def measure(quantity: Quantity | None) -> Measure | None:
    """A quantity for the chart; the unit is the UCUM code, else the unit that people read, else any other code."""
    if quantity is None or quantity.value is None:
        return None
    code = quantity.code if quantity.system in UCUM_SYSTEMS else None
    return Measure(quantity.value, code or quantity.unit or quantity.code, quantity.comparator)


def quantity_text(quantity: Quantity | None) -> str:
    """A quantity in words (`40 a`), empty when there is none."""
    found = measure(quantity)
    return " ".join(part for part in (f"{found.value:g}", found.unit) if part) if found else ""


def range_text(range_: Range | None) -> str:
    """A range in words (`40 a-50 a`), empty when there is none."""
    return f"{quantity_text(range_.low)}-{quantity_text(range_.high)}" if range_ else ""


def code_of(concept: Concept | None) -> str | None:
    """The first code of a concept, else its text in lower case."""
    if concept is None:
        return None
    for coding in concept.coding:
        if coding.code:
            return coding.code
    return concept.text.lower() if concept.text else None


def codes_of(concepts: tuple[Concept, ...]) -> tuple[str, ...]:
    """The first code of each concept."""
    if len(concepts) == 1:
        code = code_of(concepts[0])
        return (code,) if code else ()
    return tuple(code for concept in concepts if (code := code_of(concept)))


def words(codes: tuple[str | None, ...]) -> tuple[str, ...]:
    """A list of codes without its holes."""
    return tuple(code for code in codes if code)


def literal_path(concept: Concept, path: str) -> str:
    """The path of the words that `concept.name()` gives, for a concept that stands at `path`."""
    if concept.text:
        return f"{path}.text"
    for key in ("display", "code"):
        for place, coding in enumerate(concept.coding):
            if getattr(coding, key):
                return f"{path}.coding[{place}].{key}"
    return path


def negated(*extensions: Extension) -> bool:
    """Whether an extension of QI-Core says that this was not done."""
    for extension in extensions:
        url = extension.url or ""
        if url.endswith(_REASON) or (extension.value_boolean and url.endswith(_NEGATING)):
            return True
    return False


def unknown_modifier(extensions: tuple[Extension, ...]) -> bool:
    """Whether a modifier extension stands here that is not understood; FHIR R4 2.4.1 forbids to read past it."""
    return any(not (e.url or "").endswith((*_NEGATING, _REASON)) for e in extensions)
