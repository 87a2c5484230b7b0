"""Medicines of a chart in Chinese."""

import pytest

from openward.domain.code import Concept
from openward.harness.agents.doses import dose, name
from openward.record.chart import Dose, Measure

WORDS = "4 units subcutaneously three times daily with meals"


def test_a_dose_is_built_from_its_fields_and_keeps_the_recorded_words():
    one = Dose(
        text=WORDS, amount=Measure(4.0, "unit"), route=Concept(text="Subcutaneous route"), frequency=3.0, period=1.0,
        period_unit="d",
    )  # fmt: skip
    assert dose(one) == f"每次 4 单位，皮下注射，每日 3 次（原文：{WORDS}）"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Dose(text=WORDS), WORDS),
        (Dose(text="3mg 口服 每日一次", frequency=1.0, period=1.0, period_unit="d"), "3mg 口服 每日一次"),
        (Dose(amount=Measure(5.0, "mg"), amount_high=Measure(10.0, "mg"), per_day=2.0), "每次 5–10 mg，每日 2 次"),
        (Dose(frequency=1.0, period=8.0, period_unit="h", as_needed=True), "每 8 小时 1 次，必要时"),
        (Dose(), ""),
    ],
)
def test_what_has_no_fields_or_is_chinese_stays_as_it_is_recorded(one, said):
    assert dose(one) == said


def test_a_drug_has_its_chinese_name_before_the_recorded_one():
    assert name("insulin aspart") == "门冬胰岛素（insulin aspart）"
    assert name("华法林片 3mg") == "华法林片 3mg"
    assert name("zorglumab") == "zorglumab"
