"""A quantity in the unit that an input declares: within a dimension, or across mass, amount and charge."""

from openward.domain.errors import InputError
from openward.domain.quantity import Quantity, UnitError, commensurable, convert, to_mass, to_molar
from openward.domain.spelling import ucum
from openward.services.clinical_calculator.instruments import InputDefinition


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
