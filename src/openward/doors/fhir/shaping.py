"""How the answer to a search looks: page, order, which elements, which format (FHIR R4 3.1.1.5)."""

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from openward.domain.errors import InputError
from openward.domain.resource import Stored
from openward.doors.fhir.outcome import NotSupportedError
from openward.record import r4

PAGE: Final = 50
MOST: Final = 200
CURSOR: Final = "_cursor"
SHAPING: Final = frozenset({"_count", "_sort", "_summary", "_elements", "_total", "_format", "_pretty", CURSOR})
Summary = Literal["", "true", "text", "data", "count"]

_SUMMARIES: Final[dict[str, Summary]] = {
    "false": "", "true": "true", "text": "text", "data": "data", "count": "count",
}  # fmt: skip
_VALUES: Final = {
    "_summary": frozenset(_SUMMARIES), "_total": frozenset({"none", "estimate", "accurate"}),
    "_pretty": frozenset({"true", "false"}),
}  # fmt: skip
_NAME: Final = re.compile(r"[A-Za-z]{1,64}")
_SUBSETS: Final = {
    name: rows
    for name, rows in r4.load("subsets", dict[str, dict[str, frozenset[str]] | str]).items()
    if not isinstance(rows, str)
}
_ALWAYS: Final = frozenset({"resourceType", "id", "meta"})
_TAG: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_UNIQUE: Final = frozenset({"_id", "_lastUpdated"})
_object: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode: Final = msgspec.json.Encoder().encode


class Cut(msgspec.Struct, frozen=True):
    """Which elements of a resource go out; without either, all."""

    summary: Summary = ""
    elements: frozenset[str] = frozenset()

    def of(self, stored: Stored, body: bytes) -> bytes:
        """The resource with these elements, and those that none may lack, tagged as SUBSETTED."""
        subset = _SUBSETS.get(stored.type)
        if subset is None or not (self.summary or self.elements):
            return body
        whole = _object(body)
        keep = _ALWAYS | subset["always"] | self._wanted(whole, subset)
        kept = {name: value for name, value in whole.items() if name.removeprefix("_") in keep}
        return _encode(_tagged(kept))

    def _wanted(self, whole: dict[str, msgspec.Raw], subset: dict[str, frozenset[str]]) -> frozenset[str]:
        if self.summary == "data":
            wanted = frozenset(name.removeprefix("_") for name in whole) - {"text"}
            return wanted & self.elements if self.elements else wanted
        wanted = {"text": frozenset({"text"}), "true": subset["summary"]}.get(self.summary, frozenset())
        return wanted | self.elements


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How one answer is to look."""

    count: int = PAGE
    sort: str = "_id"
    after: str | None = None
    cut: Cut = Cut()
    only_count: bool = False


def read_shape(
    parameters: Sequence[tuple[str, str]], date_param: str | None, *, strict: bool
) -> tuple[Shape, tuple[tuple[str, str], ...]]:
    """The shape that the parameters ask for, and those that were understood, for links.

    Raises:
        InputError: a value cannot be read.
        NotSupportedError: the caller wants strict handling and a value is not known.
    """
    shape, used = Shape(), []
    for name, value in parameters:
        if name not in SHAPING or not value:
            continue
        changed = _changed(shape, name, value, date_param)
        if changed is not None:
            shape = changed
            used += [] if name == CURSOR else [(name, value)]
        elif strict:
            raise NotSupportedError(f"this value of '{name}' is not supported; see GET metadata")
    return shape, tuple(used)


def count_of(text: str) -> int:
    """A number of resources on a page.

    Raises:
        InputError: it is no whole number.
    """
    if not (text.isascii() and text.isdigit()):
        raise InputError("'_count' must be a whole number")
    return min(int(text[:6]), MOST)


def _changed(shape: Shape, name: str, value: str, date_param: str | None) -> Shape | None:
    """The shape with one more parameter read; None when its value is not known."""
    change: dict[str, Any] = {}
    if name == "_count":
        count = count_of(value)
        change = {"count": count or 1, "only_count": shape.only_count or not count}
    elif name == CURSOR:
        change = {"after": value}
    elif name == "_elements":
        wanted = frozenset(part.strip() for part in value.split(",") if _NAME.fullmatch(part.strip()))
        change = {"cut": Cut(shape.cut.summary, shape.cut.elements | wanted)}
    elif name == "_sort":
        order = _order(value, date_param)
        if order is None:
            return None
        change = {"sort": order}
    elif name in _VALUES and value not in _VALUES[name]:
        return None
    elif name == "_summary":
        summary = _SUMMARIES[value]
        change = {"cut": Cut(summary, shape.cut.elements), "only_count": shape.only_count or summary == "count"}
    return msgspec.structs.replace(shape, **change)


def _order(value: str, date_param: str | None) -> str | None:
    """The keys of `_sort` as the record keeps them; those after a key that no two resources share do not matter."""
    keys: list[str] = []
    for text in value.split(","):
        bare = text.removeprefix("-")
        if date_param and bare in {"date", date_param}:
            bare = "date"
        elif bare not in _UNIQUE:
            return None
        if all(bare != key.removeprefix("-") for key in keys):
            keys.append(f"-{bare}" if text.startswith("-") else bare)
        if bare in _UNIQUE:
            break
    return ",".join(keys)


def _tagged(resource: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    meta = _object(resource["meta"]) if "meta" in resource else {}
    tags = msgspec.json.decode(meta["tag"], type=list[msgspec.Raw]) if "tag" in meta else []
    meta["tag"] = msgspec.Raw(_encode([*tags, _TAG]))
    lead = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return lead | {"meta": msgspec.Raw(_encode(meta))} | {k: v for k, v in resource.items() if k != "meta"}
