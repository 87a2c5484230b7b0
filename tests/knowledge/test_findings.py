"""The vocabulary of findings: a sound order, words that are read, and what a relative's illness means."""

import pytest

from openward.domain.errors import KnowledgeError, NotFoundError
from openward.knowledge import tables
from openward.knowledge.findings import KINDS, Vocabulary, phrases, vocabulary

HEADER = (
    "#! version: 1\n#! reviewed: 2026-11-21\n"
    "id\tname_en\tname_zh\tkind\tparents?\twords_en?\twords_zh?\task_en?\task_zh?\thpo?\tsource\treviewed\n"
)


def built_in():
    """The terms of the first file alone; other parts bring terms of their own."""
    words = vocabulary()
    return [words.get(row.id) for row in words.table if "/findings.tsv:" in row.where]


def read(text):
    return {(mention.term, mention.assertion) for mention in vocabulary().read(text)}


def present(text):
    return {term for term, assertion in read(text) if assertion == "present"}


def absent(text):
    return {term for term, assertion in read(text) if assertion == "absent"}


def test_there_are_enough_findings_of_every_kind():
    terms = list(vocabulary())
    assert len(terms) == len(vocabulary()) >= 600
    assert {term.kind for term in terms} == set(KINDS)


def test_every_finding_has_two_names_and_can_be_read_in_both_languages():
    for row in vocabulary().table:
        assert row["name_en"] != row["name_zh"]
        found = phrases(row)
        assert found, row.id
        assert any(not phrase.isascii() for phrase in found), f"{row.id} has no Chinese words"


def test_every_phrase_finds_its_own_term():
    missed = []
    for term in built_in():
        row = vocabulary().table.row(term.id)
        for phrase in phrases(row):
            if " + " in phrase or "*" in phrase or "/" in phrase or row.id.startswith("family_"):
                continue
            if row.id not in {mention.term for mention in vocabulary().read(phrase)}:
                missed.append((row.id, phrase))
    assert not missed


def test_what_a_patient_can_be_asked_is_asked_in_both_languages():
    for term in built_in():
        assert bool(term.ask_en) == bool(term.ask_zh), term.id
        assert term.ask_en or term.kind != "symptom", term.id
        assert not term.ask_en or (term.ask_en.endswith("?") and term.ask_zh.endswith("？")), term.id


def test_a_child_has_all_its_ancestors():
    words = vocabulary()
    assert words.ancestors("pain_throbbing") == {"pain"}
    assert words.ancestors("abdominal_pain_migrating") == {"abdominal_pain_rlq", "abdominal_pain"}
    assert "chest_pain_pleuritic" in words.children("chest_pain")
    for term in words:
        for parent in term.parents:
            assert term.id in words.children(parent)
            assert words.ancestors(parent) < words.ancestors(term.id)


def test_no_two_findings_share_a_name():
    names = [term.name_en.casefold() for term in built_in()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_an_unknown_finding_is_an_error():
    with pytest.raises(NotFoundError, match="no row 'no_such_finding'"):
        vocabulary().get("no_such_finding")
    with pytest.raises(NotFoundError):
        vocabulary().ancestors("no_such_finding")
    assert "no_such_finding" not in vocabulary()


def test_a_complaint_in_a_patients_words():
    text = "I am throwing up since last night and my belly hurts. No fever. I can't catch my breath on the stairs."
    assert {"vomiting", "abdominal_pain", "dyspnea_exertional"} <= present(text)
    assert "fever" in absent(text)


def test_a_complaint_in_chinese():
    text = "转移性右下腹痛1天，伴恶心、呕吐，无腹泻。查体：麦氏点压痛，反跳痛阳性。"
    assert {"abdominal_pain_migrating", "nausea", "vomiting", "guarding"} <= present(text)
    assert "diarrhea" in absent(text)


def test_the_parts_of_a_phrase_may_stand_apart():
    assert "chest_pain_pleuritic" in present("The pain in her chest is worse when she takes a deep breath.")
    assert "chest_pain_positional" in present("The chest pain gets better when he is leaning forward.")
    assert "chest_pain_pleuritic" not in present("He has chest pain. Breathing is normal.")


def test_an_illness_of_a_relative_is_the_patients_family_history():
    text = "Her father had a heart attack and her mother has diabetes."
    assert present(text) >= {"family_cad", "family_diabetes"}
    assert not present(text) & {"history_mi", "history_diabetes"}
    assert "family_diabetes" in absent("There is no family history of diabetes.")
    assert "family_hypertension" in present("父亲患高血压。")


def test_one_mention_is_one_mention():
    found = vocabulary().read("She keeps a parrot. Dizziness for 3 days, sweating.")
    assert len(found) == len(set(found))
    assert [mention.term for mention in found].count("animal_contact") == 1


def test_words_that_mean_other_things_are_not_findings():
    text = "GCS 15. A CAT scan was normal. Vesicular breath sounds. He tripped over a rug. The exam was normal."
    assert not present(text) & {"coma", "animal_contact", "rash_vesicular", "travel_recent", "stress_recent"}
    assert "aphasia" not in present("Aspirated fluid was clear.")


def test_an_empty_text_names_nothing():
    assert vocabulary().read("") == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a\tA\t甲\tsymptom\tb\t\t\t\t\t\thouse-findings-2026\t2026-11-21", "'b' is not in the table"),
        ("a\tA\t甲\tsymptom\ta\t\t\t\t\t\thouse-findings-2026\t2026-11-21", "descends from itself"),
        ("a\tA\t甲\tfeeling\t\t\t\t\t\t\thouse-findings-2026\t2026-11-21", "is none of symptom"),
        ("A b\tA\t甲\tsymptom\t\t\t\t\t\t\thouse-findings-2026\t2026-11-21", "lower_snake_case"),
        ("a\tA\t甲\tsymptom\t\t\t\t\t\tHP:1\thouse-findings-2026\t2026-11-21", "HP:0001945"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path, line, why):
    path = tmp_path / "findings.tsv"
    path.write_text(HEADER + line + "\n")
    with pytest.raises(KnowledgeError, match=why) as caught:
        Vocabulary(tables.read(path))
    assert f"{path}:4" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "not_meant"),
    [
        ("plenty of wet nappies", "oliguria"),
        ("sneezing fits every morning", "seizure"),
        ("the story fits with a cold", "seizure"),
        ("I am fit and well", "seizure"),
        ("white spots on the tonsils and a red face", "rash"),
        ("white spots on the tonsils", "vaginal_bleeding"),
        ("breaking out in a cold sweat", "rash"),
        ("passing wind", "dyspnea"),
        ("pain in the knee for some hours", "chest_pain_rest_prolonged"),
        ("a nosebleed for three weeks", "bleeding_in_pregnancy"),
        ("she vomited blood and fainted", "syncope_trigger"),
        ("belly pain, then he fainted", "syncope_trigger"),
        ("活动后气喘，夜间能平卧", "orthopnea"),
    ],
)
def test_phrases_do_not_match_more_than_they_mean(text, not_meant):
    assert not_meant not in {mention.term for mention in vocabulary().read(text)}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a squeezing ache under the breastbone", "chest_pain_pressure"),
        ("the corner of his mouth is hanging", "facial_weakness"),
        ("we can't make out what she is saying", "speech_slurred"),
        ("she took only half of her usual bottle", "feeding_poor_half"),
        ("seven weeks since her last period", "period_late"),
        ("pain low on the left side", "abdominal_pain_lower"),
        ("my scalp flakes", "dandruff"),
        ("嘴唇内侧长了一个小溃疡", "mouth_ulcers"),
        ("气短，不能平卧", "orthopnea"),
        ("he had a fit", "seizure"),
    ],
)
def test_patients_words_are_known(text, meant):
    assert meant in {mention.term for mention in vocabulary().read(text)}


def test_a_wound_that_no_longer_bleeds_is_still_a_wound():
    assert [m.when for m in vocabulary().read("伤口浅，已止血") if m.term == "wound_minor"] == ["current"]


@pytest.mark.parametrize("text", ["没有呼吸困难", "无尿频、尿急", "没有尿痛", "没有心跳加快", "没有呼吸急促"])
def test_a_denial_in_chinese_is_not_a_shorter_danger(text):
    assert {m.assertion for m in vocabulary().read(text)} == {"absent"}


@pytest.mark.parametrize(("text", "meant"), [("没有呼吸", "not_breathing"), ("已经一天没有尿", "oliguria")])
def test_what_is_missing_in_chinese_is_still_a_danger(text, meant):
    assert meant in {m.term for m in vocabulary().read(text) if m.assertion == "present"}
