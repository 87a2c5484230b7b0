"""Planted errors: one a time, natural, the same for a seed; counted by kind, half and visit."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openward.domain.errors import InputError
from openward.doors.cli.app import app
from openward.studies.planted import Case, cases_of, half_of, is_unsaid, measure, planted_in
from openward.studies.planting import KINDS, Kind, plant

DIALOGUE = """[doctor] so your wife brought you in for the left knee pain ?
[patient] yes it's been two weeks . i take lisinopril twenty milligrams and metformin five hundred milligrams a \
day \
. no fever .
[doctor] okay . your father has gout ? your pressure is one twenty over eighty . i want to order an x-ray and see \
you in two months .
[patient] he does . i have n't been icing it .
"""
NOTE = """HISTORY OF PRESENT ILLNESS

Mr. Hale is a 64-year-old male. He reports left knee pain for 2 weeks. He denies fever. He has a history of \
hypertension. He has not been icing it.
The patient's father has gout.

PLAN

1. We will order an x-ray. Lisinopril 20 mg daily and metformin 500 mg daily. Follow up in 2 months.
"""
CASE = Case("one", DIALOGUE, NOTE)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sentence_is_changed_and_nothing_else(kind: Kind) -> None:
    for seed in range(12):
        planted = plant(NOTE, kind, str(seed), DIALOGUE)
        assert planted is not None
        assert planted.now != planted.was
        assert planted.note[planted.start : planted.end] == planted.now
        assert planted.note.replace(planted.now, planted.was, 1) == NOTE
        assert plant(NOTE, kind, str(seed), DIALOGUE) == planted


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_without_anything_to_turn_gets_no_error(kind: Kind) -> None:
    assert plant("PLAN\n\nAll is well", kind, "1") is None


def planted_words(note: str, kind: Kind, source: str = "", seeds: int = 40) -> set[str]:
    found = (plant(note, kind, str(seed), source) for seed in range(seeds))
    return {one.now for one in found if one is not None}


def test_numbers_stay_plausible() -> None:
    assert planted_words("He is a 64-year-old male.", "number") == {
        f"He is a {age}-year-old male." for age in (46, 65, 69)
    }
    assert "Surgery in 2019 went well." not in planted_words("Surgery in 2018 went badly.", "number")
    assert planted_words("It was 2018 then.", "number") == {"It was 2019 then.", "It was 2023 then."}


def test_the_number_of_an_item_is_left_as_it_is() -> None:
    assert planted_words("2) Rest.", "number") == set()
    assert all(one.startswith("2.5 mg") is False for one in planted_words("2.5 mg daily.", "number"))


def test_half_of_the_numbers_are_another_of_the_note() -> None:
    words = planted_words("Take lisinopril 20 mg. Take metformin 500 mg.", "number")
    assert {"Take lisinopril 500 mg.", "Take metformin 20 mg."} <= words
    assert len(words) > 4


def test_an_invented_finding_is_in_neither_text() -> None:
    for words in planted_words("He reports pain.", "finding", "my chest hurts and i cough and i sweat at night"):
        assert not any(stem in words for stem in ("chest", "cough", "sweat"))
    everything = " ".join(word for word in open_stems())
    assert plant("He reports pain.", "finding", "1", everything) is None


def open_stems() -> list[str]:
    from openward.studies.inventions import FINDINGS

    return [stem for _, stems in FINDINGS for stem in stems.split()]


def test_a_drug_becomes_one_of_the_source_or_a_stranger() -> None:
    words = planted_words("Lisinopril 20 mg daily.", "drug", DIALOGUE)
    assert "Metformin 20 mg daily." in words
    assert any("etformin" not in one and "isinopril" not in one for one in words)
    assert all(one[0].isupper() for one in words)
    assert planted_words("Oxygen was given.", "drug") == set()


def test_a_speaker_becomes_a_relative_who_is_named() -> None:
    words = planted_words(NOTE, "speaker", DIALOGUE, seeds=200)
    assert any(one.startswith(("The patient's wife", "The patient's father")) for one in words)
    assert "The patient has gout." in words
    assert "The patient will order an x-ray." in words or "1. The patient will order an x-ray." in words
    strangers = planted_words("Today, she reports pain.", "speaker")
    assert all(one.startswith("Today, the patient's ") for one in strangers)


def test_chinese_notes_get_errors_of_every_kind() -> None:
    note = "患者2周前出现左膝疼痛，伴肿胀。患者诉乏力。否认发热。建议拍片。其母亲有糖尿病。服用布洛芬400毫克。"
    source = "医生：怎么了？患者：左膝疼两个星期。吃布洛芬。"
    for kind in KINDS:
        assert planted_words(note, kind, source, seeds=20), kind
    assert any(one.startswith("患者母亲") for one in planted_words(note, "speaker", source))


def test_figures_are_given_for_all_and_for_both_halves() -> None:
    cases = [Case(f"visit-{number}", DIALOGUE, NOTE) for number in range(6)]
    measured = measure(cases, seed=3)
    figures = {(one.name, one.half): one for one in measured.figures}
    assert measured.cases == 6
    for name in (
        "true_kept",
        "true_kept_of_claims",
        "true_kept_said",
        "caught",
        "caught_in_shown",
        *(f"caught {k}" for k in KINDS),
    ):
        every, tuning, other = (figures[name, half] for half in ("all", "tuning", "other"))
        assert every.share.n == tuning.share.n + other.share.n
        assert every.low_by_visit <= (every.share.value or 0) <= every.high_by_visit
    assert figures["true_kept_said", "all"].share.n < figures["true_kept", "all"].share.n
    assert {miss.what for miss in measured.misses} <= {"true", *KINDS}
    assert measure(cases, seed=3) == measured


def test_a_half_without_a_visit_is_not_known() -> None:
    measured = measure([CASE])
    empty = next(
        one for one in measured.figures if one.name == "caught" and one.half != half_of("one") and one.half != "all"
    )
    assert (empty.share.n, empty.low_by_visit, empty.high_by_visit) == (0, 0.0, 1.0)


def test_another_seed_plants_other_errors() -> None:
    assert {one.now for one in planted_in(CASE, 0)} != {one.now for one in planted_in(CASE, 1)}


@pytest.mark.parametrize(
    ("sentence", "unsaid"),
    [
        ("He is 64 years old.", True), ("He takes 20 mg.", False), ("BP 120/80.", False), ("Metformin 500 mg.", False),
        ("It was in 2019.", True), ("For 2 weeks.", False), ("He is 45.", True), ("Seen at 119 and 15.", True),
    ],
)  # fmt: skip
def test_a_number_that_nobody_said_is_known_without_the_check(sentence: str, unsaid: bool) -> None:
    assert is_unsaid(sentence, DIALOGUE) is unsaid


@pytest.mark.parametrize("number", ["12", "25", "40", "77", "119", "130", "1000"])
def test_numbers_in_words_count_as_said(number: str) -> None:
    said = "77 twelve 二十五 forty one nineteen one hundred and thirty ten hundred"
    assert not is_unsaid(f"It was {number} then.", said)


def test_cases_need_their_three_texts(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "note": "x"}) + "\n")
    with pytest.raises(InputError, match=r"case 1.*dialogue.*give id, dialogue and note"):
        list(cases_of(path))


def test_the_command_measures_a_file_of_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "dialogue": DIALOGUE, "note": NOTE}) + "\n")
    told = CliRunner().invoke(app, ["evaluate", "grounding", "--cases", str(path), "--seed", "2", "--output", "json"])
    assert told.exit_code == 0, told.output
    result = json.loads(told.output)
    assert {one["name"] for one in result["figures"]} >= {"true_kept", "caught"}
    shown = CliRunner().invoke(app, ["evaluate", "grounding", "--cases", str(path)])
    assert shown.exit_code == 0
    assert "true_kept" in shown.output
