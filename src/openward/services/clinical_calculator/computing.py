"""From known inputs to a result: a value, a range where something is missing, or the reason why there is none."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from math import isfinite, prod
from typing import Final

import msgspec

from openward.domain.errors import NotFoundError
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.gathered import Gathered
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.scales import Known, Span, item_span, needed, total_span

MAX_WAYS: Final = 64
_FINITE: Final = frozenset({"flag", "choice"})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: `low` equals `high` when all is known; both are None when nothing could be computed.

    `parts` are the points of each item; `missing` the inputs that the result would need to be exact; `why` a word for
    what stood in the way.
    """

    low: float | None = None
    high: float | None = None
    day: date | None = None
    parts: tuple[tuple[str, Span], ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""


def compute(calculator: Calculator, inputs: Mapping[str, Gathered]) -> Outcome:
    """The result of an instrument."""
    values = {name: g.value for name, g in inputs.items() if g.value is not None}
    if calculator.instrument.items:
        return _score(calculator, values)
    return _formula(calculator, values, inputs)


def bounds(calculator: Calculator) -> Span | None:
    """The least and the most of a score; None for a formula."""
    instrument = calculator.instrument
    return total_span(instrument.items, {}, instrument.base) if instrument.items else None


def _score(calculator: Calculator, values: Mapping[str, Known]) -> Outcome:
    instrument = calculator.instrument
    read = {name for item in instrument.items for name in item.inputs()}
    low, high = total_span(instrument.items, values, instrument.base)
    parts = tuple((item.name, item_span(item, values)) for item in needed(instrument.items, values))
    missing = tuple(_open(calculator, values)) if low != high else ()
    if not read & values.keys():
        return Outcome(missing=missing, why="nothing-known")
    return Outcome(low=low, high=high, parts=parts, missing=missing)


def _open(calculator: Calculator, values: Mapping[str, Known]) -> Iterator[str]:
    """The inputs of items whose points are not yet settled."""
    named: dict[str, None] = {}
    for item in needed(calculator.instrument.items, values):
        low, high = item_span(item, values)
        if low != high:
            named |= dict.fromkeys(name for name in item.inputs() if name not in values)
    yield from dict.fromkeys(asked for name in named for asked in _asked(calculator, name, values))


def _asked(calculator: Calculator, name: str, values: Mapping[str, Known]) -> tuple[str, ...]:
    """What to ask for: of a derived input those that it is computed from, where no reading of its own is usual."""
    derivation = calculator.instrument.derived.get(name)
    lacking = tuple(n for n in derivation.inputs if n not in values) if derivation else ()
    return lacking or (name,)


def _formula(calculator: Calculator, values: Mapping[str, Known], inputs: Mapping[str, Gathered]) -> Outcome:
    instrument = calculator.instrument
    missing = tuple(name for name in instrument.inputs if name not in values)
    unread = tuple(name for name in instrument.optional if inputs[name].why == "dose-not-read" and name not in values)
    if unread:
        return Outcome(missing=unread, why="input-missing")
    asked = tuple(a for name in missing for a in _asked(calculator, name, values))
    known = {name: values[name] for name in instrument.inputs if name in values}
    known |= {name: values[name] for name in instrument.optional if name in values}
    ways = {name: _options(calculator, name) for name in missing}
    if not known or not all(ways.values()) or prod(len(w) for w in ways.values()) > MAX_WAYS:
        return Outcome(missing=asked or instrument.optional, why="input-missing")
    try:
        found = [_apply(calculator, known | dict(zip(ways, way, strict=True))) for way in product(*ways.values())]
    except NotFoundError:
        return Outcome(missing=missing, why="table-missing")
    except (ValueError, ZeroDivisionError, OverflowError):
        return Outcome(missing=missing, why="outside-formula")
    return _settled(found, values, missing)


def _apply(calculator: Calculator, known: Mapping[str, Known]) -> float | date:
    found = FORMULAS[calculator.instrument.formula](**known)
    if isinstance(found, date):
        return found
    if isinstance(found, str) or not isfinite(found):
        raise OverflowError
    return found


def _settled(found: list[float | date], values: Mapping[str, Known], missing: tuple[str, ...]) -> Outcome:
    days = [f for f in found if isinstance(f, date)]
    if days:
        begun = min(v for v in values.values() if isinstance(v, date))
        length = float((days[0] - begun).days)
        return Outcome(low=length, high=length, day=days[0], missing=missing)
    numbers = [float(f) for f in found if not isinstance(f, date)]
    low, high = min(numbers), max(numbers)
    return Outcome(low=low, high=high, missing=missing if low != high else ())


def _options(calculator: Calculator, name: str) -> tuple[Known, ...]:
    definition = calculator.definitions[name]
    if definition.kind not in _FINITE:
        return ()
    return tuple(definition.options) if definition.kind == "choice" else (True, False)
