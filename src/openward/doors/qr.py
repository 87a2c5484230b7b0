"""A link as a QR code: for a terminal, and as a drawing."""

import io
from pathlib import Path

from openward.domain.errors import StoreError

_SCALE = 6


def drawn(link: str) -> str:
    """The code in half blocks, dark on light, for a terminal."""
    import segno

    out = io.StringIO()
    segno.make_qr(link, error="m").terminal(out, compact=True)
    return out.getvalue().rstrip("\n")


def svg(link: str) -> str:
    """The code as an SVG document."""
    import segno

    out = io.BytesIO()
    segno.make_qr(link, error="m").save(out, kind="svg", scale=_SCALE, xmldecl=True)
    return out.getvalue().decode()


def save_svg(link: str, path: Path) -> None:
    """Writes the drawing.

    Raises:
        StoreError: the file cannot be written.
    """
    try:
        path.write_text(svg(link), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
