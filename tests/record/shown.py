"""Entries of a chart in short words, so that what is expected of a resource can be written down beside it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from openward.domain.code import Concept
from openward.domain.errors import RecordError
from openward.record.chart import Chart, Interval, Measure, Proportion, Source, Span
from openward.record.holding import Holding
from openward.record.paths import resolve

SECTIONS = (
    "problems",
    "allergies",
    "medications",
    "observations",
    "procedures",
    "encounters",
    "immunizations",
    "documents",
)


def shown(value: Any) -> Any:
    """One value: a concept as `name <code,code>`, a quantity as `5.0 mg`, a period as `start > end [text]`."""
    if isinstance(value, tuple):
        return [shown(item) for item in value]
    show = next((how for kind, how in _HOW.items() if isinstance(value, kind)), None)
    return show(value) if show else value


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _period(value: Span) -> str:
    return f"{shown(value.start) or ''} > {shown(value.end) or ''}" + (f" [{value.text}]" if value.text else "")


def said(entry: msgspec.Struct) -> dict[str, Any]:
    """What an entry says: its fields without those at their defaults, and without its source."""
    fields = {f.name: f for f in msgspec.structs.fields(entry)}
    values = ((name, getattr(entry, name), field.default) for name, field in fields.items() if name != "source")
    return {name: shown(value) for name, value, default in values if value != default or default is msgspec.NODEFAULT}


_HOW: dict[type, Callable[[Any], Any]] = {
    Concept: lambda v: f"{v.name() or ''} <{','.join(c.code or '' for c in v.coding)}>",
    Measure: lambda v: f"{v.comparator or ''}{v.value!r}" + (f" {v.unit}" if v.unit else ""),
    Interval: lambda v: f"{shown(v.low)}..{shown(v.high)}",
    Proportion: lambda v: f"{shown(v.numerator)} : {shown(v.denominator)}",
    Span: _period,
    Source: lambda v: v.reference,
    datetime: _time,
    date: date.isoformat,
    msgspec.Struct: said,
}


def by_reference(chart: Chart) -> dict[str, list[dict[str, Any]]]:
    """What the entries of a chart say, by the resource that they are of."""
    found: dict[str, list[dict[str, Any]]] = {}
    entries = [entry for name in SECTIONS for entry in getattr(chart, name)]
    for entry in [*([chart.demographics] if chart.demographics else []), *entries]:
        found.setdefault(entry.source.reference, []).append(said(entry))
    return found


def faults_of(holding: Holding) -> list[str]:
    """Where what the chart shows does not stand at the path that it names, in the bytes that are held."""
    bodies = {f"{r.type}/{r.id}": r.body for r in holding.resources}
    return [
        f"{source.reference} {path}: {what!r} is not {value!r}"
        for source, path, value in _quotes(holding.chart())
        if not _same(what := _at(bodies[source.reference], path), value)
    ]


def _quotes(chart: Chart) -> Iterator[tuple[Source, str, Any]]:
    for entry in chart.observations:
        if entry.value is not None:
            yield entry.source, entry.path, entry.value
        holder = re.sub(r"value[A-Z]\w+.*$", "", entry.path)
        yield from _concept(entry.source, f"{holder}code", entry.concept)
    for medicine in chart.medications:
        yield from _concept(medicine.drug_source or medicine.source, medicine.drug_path, medicine.concept)
    for name in ("problems", "allergies", "procedures", "immunizations", "documents"):
        for item in getattr(chart, name):
            yield from _concept(item.source, getattr(item, "path", "code"), item.concept)
    for stated in (chart.pregnancy, chart.lactation):
        if stated.source and stated.value is not None:
            yield stated.source, stated.path, stated.value


def _concept(source: Source, path: str, concept: Concept) -> Iterator[tuple[Source, str, Any]]:
    if concept != Concept():
        yield source, path, concept


def _at(body: bytes, path: str) -> Any:
    try:
        return resolve(body, path)
    except RecordError as error:
        return error


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, RecordError):
        return False
    if isinstance(value, Concept):
        return found == value.name() if isinstance(found, str) else _whole(found, value)
    if isinstance(value, Measure):
        return float(found) == value.value
    if isinstance(value, Interval | Proportion):
        return all(_part(found.get(end), getattr(value, end)) for end in value.__struct_fields__)
    if isinstance(value, Span):
        return isinstance(found, dict) and {"start", "end"}.issuperset(found)
    return bool(type(found) is type(value) and found == value)


def _whole(found: Any, value: Concept) -> bool:
    coding = [(c.get("system"), c.get("code"), c.get("display")) for c in found.get("coding", [])]
    return found.get("text") == value.text and coding == [(c.system, c.code, c.display) for c in value.coding]


def _part(found: Any, value: Measure | None) -> bool:
    return (found or {}).get("value") == (value.value if value else None)
