"""References for other programs: what is special in a name or a title does not break their files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.knowledge.literature.document import Document
from openward.services.literature.exporting import bibtex, ris

RECORD = Document(
    id="PMID:1", title="Salt & {blood} pressure: 50% of_it", text="", pmid="1", doi="10.1/x", day=20200500,
    journal="Invented Trials", volume="7", issue="2", pages="1123-8", authors=("Van der Berg AB", "Study Group"),
    notice="retracted", notice_by="9",
)  # fmt: skip


def test_ris_has_one_field_a_line_and_says_that_it_was_retracted():
    lines = ris([RECORD]).split("\r\n")
    assert lines[0] == "TY  - JOUR"
    assert {"AU  - Van der Berg, A. B.", "AU  - Study Group", "SP  - 1123", "EP  - 1128",
            "N1  - RETRACTED (notice: PMID 9)"} <= set(lines)  # fmt: skip
    assert lines[-3] == "ER  - "


def test_bibtex_escapes_what_tex_would_read():
    entry = bibtex([RECORD])
    assert entry.startswith("@article{VanderBerg2020_1,")
    assert r"title = {Salt \& \{blood\} pressure: 50\% of\_it}" in entry
    assert "pages = {1123--1128}" in entry
    assert "note = {RETRACTED (notice: PMID 9)}" in entry


def test_no_two_keys_are_the_same():
    keys = [
        line for line in bibtex([Document(id=str(n), title="T", text="") for n in range(3)]).split("\n") if "@" in line
    ]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("written", [ris, bibtex])
def test_nothing_gives_nothing(written):
    assert written([]) == ""


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_title_or_name_can_end_a_record_early(title, author):
    made = Document(id="x", title=title, text="", authors=(author,))
    assert ris([made]).count("\r\nER  - ") == 1
    assert all(line[2:6] == "  - " for line in ris([made]).split("\r\n") if line)
    inside = bibtex([made]).replace(r"\{", "").replace(r"\}", "")
    assert inside.count("{") == inside.count("}")
