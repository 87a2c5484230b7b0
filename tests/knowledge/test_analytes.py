"""Analytes: every row holds together, names lead to one analyte, units convert there and back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.quantity import is_unit
from openward.knowledge.analytes import analytes, canonical, printed_unit, specimen_of

ALL = list(analytes())
MEASURED = [a for a in ALL if a.unit]
# LOINC gave this code another last digit than its own rule makes.
ODD_CODES = {"3150-6"}


def _check_digit(code):
    """The last digit that LOINC's mod 10 rule gives (LOINC Users' Guide, appendix on check digits)."""
    digits = [int(c) for c in reversed(code.partition("-")[0])]
    odd = int("".join(str(d) for d in reversed(digits[::2]))) * 2
    even = "".join(str(d) for d in reversed(digits[1::2]))
    return -sum(int(c) for c in f"{even}{odd}") % 10


def test_there_are_at_least_three_hundred_analytes():
    assert len(ALL) >= 300
    assert sum(1 for a in ALL if a.loinc) >= 300


@pytest.mark.parametrize("analyte", ALL, ids=lambda a: a.id)
def test_a_row_holds_together(analyte):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", analyte.id)
    assert re.search(r"[\u4e00-\u9fff]", analyte.name_zh) or analyte.name_zh.isascii()
    assert (analyte.least is None) == (analyte.most is None)
    assert analyte.least is None or analyte.least < analyte.most
    assert analyte.unit or (analyte.least is None and not analyte.units)
    assert all(re.fullmatch(r"\d{1,7}-\d", code) for code in analyte.loinc)


@pytest.mark.parametrize("analyte", ALL, ids=lambda a: a.id)
def test_codes_have_their_check_digit(analyte):
    assert {c for c in analyte.loinc if int(c[-1]) != _check_digit(c)} <= ODD_CODES


@pytest.mark.parametrize("analyte", MEASURED, ids=lambda a: a.id)
def test_every_accepted_unit_converts_and_back(analyte):
    for code in (analyte.unit, *analyte.units):
        assert is_unit(code)
        one, three = canonical(analyte, 1.0, code), canonical(analyte, 3.0, code)
        assert one is not None
        assert three > one


@pytest.mark.parametrize("analyte", ALL, ids=lambda a: a.id)
def test_an_analyte_is_found_by_its_codes_and_by_its_own_names(analyte):
    assert all(analytes().find(loinc=code) == analyte for code in analyte.loinc)
    for name in (analyte.name_en, analyte.name_zh):
        assert analytes().find(name=name, unit=analyte.unit, specimen=analyte.specimen) == analyte
    assert all(analytes().knows(word) for word in analyte.words)


@pytest.mark.parametrize(
    ("name", "unit", "specimen", "id"),
    [
        ("白细胞计数 WBC", "10^9/L", None, "wbc"),
        ("中性粒细胞", "%", None, "neutrophils_percent"),
        ("中性粒细胞", "×10⁹/L", None, "neutrophils"),
        ("中性粒细胞", "G/L", None, "neutrophils"),
        ("PCT", "ng/mL", None, "procalcitonin"),
        ("PCT", "%", None, "plateletcrit"),
        ("CK-MB", "U/L", None, "ck_mb_activity"),
        ("CK-MB", "ng/mL", None, "ck_mb_mass"),
        ("D-二聚体", "mg/L FEU", None, "d_dimer"),
        ("D-二聚体", "mg/L DDU", None, "d_dimer_ddu"),
        ("*谷丙转氨酶(ALT)", "U/L", None, "alt"),
        ("1. 血沉", "mm/1h", None, "esr"),
        ("C-反应蛋白 CRP", "mg/L", None, "crp"),
        ("γ－谷氨酰转移酶", "U/L", None, "ggt"),
        ("凝血酶原时间（PT）", "秒", None, "pt"),
        ("Glucose", "mg/dL", "CSF", "csf_glucose"),
        ("Glucose", "mg/dL", None, "glucose"),
        ("肌酐", "mmol/L", "尿液", "urine_creatinine"),
        ("肌酐", "μmol/L", "血清", "creatinine"),
        ("总蛋白", "g/L", "胸水", "pleural_protein"),
        ("pH", None, "arterial blood", "ph_arterial"),
        ("pH", None, "venous blood", "ph_venous"),
        ("pH", None, None, "ph_blood"),
        ("pH", None, "urine", "urine_ph"),
        ("Lp(a)", "nmol/L", None, "lp_a_molar"),
        ("Lp(a)", "mg/dL", None, "lp_a_mass"),
        ("hs-cTnI", "ng/L", None, "troponin_i_hs"),
        ("HGB", "G/DL", None, "haemoglobin"),
    ],
)
def test_a_printed_name_leads_to_one_analyte(name, unit, specimen, id):
    assert analytes().find(name=name, unit=unit, specimen=specimen).id == id


@pytest.mark.parametrize("name", ["", "something else", "12.3", "肌", "Ca125x", "x" * 5000])
def test_what_is_no_name_leads_nowhere(name):
    assert analytes().find(name=name) is None


def test_a_unit_that_no_candidate_has_leads_nowhere():
    assert analytes().find(name="中性粒细胞", unit="mmol/L") is None


@pytest.mark.parametrize(
    ("id", "value", "unit", "expected"),
    [
        # Factors as laboratories print them; those of Kratz A et al., N Engl J Med 2004;351:1548 among them.
        ("creatinine", 1.0, "mg/dL", 88.4),
        ("glucose", 100, "mg/dL", 5.551),
        ("urea", 6.006, "mg/dL", 1.0),
        ("urea_nitrogen", 28.0, "mg/dL", 9.995),
        ("bilirubin", 1.0, "mg/dL", 17.1),
        ("calcium", 10.0, "mg/dL", 2.495),
        ("calcium", 5.0, "meq/L", 2.5),
        ("magnesium", 2.0, "mg/dL", 0.823),
        ("phosphate", 3.0, "mg/dL", 0.9686),
        ("urate", 7.0, "mg/dL", 416.4),
        ("cholesterol", 200, "mg/dL", 5.173),
        ("triglycerides", 150, "mg/dL", 1.694),
        ("haemoglobin", 15, "g/dL", 150),
        ("haemoglobin", 9.3, "mmol/L", 149.9),
        ("haematocrit", 0.45, "L/L", 45),
        ("iron", 100, "ug/dL", 17.91),
        ("vitamin_b12", 200, "pg/mL", 147.6),
        ("folate", 4, "ng/mL", 9.06),
        ("vitamin_d_25", 20, "ng/mL", 49.92),
        ("ft4", 1.0, "ng/dL", 12.87),
        ("ft3", 3.0, "pg/mL", 4.608),
        ("cortisol", 10, "ug/dL", 275.9),
        ("testosterone", 300, "ng/dL", 10.40),
        ("estradiol", 100, "pg/mL", 367.1),
        ("digoxin", 1.0, "ng/mL", 1.2805),
        ("alt", 1.0, "ukat/L", 60),
        ("alt", 40, "IU/L", 40),
        ("platelets", 25, "万/μL", 250),
        ("platelets", 250, "K/uL", 250),
        ("platelets", 250, "G/L", 250),
        ("platelets", 250000, "/mm3", 250),
        ("rbc", 4.5, "10^6/μL", 4.5),
        ("hba1c", 53, "mmol/mol", 7.0),
        ("hba1c", 7.0, "%", 7.0),
        ("urine_acr", 3.0, "mg/mmol", 26.5),
        ("pco2_arterial", 5.3, "kPa", 39.75),
        ("pth", 65, "pg/mL", 6.897),
        ("nt_probnp", 100, "pmol/L", 845.7),
        ("troponin_i", 0.04, "ng/mL", 40),
        ("tsh", 2.0, "mU/L", 2.0),
    ],
)  # fmt: skip
def test_values_convert_by_the_published_factors(id, value, unit, expected):
    assert canonical(analytes().get(id), value, unit) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("id", "unit"),
    [
        ("creatinine", None), ("creatinine", ""), ("creatinine", "furlong"), ("creatinine", "U/L"), ("inr", "%"),
        ("d_dimer", "mg/L DDU"), ("hbsag", "IU/mL"), ("wbc", "/HPF"), ("insulin", "pmol/L"), ("alt", "g/L"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_not_guessed(id, unit):
    assert canonical(analytes().get(id), 1.0, unit) is None


def test_a_plain_ratio_needs_no_unit():
    assert canonical(analytes().get("inr"), 1.1, None) == 1.1
    assert canonical(analytes().get("ph_arterial"), 7.4, "") == 7.4


@given(st.sampled_from(MEASURED), st.floats(1e-3, 1e6))
def test_the_canonical_unit_changes_nothing(analyte, value):
    assert canonical(analyte, value, analyte.unit) == pytest.approx(value)


@given(st.text(max_size=70))
def test_no_printed_unit_fails(text):
    code = printed_unit(text)
    assert code is None or is_unit(code)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("血清", "serum"),
        ("Serum or Plasma", "serum"),
        ("24小时尿", "urine"),
        ("CSF", "csf"),
        ("胸水", "pleural"),
        ("X", None),
    ],
)
def test_specimens_are_read(words, kind):
    assert specimen_of(words) == kind
