"""A form made from the type of a service's input: its fields, with what was typed into them and what is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_type_hints

import msgspec
from msgspec import inspect

from openward.domain.proposal import Language
from openward.doors.fields import FieldWords, title_of, words_of
from openward.harness.service import Service

PREFIX: Final = "input."
# What stands for the number of a row in the empty row that the page copies.
NEW_ROW: Final = "new"
# The most characters that one line takes, at the top of a form and in a row or group of it.
_ONE_LINE: Final = 200
_ONE_LINE_WITHIN: Final = 2000
_MEASURE: Final = frozenset({"value", "unit"})
_PLAIN: Final[dict[type[inspect.Type], str]] = {
    inspect.LiteralType: "choice",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.DateType: "date",
    inspect.DateTimeType: "moment",
}
_SCALARS: Final = (inspect.StrType, inspect.FloatType, inspect.IntType, inspect.BoolType)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field, at a path below the input (`vitals.pain`, `notes.0.text`).

    `kind` is "text", "long", "lines" (one item a line), "number", "measure" (with one of `units`), "flag", "switch" (on
    when nothing is said), "maybe", "choice", "date", "moment", "file", "pair" (of a mapping), "group" (of `parts`),
    "rows" (`rows` of parts, and a `blank` one) or "json". `value` and `unit` are what was typed, or the default.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    unit: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    file: str = ""
    needed: bool = False
    folded: bool = False
    fault: str = ""
    parts: tuple["Field", ...] = ()
    rows: tuple[tuple["Field", ...], ...] = ()
    blank: tuple["Field", ...] = ()
    columns: tuple[str, str] = ("", "")
    type: inspect.Type

    @property
    def filled(self) -> bool:
        """Whether anything stands in it, or is wrong with it."""
        inner = [*self.parts, *(part for row in self.rows for part in row)]
        return bool(self.fault or (self.value and self.kind != "switch")) or any(one.filled for one in inner)


def fields_of(
    service: Service,
    language: Language = "en",
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> list[Field]:
    """The fields of a service's input in a language, with what was typed and the faults by path."""
    whole = inspect.type_info(service.reads)
    if not isinstance(whole, inspect.StructType):
        return []
    maker = _Maker(service.id, language, typed, faults or {})
    return [*maker.of(whole, "")]


class _Maker:
    """Makes the fields of one form."""

    def __init__(
        self, service: str, language: Language, typed: Mapping[str, str] | None, faults: Mapping[str, str]
    ) -> None:
        self._service = service
        self._language = language
        self._typed = typed
        self._faults = faults

    def of(self, struct: inspect.StructType, above: str) -> Iterator[Field]:
        """The fields of a struct."""
        order = get_type_hints(struct.cls)
        for one in struct.fields:
            path = f"{above}.{one.encode_name}" if above else one.encode_name
            # What is left empty inside of a group or row keeps its own default: a default that is shown would fill it.
            default = "" if above else _default(one)
            field = self._field(path, one.type, default, needed=bool(above) and one.required)
            choices = [c for c in _literals(order.get(one.name)) if c in field.choices]
            yield msgspec.structs.replace(field, choices=tuple(dict.fromkeys(choices))) if choices else field

    def _field(self, path: str, type: inspect.Type, default: str, *, needed: bool) -> Field:
        only, maybe = without_none(type)
        words = words_of(self._service, path)
        within = "." in path
        kind = _kind(only, words, maybe=maybe or within, within=within)
        if kind == "flag" and default == "on":
            kind = "switch"
        field = Field(
            name=path, label=title_of(self._service, path, self._language), kind=kind, type=only,
            value=self._was(path, default), help=words.help[self._language == "zh"],
            units=words.units, unit=self._was(f"{path}.unit", ""), choices=_choices(only),
            least=_bound(only, "ge", words.least), most=_bound(only, "le", words.most), file=words.file,
            needed=needed or words.needed, folded=words.folded, fault=self._faults.get(path, ""),
            columns=(words.column(0, self._language), words.column(1, self._language)),
        )  # fmt: skip
        return self._within(field, only)

    def _was(self, name: str, default: str) -> str:
        return default if self._typed is None else self._typed.get(f"{PREFIX}{name}", "")

    def _within(self, field: Field, type: inspect.Type) -> Field:
        """A field with the fields inside of it."""
        replace = msgspec.structs.replace
        if field.kind == "group" and isinstance(type, inspect.StructType):
            return replace(field, parts=tuple(self.of(type, field.name)))
        if field.kind == "group" and isinstance(type, inspect.DictType):
            keys = _choices(type.key_type)
            found = (self._field(f"{field.name}.{key}", type.value_type, "", needed=False) for key in keys)
            return replace(field, parts=tuple(found), choices=())
        if field.kind == "rows":
            return replace(field, rows=self._rows(field.name, type), blank=self._row(f"{field.name}.{NEW_ROW}", type))
        return field

    def _rows(self, name: str, type: inspect.Type) -> tuple[tuple[Field, ...], ...]:
        return tuple(self._row(f"{name}.{n}", type) for n in numbers_of(name, self._typed or {})) or (
            self._row(f"{name}.0", type),
        )

    def _row(self, path: str, type: inspect.Type) -> tuple[Field, ...]:
        if isinstance(type, inspect.DictType):
            key, value = type.key_type, type.value_type
            return (self._pair(f"{path}.key", key, 0), self._pair(f"{path}.value", value, 1))
        item = item_of(type)
        return tuple(self.of(item, path)) if isinstance(item, inspect.StructType) else ()

    def _pair(self, path: str, type: inspect.Type, column: int) -> Field:
        words = words_of(self._service, path.rpartition(".")[0])
        label = words.column(column, self._language) or title_of(self._service, path, self._language)
        fault = self._faults.get(path, "")
        return Field(name=path, label=label, kind="pair", value=self._was(path, ""), type=type, fault=fault)


def numbers_of(name: str, typed: Mapping[str, str]) -> list[int]:
    """The numbers of the rows of a field in which anything stands."""
    found = set()
    for key, text in typed.items():
        number = key.removeprefix(f"{PREFIX}{name}.").partition(".")[0]
        if key.startswith(f"{PREFIX}{name}.") and number.isascii() and number.isdigit() and text.strip():
            found.add(int(number[:6]))
    return sorted(found)


def without_none(type: inspect.Type) -> tuple[inspect.Type, bool]:
    """A type without None, and whether it may be None."""
    if isinstance(type, inspect.Metadata):
        return without_none(type.type)
    if not isinstance(type, inspect.UnionType):
        return type, False
    options = tuple(o for o in type.types if not isinstance(o, inspect.NoneType))
    maybe = len(options) < len(type.types)
    return (options[0] if len(options) == 1 else inspect.UnionType(options)), maybe


def measure_of(type: inspect.Type) -> inspect.StructType | None:
    """The struct of a number with its unit, where a type is or may be one."""
    options = type.types if isinstance(type, inspect.UnionType) else (type,)
    structs = (o for o in options if isinstance(o, inspect.StructType))
    return next((s for s in structs if {f.encode_name for f in s.fields} == _MEASURE), None)


def item_of(type: inspect.Type) -> inspect.Type:
    """The type of the items of a list."""
    if isinstance(type, inspect.VarTupleType | inspect.ListType):
        return without_none(type.item_type)[0]
    return inspect.AnyType()


def is_scalar(type: inspect.Type) -> bool:
    """Whether a value can be typed in one line: words, a number, yes or no, a number with its unit."""
    options = type.types if isinstance(type, inspect.UnionType) else (type,)
    return all(isinstance(o, _SCALARS) or measure_of(o) for o in options)


def _kind(type: inspect.Type, words: FieldWords, *, maybe: bool, within: bool) -> str:
    if words.file:
        return "file"
    if measure_of(type):
        return "measure" if words.units else "pair"
    if isinstance(type, inspect.BoolType):
        return "maybe" if maybe else "flag"
    if isinstance(type, inspect.StrType):
        return "long" if words.long or (type.max_length or 0) > (_ONE_LINE_WITHIN if within else _ONE_LINE) else "text"
    return next((kind for one, kind in _PLAIN.items() if isinstance(type, one)), None) or _compound(type)


def _compound(type: inspect.Type) -> str:
    match type:
        case inspect.StructType():
            return "group"
        case inspect.VarTupleType() | inspect.ListType():
            return _listed(item_of(type))
        case inspect.DictType():
            if isinstance(type.key_type, inspect.LiteralType):
                return "group"
            return "rows" if is_scalar(without_none(type.value_type)[0]) else "json"
        case inspect.UnionType():
            return "pair" if is_scalar(type) else "json"
        case _:
            return "json"


def _listed(item: inspect.Type) -> str:
    options = item.types if isinstance(item, inspect.UnionType) else (item,)
    if any(isinstance(o, inspect.StrType | inspect.LiteralType) for o in options):
        return "lines"
    return "rows" if isinstance(item, inspect.StructType) else "json"


def _choices(type: inspect.Type) -> tuple[str, ...]:
    return tuple(str(v) for v in type.values) if isinstance(type, inspect.LiteralType) else ()


def _literals(hint: Any) -> Iterator[str]:
    """The set words of an annotation in the order in which they were written."""
    for one in get_args(hint):
        if isinstance(one, str):
            yield one
        else:
            yield from _literals(one)


def _bound(type: inspect.Type, name: str, otherwise: float | None) -> float | None:
    found = getattr(type, name, None)
    return otherwise if found is None else float(found)


def _default(field: inspect.Field) -> str:
    """The default of a plain value in a form's words; a list or an object that is left empty keeps its own default."""
    value = field.default
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value) if isinstance(value, str | int | float) else ""
