"""FHIR XML in: to FHIR JSON, by the table of R4 elements. Numbers keep their digits.

What the table does not know, text that FHIR has no place for, and anything with a document type (entities, external
references) is refused, never dropped.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError, tostring

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from openward.domain.errors import RecordError
from openward.domain.resource import Incoming
from openward.record.bundle import Entries, read_entries, read_resource, survey
from openward.record.elements import NUMBERS, Element, elements_of
from openward.record.files import Buffer
from openward.record.intake import Place, Refused, Tally, refuse

FHIR: Final = "http://hl7.org/fhir"
XHTML: Final = "http://www.w3.org/1999/xhtml"
_DEEPEST: Final = 200
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SCHEMA_ATTRIBUTE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_BOOLEANS: Final[dict[str | None, bool]] = {"true": True, "false": False}
_NO_VALUE: Final = (None, None)


class NotFhirXmlError(RecordError):
    """XML that is no FHIR R4; the message names the element path."""


class _Bundle(NamedTuple):
    type: str | None
    entries: Entries


def read_xml(place: Place, body: Buffer, tally: Tally) -> Iterator[Incoming | Refused]:
    """The resources of a document in FHIR XML; the body of each is the JSON that it was converted to."""
    refused: list[Refused] = []
    try:
        found = _document(place, body, refused)
    except (NotFhirXmlError, RecursionError) as error:
        yield refuse(place.source, str(error) if isinstance(error, NotFhirXmlError) else _TOO_DEEP, body)
        return
    yield from refused
    if isinstance(found, bytes):
        yield from read_resource(place, found, tally)
    else:
        among = survey(found.entries, tally, conditional=True)
        yield from read_entries(place, found.entries, among, tally, newest_first=found.type == "history")


def to_json(body: bytes) -> bytes:
    """One resource in FHIR XML as FHIR JSON.

    Raises:
        NotFhirXmlError: the bytes are no XML, or no FHIR R4.
    """
    *_, (_, _, root) = _nodes(body)
    return msgspec.json.encode(_resource(root, ""))


_TOO_DEEP: Final = f"the XML is nested more than {_DEEPEST} deep"


def _document(place: Place, body: Buffer, refused: list[Refused]) -> bytes | _Bundle:
    """The JSON of one resource, or the entries of a Bundle, each let go of as soon as it is converted."""
    kind, entries, number = None, Entries(), 0
    for depth, node, root in _nodes(body):
        if depth != 1 or root.tag != f"{{{FHIR}}}Bundle":
            continue
        if node.tag == f"{{{FHIR}}}type":
            kind = node.get("value")
        elif node.tag == f"{{{FHIR}}}entry":
            try:
                entries[number] = msgspec.json.encode(_complex(node, "#Bundle.entry", "Bundle.entry"))
            except NotFhirXmlError as error:
                refused.append(refuse(f"{place.source}[{number}]", str(error), tostring(node)))
            root.remove(node)
            number += 1
    if root.tag == f"{{{FHIR}}}Bundle":
        return _Bundle(kind, entries)
    return msgspec.json.encode(_resource(root, ""))


def _nodes(body: Buffer) -> Iterator[tuple[int, Node, Node]]:
    """Each element when it ends: its depth, itself, and the root."""
    depth, root = 0, None
    source = io.BytesIO(body) if isinstance(body, bytes) else body
    try:
        for event, node in iterparse(source, events=("start", "end"), forbid_dtd=True):
            root = node if root is None else root
            if event == "start":
                depth += 1
                if depth > _DEEPEST:
                    raise NotFhirXmlError(_TOO_DEEP)
            else:
                depth -= 1
                yield depth, node, root
    except ParseError as error:
        raise NotFhirXmlError(f"the XML is malformed: {error}") from None
    except DefusedXmlException:
        raise NotFhirXmlError("the XML has a document type or entities, which FHIR does not allow") from None
    except (ValueError, LookupError):
        raise NotFhirXmlError("the XML is in an encoding that cannot be read; send UTF-8") from None


def _resource(node: Node, path: str) -> dict[str, Any]:
    name = _local(node, path)
    if "implicitRules" not in elements_of(name):
        raise NotFhirXmlError(f"{path or 'the root'}: the element is no resource type of FHIR R4")
    return {"resourceType": name, **_complex(node, name, f"{path}.{name}".lstrip("."))}


def _complex(node: Node, type: str, path: str) -> dict[str, Any]:
    """The members of a resource or of an element that has elements."""
    known = elements_of(type)
    out: dict[str, Any] = {}
    for name, value in node.attrib.items():
        if name in known and known[name].attribute:
            out[name] = value
        elif not name.startswith(_SCHEMA_ATTRIBUTE):
            raise NotFhirXmlError(f"{path}: an attribute stands here that FHIR R4 does not have")
    _refuse_text(node, path)
    groups: dict[str, list[Node]] = {}
    for child in node:
        groups.setdefault("div" if child.tag == f"{{{XHTML}}}div" else _local(child, path), []).append(child)
    for name, children in groups.items():
        _add(out, _known(known, name, path), children, f"{path}.{name}")
    return out


def _known(known: Mapping[str, Element], name: str, path: str) -> Element:
    element = known.get(name)
    if element is None or element.attribute:
        raise NotFhirXmlError(f"{path}: an element stands here that FHIR R4 does not have")
    return element


def _add(out: dict[str, Any], element: Element, children: list[Node], path: str) -> None:
    if len(children) > 1 and not element.many:
        raise NotFhirXmlError(f"{path}: stands more than once")
    if element.primitive:
        pairs = [pair for pair in (_primitive(child, element.type, path) for child in children) if pair != _NO_VALUE]
        for name, values in ((element.name, [p[0] for p in pairs]), (f"_{element.name}", [p[1] for p in pairs])):
            if any(value is not None for value in values):
                out[name] = values if element.many else values[0]
        return
    values = [value for child in children if (value := _value(child, element, path))]
    if values:
        out[element.name] = values if element.many else values[0]


def _value(node: Node, element: Element, path: str) -> object:
    if element.type == "xhtml":
        return tostring(plain_xhtml(node, path), encoding="unicode")
    if element.type != "Resource":
        return _complex(node, element.type, path)
    _refuse_text(node, path)
    if len(node) != 1:
        raise NotFhirXmlError(f"{path}: holds not one resource")
    return _resource(node[0], path)


def _primitive(node: Node, type: str, path: str) -> tuple[object, object]:
    """The value, and the id and extensions beside it; None for what there is not."""
    _refuse_text(node, path)
    text = node.get("value")
    rest = Node(node.tag, {name: value for name, value in node.attrib.items() if name != "value"})
    rest.extend(node)
    extra = _complex(rest, "Element", path) or None
    if text is None:
        return None, extra
    if type == "boolean":
        if text not in _BOOLEANS:
            raise NotFhirXmlError(f"{path}: a boolean is 'true' or 'false'")
        return _BOOLEANS[text], extra
    if type in NUMBERS:
        if not _NUMBER.fullmatch(text):
            raise NotFhirXmlError(f"{path}: is not a number as FHIR writes it")
        return msgspec.Raw(text.encode()), extra
    return text, extra


def plain_xhtml(node: Node, path: str) -> Node:
    """The XHTML of a narrative without prefixes, its namespace declared once.

    Raises:
        NotFhirXmlError: the narrative holds elements of other namespaces.
    """
    plain = _plain(node, path)
    plain.attrib = {"xmlns": XHTML, **plain.attrib}
    return plain


def _plain(node: Node, path: str) -> Node:
    space, _, name = str(node.tag)[1:].partition("}")
    if space != XHTML:
        raise NotFhirXmlError(f"{path}: the narrative holds what is no XHTML")
    copy = Node(name, node.attrib)
    copy.text = node.text
    for child in node:
        inner = _plain(child, path)
        inner.tail = child.tail
        copy.append(inner)
    return copy


def _local(node: Node, path: str) -> str:
    space, _, name = str(node.tag)[1:].partition("}")
    if space != FHIR:
        raise NotFhirXmlError(f"{path or 'the root'}: an element stands here that is not of {FHIR}")
    return name


def _refuse_text(node: Node, path: str) -> None:
    if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
        raise NotFhirXmlError(f"{path}: text stands where FHIR has none")
