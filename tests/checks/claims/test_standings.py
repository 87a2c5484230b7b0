"""What is said of values, of their course and of what may be done, held against dated and flagged rows."""

import pytest

from openward.checks.claims import Ground
from openward.checks.claims.measured import names
from openward.checks.claims.rows import rows
from openward.checks.claims.standings import standings

ROWS = """Laboratory: 13 entries.
2026-11-20 Creatinine 206 umol/L (45-84) H
2026-11-19 Creatinine 255 umol/L (45-84) H
2026-11-18 Creatinine 319 umol/L
2026-11-20 Potassium 4.5 mmol/L (3.5-5.3) N
2026-11-18 Potassium 5.9 mmol/L (3.5-5.3) H
2026-11-20 Sodium 130 mmol/L (135-145) L
2026-11-18 Sodium 120 mmol/L (135-145) L
2026-11-20 eGFR 25 mL/min
2026-11-18 eGFR 15 mL/min
2026-11-20 Ferritin 100 ug/L
2026-11-18 Ferritin 50 ug/L
2026-11-20 Platelets 200 10*9/L (125-350)
2026-11-18 Platelets 150 10*9/L (125-350)
2026-11-18 Chloride 100 mmol/L (95-105)
2026-11-18 Lactate 0 mmol/L
2026-11-20 Lactate 1 mmol/L
2026-11-20 Calcium 2.4 mmol/L A
2026-11-18 CRP 30 mg/L
2026-11-20 CRP 90 mg/L
2026-11-18 TSH 3.1 mIU/L N
2026-11-20 TSH 9 mIU/L H
2026-11-20 Phosphate 1.01 mmol/L
2026-11-19 Phosphate 1.0 mmol/L
Magnesium is stable. She is ready for transfer. Urea is normal."""

FALSE = """
Creatinine has doubled since yesterday.
Kidney function is back to normal.
The patient can be discharged today.
Potassium is low.
The latest creatinine is 319 umol/L.
The creatinine is normal.
Creatinine has been rising since admission.
Creatinine has been rising since 2026-11-18.
Creatinine is worsening.
Creatinine is stable.
Renal function is deteriorating.
Potassium and sodium are normal.
It is safe to stop ramipril.
There is no need for further tests.
There is a rise in creatinine.
Creatinine rose to 255 umol/L.
Creatinine is now 255 umol/L.
Creatinine is not elevated.
Creatinine fell from 206 to 255 umol/L.
Magnesium is rising.
Calcium is normal.
Platelets are unchanged.
Platelets are improving.
Lactate is rising.
The chloride is falling.
Phosphate is rising.
CRP is improving.
TSH is improving.
Potassium was normal on 2026-11-18.
Potassium was high on 2026-11-17.
Creatinine was normal on admission.
Creatinine has been rising since 08:00.
肌酐正常。
血钾偏低。
肌酐较昨日上升。
肌酐较昨日升高。
肌酐翻倍。
肾功能已恢复正常。
肾功能恶化。
可以出院。
可停药。
最新肌酐为319umol/L。
"""
TRUE = """
Creatinine is falling.
Potassium fell to 4.5 mmol/L.
Potassium is normal.
The potassium is 4.5 mmol/L, which is within the normal range.
Creatinine fell from 319 to 206 umol/L.
Creatinine is elevated at 206 umol/L.
Kidney function is improving.
The latest creatinine is 206 umol/L.
Creatinine has been falling since admission.
Creatinine fell from 18 November to 20 November.
Creatinine fell on 2026-11-19.
Sodium is low at 130 mmol/L.
Sodium is improving.
Potassium was high on 2026-11-18.
Creatinine was high on 2026-11-19.
There is a fall in creatinine.
Creatinine has not doubled.
Creatinine is increased.
Ferritin has doubled.
Phosphate is stable.
Calcium is abnormal.
CRP has tripled.
CRP is worsening.
TSH is worsening.
Magnesium is stable.
She is ready for transfer.
Urea is normal.
Potassium was high on admission.
It is not safe to stop.
Whether she can be discharged is for a clinician.
Is the creatinine normal?
If potassium is low, repeat it.
If there is a fall in creatinine, repeat it.
肌酐持续下降。
血钾已恢复正常。
肌酐206umol/L，偏高。
最新肌酐为206umol/L。
肾功能好转。
"""


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground({"steps[0]": ROWS})


@pytest.mark.parametrize("sentence", FALSE.strip().split("\n"))
def test_what_rows_do_not_bear_out_is_held(ground: Ground, sentence: str) -> None:
    assert ground.judge(sentence).held


@pytest.mark.parametrize("sentence", TRUE.strip().split("\n"))
def test_what_rows_bear_out_is_not_held(ground: Ground, sentence: str) -> None:
    judged = ground.judge(sentence)
    assert not judged.held, judged.claims


def test_a_talk_has_no_rows_and_may_speak_for_itself() -> None:
    talk = "[doctor] potassium was 4.5 on 2026-11-20 , that is high .\n[patient] and i can go home ?"
    assert not Ground({"talk": talk}).judge("Potassium is high.").held
    both = Ground({"talk": talk, "rows": "2026-11-20 Creatinine 206 umol/L (45-84) H"})
    assert not both.judge("Potassium is high.").held
    assert both.judge("Creatinine is normal.").held


def test_rows_are_read_as_they_are_written() -> None:
    text = (
        '{"what":"Creatinine","value":206.0,"unit":"umol/L","date":"2026-11-20T08:00:00Z","status":"H"}\n'
        "Creatinine 319 (2026-11-18), 255 (2026-11-19)\n"
        "Creatinine 319 on 2026-11-18 and 2026-11-19\n"
        "CRP: 12 mg/L, (≤ 5 mg/L)\neGFR: 46 mL/min, (≥ 60)\nSodium value 140, low 135, high 145\nSodium: not done\n"
        "Potassium chloride: 20 mmol, active, 2026-11-01\n查血钾5.9mmol/L，2026年11月8日"
    )
    found = [(row.label, row.value, row.state, row.day, row.clock) for row in rows("s", text)]
    assert found == [
        ("creatinine", 206.0, "high", "2026-11-20", "08:00"),
        ("creatinine", 319.0, None, "2026-11-18", ""),
        ("creatinine", 255.0, None, "2026-11-19", ""),
        ("crp", 12.0, "high", "", ""),
        ("egfr", 46.0, "low", "", ""),
        ("sodium", 140.0, "normal", "", ""),
        ("血钾", 5.9, None, "2026-11-08", ""),
    ]


def test_of_very_many_rows_the_first_are_read() -> None:
    assert len(rows("s", "2026-11-20 Sodium 140 mmol/L\n" * 4_100)) == 4_000


def test_names_are_the_longest_and_no_common_words() -> None:
    text = "Serum creatinine and BP, Hb, kidney function; mm[Hg] at 2"
    assert [text[one.start : one.end] for one in names(text)] == ["Serum creatinine", "BP", "Hb", "kidney function"]
    assert [one.organ for one in names(text)] == [False, False, False, True]


def test_words_of_a_course_and_of_a_state_are_told_apart() -> None:
    def said(text: str) -> list[str]:
        return [one.said for one in standings(text)]

    assert said("Potassium is increased.") == ["high"]
    assert said("Potassium has increased.") == ["higher"]
    assert said("血钾升高。") == ["high"]
    assert said("血钾升高至5.9。") == ["higher"]
    assert said("Potassium was measured by the nurse and her mood is low.") == []
    assert said("The current potassium was taken.") == []
    assert said("The current potassium and a sodium by Dr. Hill of 140.") == []
    assert said("The current potassium may be 5.9.") == []
