"""The typefaces of a paper: TrueType ones of this machine, which the PDF holds, else those that a reader must have."""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_NAMED: Final = "STSong-Light"
# Where the systems keep faces with TrueType outlines and Chinese; reportlab embeds no others (Noto CJK has CFF ones).
CHINESE: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/droid/DroidSansFallback.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/simhei.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
# Faces as wide as Helvetica, plain and bold; reportlab brings the last.
LATIN: Final = (
    *(
        (f"{folder}/LiberationSans-Regular.ttf", f"{folder}/LiberationSans-Bold.ttf")
        for folder in (
            "/usr/share/fonts/truetype/liberation",
            "/usr/share/fonts/liberation-sans-fonts",
            "/usr/share/fonts/liberation-sans",
            "/usr/share/fonts/liberation",
        )
    ),
    ("C:/Windows/Fonts/arial.ttf", "C:/Windows/Fonts/arialbd.ttf"),
    ("/System/Library/Fonts/Supplemental/Arial.ttf", "/System/Library/Fonts/Supplemental/Arial Bold.ttf"),
    tuple(str(Path(reportlab.__file__).parent / "fonts" / name) for name in ("Vera.ttf", "VeraBd.ttf")),
)
# What the Latin face of every reader writes: Windows-1252, and the Greek and the signs of the Symbol face.
_SIGNS: Final = "\\u0000-\\u024fΑ-Ωα-ω≤≥≠≈→←↑↓∞−√∑•–—‘’“”…€™"
_BROKEN: Final = (TTFError, OSError, ValueError, LookupError, AssertionError, struct.error)


@dataclass(frozen=True)
class Faces:
    """The names of the faces of a paper, and which signs its Latin ones lack."""

    plain: str = "Helvetica"
    bold: str = "Helvetica-Bold"
    chinese: str = _NAMED
    lacks: str = f"[^{_SIGNS}]+"

    def __post_init__(self) -> None:
        """Makes the Chinese face that readers have by name known."""
        if self.chinese == _NAMED and _NAMED not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_NAMED))


def faces_of(told: str, places: Iterable[str] = CHINESE) -> Faces:
    """The faces for a paper: those of the file that the ward was told, of the first place that has one, or by name."""
    found = (_opened(path, "中签") for path in (told, *places) if path)
    chinese = next((face for face in found if face), None)
    return _embedded(chinese) if chinese else Faces()


def _embedded(chinese: Any) -> Faces:
    pairs = ([_opened(path, "Aµ") for path in pair] for pair in LATIN)
    plain, bold = next(pair for pair in pairs if all(pair))
    has = "".join(
        re.escape(chr(code))
        for code in plain.face.charToGlyph
        if code in bold.face.charToGlyph and re.match(f"[{_SIGNS}]", chr(code))
    )
    return Faces(plain.fontName, bold.fontName, chinese.fontName, f"[^\\s{has}]+")


@cache
def _opened(path: str, needed: str) -> Any:
    """The face of a file, known by a name of its own; none where the file is not there, or it cannot be embedded."""
    file = Path(path).expanduser()
    if not file.is_file():
        return None
    try:
        face = TTFont(f"face-{crc32(path.encode()):08x}", str(file))
    except _BROKEN:
        return None
    if not all(ord(sign) in face.face.charToGlyph for sign in needed):
        return None
    pdfmetrics.registerFont(face)
    return face
