"""Quantities in UCUM: read a unit, convert explicitly, and never confuse what cannot be converted.

After "The Unified Code for Units of Measure", version 2.2 (2024), case-sensitive codes. Two deliberate differences,
both on the safe side: `mol`, `eq` and `osm` are dimensions of their own (in UCUM they are pure numbers), so that mass,
amount and charge convert only through a molar mass; an arbitrary unit (`[IU]`, `[arb'U]`) converts to itself alone.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Final

import msgspec

from openward.domain.errors import InputError

MAX_UNIT: Final = 100
MAX_EXPONENT: Final = 9
_MAX_DEPTH: Final = 5

_PREFIXES: Final = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip

Dimension = tuple[tuple[str, int], ...]


class UnitError(InputError):
    """A unit cannot be read, or two units measure different things."""


class Unit(msgspec.Struct, frozen=True):
    """A unit as a factor of base units; `shift` is set for temperatures: kelvin = factor × (value + shift)."""

    factor: Fraction
    dimension: Dimension = ()
    shift: Fraction = Fraction(0)


class Quantity(msgspec.Struct, frozen=True):
    """A number with its unit, a UCUM code."""

    value: float
    unit: str

    def __str__(self) -> str:
        """As a person reads it: no trailing zeros, no naked decimal point."""
        return f"{self.value:.12g} {self.unit}" if self.unit != "1" else f"{self.value:.12g}"


def _base(**powers: int) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


_ONE: Final = Unit(Fraction(1))
_GRAM: Final = Unit(Fraction(1), _base(g=1))
_LITRE: Final = Unit(Fraction(1, 1000), _base(m=3))
_PASCAL: Final = Unit(Fraction(1000), _base(g=1, m=-1, s=-2))
_SECOND: Final = _base(s=1)

# Metric atoms take a prefix (UCUM 2.2, tables 2 to 5).
_METRIC: Final[dict[str, Unit]] = {
    "m": Unit(Fraction(1), _base(m=1)),
    "s": Unit(Fraction(1), _SECOND),
    "g": _GRAM,
    "K": Unit(Fraction(1), _base(K=1)),
    "mol": Unit(Fraction(1), _base(mol=1)),
    "eq": Unit(Fraction(1), _base(eq=1)),
    "osm": Unit(Fraction(1), _base(osm=1)),
    "cd": Unit(Fraction(1), _base(cd=1)),
    "C": Unit(Fraction(1), _base(C=1)),
    "L": _LITRE,
    "l": _LITRE,
    "t": Unit(Fraction(10**6), _base(g=1)),
    "Hz": Unit(Fraction(1), _base(s=-1)),
    "N": Unit(Fraction(1000), _base(g=1, m=1, s=-2)),
    "Pa": _PASCAL,
    "bar": Unit(Fraction(10**8), _PASCAL.dimension),
    "m[Hg]": Unit(Fraction(133322387), _PASCAL.dimension),
    "m[H2O]": Unit(Fraction(9806650), _PASCAL.dimension),
    "J": Unit(Fraction(1000), _base(g=1, m=2, s=-2)),
    "cal": Unit(Fraction(4184), _base(g=1, m=2, s=-2)),
    "W": Unit(Fraction(1000), _base(g=1, m=2, s=-3)),
    "V": Unit(Fraction(1000), _base(g=1, m=2, s=-2, C=-1)),
    "kat": Unit(Fraction(1), _base(mol=1, s=-1)),
    "U": Unit(Fraction(1, 60 * 10**6), _base(mol=1, s=-1)),
    "Bq": Unit(Fraction(1), _base(s=-1)),
    "Ci": Unit(Fraction(37 * 10**9), _base(s=-1)),
    "Gy": Unit(Fraction(1), _base(m=2, s=-2)),
    "Sv": Unit(Fraction(1), _base(m=2, s=-2)),
    "[IU]": Unit(Fraction(1), _base(IU=1)),
    "[iU]": Unit(Fraction(1), _base(IU=1)),
}
_PLAIN: Final[dict[str, Unit]] = {
    "min": Unit(Fraction(60), _SECOND),
    "h": Unit(Fraction(3600), _SECOND),
    "d": Unit(Fraction(86400), _SECOND),
    "wk": Unit(Fraction(604800), _SECOND),
    "mo": Unit(Fraction(31557600, 12), _SECOND),
    "a": Unit(Fraction(31557600), _SECOND),
    "%": Unit(Fraction(1, 100)),
    "[ppth]": Unit(Fraction(1, 10**3)),
    "[ppm]": Unit(Fraction(1, 10**6)),
    "[ppb]": Unit(Fraction(1, 10**9)),
    "[in_i]": Unit(Fraction(254, 10**4), _base(m=1)),
    "[ft_i]": Unit(Fraction(3048, 10**4), _base(m=1)),
    "[lb_av]": Unit(Fraction(45359237, 10**5), _base(g=1)),
    "[oz_av]": Unit(Fraction(45359237, 16 * 10**5), _base(g=1)),
    "[drp]": Unit(Fraction(1, 2 * 10**7), _base(m=3)),
    "[foz_us]": Unit(Fraction(2957353, 10**11), _base(m=3)),
    "[tsp_us]": Unit(Fraction(2957353, 6 * 10**11), _base(m=3)),
    "[tbs_us]": Unit(Fraction(2957353, 2 * 10**11), _base(m=3)),
    "Cel": Unit(Fraction(1), _base(K=1), Fraction(27315, 100)),
    "[degF]": Unit(Fraction(5, 9), _base(K=1), Fraction(45967, 100)),
}
_OWN: Final = frozenset({
    "[arb'U]", "[USP'U]", "[pH]", "[CFU]", "[PFU]", "[HPF]", "[LPF]", "[GPL'U]", "[MPL'U]", "[ELU]", "[EU]", "[AU]",
    "[BAU]", "[anti'Xa'U]", "[CCID_50]", "[TCID_50]", "[FFU]", "[Ch]", "[diop]", "[MET]", "[PNU]", "[Lf]", "[D'ag'U]",
})  # fmt: skip
_WORD: Final = re.compile(r"\{[^{}]*\}|\d+|(?:[^\W\d_]|%|\[[^\[\]{}]*\]|['_])+|[()./+\-*^]")


@lru_cache(maxsize=4096)
def unit(code: str) -> Unit:
    """Reads a UCUM expression.

    Raises:
        UnitError: it is no UCUM unit.
    """
    if not code or len(code) > MAX_UNIT or not code.isascii() or any(c.isspace() for c in code):
        raise UnitError("a unit must be a UCUM code of at most 100 ASCII characters without spaces")
    return _Reader(code).whole()


def is_unit(code: str) -> bool:
    """Whether a text is a UCUM unit."""
    try:
        unit(code)
    except UnitError:
        return False
    return True


def convert(quantity: Quantity, to_unit: str) -> Quantity:
    """The same quantity in another unit of the same dimension.

    Raises:
        UnitError: the units measure different things.
    """
    source, target = unit(quantity.unit), unit(to_unit)
    if source.dimension != target.dimension:
        raise UnitError(f"'{quantity.unit}' and '{to_unit}' measure different things; nothing was converted")
    base = source.factor * (_exact(quantity.value) + source.shift)
    return Quantity(float(base / target.factor - target.shift), to_unit)


def commensurable(one: str, other: str) -> bool:
    """Whether two units can be converted into each other."""
    return unit(one).dimension == unit(other).dimension


def to_molar(quantity: Quantity, molar_mass: Quantity, to_unit: str) -> Quantity:
    """A mass, or mass concentration, as an amount of substance; `molar_mass` is that of the analyte (`g/mol`).

    Raises:
        UnitError: the molar mass is not a mass per amount, or the result is not of the wanted kind.
    """
    mass, grams = unit(molar_mass.unit), unit(quantity.unit)
    if mass.dimension != _base(g=1, mol=-1) or molar_mass.value <= 0:
        raise UnitError("a molar mass must be a positive mass per amount of substance, such as g/mol")
    target = unit(to_unit)
    if target.dimension != _product(grams.dimension, mass.dimension, -1):
        raise UnitError(f"'{quantity.unit}' over a molar mass does not give '{to_unit}'")
    amount = _exact(quantity.value) * grams.factor / (_exact(molar_mass.value) * mass.factor)
    return Quantity(float(amount / target.factor), to_unit)


def to_mass(quantity: Quantity, molar_mass: Quantity, to_unit: str) -> Quantity:
    """An amount of substance, or molar concentration, as a mass; the way back from `to_molar`."""
    mass, amount = unit(molar_mass.unit), unit(quantity.unit)
    if mass.dimension != _base(g=1, mol=-1) or molar_mass.value <= 0:
        raise UnitError("a molar mass must be a positive mass per amount of substance, such as g/mol")
    target = unit(to_unit)
    if target.dimension != _product(amount.dimension, mass.dimension, 1):
        raise UnitError(f"'{quantity.unit}' times a molar mass does not give '{to_unit}'")
    grams = _exact(quantity.value) * amount.factor * _exact(molar_mass.value) * mass.factor
    return Quantity(float(grams / target.factor), to_unit)


def _exact(value: float) -> Fraction:
    if not isfinite(value):
        raise UnitError("a quantity must be a finite number")
    return Fraction(repr(value))


def _product(one: Dimension, other: Dimension, sign: int) -> Dimension:
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + sign * power
    return _base(**powers)


def _times(one: Unit, other: Unit, sign: int) -> Unit:
    if one.shift or other.shift:
        raise UnitError("a temperature scale cannot be part of a compound unit; use K")
    factor = one.factor * other.factor if sign > 0 else one.factor / other.factor
    return Unit(factor, _product(one.dimension, other.dimension, sign))


def _power(one: Unit, exponent: int) -> Unit:
    if one.shift:
        raise UnitError("a temperature scale has no powers; use K")
    return Unit(one.factor**exponent, tuple((name, power * exponent) for name, power in one.dimension if exponent))


class _Reader:
    """Reads one expression from left to right (UCUM 2.2, section 2.1: `.` and `/` bind alike, left to right)."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.words = list(self._split(code))
        self.place = 0
        self.depth = 0

    def _split(self, code: str) -> Iterator[str]:
        end = 0
        for found in _WORD.finditer(code):
            if found.start() != end:
                break
            end = found.end()
            yield found.group()
        if end != len(code):
            raise self._bad()

    def _bad(self) -> UnitError:
        return UnitError("not a UCUM unit; codes are case-sensitive, such as mg, mL, mmol/L, 10*9/L, mm[Hg]")

    def _peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def _next(self) -> str:
        word = self._peek()
        self.place += 1
        return word

    def whole(self) -> Unit:
        """The unit of the whole expression."""
        found = self._term()
        if self._peek():
            raise self._bad()
        return found

    def _term(self) -> Unit:
        sign = 1
        found = _ONE
        if self._peek() == "/":
            self._next()
            sign = -1
        while True:
            component = self._component()
            found = component if found is _ONE and sign > 0 else _times(found, component, sign)
            if self._peek() not in {".", "/"}:
                return found
            sign = 1 if self._next() == "." else -1

    def _component(self) -> Unit:
        word = self._next()
        if word == "(":
            self.depth += 1
            if self.depth > _MAX_DEPTH:
                raise self._bad()
            found = self._term()
            if self._next() != ")":
                raise self._bad()
            self.depth -= 1
            return found
        if word.startswith("{"):
            return _ONE
        found = self._number(word) if word.isdigit() else _power_of(_atom(word), self._exponent(word))
        if self._peek().startswith("{"):
            self._next()
        return found

    def _number(self, word: str) -> Unit:
        if word == "10" and self._peek() in {"*", "^"}:
            self._next()
            return _power(Unit(Fraction(10)), self._exponent("10*"))
        if int(word) == 0 or len(word) > MAX_EXPONENT:
            raise self._bad()
        return Unit(Fraction(int(word)))

    def _exponent(self, word: str) -> int:
        sign = 1
        if self._peek() in {"+", "-"}:
            sign = -1 if self._next() == "-" else 1
            if not self._peek().isdigit():
                raise self._bad()
        if not self._peek().isdigit():
            return 1
        power = int(self._next()) if len(self._peek()) <= 2 else MAX_EXPONENT + 100  # noqa: PLR2004 - two digits
        if power > (MAX_EXPONENT if word != "10*" else 30):
            raise self._bad()
        return sign * power


def _power_of(found: Unit, exponent: int) -> Unit:
    return found if exponent == 1 else _power(found, exponent)


def _atom(word: str) -> Unit:
    """One unit symbol, with or without prefix."""
    if (plain := _PLAIN.get(word)) is not None:
        return plain
    if (metric := _METRIC.get(word)) is not None:
        return metric
    if word in _OWN:
        return Unit(Fraction(1), ((word, 1),))
    for length in (2, 1):
        metric = _METRIC.get(word[length:])
        if metric is not None and word[:length] in _PREFIXES:
            return Unit(metric.factor * Fraction(10) ** _PREFIXES[word[:length]], metric.dimension)
    raise UnitError("not a UCUM unit; codes are case-sensitive, such as mg, mL, mmol/L, 10*9/L, mm[Hg]")
