"""The elements of FHIR R4 types: their names, their types, whether they repeat, and their order."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from openward.record import r4

NUMBERS: Final = frozenset({"decimal", "integer", "positiveInt", "unsignedInt"})


class Element(msgspec.Struct, frozen=True):
    """One element of a type; `order` is its place among the others. A name in lower case is a primitive type."""

    name: str
    type: str
    many: bool
    attribute: bool
    order: int

    @property
    def primitive(self) -> bool:
        """Whether it has a value of its own instead of elements (`xhtml` has neither)."""
        return self.type[0].islower() and self.type != "xhtml"


_TABLE: Final = {
    name: rows
    for name, rows in r4.load("elements", dict[str, tuple[str, ...] | str]).items()
    if isinstance(rows, tuple)
}


def is_known(type: str) -> bool:
    """Whether R4 has a resource or data type of this name."""
    return type in _TABLE


@cache
def elements_of(type: str) -> Mapping[str, Element]:
    """The elements of a type by name, a choice (`value[x]`) under each name that it can have; empty when unknown."""
    found: dict[str, Element] = {}
    for order, row in enumerate(_TABLE.get(type, ())):
        name, _, types = row.partition(":")
        attribute, many = types.endswith("@"), "*" in types
        bare = types.rstrip("@*")
        if bare.startswith("?"):
            for one in bare[1:].split("|"):
                full = name + one[0].upper() + one[1:]
                found[full] = Element(full, one, many, attribute, order)
        else:
            found[name] = Element(name, bare, many, attribute, order)
    return found
