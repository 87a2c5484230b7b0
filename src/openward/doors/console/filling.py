"""What a person typed into a service's form becomes its input, and each fault stands at its field."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

import msgspec
from msgspec import inspect

from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.doors.console.forms import Field, fields_of, measure_of
from openward.harness.service import Service

Words = Callable[..., str]
_WHERE: Final = re.compile(r"(?:input\.)?(?P<path>[a-z_][\w]*(?:\.\w+|\[\d+\])*): (?P<why>.+)", re.DOTALL)
_TYPED: Final = re.compile(r" - at `\$\.?(?P<path>[^`]+)`")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_UNSURE: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_WITH_UNIT: Final = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(\S.*)")
_SAID: Final = {"yes": True, "no": False, "是": True, "否": False, "有": True, "无": False}
_WIDE: Final = str.maketrans("０１２３４５６７８９．－＋", "0123456789.-+")


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A filled form: the input as plain data, and what is wrong by the path of the field."""

    input: dict[str, Any]
    faults: dict[str, str]


class _FaultError(ValueError):
    """What stands in a field cannot be read; the message is for the person who typed it."""


def filled(service: Service, form: Mapping[str, str], t: Words, language: Language = "en") -> Filled:
    """The input out of a filled form; empty fields are left out."""
    reader = _Reader(t, language)
    return Filled(input=reader.struct(fields_of(service, language, form)), faults=reader.faults)


def faults_of(service: Service, form: Mapping[str, str], message: str, t: Words) -> dict[str, str]:
    """Where a service's refusal belongs: by path its words, or, where the field is empty, that it is needed."""
    told = _TYPED.search(message) or _WHERE.match(message)
    if told is None:
        return {}
    path = re.sub(r"\[(\d+)\]", r".\1", told["path"])
    known = {one.name: one for one in _all(fields_of(service, typed=form))}
    while path not in known and "." in path:
        path = path.rpartition(".")[0]
    if path not in known:
        return {}
    why = told.groupdict().get("why") or t("form_cannot_be")
    return {path: why if known[path].filled else t("form_needed")}


def _all(fields: list[Field] | tuple[Field, ...]) -> list[Field]:
    found = []
    for field in fields:
        found += [field, *_all(field.parts), *(one for row in field.rows for one in _all(row))]
    return found


class _Reader:
    """Reads the fields of one form and notes what is wrong."""

    def __init__(self, t: Words, language: Language) -> None:
        self._t = t
        self._language: Language = language
        self.faults: dict[str, str] = {}

    def struct(self, fields: list[Field] | tuple[Field, ...]) -> dict[str, Any]:
        """What was typed into the fields of a struct, by name."""
        found = {}
        for field in fields:
            value = self._value(field)
            if value is not None:
                found[field.name.rpartition(".")[2]] = value
        return found

    def _value(self, field: Field) -> Any:
        if field.kind == "group":
            return self.struct(field.parts) or None
        if field.kind == "rows":
            return self._rows(field)
        if field.kind == "switch":
            return {"on": True, "off": False}.get(field.value)
        text = field.value.strip()
        if not text:
            return None
        try:
            return self._read(field, text)
        except _FaultError as fault:
            self.faults[field.name] = str(fault)
            return None

    def _rows(self, field: Field) -> Any:
        if isinstance(field.type, inspect.DictType):
            pairs = [self.struct(row) for row in field.rows]
            for row, pair in zip(field.rows, pairs, strict=True):
                self._whole(row, pair)
            return {pair["key"]: pair["value"] for pair in pairs if len(pair) == len(("key", "value"))} or None
        found = []
        for row in field.rows:
            one = self.struct(row)
            self._whole(row, one)
            found += [one] if one else []
        return found or None

    def _whole(self, row: tuple[Field, ...], read: dict[str, Any]) -> None:
        """Notes what a row that was begun still needs."""
        for part in row:
            name = part.name.rpartition(".")[2]
            wanted = part.needed or part.kind == "pair"
            if read and wanted and name not in read and part.name not in self.faults:
                self.faults[part.name] = self._t("form_needed")

    def _read(self, field: Field, text: str) -> Any:
        readers: dict[str, Callable[[Field, str], Any]] = {
            "flag": lambda _, said: said == "on",
            "maybe": lambda _, said: _SAID.get(said),
            "number": self._number,
            "measure": self._measured,
            "lines": lambda _, said: [_line(line.strip()) for line in said.splitlines() if line.strip()],
            "date": self._day,
            "moment": self._day,
            "pair": _plain,
            "json": self._json,
        }
        reader = readers.get(field.kind)
        return text if reader is None else reader(field, text)

    def _number(self, field: Field, text: str) -> float | int:
        number = self._any_number(text)
        if isinstance(field.type, inspect.IntType) and isinstance(number, float):
            raise _FaultError(self._t("form_whole_number"))
        self._bounded(field, number, "")
        return number

    def _measured(self, field: Field, text: str) -> dict[str, Any]:
        unit = field.unit if field.unit in field.units else field.units[0]
        number = self._any_number(text)
        if unit == field.units[0]:
            self._bounded(field, number, written(unit, self._language))
        return {"value": number, "unit": unit}

    def _any_number(self, text: str) -> float | int:
        plain = text.translate(_WIDE)
        # "1,200" is a thousand to some and one and a fifth to others: nobody guesses.
        plain = plain if _UNSURE.fullmatch(plain) else plain.replace(",", ".")
        if not _NUMBER.fullmatch(plain) or not isfinite(float(plain)):
            raise _FaultError(self._t("form_number"))
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)

    def _bounded(self, field: Field, number: float, unit: str) -> None:
        if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
            least = "…" if field.least is None else f"{field.least:g}"
            most = "…" if field.most is None else f"{field.most:g}"
            raise _FaultError(self._t("form_range", least=least, most=most, unit=unit).strip())

    def _day(self, field: Field, text: str) -> str:
        whole = field.kind == "date"
        try:
            read = date.fromisoformat(text) if whole else datetime.fromisoformat(text)
        except ValueError:
            raise _FaultError(self._t("form_day" if whole else "form_moment")) from None
        return read.isoformat()

    def _json(self, _field: Field, text: str) -> Any:
        try:
            return msgspec.json.decode(text.encode())
        except (msgspec.DecodeError, RecursionError):
            raise _FaultError(self._t("form_json")) from None


def _plain(field: Field, text: str) -> Any:
    """What was typed where words, a number, yes or no may stand, as the first of them that it can be."""
    type = field.type
    options = type.types if isinstance(type, inspect.UnionType) else (type,)
    if text.lower() in _SAID and any(isinstance(o, inspect.BoolType) for o in options):
        return _SAID[text.lower()]
    number = text.translate(_WIDE)
    if _NUMBER.fullmatch(number) and any(isinstance(o, inspect.FloatType | inspect.IntType) for o in options):
        return float(number)
    measured = _WITH_UNIT.fullmatch(number)
    if measured and measure_of(type) and not _is_day(text):
        return {"value": float(measured[1]), "unit": measured[2]}
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _line(line: str) -> Any:
    if not line.startswith("{"):
        return line
    try:
        return msgspec.json.decode(line.encode())
    except (msgspec.DecodeError, RecursionError):
        return line
