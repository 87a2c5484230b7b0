"""PDF: text of our own pages, scans without text, locked, broken and hostile documents."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.services.lab_report.reading import read_pdf
from openward.services.lab_report.reading.pdf import MAX_PAGES

LINES = [
    "Sex: M  Age: 58 y",
    "Sodium  128  L  mmol/L  136-145",
    "Creatinine  3.42  H  mg/dL  0.50-1.10",
    "see overleaf",
]


def _pdf(content, pages=1, filter=b""):
    """The smallest document with a content stream on each page."""
    kids = b" ".join(b"%d 0 R" % (4 + i) for i in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages,
        b"<< /Length %d %s >>\nstream\n" % (len(content), filter) + content + b"\nendstream",
        *[(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << /Font << /F1 << "
          b"/Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>")] * pages,
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def _page(lines):
    shown = b"".join(
        b"1 0 0 1 40 %d Tm (%s) Tj\n" % (740 - 20 * i, line.replace("(", "\\(").encode())
        for i, line in enumerate(lines)
    )
    return b"BT /F1 10 Tf\n" + shown + b"ET"


def test_the_lines_of_a_page_are_read():
    panel = read_pdf(_pdf(_page(LINES)))
    assert [(r.name, r.value, r.unit, r.flag) for r in panel.results] == [
        ("Sodium", 128, "mmol/L", "L"), ("Creatinine", 3.42, "mg/dL", "H"),
    ]  # fmt: skip
    assert panel.results[0].place.startswith("page 1 line")
    assert (panel.person.sex, panel.person.age_days) == ("male", 58 * 365.25)
    assert len(panel.unread) == 1


def test_a_scan_is_refused_with_the_reason():
    with pytest.raises(InputError, match="holds no text"):
        read_pdf(_pdf(b"0 0 100 100 re f"))


def test_too_many_pages_are_refused():
    with pytest.raises(InputError, match="pages"):
        read_pdf(_pdf(_page(LINES), pages=MAX_PAGES + 1))


def test_a_stream_that_unpacks_without_end_is_refused():
    bomb = zlib.compress(b"BT /F1 10 Tf (x) Tj ET\n" * 2_000_000)
    with pytest.raises(InputError, match="pdf"):
        read_pdf(_pdf(bomb, filter=b"/Filter /FlateDecode"))


@pytest.mark.parametrize("document", [b"", b"hello", b"%PDF-1.4", b"%PDF-1.4\n%%EOF", _pdf(_page(LINES))[:300]])
def test_what_is_no_whole_pdf_is_refused(document):
    with pytest.raises(InputError, match="pdf"):
        read_pdf(document)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 700), st.binary(min_size=1, max_size=4))
def test_a_damaged_document_is_read_or_refused(place, noise):
    whole = _pdf(_page(LINES))
    try:
        panel = read_pdf(whole[:place] + noise + whole[place + len(noise) :])
    except InputError:
        return
    assert all(r.name for r in panel.results)
