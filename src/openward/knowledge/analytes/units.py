"""Units as laboratories print them, and values in the canonical unit of their analyte."""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import Final

import msgspec

from openward.domain.quantity import Quantity, Unit, UnitError, commensurable, convert, is_unit, to_mass, to_molar
from openward.domain.quantity import unit as ucum_unit
from openward.domain.spelling import ucum
from openward.knowledge.analytes.analyte import Analyte
from openward.knowledge.cells import number
from openward.knowledge.tables import find, remembered

CONVERSIONS: Final = "analyte_conversions"
_MAX: Final = 60
_UP: Final = str.maketrans({"⁰": "^0", "¹": "^1", "²": "^2", "³": "^3", "⁴": "^4", "⁵": "^5", "⁶": "^6", "⁷": "^7",
                            "⁸": "^8", "⁹": "^9"})  # fmt: skip
_VOLUMES: Final = {"l": "L", "ul": "uL", "ml": "mL", "dl": "dL", "mm3": "uL", "mm^3": "uL", "cumm": "uL", "升": "L"}
_POWER: Final = re.compile(r"^[x*×]?10(?:\(|[\^*~e]+|x)?\+?0?(3|6|9|12)\)?(?:个|cells?)?/(.+)$")
_COUNT: Final = re.compile(r"^(?:个|cells?|cell|#|wbc|rbc)?/(.+)$")
_SCALED: Final = {"k": 3, "thou": 3, "thousand": 3, "x1000": 3, "千": 3, "万": 4, "m": 6, "mil": 6, "mill": 6,
                  "million": 6, "百万": 6}  # fmt: skip
_FIELDS: Final = {"hp": "/[HPF]", "hpf": "/[HPF]", "高倍视野": "/[HPF]", "高倍": "/[HPF]", "lp": "/[LPF]",
                  "lpf": "/[LPF]", "低倍视野": "/[LPF]", "低倍": "/[LPF]"}  # fmt: skip
_PRINTED: Final[dict[str, str]] = {
    "秒": "s", "sec": "s", "secs": "s", "s": "s", "mm/1h": "mm/h", "mm/hr": "mm/h", "mm/h": "mm/h", "mm/小时": "mm/h",
    "kpa": "kPa", "mmhg": "mm[Hg]", "mg%": "mg/dL", "g%": "g/dL", "gm%": "g/dL", "vol%": "%",
    "/100wbc": "%", "%hb": "%", "%oftotalhb": "%", "%totalhb": "%", "l/l": "L/L",
    "mosm/kg": "mosm/kg", "mosmol/kg": "mosm/kg", "mosm/kgh2o": "mosm/kg", "mosmol/kgh2o": "mosm/kg",
    "mosm/kg.h2o": "mosm/kg", "mosm/(kg.h2o)": "mosm/kg", "mosm/(kg*h2o)": "mosm/kg", "mosm/kg*h2o": "mosm/kg",
    "mmol/kgh2o": "mosm/kg", "mosm/l": "mosm/L", "mosmol/l": "mosm/L",
    "mg/gcr": "mg/g", "mg/gcreat": "mg/g", "mg/gcreatinine": "mg/g", "mg/g.cr": "mg/g", "mg/g*cr": "mg/g",
    "mg/gcre": "mg/g", "mg/gcrea": "mg/g", "ug/mgcr": "ug/mg", "ug/mgcreat": "ug/mg",
    "mg/mmolcr": "mg/mmol", "mg/mmolcreat": "mg/mmol", "mmol/molhb": "mmol/mol", "u/ghb": "U/g", "iu/ghb": "U/g",
    "1": "1", "inr": "1",
    "ratio": "1", "比值": "1", "index": "{index}", "coi": "{COI}", "s/co": "{s_co}", "c.o.i": "{COI}",
    "copies/ml": "{copies}/mL", "copy/ml": "{copies}/mL", "拷贝/ml": "{copies}/mL", "cp/ml": "{copies}/mL",
    "mau/ml": "{mAU}/mL",
    "au/ml": "[AU]/mL", "au/l": "[AU]/L", "ru/ml": "{RU}/mL", "eu/dl": "[EU]/dL", "ehrlichu/dl": "[EU]/dL",
    "e.u./dl": "[EU]/dL", "gpl": "[GPL'U]", "mpl": "[MPL'U]", "gpl/ml": "[GPL'U]/mL", "mpl/ml": "[MPL'U]/mL",
    "gplu/ml": "[GPL'U]/mL", "mplu/ml": "[MPL'U]/mL", "titer": "{titer}", "titre": "{titer}", "滴度": "{titer}",
    "ph": "[pH]", "[ph]": "[pH]", "fl": "fL", "pg": "pg", "um3": "um3", "u^3": "um3", "kiu/l": "k[IU]/L",
    "ng/ml/h": "ng/mL/h", "ng/ml/hr": "ng/mL/h", "ng/(ml.h)": "ng/mL/h", "ng/ml.h": "ng/mL/h",
    "毫摩尔/升": "mmol/L", "微摩尔/升": "umol/L", "克/升": "g/L", "毫克/升": "mg/L", "单位/升": "U/L",
}  # fmt: skip
_SYMBOL: Final = re.compile(r"[^\W\d_]|%|^\s*1\s*$")
_CHARGE: Final = re.compile(r"eq(?=/|$)")
_GIGA: Final = {"G/L": "10*9/L", "Gpt/L": "10*9/L", "T/L": "10*12/L", "Tpt/L": "10*12/L"}
_KINDS: Final = ("FEU", "DDU")
_KIND: Final = re.compile(r"[\s({\[]*(FEU|D-?DU)[\s)}\]]*", re.IGNORECASE)


class Conversion(msgspec.Struct, frozen=True):
    """A published line from one unit of an analyte to its canonical unit: slope × value + intercept."""

    unit: str
    slope: float
    intercept: float


@lru_cache(maxsize=4096)
def printed_unit(printed: str | None) -> str | None:
    """The UCUM code of a unit as a laboratory prints it, None when it is not known for certain."""
    if not printed or len(printed) > _MAX or not _SYMBOL.search(printed):
        return None
    kind = _KIND.search(printed)
    text = unicodedata.normalize("NFKC", _KIND.sub("", printed).translate(_UP)).replace("μ", "u").replace("µ", "u")
    code = _code(text.strip())
    if code is None or kind is None:
        return code
    return f"{code}{{{kind.group(1).upper().replace('-', '')}}}"


def _code(text: str) -> str | None:
    squeezed = "".join(text.split()).replace("·", ".").replace("⋅", ".")
    low = squeezed.casefold()
    for code in (_PRINTED.get(low), _daily(low), _indexed(low), _counted(low)):
        if code is not None:
            return code
    return ucum(text) or ucum(squeezed) or (ucum(low) if squeezed.isupper() else None)


def _daily(low: str) -> str | None:
    """An amount in 24 hours."""
    found = re.fullmatch(r"(.+?)/(?:24(?:h|hr|hrs|hours?|小时)|d|day|24hu|天|日)", low)
    amount = ucum(found.group(1)) if found else None
    return f"{amount}/d" if amount else None


def _indexed(low: str) -> str | None:
    """A clearance for 1.73 m² of body surface."""
    letters = re.sub(r"[^a-z0-9]", "", low)
    return "mL/min/{1.73_m2}" if re.fullmatch(r"mlmin(?:173m2?|173msq|173)", letters) else None


def _counted(low: str) -> str | None:
    """Cells in a volume, or in a field of the microscope."""
    if (power := _POWER.match(low)) and power.group(2) in _VOLUMES:
        return f"10*{power.group(1)}/{_VOLUMES[power.group(2)]}"
    first, _, rest = low.partition("/")
    if first in _SCALED and rest in _VOLUMES:
        return f"10*{_SCALED[first]}/{_VOLUMES[rest]}"
    plain = _COUNT.match(low)
    if plain is None:
        return None
    below = plain.group(1).removeprefix("每")
    return _FIELDS.get(below) or (f"/{_VOLUMES[below]}" if below in _VOLUMES else None)


def canonical(analyte: Analyte, value: float, unit: str | None) -> float | None:
    """A value in the canonical unit of its analyte; `unit` as printed or in UCUM.

    None when the unit is missing, not known, or measures something else: nothing is guessed.
    """
    if analyte.unit is None:
        return None
    if not unit or not unit.strip():
        return value if analyte.unit in {"1", "[pH]"} else None
    code = _giga(analyte, unit) or printed_unit(unit)
    return _in_canonical(analyte, value, code) if code else None


def converts(analyte: Analyte, unit: str | None) -> bool:
    """Whether values in a unit can be given in the canonical unit of the analyte."""
    return canonical(analyte, 1.0, unit) is not None


def _giga(analyte: Analyte, unit: str) -> str | None:
    """`G/L` of cells is 10⁹ in a litre, not grams."""
    return _GIGA.get(unit.strip()) if analyte.unit in {"10*9/L", "10*12/L"} else None


def _in_canonical(analyte: Analyte, value: float, code: str) -> float | None:
    if analyte.unit is None or not is_unit(code) or _other_kind(analyte.unit, code):
        return None
    for line in conversions().get(analyte.id, ()):
        if _same(line.unit, code):
            return line.slope * value + line.intercept
    try:
        return _converted(analyte, analyte.unit, Quantity(value, code))
    except UnitError:
        return None


def _same(one: str, other: str) -> bool:
    """Whether two codes are the same unit, by whatever spelling; a share is not one in mmol/mol."""
    first, second = ucum_unit(one), ucum_unit(other)
    return first == second and ("mol/" in one) == ("mol/" in other)


def _other_kind(wanted: str, code: str) -> bool:
    """Whether D-dimer units are given where fibrinogen equivalents are meant, or the other way round."""
    return any(f"{{{kind}}}" in code and f"{{{kind}}}" not in wanted for kind in _KINDS)


def _converted(analyte: Analyte, wanted: str, given: Quantity) -> float:
    given = _as_units(wanted, given)
    if wanted == "1" and ucum_unit(given.unit) != Unit(ucum_unit("1").factor):
        raise UnitError("a plain ratio is given as a plain number")
    if commensurable(given.unit, wanted):
        return convert(given, wanted).value
    if analyte.valence is not None and _CHARGE.search(given.unit):
        given = Quantity(given.value / analyte.valence, _CHARGE.sub("mol", given.unit))
        if commensurable(given.unit, wanted):
            return convert(given, wanted).value
    if analyte.molar_mass is None:
        raise UnitError("the unit measures something else")
    mass = Quantity(analyte.molar_mass, "g/mol")
    try:
        return to_molar(given, mass, wanted).value
    except UnitError:
        return to_mass(given, mass, wanted).value


def _as_units(wanted: str, given: Quantity) -> Quantity:
    """Laboratories print IU for enzyme units and U for international units; the analyte says which it is."""
    if commensurable(given.unit, wanted):
        return given
    swapped = given.unit.replace("[IU]", "U") if "[IU]" in given.unit else re.sub(r"U(?=/|$)", "[IU]", given.unit)
    return Quantity(given.value, swapped) if is_unit(swapped) and commensurable(swapped, wanted) else given


@remembered(1)
def conversions() -> dict[str, tuple[Conversion, ...]]:
    """Published lines between units that are no mere scaling, by analyte."""
    found: dict[str, list[Conversion]] = defaultdict(list)
    for row in find(CONVERSIONS):
        line = Conversion(row["unit"], number(row, "slope"), number(row, "intercept"))
        found[row["analyte"]].append(line)
    return {analyte: tuple(lines) for analyte, lines in found.items()}
