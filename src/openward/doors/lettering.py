"""Lines of a paper: each kind in its size and colour, each sign in a face that has it."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from openward.doors.faces import Faces

LINE: Final = HexColor("#d3dce1")
_INK, _QUIET = HexColor("#14212a"), HexColor("#4d5f6a")
_COLOURS: Final = {"critical": "#a1102a", "high": "#a63a05", "moderate": "#7d5200", "low": "#155a86", "info": "#4d5f6a"}
_RAISED: Final = {ord(c): f"<super>{n}</super>" for n, c in (*zip("0456789-", "⁰⁴⁵⁶⁷⁸⁹⁻", strict=True),)}
_LOWERED: Final = {ord(c): f"<sub>{n}</sub>" for n, c in zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True)}
_HAN: Final = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_BOLD: Final = {"title", "heading", "state", "alarm", "finding", "strong"}
_KINDS: Final[dict[str, dict[str, Any]]] = {
    "title": {"fontSize": 17, "leading": 22, "spaceAfter": 3},
    "heading": {"fontSize": 12, "leading": 16, "spaceBefore": 10, "keepWithNext": 1},
    "state": {"fontSize": 11, "leading": 15, "spaceBefore": 5},
    "alarm": {"fontSize": 11, "leading": 15, "textColor": HexColor("#a1102a"), "spaceBefore": 5},
    "finding": {"fontSize": 10.5, "leading": 14, "spaceBefore": 7, "keepWithNext": 1},
    "strong": {"fontSize": 9.5, "leading": 13, "spaceBefore": 3},
    "text": {"fontSize": 9.5, "leading": 13},
    "leaf": {"fontSize": 8.5, "leading": 11.5, "leftIndent": 10, "firstLineIndent": -6},
    "small": {"fontSize": 8, "leading": 11, "textColor": _QUIET},
    "code": {"fontSize": 7.5, "leading": 10, "textColor": _QUIET},
}


@dataclass(frozen=True)
class Lettering:
    """Text set in the faces of a paper."""

    faces: Faces

    def marked(self, text: str) -> str:
        """Text as the markup of a paragraph."""
        safe = re.sub(self.faces.lacks, self._in_chinese, escape(text))
        return safe.translate(_RAISED).translate(_LOWERED)

    def _in_chinese(self, found: re.Match[str]) -> str:
        held = found[0]
        if all(ord(sign) in _RAISED or ord(sign) in _LOWERED for sign in held):
            return held
        return f'<font name="{self.faces.chinese}">{held}</font>'

    def line(self, text: str, kind: str) -> Paragraph:
        """One paragraph of a kind."""
        return Paragraph(self.marked(text), _style(self.faces, kind, chinese=bool(_HAN.search(text))))

    def graded(self, text: str, severity: str, word: str) -> Paragraph:
        """A finding, after the word for how grave it is, in its colour."""
        grave = f'<font color="{_COLOURS[severity]}">{self.marked(word)}</font>'
        style = _style(self.faces, "finding", chinese=bool(_HAN.search(text)))
        return Paragraph(f"{grave} · {self.marked(text)}", style)

    def leaf(self, what: str, where: str, depth: int) -> Paragraph:
        """One evidence and where it stands, indented."""
        text = self.marked(what)
        if where:
            text += f' <font size="7" color="#4d5f6a">{self.marked(where)}</font>'
        chinese = bool(_HAN.search(what + where))
        return Paragraph(f"– {text}", _style(self.faces, "leaf", chinese=chinese, depth=depth))

    def put(self, canvas: Canvas, x: float, y: float, text: str, *, right: bool = False, size: float = 7.5) -> None:
        """One line at a place of a page."""
        style = ParagraphStyle(
            "around", fontName=self.faces.plain, fontSize=size, leading=size + 2, textColor=_QUIET,
            alignment=2 if right else 0,
        )  # fmt: skip
        line = Paragraph(self.marked(text), style)
        wide = 110 * mm
        line.wrap(wide, 10 * mm)
        line.drawOn(canvas, x - wide if right else x, y)


@cache
def _style(faces: Faces, kind: str, *, chinese: bool, depth: int = 0) -> ParagraphStyle:
    font = faces.bold if kind in _BOLD else faces.plain
    given = {"textColor": _INK, "fontName": font, **_KINDS[kind]}
    given["leftIndent"] = given.get("leftIndent", 0) + 14 * depth
    # Chinese breaks between any two signs, a digest wherever the line ends.
    wrap = "CJK" if chinese or kind == "code" else None
    return ParagraphStyle(f"{font}-{kind}-{chinese}-{depth}", wordWrap=wrap, **given)
