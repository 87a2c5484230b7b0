from datetime import date

import pytest

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.knowledge import hpo_annotations, hpo_rows, hpo_words, tables
from openward.knowledge.hpo import Ontology, ontology
from openward.knowledge.hpo_annotations import annotations, genes, parse
from openward.knowledge.hpo_files import files

OBO = """format-version: 1.2
data-version: hp/releases/2030-01-02

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000003
name: Short finger
synonym: "Stubby finger" EXACT layperson []
is_a: HP:0000118 ! Phenotypic abnormality
alt_id: HP:0000009

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0000004
name: obsolete Brief finger
is_obsolete: true
replaced_by: HP:0000003

[Term]
id: HP:0000005
name: obsolete Finger
is_obsolete: true
consider: HP:0000003
consider: HP:0000118

[Typedef]
id: has_part
name: has part
"""
HPOA = """#description: x
#version: 2030-01-02
database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration
OMIM:1\tDisease 1\t\tHP:0000003\tPMID:1;PMID:2\tPCS\t\t1/2\t\t\tP\tx
OMIM:1\tDisease 1\tNOT\tHP:0000009\tPMID:3\tPCS\t\t\t\t\tP\tx
OMIM:1\tDisease 1\t\tHP:0000118\tPMID:3\tTAS\t\t\t\t\tI\tx
ORPHA:2\tDisease\t\tHP:0009999\tORPHA:2\tTAS\t\tHP:0040281\t\t\tP\tx
"""


def test_broader_terms_stand_before_narrower_ones():
    terms = Ontology(OBO)
    assert terms.version == "2030-01-02"
    assert terms.ids == ("HP:0000001", "HP:0000118", "HP:0000003")
    assert terms.ancestors(2) == (2, 1, 0)
    assert terms.children == ((1,), (2,), ())


@pytest.mark.parametrize("former", ["HP:0000009", "HP:0000004"])
def test_alternative_and_replaced_ids_lead_to_the_term_of_today(former):
    assert Ontology(OBO).index[former] == 2


def test_a_retired_term_without_one_successor_is_not_guessed():
    terms = Ontology(OBO)
    assert "HP:0000005" not in terms.index
    assert terms.advised["HP:0000005"] == ("HP:0000003", "HP:0000118")


def test_a_circle_of_terms_is_refused():
    circle = OBO.replace(
        "name: Phenotypic abnormality\nis_a: HP:0000001", "name: Phenotypic abnormality\nis_a: HP:0000003"
    )
    with pytest.raises(KnowledgeError, match="broader than themselves"):
        Ontology(circle)


def test_a_missing_parent_is_refused():
    with pytest.raises(KnowledgeError, match="HP:0000077"):
        Ontology(OBO.replace("is_a: HP:0000001", "is_a: HP:0000077"))


def test_rows_keep_references_denials_and_aspects_apart():
    known = parse(HPOA, Ontology(OBO))
    (disease,) = known.diseases
    assert [(r.reference, r.frequency, r.absent) for r in disease.rows] == [
        ("PMID:1;PMID:2", "1/2", False),
        ("PMID:3", "", True),
    ]
    assert len(disease.modes) == 1
    assert known.touched == {"PMID:1": (0,), "PMID:2": (0,), "PMID:3": (0,)}


def test_a_row_with_other_columns_is_refused():
    with pytest.raises(KnowledgeError, match="has 3 columns"):
        parse("OMIM:1\tx\ty\n", Ontology(OBO))


def test_a_file_without_diseases_is_refused():
    with pytest.raises(KnowledgeError, match="no row of a disease"):
        parse("#version: 1\n", Ontology(OBO))


def test_the_packaged_release_is_whole():
    terms = ontology()
    assert len(terms.ids) > 18_000
    assert all(parent < term for term, parents in enumerate(terms.parents) for parent in parents)
    assert sum(d.id.startswith("OMIM:") for d in annotations().diseases) > 8_000
    assert "FBN1" in genes()["OMIM:154700"]


def test_a_row_of_the_annotations_is_evidence_that_resolves():
    table = tables.find(hpo_rows.NAME)
    evidence = table.evidence("OMIM:154700/HP:0001166")
    assert evidence.source.startswith("HPO annotations ")
    assert evidence.reviewed == date.fromisoformat(annotations().version)
    with pytest.raises(NotFoundError):
        table.row("OMIM:154700/HP:9999999")


@pytest.fixture
def own_release(tmp_path):
    folder = tmp_path / "knowledge" / "hpo"
    folder.mkdir(parents=True)
    (folder / "hp.obo").write_text(OBO, encoding="utf-8")
    (folder / "phenotype.hpoa").write_text(HPOA, encoding="utf-8")
    (folder / "genes_to_phenotype.txt").write_text(
        "ncbi\tg\th\tn\tf\td\n1\tABC\tHP:1\tx\t-\tOMIM:1\n", encoding="utf-8"
    )
    tables.use_local(tmp_path / "knowledge")
    yield folder
    tables.use_local(tmp_path / "nowhere")


def test_a_hospitals_own_release_goes_before_the_packaged_one(own_release):
    assert files().folder.samefile(own_release)
    assert annotations().version == ontology().version == "2030-01-02"
    assert hpo_annotations.genes() == {"OMIM:1": ("ABC",)}


def test_a_hospitals_own_release_is_no_table_of_the_house(own_release):
    (own_release / "labels_zh.tsv").write_text("HP:0000003\t短指\n", encoding="utf-8")
    tables.forget()
    assert "labels_zh" not in tables.names()


@pytest.mark.parametrize(
    "text", ["HP:0000003\t短指\n", "source\tsubject_id\ttranslation_value\nen\tHP:0000003\t短指\nen\tHP:0000118\t\n"]
)
def test_chinese_labels_come_in_by_import(own_release, text):
    (own_release / "labels_zh.tsv").write_text(text, encoding="utf-8")
    tables.forget()
    assert hpo_words.chinese() == {2: "短指"}
    (mention,) = hpo_words.lexicon().mentions("患儿短指。")
    assert mention.term == "HP:0000003"


def test_a_line_of_labels_without_label_is_named_by_its_number(own_release):
    (own_release / "labels_zh.tsv").write_text("HP:0000003\t短指\nHP:0000118\n", encoding="utf-8")
    tables.forget()
    with pytest.raises(KnowledgeError, match=r"labels_zh\.tsv:2: 1 columns"):
        hpo_words.chinese()


def test_words_of_a_text_become_terms_with_negation():
    text = "Seizures since birth, no microcephaly. Her mother has ataxia."
    said = {(m.term, m.assertion, m.subject) for m in hpo_words.lexicon().mentions(text)}
    assert ("HP:0001250", "present", "patient") in said
    assert ("HP:0000252", "absent", "patient") in said
    assert ("HP:0001251", "present", "patient") not in said
