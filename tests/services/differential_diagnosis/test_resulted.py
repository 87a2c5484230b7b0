"""What a laboratory value beyond its interval shows stands in a table: each row by a term whose definition says it."""

import pytest

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.knowledge.analytes import analytes
from openward.knowledge.findings import vocabulary
from openward.knowledge.hpo import Ontology
from openward.knowledge.hpo_files import ONTOLOGY, files
from openward.services.differential_diagnosis.resulted import TABLE, shows

COLUMNS = ("id", "analyte", "side", "finding", "hpo", "source", "reviewed")
RAISED = ("Hyper", "Elevated", "Increased", "Leukocytosis", "Thrombocytosis")
LOWERED = ("Hypo", "Decreased", "Anemia", "Leukopenia", "Thrombocytopenia")


@pytest.fixture
def laid(tmp_path):
    """A hospital's own rows, laid over the built-in ones for one test."""

    def lay(**cells):
        row = {"id": "own", "analyte": "magnesium", "side": "low", "finding": "hypokalemia", "hpo": "HP:0002917",
               "source": "hpo-terms-2025 HP:0002917", "reviewed": "2026-11-21"} | cells  # fmt: skip
        lines = ["#! version: 1", "#! reviewed: 2026-11-21", "\t".join(COLUMNS), "\t".join(row[c] for c in COLUMNS)]
        (tmp_path / f"{TABLE}.local.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        tables.use_local(tmp_path)
        return shows()

    yield lay
    tables.use_local(tmp_path / "nothing")


def test_every_row_names_an_analyte_a_result_and_the_source_of_its_term():
    for row in tables.find(TABLE):
        assert row.id == f"{row['analyte']}/{row['side']}"
        assert analytes().get(row["analyte"]) is not None
        assert vocabulary().get(row["finding"]).kind == "result"
        assert row["source"] == f"hpo-terms-2025 {row['hpo']}"
    assert len(shows()) == len(list(tables.find(TABLE)))


def test_the_term_of_a_row_is_of_the_ontology_and_means_its_side():
    ontology = Ontology(files().text(ONTOLOGY))
    for row in tables.find(TABLE):
        name = ontology.names[ontology.index[row["hpo"]]]
        assert name.startswith(RAISED if row["side"] == "high" else LOWERED), name


def test_there_is_no_limit_in_the_table():
    assert tuple(tables.find(TABLE).columns) == COLUMNS


def test_a_row_of_the_hospital_is_read(laid):
    assert laid()["magnesium", "low"] == "hypokalemia"


@pytest.mark.parametrize(("cells", "why"), [
    ({"analyte": "moonlight"}, "no analyte 'moonlight'"),
    ({"side": "sideways"}, "none of high, low"),
    ({"finding": "fever"}, "no result among the findings"),
    ({"finding": "nothing"}, "no result among the findings"),
    ({"hpo": "0002917"}, "not like HP:0001903"),
    ({"analyte": "potassium"}, "another row says"),
])  # fmt: skip
def test_a_wrong_row_is_refused_with_its_place(laid, cells, why):
    with pytest.raises(KnowledgeError, match=why) as refused:
        laid(**cells)
    assert "resulted_findings.local.tsv" in str(refused.value)
