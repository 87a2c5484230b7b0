"""Names at the end of other words: found where the unit fits, and left alone where they may mean something else."""

import pytest
from tests.services.lab_report.bench import codes, propose

from openward.services.lab_report.reading import read_text


@pytest.mark.parametrize(
    "text",
    [
        "男 45岁 钾 6.9 mmol/L",
        "Serum K: 6.9 mmol/L (3.5-5.1) H",
        "potassium was 6.9 mmol/L",
        "Patient John Smith K 6.9 mmol/L",
        "体检报告 血钾 6.9 mmol/L",
        "体检报告血钾6.9mmol/L",
        "Serum potassium level was 6.9 mmol/L",
        "patient weighs 70 kg and K+ 6.9 mmol/L",
        "The potassium of this man was found to be 6.9 mmol/L and he is ill\nher potassium has risen to 6.9 mmol/L",
        "BP 120/80 K 6.9 mmol/L",
        "血清钾为 6.9 mmol/L",
        "患者血钾高达6.9mmol/L",
    ],
)
def test_words_before_a_name_do_not_hide_a_critical_value(text):
    assert "critical-value" in codes(propose({"text": text}))


@pytest.mark.parametrize(
    "text",
    [
        "Vitamin K 6.9 ng/mL",
        "Vitamin K 6.9 mmol/L",
        "Fetal hemoglobin 40 g/L",
        "Potassium chloride 20 mmol/L",
        "Retinol binding protein 45 mg/L",
        "dialysate K 2.0 mmol/L",
        "was found to be 6.9 mmol/L",
        "Ward P 80 /min",
        "胎儿血红蛋白 40 g/L",
        "target K 6.9 mmol/L",
        "Free foo T4 12 pmol/L",
    ],
)
def test_a_name_that_other_words_change_is_not_guessed(text):
    shown = propose({"text": text}).body.results
    assert not any(r.critical for r in shown)
    assert not {r.analyte for r in shown} & {"potassium", "hemoglobin", "chloride", "phosphate", "base_excess", "t4"}


def test_the_words_before_a_name_may_name_the_specimen():
    (urine,) = read_text("Urine K 60 mmol/L").results
    assert (urine.name, urine.specimen) == ("K", "Urine")
    (user,) = read_text("user K 6.9 mmol/L").results
    assert user.specimen is None


def test_the_words_before_a_name_stay_beside_the_result():
    (result,) = read_text("haemolysed sample K 6.9 mmol/L").results
    assert "haemolysed" in (result.comment or "")
