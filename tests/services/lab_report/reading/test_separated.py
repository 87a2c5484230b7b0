"""Tables with separators: headers in English and Chinese, separators, encodings, wide tables."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.code import LOINC
from openward.domain.errors import InputError
from openward.services.lab_report.reading import read_csv

ENGLISH = """Test,Result,Units,Reference Range,Flag,Collected
Sodium,128,mmol/L,136-145,L,2026-11-19 06:10
"Bilirubin, total",0.6,mg/dL,0.2-1.2,,2026-11-19 06:10
Troponin I,<0.01,ng/mL,<0.04,,2026-11-19 06:10
"""
CHINESE = """检验报告,,,,
项目名称,结果,单位,参考范围,提示
肌酐,212,μmol/L,57-97,↑
乙肝表面抗原,阴性,,阴性,
血红蛋白,72 ↓,g/L,115～150,
"""


def test_an_english_table_is_read():
    results = read_csv(ENGLISH).results
    assert [(r.name, r.value, r.comparator) for r in results] == [
        ("Sodium", 128, None), ("Bilirubin, total", 0.6, None), ("Troponin I", 0.01, "<"),
    ]  # fmt: skip
    assert (results[0].low, results[0].high, results[0].flag) == (136, 145, "L")
    assert results[0].taken == datetime.fromisoformat("2026-11-19T06:10")
    assert results[0].place == "row 2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_table_is_read_in_any_encoding(encoding):
    panel = read_csv(CHINESE.encode(encoding))
    assert [(r.name, r.value, r.text, r.flag) for r in panel.results] == [
        ("肌酐", 212, None, "↑"), ("乙肝表面抗原", None, "阴性", None), ("血红蛋白", 72, None, "↓"),
    ]  # fmt: skip
    assert [u.place for u in panel.unread] == ["row 1"]


@pytest.mark.parametrize("separator", ["\t", ";", "|", ","])
def test_any_usual_separator_is_found(separator):
    report = "\n".join(separator.join(row) for row in [["name", "value", "unit"], ["Potassium", "4.1", "mmol/L"]])
    assert [(r.name, r.value, r.unit) for r in read_csv(report).results] == [("Potassium", 4.1, "mmol/L")]


def test_codes_and_two_columns_of_limits_are_kept():
    report = "loinc,test,result,unit,low,high,status\n2160-0,Creatinine,0.8,mg/dL,0.5,1.1,final\n"
    found = read_csv(report).results[0]
    assert (found.code, found.system, found.low, found.high, found.status) == ("2160-0", LOINC, 0.5, 1.1, "final")


def test_a_table_with_one_analyte_a_column_is_read():
    report = "Date,WBC (10^9/L),Hb (g/L),CRP\n2026-11-18,12.3,98,86 mg/L\n2026-11-20,8.1,,12 mg/L\n"
    results = read_csv(report).results
    assert [(r.name, r.value, r.unit, r.taken.day) for r in results] == [
        ("WBC", 12.3, "10^9/L", 18), ("Hb", 98, "g/L", 18), ("CRP", 86, "mg/L", 18),
        ("WBC", 8.1, "10^9/L", 20), ("CRP", 12, "mg/L", 20),
    ]  # fmt: skip


def test_a_row_without_a_result_comes_back():
    panel = read_csv("test,result\nSodium,140\nPotassium,\n")
    assert [u.place for u in panel.unread] == ["row 3"]


def test_a_table_without_names_of_columns_is_refused():
    with pytest.raises(InputError, match="names the columns"):
        read_csv("1,2,3\n4,5,6\n")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text(max_size=200).map(lambda t: "test,result,unit\n" + t)))
def test_no_table_makes_the_reader_fail_in_another_way(report):
    try:
        panel = read_csv(report)
    except InputError:
        return
    assert all(r.value is not None or r.text for r in panel.results)
