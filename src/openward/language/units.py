"""The unit behind a number in prose, as UCUM."""

import re
from functools import lru_cache
from typing import Final

from openward.domain.spelling import ucum

TIMES: Final = frozenset({"min", "h", "d", "wk", "mo", "a"})
_SET: Final[dict[str, str]] = {
    spelled: code
    for code, listed in {
        "/min": (
            "beats per minute;beats/minute;beats/min;beats a minute;breaths per minute;breaths/minute;"
            "breaths/min;per minute;"
            "bpm;/minute;/min;cycles/min;次/分钟;次/分;次每分钟;次每分;次／分;/分"
        ),
        "mm[Hg]": "mm[hg];mm hg;mmhg;mm/hg;mm of hg;mm of mercury;millimeters of mercury;torr;毫米汞柱",
        "cm[H2O]": "cm h2o;cmh2o;厘米水柱",
        "Cel": "cel;°c;° c;℃;degrees celsius;degrees celsisus;degrees c;degree celsius;deg c;celsius;摄氏度;度",
        "[degF]": "°f;° f;℉;degrees fahrenheit;degrees fahreinheit;degrees f;degree fahrenheit;deg f;fahrenheit;华氏度",
        "%": "%;percent;per cent",
        "/[HPF]": "/hpf;per hpf;per high power field;per high-power field;/高倍视野;/hp",
        "/mm3": "/mm3;/mm^3;/mm³;per mm3;per cubic millimeter;cells/mm3;/cumm;/cu mm",
        "10*3/mm3": "k/mm3;thousand/mm3",
        "/uL": (
            "/ul;/μl;/mcl;per microliter;cells/ul;cells/μl;cells/mcl;per ul;per μl;cell/μl;cell/ul;count/μl;"
            "count/ul;cells per microliter;cells per μl;cells per ul"
        ),
        "10*3/uL": "k/ul;k/μl;k/mcl;thousand/ul;thou/ul;thousand/μl;x10e3/ul;10e3/ul",
        "10*6/uL": "m/ul;million/ul;million/μl;mil/ul;m/μl;million/mcl",
        "10*6/mm3": "million/mm3",
        "mL/min/{1.73_m2}": (
            "ml/min/{1.73_m2};"
            "ml/min/1.73 m2;ml/min/1.73m2;ml/min/1.73 m²;ml/min/1.73m²;ml/min/1.73m^2;ml/min/1.73 m^2;ml/min "
            "per 1.73 m2;"
            "ml/min per 1.73m2;ml/(min·1.73m2);ml/(min·1.73m²);ml/min·1.73m2"
        ),
        "meq/L": "milliequivalents per liter;milliequivalents/l;meq per liter;meq per l;meq.l-1;meq·l-1;meq·l−1",
        "mmol/L": "millimoles per liter;mmol per liter;mmol per l;mmol.l-1;mmol·l-1;mmol·l−1;毫摩尔/升",
        "g/dL": (
            "grams per deciliter;g per dl;g.dl-1;g·dl-1;g·dl−1;gm/dl;gms/dl;g%;gm%;g/100 ml"
        ),
        "mg/dL": (
            "milligrams per deciliter;milligram per deciliter;mg per deciliter;mg per dl;"
            "mg.dl-1;mg·dl-1;mg·dl−1;mg%;mgs/dl;mg/100 ml;mg/ dl"
        ),
        "kg/m2": "kg/m2;kg/m²;kg/m^2;kg/㎡;kg/sq m",
        "[IU]/L": "iu/l", "m[IU]/L": "miu/l", "m[IU]/mL": "miu/ml", "u[IU]/mL": "uiu/ml;μiu/ml",
        "mosm/kg": "mosm/kg;mosm/kg h2o;mosmol/kg;mosm/kg water",
        "mm/h": "mm/h;mm/hr;mm/hour;mm/1h", "ms": "ms;msec;milliseconds;毫秒", "s": "s;sec;seconds;秒",
        "kPa": "kpa;千帕", "umol/L": "微摩尔/升", "g/L": "克/升", "U/L": "u/l;units/l;单位/升",
        "kg": "kg;kilograms;kgs;公斤;千克", "cm": "cm;厘米;公分", "m": "m;米", "g": "g;克;grams", "L/min": "l/min",
        "[lb_av]": "lb;lbs;pounds", "[ft_i]": "feet;ft", "[in_i]": "inches", "mL": "ml;毫升;cc",
        "L": "l;升;liters;litres",
        "mg": "mg;毫克", "ug": "mcg;ug;μg;微克", "ng": "ng", "pg": "pg", "fL": "fl", "mm": "mm;毫米", "meq": "meq",
        "mmol": "mmol", "umol": "umol;μmol", "nmol": "nmol", "pmol": "pmol", "U": "units;unit;u;单位",
        "[IU]": "iu;国际单位",
        "min": "minutes;minute;min;mins;分钟", "h": "hours;hour;hrs;hr;h;小时", "kcal": "kcal",
        "d": "days;day;d;天;日", "wk": "weeks;week;wks;wk;周;星期", "mo": "months;month;个月;月",
        "a": "years;year;yrs;yr;y/o;yo;岁;年;y.o",
    }.items()
    for spelled in listed.split(";")
}  # fmt: skip
_LONGEST: Final = max(len(spelled) for spelled in _SET)
_POWER: Final = re.compile(
    r"[x×*✕] ?10 ?(?:\^|\*\*?|e)? ?\(?(\d{1,2})\)? ?(?:cells? ?)?/ ?(l|ul|μl|mm3|ml|mm\^3|mcl)(?![a-z])|"
    r"10[\^*](\d{1,2})/(l|ul|μl)(?![a-z])"
)
_LEVELLED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉µ", "01234567890123456789μ")
_RUN: Final = re.compile(r"[A-Za-zμ]{1,8}(?:/[A-Za-zμ\d.]{1,8}){1,2}(?:/[A-Za-z\d.]{1,6})?")
_VOLUME: Final = {"l": "L", "ul": "uL", "μl": "uL", "mcl": "uL", "mm3": "mm3", "mm^3": "mm3", "ml": "mL"}


def unit_behind(text: str, place: int) -> tuple[int, str] | None:
    """The unit that begins at a place (spaces before it allowed): where it ends and its code; None when none does."""
    found = _behind(text[place : place + _LONGEST + 12])
    return (place + found[0], found[1]) if found is not None else None


@lru_cache(maxsize=4096)
def _behind(window: str) -> tuple[int, str] | None:
    bare = window.lstrip(" \t|-")
    gap = len(window) - len(bare)
    if bare[:1] in ("C", "F") and not bare[1:2].isalnum():
        return gap + 1, "Cel" if bare[0] == "C" else "[degF]"
    small = bare.lower().translate(_LEVELLED)
    if power := _POWER.match(small):
        digits, volume = power.group(1) or power.group(3), power.group(2) or power.group(4)
        return gap + power.end(), f"10*{digits}/{_VOLUME[volume]}"
    known = next((n for n in range(min(len(small), _LONGEST), 0, -1) if small[:n] in _SET and _ends(small, n)), 0)
    run = _RUN.match(bare)
    if run is not None:
        spelled = run.group().rstrip(".")  # the full stop of the sentence
        if len(spelled) > known and (code := ucum(spelled)) is not None:
            return gap + len(spelled), code
    return (gap + known, _SET[small[:known]]) if known else None


def _ends(small: str, end: int) -> bool:
    """Whether a spelling ends with the word."""
    last, after = small[end - 1], small[end : end + 1]
    if last.isascii() and last.isalnum():
        return not (after.isascii() and (after.isalnum() or after in ("/", "'")) and after != "")
    return after != "/"
