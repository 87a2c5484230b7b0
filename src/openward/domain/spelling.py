"""How people write units, and the UCUM code that they mean."""

from functools import lru_cache
from typing import Final

from openward.domain.quantity import is_unit

_MAX_SPELLING: Final = 60
# Spellings whose letters would be another unit in UCUM stand here as well, so that they are looked up first.
_AS_WRITTEN: Final[dict[str, str]] = {
    "IU": "[IU]", "iu": "[IU]", "I.U.": "[IU]", "MIU": "M[IU]", "mIU": "m[IU]", "uIU": "u[IU]", "kIU": "k[IU]",
    "Units": "U", "UNT": "U", "MU": "MU", "mU": "mU", "U": "U", "u": "U",
    "C": "Cel", "F": "[degF]", "°C": "Cel", "°F": "[degF]", "℃": "Cel", "℉": "[degF]", "degC": "Cel", "degF": "[degF]",
    "ft": "[ft_i]", "in": "[in_i]", "Gm": "g", "GM": "g", "G": "g", "MG": "mg", "Mg": "mg", "KG": "kg", "Kg": "kg",
    "ML": "mL", "Ml": "mL", "MCG": "ug", "UG": "ug", "NG": "ng", "L": "L", "l": "L", "ml": "mL", "dl": "dL", "ul": "uL",
    "MM": "mm", "CM": "cm", "HR": "h", "H": "h", "MEQ": "meq", "MMOL": "mmol", "MBQ": "MBq", "MCI": "mCi",
    "K/uL": "10*3/uL", "K/µL": "10*3/uL", "k/uL": "10*3/uL", "M/uL": "10*6/uL", "K/mm3": "10*3/mm3",
    "mmHg": "mm[Hg]", "mm Hg": "mm[Hg]", "cmH2O": "cm[H2O]", "bpm": "/min", "1/min": "/min",
    "mL/min/1.73m2": "mL/min/{1.73_m2}", "mL/min/1.73 m2": "mL/min/{1.73_m2}", "mL/min/1.73m²": "mL/min/{1.73_m2}",
    "mL/min/1.73 m²": "mL/min/{1.73_m2}", "mL/min/{1.73_m2}": "mL/min/{1.73_m2}", "ml/min/1.73m2": "mL/min/{1.73_m2}",
}  # fmt: skip
_LOWER: Final[dict[str, str]] = {
    "mcg": "ug", "ug": "ug", "µg": "ug", "μg": "ug", "ugm": "ug", "microgram": "ug", "micrograms": "ug",
    "mg": "mg", "mgs": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gm": "g", "gms": "g", "gram": "g",
    "grams": "g", "kg": "kg", "kgs": "kg", "kilogram": "kg", "kilograms": "kg", "ng": "ng", "nanogram": "ng",
    "nanograms": "ng", "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]", "oz": "[oz_av]",
    "ounce": "[oz_av]", "ounces": "[oz_av]", "ml": "mL", "mls": "mL", "cc": "mL",
    "milliliter": "mL", "millilitre": "mL",
    "milliliters": "mL", "millilitres": "mL", "l": "L", "liter": "L", "litre": "L", "liters": "L", "litres": "L",
    "dl": "dL", "ul": "uL", "µl": "uL", "μl": "uL", "fl": "fL", "unit": "U", "units": "U", "unt": "U", "iu": "[IU]",
    "international unit": "[IU]", "international units": "[IU]", "meq": "meq", "milliequivalent": "meq",
    "milliequivalents": "meq", "mmol": "mmol", "mmols": "mmol", "millimole": "mmol", "millimoles": "mmol",
    "umol": "umol", "µmol": "umol", "μmol": "umol", "micromol": "umol", "mol": "mol", "mosm": "mosm", "mosmol": "mosm",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "min", "mins": "min", "minute": "min",
    "minutes": "min", "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d",
    "w": "wk", "wk": "wk", "wks": "wk", "week": "wk", "weeks": "wk", "mo": "mo", "month": "mo", "months": "mo",
    "yr": "a",
    "yrs": "a", "y": "a", "year": "a", "years": "a", "mm": "mm", "cm": "cm", "m": "m", "m2": "m2", "m²": "m2",
    "inch": "[in_i]", "inches": "[in_i]", "foot": "[ft_i]", "feet": "[ft_i]", "percent": "%", "pct": "%",
    "drop": "[drp]",
    "drops": "[drp]", "gtt": "[drp]", "gtts": "[drp]",
    "teaspoon": "[tsp_us]", "tablespoon": "[tbs_us]", "kcal": "kcal",
    "celsius": "Cel", "fahrenheit": "[degF]", "mbq": "MBq", "mci": "mCi", "actuat": "{actuat}", "puff": "{puff}",
    "毫克": "mg", "微克": "ug", "克": "g", "千克": "kg", "公斤": "kg", "毫升": "mL", "升": "L",
    "单位": "U", "国际单位": "[IU]",
    "毫摩尔": "mmol", "小时": "h", "分钟": "min", "天": "d", "日": "d", "周": "wk", "星期": "wk", "月": "mo", "年": "a",
    "滴": "[drp]", "纳克": "ng", "厘米": "cm",
}  # fmt: skip


@lru_cache(maxsize=4096)
def ucum(spelled: str) -> str | None:
    """The UCUM code of a unit as people write it, None when it is not known for certain."""
    text = spelled.strip()
    if not text or len(text) > _MAX_SPELLING:
        return None
    direct = _AS_WRITTEN.get(text)
    if direct is None and is_unit(text):
        return text
    return direct or _LOWER.get(text.lower()) or _compound(text)


def _compound(text: str) -> str | None:
    """A quotient of spelled units, or a power of ten over one (`x10^9/l`)."""
    text = text.replace("×", "").replace("10E", "10*").replace("10e", "10*").replace("10^", "10*")
    first, *rest = (part.strip().removeprefix("x").strip() for part in text.split("/"))
    if not rest or not all(rest):
        return first if first.startswith("10*") and is_unit(first) else None
    parts = [_part(first) if first else "", *(_part(p) for p in rest)]
    if any(p is None for p in parts):
        return None
    whole = "/".join(p or "" for p in parts)
    return whole if is_unit(whole) else None


def _part(text: str) -> str | None:
    if (direct := _AS_WRITTEN.get(text) or _LOWER.get(text.lower())) is not None:
        return direct or None
    return text if is_unit(text) else None
