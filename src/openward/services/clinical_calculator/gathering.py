"""Where an input comes from: the caller, a note, the chart, a derivation, an assumption, or nowhere at all."""

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite

import msgspec

from openward.domain.errors import InputError
from openward.domain.evidence import DocumentEvidence, InputEvidence
from openward.domain.proposal import Language
from openward.domain.quantity import Quantity
from openward.domain.spelling import ucum
from openward.record.chart import Chart
from openward.services.clinical_calculator.charted import charted
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.gathered import LEFT_OUT, Gathered, from_chart, window
from openward.services.clinical_calculator.instruments import Derivation, InputDefinition
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.note import read_note
from openward.services.clinical_calculator.note_unnamed import Noted
from openward.services.clinical_calculator.pairing import paired
from openward.services.clinical_calculator.reads import Given, Reads, Value
from openward.services.clinical_calculator.scales import Known
from openward.services.clinical_calculator.units import implausible, in_unit


def gather(
    calculator: Calculator, reads: Reads, chart: Chart | None, now: datetime, language: Language
) -> dict[str, Gathered]:
    """Every input of an instrument: given, else of the note, else of the chart, else derived, else assumed.

    Raises:
        InputError: a given or assumed input is not one of the instrument, or its value cannot be read.
    """
    for part, values in (("inputs", reads.inputs), ("assumed", reads.assumed)):
        _known_only(part, values, calculator)
    noted = read_note(calculator, reads.note) if reads.note else {}
    found: dict[str, Gathered] = {}
    for name, definition in calculator.definitions.items():
        if name in reads.inputs:
            found[name] = _given("inputs", name, reads.inputs[name], definition, language)
        elif name in noted:
            found[name] = _noted(name, noted[name], reads.note or "")
        else:
            found[name] = _from_chart(name, calculator, definition, chart, now)
    _derive(calculator, found, chart, now)
    for name, value in reads.assumed.items():
        if found[name].value is None:
            assumed = _given("assumed", name, value, calculator.definitions[name], language)
            found[name] = msgspec.structs.replace(assumed, origin="assumed")
    if reads.assumed:
        _derive(calculator, found, chart, now)
    return found


def _known_only(part: str, values: Mapping[str, Value | None], calculator: Calculator) -> None:
    strange = sorted(values.keys() - calculator.definitions.keys())
    if strange:
        names = ", ".join(calculator.definitions)
        msg = f"{part}: '{calculator.id}' has no input '{strange[0][:60]}'; its inputs are {names}"
        raise InputError(msg)


def _derive(calculator: Calculator, found: dict[str, Gathered], chart: Chart | None, now: datetime) -> None:
    for name in calculator.instrument.derived:
        if found[name].value is None and not found[name].left_out:
            found |= _derived(name, calculator, found, chart, now)


def _noted(name: str, noted: Noted, note: str) -> Gathered:
    quote = DocumentEvidence("note", noted.start, noted.end, note[noted.start : noted.end])
    return Gathered(id=name, origin="note", value=noted.value, evidence=(quote,))


def _given(part: str, name: str, value: Value | None, definition: InputDefinition, language: Language) -> Gathered:
    where = f"{part}.{name}"
    if value is None:
        return Gathered(id=name, origin="missing", why=LEFT_OUT)
    if isinstance(value, Given):
        number = in_unit(where, Quantity(value.value, value.unit), definition)
        unit = ucum(value.unit)
        known: Known = _number(where, number, definition, language, unit)
        proof = InputEvidence(f"{where}.value", value.value)
        return Gathered(id=name, origin="given", value=known, evidence=(proof,), unit=unit)
    known = _plain(where, value, definition, language)
    return Gathered(id=name, origin="given", value=known, evidence=(InputEvidence(where, value),))


def _plain(where: str, value: bool | float | str, definition: InputDefinition, language: Language) -> Known:  # noqa: FBT001 - JSON
    if definition.kind == "flag" and isinstance(value, bool):
        return value
    if definition.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(where, float(value), definition, language)
    if definition.kind == "choice" and isinstance(value, str) and value in definition.options:
        return value
    if definition.kind == "date" and isinstance(value, str):
        return _day(where, value)
    wanted = {"choice": f"one of {', '.join(definition.options)}", "flag": "true or false"}
    raise InputError(f"{where}: it must be {wanted.get(definition.kind, f'a {definition.kind}')}")


def _number(
    where: str, value: float, definition: InputDefinition, language: Language, stated: str | None = None
) -> float:
    if isfinite(value) and definition.low <= value <= definition.high:
        return value
    raise InputError(implausible(where, value, definition, language, stated or definition.unit))


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{where}: it must be a day such as 2026-11-21") from None


def _from_chart(
    name: str, calculator: Calculator, definition: InputDefinition, chart: Chart | None, now: datetime
) -> Gathered:
    if chart is None:
        return Gathered(id=name, origin="missing")
    item = next((i for i in calculator.instrument.items if i.worst and i.input == name), None)
    return from_chart(name, charted(definition, chart, now, window(calculator, name), item))


def _derived(
    name: str, calculator: Calculator, found: Mapping[str, Gathered], chart: Chart | None, now: datetime
) -> dict[str, Gathered]:
    """A derived input; with it the readings that it was derived from, where these belong together in time."""
    derivation = calculator.instrument.derived[name]
    parts = [found[i] for i in derivation.inputs]
    if any(part.value is None for part in parts):
        return {}
    if chart is not None and derivation.within_hours and all(part.origin == "chart" for part in parts):
        group = paired(name, calculator, chart, now)
        direct = _read_directly(calculator)
        known = {part: gathered for part, gathered in group.items() if part == name or part not in direct}
        return known or {name: msgspec.structs.replace(found[name], why="not-together")}
    return {name: _computed(name, derivation, calculator, parts, found[name])}


def _read_directly(calculator: Calculator) -> frozenset[str]:
    """The inputs that an item or the formula reads itself, whatever is derived from them."""
    instrument = calculator.instrument
    return frozenset([*instrument.inputs, *(name for item in instrument.items for name in item.inputs())])


def _computed(
    name: str, derivation: Derivation, calculator: Calculator, parts: list[Gathered], before: Gathered
) -> Gathered:
    try:
        value = FORMULAS[derivation.formula](**{part.id: part.value for part in parts})
    except ValueError:
        return msgspec.structs.replace(before, why="not-computable")
    definition = calculator.definitions[name]
    if isinstance(value, float) and not definition.low <= value <= definition.high:
        return msgspec.structs.replace(before, why="implausible")
    on = max((part.on for part in parts if part.on), default=None)
    evidence = tuple(e for part in parts for e in part.evidence)
    return Gathered(id=name, origin="derived", value=value, on=on, evidence=evidence)
