"""A change is looked at before anybody signs it, and what was signed lays over the built-in rows."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests.local_rows import local_table

from openward.domain.errors import InputError, KnowledgeError
from openward.harness.service import Context
from openward.knowledge import tables
from openward.services.knowledge_change import SERVICE, KnowledgeChange, Reads
from openward.services.knowledge_change.engine import propose, take_effect
from openward.services.knowledge_change.reads import NewSource

RULE = "cyp3a4-strong-statin"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def afterwards(tmp_path):
    yield
    tables.use_local(tmp_path / "nothing")


def change(**cells):
    told = Reads(table="interaction_rules", row=RULE, cells=cells, why="The committee decided so.")
    return propose(told, None, Context(now=NOW)).body


@pytest.mark.parametrize("table", ["sources", "no_such_table", "../secret"])
def test_only_tables_of_rows_can_be_changed(table):
    with pytest.raises(InputError, match="no table"):
        propose(Reads(table=table, row="a", cells={}, why="x"), None, Context(now=NOW))


def test_a_change_of_nothing_is_none():
    with pytest.raises(InputError, match="changes nothing"):
        change(severity="critical")


def test_the_row_is_reviewed_on_the_day_of_the_proposal():
    assert change(severity="high").cells["reviewed"] == "2026-11-21"


def test_a_signed_row_counts_and_the_next_one_over_it(tmp_path):
    take_effect(tmp_path, [change(severity="high")])
    assert tables.find("interaction_rules").row(RULE)["severity"] == "high"
    take_effect(tmp_path, [change(severity="moderate")])
    assert tables.find("interaction_rules").row(RULE)["severity"] == "moderate"


def test_the_later_of_two_signed_changes_counts(tmp_path):
    take_effect(tmp_path, [change(severity="high"), change(severity="low")])
    assert tables.find("interaction_rules").row(RULE)["severity"] == "low"


def test_nothing_signed_leaves_the_built_in_row(tmp_path):
    take_effect(tmp_path, [change(severity="high")])
    take_effect(tmp_path, [])
    assert tables.find("interaction_rules").row(RULE)["severity"] == "critical"


def test_a_new_document_is_cited(tmp_path):
    told = Reads(
        table="interaction_rules", row=RULE, cells={"source": "our-list page 4"}, why="x",
        new_source=NewSource(id="our-list", citation="Example Hospital, Drug list", year=2026),
    )  # fmt: skip
    take_effect(tmp_path, [propose(told, None, Context(now=NOW)).body])
    assert tables.find("interaction_rules").row(RULE).source == "Example Hospital, Drug list, page 4"


def test_a_row_that_another_file_stands_over_is_not_called_effective(tmp_path):
    table = tables.find("interaction_rules")
    folder = tmp_path / "knowledge" / "zz"
    folder.mkdir(parents=True)
    text = local_table(table, table.row(RULE).cells)
    (folder / "interaction_rules.ours.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"interaction_rules\.ours\.tsv"):
        take_effect(tmp_path, [change(severity="high")])
    assert not list((tmp_path / "knowledge" / "signed").glob("*.tsv"))


def test_an_amended_row_that_cannot_stand_is_no_body():
    body = change(severity="high")
    spoilt = msgspec.json.encode(msgspec.structs.replace(body)).replace(b'"severity":"high"', b'"severity":"loud"')
    with pytest.raises(msgspec.ValidationError, match="severity"):
        msgspec.json.decode(spoilt, type=KnowledgeChange)


def test_the_id_of_a_row_cannot_be_amended():
    spoilt = msgspec.json.encode(change(severity="high")).replace(b'"row":"cyp3a4', b'"row":"other')
    with pytest.raises(msgspec.ValidationError, match="id of a row"):
        msgspec.json.decode(spoilt, type=KnowledgeChange)


def test_the_service_is_signed_by_a_pharmacist():
    assert (SERVICE.card.signs, SERVICE.card.risk) == ("pharmacist", "drives")
