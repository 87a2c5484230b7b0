"""FHIR XML out: from FHIR JSON, by the table of R4 elements; `xml` reads back what this writes, digit by digit."""

import json
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from openward.domain.errors import RecordError
from openward.record.elements import NUMBERS, Element, elements_of
from openward.record.xml import FHIR, NotFhirXmlError, plain_xhtml

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


def to_xml(body: bytes) -> bytes:
    """One resource in FHIR JSON as FHIR XML.

    Raises:
        RecordError: the bytes are no JSON, or hold what R4 or XML has no place for; the message names the path.
    """
    try:
        value = json.loads(body, parse_float=_Number, parse_int=_Number)
        root = _resource(value, "")
    except (ValueError, RecursionError):
        raise RecordError("the resource is no JSON that can be read, or nested too deeply") from None
    root.set("xmlns", FHIR)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'.encode()


def _resource(value: object, path: str) -> Node:
    name = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str) or "implicitRules" not in elements_of(name):
        raise RecordError(f"{path or 'the root'}: is no resource of a type that FHIR R4 has; ask for JSON")
    node = Node(name)
    _fill(node, {key: item for key, item in value.items() if key != "resourceType"}, name, f"{path}.{name}".lstrip("."))
    return node


def _fill(node: Node, members: dict[str, Any], type: str, path: str) -> None:
    """Adds the members of a resource or element in the order of the specification."""
    known = elements_of(type)
    names = dict.fromkeys(key.removeprefix("_") for key in members)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise RecordError(f"{path}: holds an element that FHIR R4 does not have; ask for JSON")
    for name in sorted(names, key=lambda name: known[name].order):
        element, at = known[name], f"{path}.{name}"
        value, extra = members.get(name), members.get(f"_{name}")
        if element.attribute:
            node.set(name, _text(value, element, at))
        elif element.primitive:
            for one, beside in zip_longest(_listed(value, element, at), _listed(extra, element, at)):
                _add_primitive(node, element, one, beside, at)
        else:
            for one in _listed(value, element, at):
                _add(node, element, one, at)


def _listed(value: object, element: Element, path: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, list) != element.many:
        raise RecordError(f"{path}: {'is no list' if element.many else 'is a list'}")
    return value if isinstance(value, list) else (value,)


def _add_primitive(parent: Node, element: Element, value: object, beside: object, path: str) -> None:
    child = SubElement(parent, element.name)
    if beside is not None:
        if not isinstance(beside, dict):
            raise RecordError(f"{path}: what stands beside its value is no object")
        _fill(child, beside, "Element", path)
    if value is not None:
        child.set("value", _text(value, element, path))


def _add(parent: Node, element: Element, value: object, path: str) -> None:
    if element.type == "xhtml":
        parent.append(_narrative(value, path))
    elif element.type == "Resource":
        SubElement(parent, element.name).append(_resource(value, path))
    elif isinstance(value, dict):
        _fill(SubElement(parent, element.name), value, element.type, path)
    else:
        raise RecordError(f"{path}: is no object")


def _narrative(value: object, path: str) -> Node:
    try:
        return plain_xhtml(fromstring(value if isinstance(value, str) else "", forbid_dtd=True), path)
    except (ParseError, DefusedXmlException, NotFhirXmlError, ValueError):
        raise RecordError(f"{path}: is no XHTML; ask for JSON") from None


def _text(value: object, element: Element, path: str) -> str:
    """The value of a primitive as XML has it."""
    if element.type == "boolean":
        if not isinstance(value, bool):
            raise RecordError(f"{path}: is no boolean")
        return "true" if value else "false"
    if not isinstance(value, str) or isinstance(value, _Number) != (element.type in NUMBERS):
        raise RecordError(f"{path}: is no {element.type}")
    if _NOT_XML.search(value):
        raise RecordError(f"{path}: holds a character that XML cannot hold; ask for JSON")
    return str(value)
