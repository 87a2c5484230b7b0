"""A table of facts is read strictly, cites its source, and names file, line and column of what is wrong."""

from datetime import date
from pathlib import Path

import pytest
from tests.local_rows import local_table

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.domain.evidence import KnowledgeEvidence
from openward.knowledge import tables

HEAD = "#! version: 1\n#! reviewed: 2026-11-21\n"


def write(folder: Path, text: str, name: str = "herbs.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_cites_its_sources_with_their_locators(tmp_path):
    path = write(
        tmp_path,
        HEAD + '# a comment\nid\tname\tatc?\tsource\treviewed\nx\tX; Y\t\tansm-2016 "X"; who-atc\t2026-01-02\n',
    )
    table = tables.read(path)
    row = table.row("x")
    assert row.list("name") == ("X", "Y")
    assert row["atc"] == ""
    assert table.evidence(row) == KnowledgeEvidence("herbs", table.version, "x", row.source, date(2026, 1, 2))
    assert '"X"; WHO Collaborating Centre' in row.source
    assert table.version.startswith("1+")
    assert len(table) == 1
    assert list(table) == [row]


def test_the_version_changes_with_any_byte(tmp_path):
    text = HEAD + "id\tsource\treviewed\nx\twho-atc\t2026-01-02\n"
    before = tables.read(write(tmp_path, text)).version
    assert tables.read(write(tmp_path, text + "# more\n")).version != before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no header"),
        ("id\tsource\treviewed\n", "#! version"),
        (HEAD + "id\tname\n", "column 'reviewed' is missing"),
        (HEAD + "id\tid\tsource\treviewed\n", ":3: a column has no name"),
        (HEAD + "id\tsource\treviewed\nx\tnowhere\t2026-01-02\n", ":4: column 'source': 'nowhere'"),
        (HEAD + "id\tsource\treviewed\nx\twho-atc\tyesterday\n", ":4: column 'reviewed': 'yesterday' is not a date"),
        (HEAD + "id\tsource\treviewed\nx\twho-atc\n", ":4: column 'reviewed': 2 cells for 3"),
        (HEAD + "id\tsource\treviewed\nx\twho-atc\t2026-01-02\tz\n", ":4: column 'after reviewed'"),
        (HEAD + "id\tname\tsource\treviewed\nx\t\twho-atc\t2026-01-02\n", ":4: column 'name': the cell is empty"),
        (
            HEAD + "id\tsource\treviewed\nx\twho-atc\t2026-01-02\nx\twho-atc\t2026-01-02\n",
            ":5: column 'id': 'x' stands already at",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_column(tmp_path, text, says):
    with pytest.raises(KnowledgeError) as caught:
        tables.read(write(tmp_path, text))
    assert says in str(caught.value)
    assert "herbs.tsv" in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "herbs.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnowledgeError, match="UTF-8"):
        tables.read(path)


def test_a_spreadsheet_with_byte_order_mark_and_windows_lines_is_read(tmp_path):
    path = tmp_path / "herbs.tsv"
    path.write_bytes(
        ("\ufeff" + HEAD + "id\tsource\treviewed\nx\twho-atc\t2026-01-02\n").replace("\n", "\r\n").encode()
    )
    assert tables.read(path).row("x").id == "x"


def test_a_hospital_lays_its_own_rows_over_the_built_in_ones(tmp_path):
    built_in = tables.find("sources")
    first = built_in.rows[0]
    own = HEAD + "id\tcitation\tyear\turl?\n" + f"{first.id}\tour edition\t2026\t\nour-formulary\tOurs\t2026\t\n"
    write(tmp_path, own, "sources.tsv")
    laid = tables.find("sources", (tmp_path,))
    assert laid.row(first.id)["citation"] == "our edition"
    assert laid.row("our-formulary")["year"] == "2026"
    assert len(laid) == len(built_in) + 1
    assert laid.version != built_in.version
    assert "sources" in tables.names((tmp_path,))


def test_a_table_may_come_in_parts_with_the_same_columns(tmp_path):
    columns = "id\tsource\treviewed\n"
    write(tmp_path, HEAD + columns + "x\twho-atc\t2026-01-02\n", "herbs.a.tsv")
    write(tmp_path, HEAD + columns + "y\twho-atc\t2026-01-02\n", "herbs.b.tsv")
    assert [row.id for row in tables.find("herbs", (tmp_path,))] == ["x", "y"]
    tables.forget()
    write(tmp_path, HEAD + "id\tname\tsource\treviewed\n", "herbs.c.tsv")
    with pytest.raises(KnowledgeError, match="columns differ"):
        tables.find("herbs", (tmp_path,))


def test_a_file_of_the_house_may_lack_a_column_that_may_be_empty(tmp_path):
    table = tables.find("ingredients")
    cells = {column: cell for column, cell in table.row("warfarin").cells.items() if column != "kind"}
    (tmp_path / "ingredients.ours.tsv").write_text(local_table(table, cells), encoding="utf-8")
    assert tables.find("ingredients", (tmp_path,)).row("warfarin")["kind"] == ""


def test_empty_folders_of_the_house_leave_what_was_read_and_a_file_in_one_is_seen(tmp_path):
    empty, other, full = (tmp_path / name for name in ("empty", "other", "full"))
    for folder in (empty, other, full):
        folder.mkdir()
    built_in = tables.find("ingredients")
    own = {**built_in.row("warfarin").cells, "id": "ours"}
    (full / "ingredients.ours.tsv").write_text(local_table(built_in, own), encoding="utf-8")
    try:
        for folder in (empty, other):
            tables.use_local(folder)
            assert tables.find("ingredients") is built_in
        tables.use_local(full)
        assert "ours" in tables.find("ingredients").index
        tables.use_local(empty)
        assert "ours" not in tables.find("ingredients").index
        (empty / "ingredients.ours.tsv").write_text(local_table(built_in, own), encoding="utf-8")
        tables.forget()
        assert "ours" in tables.find("ingredients").index
        (empty / "ingredients.ours.tsv").unlink()
        tables.use_local(other)
        assert "ours" not in tables.find("ingredients").index
    finally:
        tables.use_local(tmp_path / "nothing")


def test_what_is_not_there_is_an_error_and_never_an_empty_answer():
    with pytest.raises(KnowledgeError, match="there is no table 'astrology'"):
        tables.find("astrology")
    with pytest.raises(NotFoundError, match="has no row 'nobody'"):
        tables.find("sources").row("nobody")
    with pytest.raises(KnowledgeError, match="has no column 'colour'"):
        tables.find("sources").rows[0]["colour"]


def test_every_table_of_the_house_can_be_read():
    for name in tables.names():
        assert len(tables.find(name)) > 0, name
