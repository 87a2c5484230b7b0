"""Units as people write them: µmol/L and mL/min/1.73 m² rather than the codes of UCUM."""

import re
from functools import lru_cache
from typing import Final

from openward.domain.proposal import Language
from openward.domain.text import Text

_RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
# Codes that stand alone and read as words.
_WHOLE: Final[dict[str, Text]] = {
    "a": Text("years", "岁"),
    "mo": Text("months", "月"),
    "wk": Text("weeks", "周"),
    "d": Text("days", "天"),
    "h": Text("h", "小时"),
    "min": Text("min", "分钟"),
    "/min": Text("/min", "次/分"),
    "1": Text("", ""),
    "[pH]": Text("", ""),
    "{pH}": Text("", ""),
    "{INR}": Text("", ""),
    "{ratio}": Text("", ""),
    "{score}": Text("points", "分"),
}
_SYMBOLS: Final = {
    "mm[Hg]": "mmHg", "m[Hg]": "mHg", "cm[H2O]": "cmH₂O", "Cel": "°C", "[degF]": "°F", "[pH]": "", "[HPF]": "HPF",
    "[LPF]": "LPF", "[lb_av]": "lb", "[in_i]": "in", "[ft_i]": "ft", "[oz_av]": "oz", "deg": "°", "[drp]": "drops",
}  # fmt: skip
_MICRO: Final = re.compile(r"^u(?=g|mol|L|l|m$|s$|kat|U|eq|\[)")
_NOTE: Final = re.compile(r"\{([^{}]*)\}")
_POWER: Final = re.compile(r"[x×]?10[*^]([+-]?\d+)")
_ATOM: Final = re.compile(r"([^\W\d_]+(?:\[[^\[\]]*\])?|\[[^\[\]]*\]|%)(-?\d+)?(.*)")


@lru_cache(maxsize=1024)
def written(unit: str | None, language: Language = "en") -> str:
    """A unit as it is written by hand; empty for a plain number, as recorded when it is no code that is known."""
    if not unit:
        return ""
    if unit in _WHOLE:
        return _WHOLE[unit].in_(language)
    return "".join(part if part == "/" else "·".join(map(_atom, part.split("."))) for part in _split(unit))


def _split(unit: str) -> list[str]:
    """The parts between slashes, with the slashes; a number in braces keeps its point."""
    held = _NOTE.sub(lambda found: "{" + found.group(1).replace(".", "\0").replace("/", "\1") + "}", unit)
    return [part for part in re.split(r"(/)", held) if part]


def _atom(part: str) -> str:
    note = " ".join(_NOTE.findall(part)).replace("_", " ").replace("\0", ".").replace("\1", "/")
    bare = _NOTE.sub("", part)
    shown = _POWER.sub(lambda found: "×10" + found.group(1).translate(_RAISED), bare)
    if shown == bare and (atom := _ATOM.fullmatch(bare)):
        name, power, rest = atom.groups()
        shown = f"{_symbol(name)}{(power or '').translate(_RAISED)}{rest}"
    note = re.sub(r"\bm2\b", "m²", note)
    return f"{shown} {note}".strip() if note else shown


def _symbol(name: str) -> str:
    plain = _SYMBOLS.get(name) or _MICRO.sub("µ", name)
    return re.sub(r"\[([^\[\]]*)\]", lambda found: found.group(1).replace("iU", "IU").replace("'U", ""), plain)
