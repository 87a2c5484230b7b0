"""Where the talk and the chart do not agree, a person is told."""

import pytest
from tests.services.clinical_note.chart import allergy, no_allergy, taken
from tests.services.clinical_note.desk import propose
from tests.services.desk import patient

METFORMIN = taken("m", "metformin", "500 mg orally twice daily", "2016-01-10")


def codes(question, answer, *resources, language="en"):
    talk = f"医生：{question}\n患者：{answer}" if language == "zh" else f"Doctor: {question}\nPatient: {answer}"
    proposal = propose({"dialogue": talk}, patient(), *resources, language=language)
    return {f.code.code for f in proposal.findings} - {"section"}, {gap.code for gap in proposal.not_checked}


@pytest.mark.parametrize(
    ("question", "answer", "held", "wanted"),
    [
        ("Any allergies?", "No.", allergy("a", "Penicillin"), {"allergy-denied"}),
        ("Any allergies?", "I'm allergic to penicillin.", allergy("a", "Penicillin"), set()),
        ("Any allergies?", "I'm allergic to penicillin.", no_allergy(), {"allergy-not-recorded"}),
        ("Any allergies?", "No.", no_allergy(), set()),
    ],
)
def test_allergies(question, answer, held, wanted):
    assert codes(question, answer, held)[0] == wanted


def test_an_allergy_denied_in_chinese():
    assert codes("对什么药过敏吗？", "没有过敏。", allergy("a", "青霉素"), language="zh")[0] == {"allergy-denied"}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("I take metformin 1000 mg twice a day.", {"dose-differs"}),
        ("I take metformin 500 milligrams twice a day.", set()),
        ("I take metformin.", set()),
        ("I take metformin 1000 mg and ramipril 5 mg.", set()),
    ],
)
def test_a_dose_is_compared_where_one_drug_and_its_amount_are_said(answer, wanted):
    assert codes("What do you take?", answer, METFORMIN)[0] == wanted


def test_a_medicine_of_the_chart_that_nobody_mentions_is_asked_for():
    other = taken("n", "ramipril", "5 mg orally once daily", "2018-02-01")
    assert "medicines-not-mentioned" in codes("What do you take?", "I take metformin.", METFORMIN, other)[1]
    assert "medicines-not-mentioned" not in codes("What do you take?", "I take metformin.", METFORMIN)[1]
