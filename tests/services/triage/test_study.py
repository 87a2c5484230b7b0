"""The study: labelled vignettes of the house, and public stories as a stress test from outside."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.services.triage.desk import propose

from openward.services.triage import SERVICE
from openward.services.triage.study import STUDY

OWN = SERVICE.folder / "knowledge" / "vignettes.jsonl"
PUBLIC = Path(__file__).parents[3] / ".." / "shared" / "data" / "symptom_vignettes.jsonl"
ROWS = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]


def test_the_vignettes_are_balanced_and_in_two_languages():
    labels = [row["urgency_level"] for row in ROWS]
    chinese = [row for row in ROWS if not row["case_description"].isascii() and "，" in row["case_description"]]
    assert len(ROWS) >= 120
    assert len(chinese) >= 40
    assert all(labels.count(label) >= len(ROWS) * 0.3 for label in ("em", "ne", "sc"))
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_no_emergency_of_our_own_vignettes_is_lost():
    accuracy, missed = STUDY.endpoints
    rows = [row for row in ROWS if missed.applies(row)]
    proposals = [(row, propose(missed.request(row)["input"])) for row in rows]
    assert [row["id"] for row, proposal in proposals if not missed.success(row, proposal)] == []
    assert accuracy.figure == "accuracy"
    assert (missed.figure, missed.counts) == ("emergencies_missed", "wrong")


def test_of_the_second_readers_emergencies_one_is_lost_to_a_word_of_hesitation():
    missed = STUDY.endpoints[1]
    files = sorted(OWN.parent.glob("vignettes_review*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    proposals = [(row, propose(missed.request(row)["input"])) for row in rows if missed.applies(row)]
    assert [row["id"] for row, proposal in proposals if not missed.success(row, proposal)] == ["review4-012"]


def test_not_covered_counts_as_wrong():
    proposal = propose({"complaint": "zxcv"})
    assert not any(STUDY.endpoints[0].success({"urgency_level": label}, proposal) for label in ("em", "ne", "sc"))


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public vignettes (../shared/data) are not here")
def test_dangerous_diagnoses_of_public_stories_are_never_left_at_home():
    dangerous = ("dissection", "infarction", "ectopic", "embol", "meningitis", "ketoacidosis", "abruptio", "thrombosis")
    for line in PUBLIC.read_text(encoding="utf-8").splitlines():
        row = msgspec.json.decode(line)
        if any(word in row["correct_diagnosis"].lower() for word in dangerous):
            story = f"{row['demographics']}. {row['chief_complaints']}. {row['presentation']} {row['absent_findings']}"
            assert propose({"complaint": story}).body.level in {"emergency", "urgent"}, row["id"]


def test_a_row_without_a_label_is_no_case_of_the_study():
    assert not any(endpoint.applies({"case_description": "headache"}) for endpoint in STUDY.endpoints)
