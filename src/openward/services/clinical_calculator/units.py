"""A quantity in the unit that an input declares: within a dimension, or across mass, amount and charge."""

from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.quantity import Quantity, UnitError, commensurable, convert, to_mass, to_molar
from openward.domain.spelling import ucum
from openward.domain.text import Text
from openward.knowledge.analytes.index import analytes
from openward.services.clinical_calculator.instruments import InputDefinition

_DIGITS: Final = 4


class Scaled(msgspec.Struct, frozen=True):
    """A unit that an input may be given in: slope × value in it + intercept is the value in the input's own unit."""

    unit: str
    slope: float
    intercept: float

    def of(self, value: float) -> float:
        """A value of the input's own unit in this one."""
        return (value - self.intercept) / self.slope

    def range_of(self, definition: InputDefinition) -> tuple[float, float]:
        """The plausible range in this unit, to four digits where it is not the input's own."""
        ends = (definition.low, definition.high)
        if self.unit == definition.unit:
            return ends
        low, high = (float(f"{self.of(end):.{_DIGITS}g}") for end in ends)
        return low, high


def usual_units(definition: InputDefinition) -> tuple[Scaled, ...]:
    """The units that laboratories give an input in, the usual one of the table `analytes` first.

    One that has the same numbers as another is left out; the input's own unit is always among them.
    """
    table = analytes()
    codes = definition.loinc[:1] if definition.kind == "number" else ()
    analyte = table.get(definition.analyte) or next((a for c in codes if (a := table.find(loinc=c))), None)
    named = (analyte.unit, *analyte.units) if analyte else ()
    found: dict[tuple[float, float], Scaled] = {}
    for unit in dict.fromkeys((*filter(None, named), definition.unit)):
        scaled = _scaled(unit, definition)
        if scaled is not None:
            line = (float(f"{scaled.slope:.9g}"), float(f"{scaled.intercept:.9g}"))
            if line not in found or unit == definition.unit:
                found[line] = scaled
    return tuple(found.values())


def implausible(where: str, value: float, definition: InputDefinition, language: Language, stated: str) -> str:
    """That a number cannot be true in the unit it was stated in, what can, and the unit that it may have been meant in.

    The number itself is not said.
    """
    units = {one.unit: one for one in usual_units(definition)} | {definition.unit: Scaled(definition.unit, 1.0, 0.0)}
    told = units.get(stated, units[definition.unit])
    low, high = told.range_of(definition)
    number = told.of(value)
    meant = [u for u in units.values() if definition.low <= u.slope * number + u.intercept <= definition.high]
    name, unit = definition.words.in_(language), written(told.unit, language)
    said = _IMPLAUSIBLE.in_(language).format(
        name=name, where=where, low=f"{low:.10g}", high=f"{high:.10g}", unit=f" {unit}" if unit else ""
    )
    return said + (_MEANT.in_(language).format(unit=written(meant[0].unit, language)) if meant else "")


_IMPLAUSIBLE: Final = Text(
    "{name} ({where}): not plausible; it must lie between {low} and {high}{unit}.",
    "{name} ({where})：数值不合理；应在 {low}–{high}{unit} 之间。",
)
_MEANT: Final = Text(" It would be plausible in {unit}: is that the unit?", "若单位为 {unit} 则合理，请核对单位。")


def _scaled(unit: str, definition: InputDefinition) -> Scaled | None:
    try:
        start = convert_of(Quantity(0.0, unit), definition)
        return Scaled(unit, convert_of(Quantity(1.0, unit), definition) - start, start)
    except UnitError:
        return None


def in_unit(where: str, quantity: Quantity, definition: InputDefinition) -> float:
    """A given quantity in the unit of its input.

    Raises:
        InputError: the unit is unknown, or measures something else.
    """
    unit = ucum(quantity.unit)
    if unit is None or definition.kind != "number":
        raise InputError(f"{where}: its unit is not known; write UCUM, such as {definition.unit or 'mg/dL'}")
    try:
        return convert_of(Quantity(quantity.value, unit), definition)
    except UnitError:
        msg = f"{where}: the unit cannot be converted to {definition.unit}"
        raise InputError(msg) from None


def convert_of(quantity: Quantity, definition: InputDefinition) -> float:
    """The number in the input's unit.

    Raises:
        UnitError: the units measure different things, and the analyte has no molar mass or valence that joins them.
    """
    if quantity.unit == definition.unit:
        return quantity.value
    if quantity.unit in definition.linear:
        slope, intercept = definition.linear[quantity.unit]
        return slope * quantity.value + intercept
    if commensurable(quantity.unit, definition.unit):
        return convert(quantity, definition.unit).value
    quantity = _as_amount(quantity, definition)
    if commensurable(quantity.unit, definition.unit):
        return convert(quantity, definition.unit).value
    if definition.molar_mass is None:
        raise UnitError(f"'{definition.unit}' cannot be reached; nothing was converted")
    mass = Quantity(definition.molar_mass, "g/mol")
    try:
        return to_mass(quantity, mass, definition.unit).value
    except UnitError:
        return to_molar(quantity, mass, definition.unit).value


def _as_amount(quantity: Quantity, definition: InputDefinition) -> Quantity:
    """Charge and amount of an ion: 1 mmol is `valence` meq."""
    if definition.valence is None:
        return quantity
    if commensurable(quantity.unit, "meq/L"):
        return Quantity(convert(quantity, "meq/L").value / definition.valence, "mmol/L")
    if commensurable(quantity.unit, "mmol/L") and commensurable(definition.unit, "meq/L"):
        return Quantity(convert(quantity, "mmol/L").value * definition.valence, "meq/L")
    return quantity
