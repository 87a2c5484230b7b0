"""The figure: how average precision counts, and the public questions it is measured on."""

import json
from hashlib import sha256

import pytest
from tests.services.literature.desk import propose, ward_with
from tests.wards import PUBLIC

from openward.services.literature.study import average_precision, first_is_relevant, pool, request

FILE = PUBLIC / "literature_questions.jsonl"
ROWS = [
    {"id": "1", "question": "salt pressure", "snippets": [{"text": "salt and pressure"}, {"text": "kidneys of mice"}]},
    {"id": "2", "question": "sleep", "snippets": [{"text": "sleep in winter"}, {"text": "salt and pressure"}]},
]


def answered(row, rows, folder):
    with ward_with(folder):
        return propose(request(row)["input"] | pool(rows))


def test_a_passage_that_is_not_found_counts_nothing(tmp_path):
    proposal = answered(ROWS[0], ROWS, tmp_path)
    assert average_precision(ROWS[0], proposal) == 0.5
    assert first_is_relevant(ROWS[0], proposal)


def test_the_pool_has_each_passage_once():
    assert [p["text"] for p in pool(ROWS)["passages"]] == ["salt and pressure", "kidneys of mice", "sleep in winter"]


@pytest.mark.skipif(
    not FILE.is_file(), reason="the public cases (../shared/data/literature_questions.jsonl) are absent"
)
def test_every_tenth_public_question_over_the_whole_pool(tmp_path):
    rows = [json.loads(line) for line in FILE.read_bytes().splitlines()]
    asked = [r for r in rows if int(sha256(r["id"].encode()).hexdigest(), 16) % 10 == 0]
    with ward_with(tmp_path):
        given = pool(rows)
        found = [average_precision(row, propose(request(row)["input"] | given)) for row in asked]
    assert sum(found) / len(found) > 0.72
