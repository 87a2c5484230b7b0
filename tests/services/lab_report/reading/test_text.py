"""Pasted text: whole reports of our own, line forms one by one, and text that is hostile."""

import csv
import math
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.knowledge.analytes import analytes
from openward.services.lab_report.reading import read_text
from openward.services.lab_report.reading.bounds import MAX_CHARACTERS, MAX_RESULTS

REPORTS = Path(__file__).parent / "reports"


def _shown(number):
    return "" if number is None else f"{number:g}"


def _row(result):
    analyte = analytes().find(name=result.name, unit=result.unit, specimen=result.specimen)
    return [
        analyte.id if analyte else "?", result.comparator or "", _shown(result.value), result.text or "",
        result.unit or "", _shown(result.low), _shown(result.high), result.flag or "",
    ]  # fmt: skip


@pytest.mark.parametrize("report", sorted(REPORTS.glob("*.txt")), ids=lambda p: p.stem)
def test_every_result_of_a_report_is_read(report):
    with report.with_suffix(".tsv").open(encoding="utf-8") as file:
        expected = list(csv.reader(file, delimiter="\t"))[1:]
    assert [_row(r) for r in read_text(report.read_text(encoding="utf-8")).results] == expected


def test_a_report_says_whose_it_is_and_when_it_was_taken():
    panel = read_text((REPORTS / "kidney_zh.txt").read_text(encoding="utf-8"))
    assert (panel.person.sex, panel.person.age_days) == ("male", 58 * 365.25)
    assert {r.taken for r in panel.results} == {datetime.fromisoformat("2026-11-20T07:35")}
    assert {r.specimen for r in panel.results} == {"血清"}


def test_remarks_on_the_specimen_are_notes():
    assert read_text((REPORTS / "blood_gas_zh.txt").read_text(encoding="utf-8")).notes == ("标本溶血，请结合临床",)
    assert read_text("Sodium 140 mmol/L\nSpecimen slightly hemolyzed.").notes == ("Specimen slightly hemolyzed.",)


def _only(line):
    panel = read_text(line)
    assert len(panel.results) == 1, panel
    return panel.results[0]


@pytest.mark.parametrize(
    ("line", "named", "limits"),
    [
        ("肌酐 Cr 132 ↑ μmol/L 57-111", ("肌酐 Cr", 132, "μmol/L"), (57, 111, "↑")),
        ("Hb 7.2 L g/dL (12.0–15.5)", ("Hb", 7.2, "g/dL"), (12.0, 15.5, "L")),
        ("WBC 12.3 x10^9/L [3.5-9.5] H", ("WBC", 12.3, "x10^9/L"), (3.5, 9.5, "H")),
        ("钾(K)\t5.8\t↑\tmmol/L\t3.5～5.3", ("钾(K)", 5.8, "mmol/L"), (3.5, 5.3, "↑")),
        ("白细胞(10^9/L) 12.3 3.5-9.5", ("白细胞", 12.3, "10^9/L"), (3.5, 9.5, None)),
        ("餐后2小时血糖:8.9mmol/L", ("餐后2小时血糖", 8.9, "mmol/L"), (None, None, None)),
        ("25-羟维生素D 18.5 ng/mL", ("25-羟维生素D", 18.5, "ng/mL"), (None, None, None)),
        ("CA 125 20 U/mL <35", ("CA 125", 20, "U/mL"), (None, 35, None)),
        ("Vitamin B 12 300 pg/mL 200-900", ("Vitamin B 12", 300, "pg/mL"), (200, 900, None)),
        ("eGFR 58 mL/min/1.73 m2 >60", ("eGFR", 58, "mL/min/1.73 m2"), (60, None, None)),
        ("PLT 1,234 K/uL", ("PLT", 1234, "K/uL"), (None, None, None)),
        ("Base excess -5.2 mmol/L -2 - 3", ("Base excess", -5.2, "mmol/L"), (-2, 3, None)),
        ("K 3.1 L mmol/L", ("K", 3.1, "mmol/L"), (None, None, "L")),
        ("Potassium H 6.1 mmol/L 3.5-5.1", ("Potassium", 6.1, "mmol/L"), (3.5, 5.1, "H")),
        ("T-BIL(umol/L)：23.1 参考值：3.4-20.5", ("T-BIL", 23.1, "umol/L"), (3.4, 20.5, None)),
        ("Hb 12,5 g/dL 13,0-17,5", ("Hb", 12.5, "g/dL"), (13.0, 17.5, None)),
        ("尿酸 430umol/L↑", ("尿酸", 430, "umol/L"), (None, None, "↑")),
        ("血小板 12×10^9/L（危急值）", ("血小板", 12, "×10^9/L"), (None, None, "危急值")),
        ("★钾 3.2 ↓ 3.5-5.3 mmol/L", ("钾", 3.2, "mmol/L"), (3.5, 5.3, "↓")),
        ("3. 血红蛋白 72 g/L ↓ 115--150", ("血红蛋白", 72, "g/L"), (115, 150, "↓")),
    ],
)
def test_a_line_is_taken_apart(line, named, limits):
    found = _only(line)
    assert (found.name, found.value, found.unit) == named
    assert (found.low, found.high, found.flag) == limits


def test_a_comparator_is_kept():
    found = _only("肌钙蛋白I <0.01 ng/mL 0-0.04")
    assert (found.comparator, found.value) == ("<", 0.01)


@pytest.mark.parametrize(
    ("line", "text", "interval"),
    [
        ("HBsAg 阴性 阴性", "阴性", "阴性"),
        ("尿蛋白 2+ 阴性", "2+", "阴性"),
        ("葡萄糖 - 阴性", "-", "阴性"),
        ("抗核抗体 1:320 <1:100", "1:320", "<1:100"),
        ("Nitrite Positive Negative", "Positive", "Negative"),
        ("HIV抗体 阴性（-） 阴性", "阴性（-）", "阴性"),
        ("抗核抗体(ANA) 阳性 1:1000 阴性", "阳性 1:1000", "阴性"),
    ],
)
def test_results_in_words_stay_words(line, text, interval):
    found = _only(line)
    assert (found.value, found.text, found.interval_text) == (None, text, interval)


def test_a_span_of_numbers_is_no_number():
    found = _only("尿常规\n红细胞(镜检) 15-20 /HP 0-3")
    assert (found.value, found.text, found.unit, found.high) == (None, "15-20", "/HP", 3)


def test_words_with_a_number_are_one_result():
    found = _only("乙肝表面抗原 阳性(+) 250.3 IU/mL 0-0.05")
    assert (found.text, found.value, found.unit) == ("阳性(+)", 250.3, "IU/mL")


def test_two_results_stand_on_one_line():
    results = read_text("1 WBC 白细胞计数 5.6 10^9/L 3.5-9.5   13 MCV 平均红细胞体积 88.2 fL 82-100").results
    assert [(r.name, r.value, r.unit, r.place) for r in results] == [
        ("WBC 白细胞计数", 5.6, "10^9/L", "line 1"),
        ("MCV 平均红细胞体积", 88.2, "fL", "line 1, part 2"),
    ]


def test_what_stands_behind_a_result_is_its_comment():
    assert _only("Glucose 110 mg/dL 70-99 H  fasting sample").comment == "fasting sample"
    assert _only("Hb 72 g/L 115-150 repeat after 2 days").comment == "repeat after 2 days"


def test_an_unknown_test_with_unit_and_interval_is_a_result():
    found = _only("Novel marker 12.3 mg/L 1-2")
    assert (found.name, found.value, found.high) == ("Novel marker", 12.3, 2)


def test_a_line_that_is_not_understood_comes_back_with_its_place():
    panel = read_text("Sodium 140 mmol/L\nthe patient walked in at noon\nPotassium 4.1 mmol/L")
    assert len(panel.results) == 2
    assert [u.place for u in panel.unread] == ["line 2"]


def test_a_result_in_a_line_about_the_person_is_not_lost():
    results = read_text("Received 2026-11-20 08:00, potassium 6.9 mmol/L ordered by phone").results
    assert [(r.name, r.value) for r in results] == [("potassium", 6.9)]


def test_an_ambiguous_date_is_not_guessed():
    assert _only("Collected: 04/05/2026\nSodium 140 mmol/L").taken is None
    assert _only("Collected: 4 May 2026 06:30\nSodium 140 mmol/L").taken == datetime.fromisoformat("2026-05-04T06:30")
    assert _only("采集时间：2026年5月4日 06:30\n钠 140 mmol/L").taken == datetime.fromisoformat("2026-05-04T06:30")


@pytest.mark.parametrize(
    "line", ["患者3天前发热 38.5℃", "BP 120/80 mmHg, HR 88 bpm, T 36.5", "Tel: 010-12345678", "样本编号 20261120001"]
)
def test_what_is_no_result_of_a_laboratory_is_unread(line):
    panel = read_text(line)
    assert (panel.results, len(panel.unread)) == ((), 1)


def test_a_number_beyond_all_measure_is_no_number():
    assert read_text(f"Sodium {'9' * 400} mmol/L").results == ()
    assert all(math.isfinite(r.value) for r in read_text("Sodium 1e99 mmol/L\nSodium 1e999 mmol/L").results)


def test_a_heading_names_the_specimen_of_what_follows():
    panel = read_text("脑脊液生化\n葡萄糖 2.1 mmol/L\n蛋白 1.8 g/L\n肾功能\n肌酐 88 μmol/L")
    found = [analytes().find(name=r.name, unit=r.unit, specimen=r.specimen).id for r in panel.results]
    assert found == ["csf_glucose", "csf_protein", "creatinine"]


def test_the_columns_are_not_a_result():
    panel = read_text("Test Result Flag Units Reference Range\n项目名称 结果 提示 单位 参考区间")
    assert (panel.results, panel.unread) == ((), ())


@pytest.mark.parametrize("text", ["", "\n\n", "----\n====", "\ufeff"])
def test_nothing_gives_nothing(text):
    assert read_text(text).results == ()


def test_chinese_bytes_are_read():
    assert _only("肌酐 88 μmol/L".encode("gb18030")).value == 88
    assert _only("肌酐 88 μmol/L".encode()).value == 88
    assert _only("肌酐 88 μmol/L".encode("utf-16")).value == 88


def test_what_is_too_large_is_refused():
    with pytest.raises(InputError, match="longer than"):
        read_text("x" * (MAX_CHARACTERS + 1))
    with pytest.raises(InputError, match="more than"):
        read_text("K 4.1\n" * (MAX_RESULTS + 1))


def test_a_line_without_end_is_unread():
    assert [u.place for u in read_text("K 4.1 " * 1000).unread] == ["line 1"]


_PIECES = st.sampled_from([
    "肌酐", "WBC", "K+", "12.3", "<0.01", "↑", "H", "μmol/L", "10^9/L", "3.5-9.5", "(12.0–15.5)", "阴性", "1:320", "2+",
    "\t", "：", "，", "\n", "[", ")", "/", "%", "2026-11-20", "尿常规", "标本", "x10", "-", "--", "e5", "1e400", "٣",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=40).map(" ".join), st.binary(max_size=200)))
def test_no_text_makes_the_reader_fail(text):
    try:
        panel = read_text(text)
    except InputError:
        return
    assert all(r.name and (r.value is not None or r.text) for r in panel.results)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([("Sodium", "mmol/L"), ("肌酐", "μmol/L"), ("WBC", "10^9/L"), ("ALT", "U/L")]),
    st.decimals(min_value=0, max_value=9999, places=2),
    st.decimals(min_value=0, max_value=99, places=1),
)
def test_a_printed_result_is_read_as_it_was_printed(test, value, low):
    found = _only(f"{test[0]} {value} {test[1]} {low}-{low + 100}")
    assert (found.name, found.value, found.unit) == (test[0], float(value), test[1])
    assert (found.low, found.high) == (float(low), float(low + 100))
