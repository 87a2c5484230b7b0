"""Where an input comes from: what the caller gave, else the chart, else a derivation, else nothing at all."""

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite

import msgspec

from openward.domain.errors import InputError
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.domain.quantity import Quantity
from openward.record.chart import Chart
from openward.services.clinical_calculator.charted import Charted, charted
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.instruments import Derivation, InputDefinition
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.proposal import Origin
from openward.services.clinical_calculator.reads import Given, Value
from openward.services.clinical_calculator.scales import Known
from openward.services.clinical_calculator.units import in_unit

Proof = ChartEvidence | InputEvidence


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """One input as known: `value` is None when missing, `why` says what stood in the way."""

    id: str
    origin: Origin
    value: Known | None = None
    on: str | None = None
    evidence: tuple[Proof, ...] = ()
    why: str = "missing"


def gather(
    calculator: Calculator, given: Mapping[str, Value], chart: Chart | None, now: datetime
) -> dict[str, Gathered]:
    """Every input of an instrument.

    Raises:
        InputError: a given input is not one of the instrument, or its value cannot be read.
    """
    strange = sorted(given.keys() - calculator.definitions.keys())
    if strange:
        msg = f"'{calculator.id}' has no input '{strange[0][:60]}'; its inputs are {', '.join(calculator.definitions)}"
        raise InputError(msg)
    found = {
        name: _given(name, given[name], definition)
        if name in given
        else _from_chart(name, calculator, definition, chart, now)
        for name, definition in calculator.definitions.items()
    }
    for name, derivation in calculator.instrument.derived.items():
        if found[name].value is None:
            found[name] = _derived(name, derivation, calculator, found)
    return found


def _given(name: str, value: Value, definition: InputDefinition) -> Gathered:
    where = f"inputs.{name}"
    if isinstance(value, Given):
        known: Known = _number(where, in_unit(where, Quantity(value.value, value.unit), definition), definition)
        return Gathered(id=name, origin="given", value=known, evidence=(InputEvidence(f"{where}.value", value.value),))
    known = _plain(where, value, definition)
    return Gathered(id=name, origin="given", value=known, evidence=(InputEvidence(where, value),))


def _plain(where: str, value: bool | float | str, definition: InputDefinition) -> Known:  # noqa: FBT001 - JSON
    if definition.kind == "flag" and isinstance(value, bool):
        return value
    if definition.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(where, float(value), definition)
    if definition.kind == "choice" and isinstance(value, str) and value in definition.options:
        return value
    if definition.kind == "date" and isinstance(value, str):
        return _day(where, value)
    wanted = {"choice": f"one of {', '.join(definition.options)}", "flag": "true or false"}
    raise InputError(f"{where}: it must be {wanted.get(definition.kind, f'a {definition.kind}')}")


def _number(where: str, value: float, definition: InputDefinition) -> float:
    if not isfinite(value) or not definition.low <= value <= definition.high:
        msg = (
            f"{where}: not plausible; it must lie between {definition.low:g} and {definition.high:g} {definition.unit}"
        )
        raise InputError(msg)
    return value


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
    hours = min((h for h in (definition.hours, calculator.instrument.hours) if h), default=0)
    read: Charted = charted(definition, chart, now, hours, item)
    if read.value is None:
        return Gathered(id=name, origin="missing", why=read.why)
    return Gathered(id=name, origin="chart", value=read.value, on=read.on, evidence=read.evidence)


def _derived(name: str, derivation: Derivation, calculator: Calculator, found: Mapping[str, Gathered]) -> Gathered:
    parts = [found[i] for i in derivation.inputs]
    if any(part.value is None for part in parts):
        return found[name]
    try:
        value = FORMULAS[derivation.formula](**{part.id: part.value for part in parts})
    except ValueError:
        return msgspec.structs.replace(found[name], why="not-computable")
    definition = calculator.definitions[name]
    if isinstance(value, float) and not definition.low <= value <= definition.high:
        return msgspec.structs.replace(found[name], why="implausible")
    on = max((part.on for part in parts if part.on), default=None)
    evidence = tuple(e for part in parts for e in part.evidence)
    return Gathered(id=name, origin="derived", value=value, on=on, evidence=evidence)
