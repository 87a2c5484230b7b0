"""Conditions, their findings and leads: what the tables hold, and that a wrong row is refused with its place."""

import msgspec
import pytest

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.knowledge.conditions import FREQUENCIES, PREVALENCES, conditions
from openward.knowledge.findings import vocabulary

HEAD = "#! version: 1\n#! reviewed: 2026-11-21\n"
COLUMNS = {
    "conditions": "id name_en name_zh synonyms_en? synonyms_zh? icd10? system severity basis prevalence ages? female? "
    "male? requires? source reviewed",
    "condition_findings": "id condition finding frequency lr_pos? lr_neg? basis source reviewed",
    "leads": "id complaint must_not_miss basis source reviewed",
    "finding_base_rates": "id proportion source reviewed",
}
FLU = {
    "id": "test_flu", "name_en": "Test flu", "name_zh": "测试", "system": "infection", "severity": "low",
    "basis": "expert", "prevalence": "common", "source": "house-dx-2026", "reviewed": "2026-11-21",
}  # fmt: skip
LINK = {
    "id": "hypothyroidism/fever", "condition": "hypothyroidism", "finding": "fever", "frequency": "very_rare",
    "basis": "expert", "source": "house-dx-2026", "reviewed": "2026-11-21",
}  # fmt: skip
LEAD = {
    "id": "test_lead", "complaint": "fever", "must_not_miss": "acute_leukemia", "basis": "expert",
    "source": "house-dx-2026", "reviewed": "2026-11-21",
}  # fmt: skip


@pytest.fixture
def local(tmp_path):
    """A hospital's own rows, laid over the built-in ones for one test."""

    def lay(table, *rows):
        columns = COLUMNS[table].split()
        lines = ["\t".join(row.get(c.rstrip("?"), "") for c in columns) for row in rows]
        text = HEAD + "\t".join(columns) + "\n" + "\n".join(lines) + "\n"
        (tmp_path / f"{table}.local.tsv").write_text(text, encoding="utf-8")
        tables.use_local(tmp_path)

    yield lay
    tables.use_local(tmp_path / "nothing")


def test_every_row_of_the_tables_is_read():
    base = conditions()
    assert len(base.conditions) >= 65
    assert len(base.links) == len({link.id for link in base.links})
    assert {c.prevalence for c in base.conditions.values()} <= set(PREVALENCES)


def test_at_least_sixty_complaints_say_what_must_not_be_missed():
    complaints = {lead.complaint for lead in conditions().leads}
    assert len(complaints) >= 60
    assert complaints <= {term.id for term in vocabulary()}


def test_every_condition_has_findings_of_its_own():
    base = conditions()
    with_findings = {link.condition for link in base.links if link.likely > 0}
    assert set(base.conditions) == with_findings


def test_no_two_conditions_go_by_one_english_name():
    seen = {}
    for condition in conditions().conditions.values():
        assert seen.setdefault(condition.name.en.lower(), condition.id) == condition.id


def test_a_frequency_class_lies_where_the_phenotype_ontology_puts_it():
    assert FREQUENCIES["obligate"] == 1
    assert 0.8 <= FREQUENCIES["very_frequent"] <= 0.99
    assert 0.3 <= FREQUENCIES["frequent"] <= 0.79
    assert 0.05 <= FREQUENCIES["occasional"] <= 0.29
    assert 0.01 <= FREQUENCIES["very_rare"] <= 0.04
    assert FREQUENCIES["excluded"] == 0


def test_age_bands_multiply_where_they_are_stated(local):
    local("conditions", FLU | {"ages": "-2:x4;15-40:x2;60-:x0.1", "female": "0"})
    flu = conditions().conditions["test_flu"]
    assert [flu.times_at(y) for y in (0, 1.9, 2, 15, 39.9, 40, 60, 101)] == [4, 4, 1, 2, 2, 1, 0.1, 0.1]
    assert (flu.female, flu.male) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ages": "2-1:x4"}, "'ages'"),
        ({"ages": "0-10:x2;5-20:x3"}, "'ages'"),
        ({"ages": "adults"}, "'ages'"),
        ({"severity": "grave"}, "'severity'"),
        ({"prevalence": "often"}, "'prevalence'"),
        ({"basis": "guess"}, "'basis'"),
        ({"female": "many"}, "'female'"),
        ({"male": "-1"}, "'male'"),
        ({"requires": "no_such_finding"}, "'requires'"),
        ({"id": "Test Flu"}, "'id'"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_place(local, wrong, said):
    local("conditions", FLU | wrong)
    with pytest.raises(KnowledgeError, match=rf"conditions\.local\.tsv:4: column {said}"):
        conditions()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": "hypothyroidism/nothing", "finding": "nothing"}, "'finding'"),
        ({"id": "nobody/fever", "condition": "nobody"}, "'condition'"),
        ({"frequency": "often"}, "'frequency'"),
        ({"lr_pos": "0.5"}, "'lr_pos'"),
        ({"lr_neg": "0"}, "'lr_neg'"),
        ({"lr_neg": "2"}, "'lr_neg'"),
        ({"id": "fever"}, "'id'"),
    ],
)
def test_a_wrong_link_is_refused_with_its_place(local, wrong, said):
    local("condition_findings", LINK | wrong)
    with pytest.raises(KnowledgeError, match=rf"condition_findings\.local\.tsv:4: column {said}"):
        conditions()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"complaint": "nothing"}, "'complaint'"),
        ({"must_not_miss": "nothing"}, "'must_not_miss'"),
        ({"must_not_miss": "acute_leukemia;acute_leukemia"}, "'must_not_miss'"),
        ({"must_not_miss": ";"}, "'must_not_miss'"),
    ],
)
def test_a_wrong_lead_is_refused_with_its_place(local, wrong, said):
    local("leads", LEAD | wrong)
    with pytest.raises(KnowledgeError, match=rf"leads\.local\.tsv:4: column {said}"):
        conditions()


def test_a_base_rate_is_a_proportion(local):
    local(
        "finding_base_rates", {"id": "smoker", "proportion": "22", "source": "house-dx-2026", "reviewed": "2026-11-21"}
    )
    with pytest.raises(KnowledgeError, match="'proportion'"):
        conditions()


def test_measured_likelihood_ratios_are_kept(local):
    local("condition_findings", LINK | {"lr_pos": "3.5", "lr_neg": "0.4"})
    link = next(link for link in conditions().links if link.id == LINK["id"])
    assert (link.lr_pos, link.lr_neg) == (3.5, 0.4)
    assert msgspec.structs.asdict(link)["frequency"] == "very_rare"
