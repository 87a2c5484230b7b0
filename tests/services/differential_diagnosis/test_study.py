"""The study's protocol: how a vignette becomes a question, which names are the same, and the figures."""

from pathlib import Path

import msgspec
import pytest
from tests.services.differential_diagnosis.desk import NOW

from openward.harness.service import Context
from openward.services.differential_diagnosis import SERVICE
from openward.services.differential_diagnosis.naming import is_named, normal
from openward.services.differential_diagnosis.study import STUDY, place_of, vignette_request

PUBLIC = Path(__file__).parents[3].parent / "shared" / "data"
ROW = {
    "id": "x", "correct_diagnosis": "Basedow's Disease", "demographics": "31 year old Female",
    "chief_complaints": "Palpitations, Weight loss", "presentation": "Heat intolerance, sweats, goiter, bulging eyes.",
    "absent_findings": "No fever, cough", "physical_history": "None", "family_history": "-", "social_history": "",
}  # fmt: skip


def answer(row):
    return SERVICE.engine(msgspec.convert(vignette_request(row)["input"], SERVICE.reads), None, Context(now=NOW))


def test_a_vignette_becomes_one_question():
    asked = vignette_request(ROW)["input"]
    assert asked["text"].startswith("31 year old Female\nChief complaint: Palpitations")
    assert asked["denied"] == "No fever, cough"
    assert "past_history" not in asked
    assert "family_history" not in asked


def test_its_diagnosis_is_found_by_a_synonym():
    assert place_of(ROW, answer(ROW)) == 1
    assert place_of(ROW | {"correct_diagnosis": "Thyroid disease"}, answer(ROW)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iron-deficiency anaemia", "iron deficiency anemia"),
        ("Cancer of the colon", "Colon Cancer"),
        ("Tumours of bone", "bone tumor"),
        ("Graves' disease", "Graves disease"),
        ("Addison's disease", "Addison disease"),
        ("Oesophageal varices", "esophageal varices"),
        ("Ménière disease", "Meniere disease"),
        ("Haemorrhoids", "hemorrhoid"),
    ],
)
def test_spelling_plural_and_word_order_do_not_matter(one, other):
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Type 1 diabetes", "Type 2 diabetes"), ("Anemia", "Iron deficiency anemia"), ("Acute leukemia", "Leukemia")],
)
def test_a_parent_category_is_no_match(one, other):
    assert normal(one) != normal(other)


def test_a_condition_goes_by_its_own_names_only():
    assert is_named("graves_disease", "Toxic diffuse goiter")
    assert not is_named("graves_disease", "Hypothyroidism")
    assert not is_named("no_such_condition", "Graves disease")


def test_the_public_vignettes_reach_the_limits():
    vignettes = [e for e in STUDY.endpoints if e.request is vignette_request]
    path = PUBLIC / vignettes[0].dataset
    if not path.exists():
        pytest.skip(f"the public cases are not here: {vignettes[0].dataset}")
    rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    answers = [answer(row) for row in rows]
    for endpoint in vignettes:
        right = sum(endpoint.success(row, proposal) for row, proposal in zip(rows, answers, strict=True))
        assert right / len(rows) >= endpoint.accept
