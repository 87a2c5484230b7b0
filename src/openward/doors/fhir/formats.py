"""Formats: which one a caller wants, JSON or XML (FHIR R4 3.1.0.1.10), and writing it."""

from collections.abc import Iterable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from openward.doors.fhir.outcome import JSON, NotAcceptableError
from openward.record.xml_writing import to_xml

XML: Final = "application/fhir+xml"
_JSON: Final = frozenset(
    {"*/*", "application/*", "application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"}
)
_XML: Final = frozenset({"application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml", "xml"})
_VERSIONS: Final = frozenset({"", "4.0", "4.0.1"})


class Format(msgspec.Struct, frozen=True):
    """A format, and whether people will read it."""

    media_type: str = JSON
    pretty: bool = False

    def write(self, body: bytes) -> bytes:
        """A resource, given as JSON, in this format.

        Raises:
            RecordError: the resource holds what XML has no place for.
        """
        if self.media_type == XML:
            return to_xml(body)
        return msgspec.json.format(body, indent=2) if self.pretty else body


def format_of(request: Request, parameters: Iterable[tuple[str, str]]) -> Format:
    """The format that a request asks for; `_format` goes before the Accept header.

    Raises:
        NotAcceptableError: it is neither JSON nor XML.
    """
    named = dict(parameters)
    asked = named.get("_format")
    wanted = [asked.replace(" ", "+")] if asked else _by_liking(request.headers.get("accept") or "*/*")
    found = next((kind for kind in map(_kind, wanted) if kind), None)
    if found is None:
        raise NotAcceptableError("this door writes application/fhir+json and application/fhir+xml, of FHIR 4.0")
    return Format(found, named.get("_pretty") == "true")


def wanted_or_json(request: Request) -> Format:
    """The format of an error: what the caller wants, or JSON."""
    try:
        return format_of(request, request.query_params.multi_items())
    except NotAcceptableError:
        return Format()


def respond(format: Format, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A resource, given as JSON, as a response; without a body nothing is said of its format."""
    sent = {"Vary": "Accept, Authorization"} | (headers or {})
    if not body:
        return Response(b"", status, sent)
    return Response(format.write(body), status, sent, format.media_type)


def _by_liking(accept: str) -> list[str]:
    """What an Accept header lists, most liked first (RFC 9110, 12.5.1)."""
    return sorted((kind for kind in accept.split(",") if _liking(kind)), key=_liking, reverse=True)


def _liking(kind: str) -> float:
    try:
        return float(_parameters(kind).get("q", "1"))
    except ValueError:
        return 0.0


def _kind(kind: str) -> str | None:
    name = kind.partition(";")[0].strip().lower()
    if _parameters(kind).get("fhirversion", "") not in _VERSIONS:
        return None
    return JSON if name in _JSON else XML if name in _XML else None


def _parameters(kind: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in kind.split(";")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
