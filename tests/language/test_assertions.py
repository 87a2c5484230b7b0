"""What is meant by a finding: own sentences, and real notes where the public cases are at hand."""

import json
from pathlib import Path

import pytest
from tests.language.sentences import lexicon, read, targets, wilson

from openward.language.mentions import Lexicon

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "symptom_vignettes.jsonl"
LEXICON = lexicon()


@pytest.mark.parametrize("target", targets(), ids=lambda t: f"{t.text} [{t.term}]")
def test_a_finding_is_read_as_it_is_meant(target):
    assert read(target, LEXICON) == target.meant


def test_the_sentences_are_enough_to_say_something():
    written = {(t.language, t.text) for t in targets()}
    assert len(written) >= 250
    assert sum(language == "zh" for language, _ in written) >= 100


def test_an_interval_holds_the_share():
    low, high = wilson(9, 10)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public cases (../shared/data) are not at hand")
def test_what_a_public_vignette_lists_as_absent_is_read_as_absent():
    words = [
        "fever",
        "vomiting",
        "headache",
        "chest pain",
        "cough",
        "diarrhea",
        "rash",
        "jaundice",
        "dyspnea",
        "palpitations",
    ]
    reader = Lexicon((word, word) for word in words)
    said = [json.loads(line)["absent_findings"] for line in PUBLIC.read_text().splitlines()]
    found = [mention.assertion for text in said for mention in reader.mentions(text)]
    assert len(found) > 200
    assert found.count("absent") / len(found) > 0.98
