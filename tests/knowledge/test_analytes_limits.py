"""Intervals, critical values and variation: rows hold together, and nothing is said of whom is not known."""

from itertools import combinations

import pytest

from openward.knowledge.analytes import analytes, canonical, critical, interval, variation
from openward.knowledge.tables import find

YEAR = 365.25
TABLES = ("reference_intervals", "critical_values", "biological_variation", "analyte_conversions")


def _get(id):
    return analytes().get(id)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_speaks_of_an_analyte_in_its_canonical_unit(table):
    for row in find(table):
        analyte = _get(row["analyte"])
        assert analyte is not None, row.where
        if table in {"reference_intervals", "critical_values"}:
            assert row["unit"] == analyte.unit, row.where
            for end in (row["low"], row["high"]):
                assert not end or analyte.plausible(float(end)), row.where


def test_critical_limits_lie_outside_the_usual():
    for row in find("critical_values"):
        usual = interval(_get(row["analyte"]), 40 * YEAR, "male", None)
        if usual is None or row["age_to"]:
            continue
        assert not row["low"] or usual.low is None or float(row["low"]) < usual.low, row.where
        assert not row["high"] or usual.high is None or float(row["high"]) > usual.high, row.where


def test_no_two_intervals_hold_for_one_person():
    rows = [r for r in find("reference_intervals") if r["pregnancy"] in {"", "no"}]
    for one, other in combinations(rows, 2):
        if one["analyte"] != other["analyte"] or {one["sex"], other["sex"]} == {"male", "female"}:
            continue
        ages = (0, 15, 40, 200, 400, *(YEAR * a + 1 for a in range(2, 100)))
        assert not any(_holds(one, a) and _holds(other, a) for a in ages), (one.id, other.id)


def _holds(row, age):
    unit = {"d": 1, "mo": YEAR / 12, "a": YEAR}
    ends = [float(c.split()[0]) * unit[c.split()[1]] if c else None for c in (row["age_from"], row["age_to"])]
    return (ends[0] or 0) <= age < (ends[1] if ends[1] is not None else float("inf"))


def test_age_and_sex_choose_the_interval():
    haemoglobin = _get("haemoglobin")
    assert interval(haemoglobin, 40 * YEAR, "male", None).low == 130
    assert interval(haemoglobin, 40 * YEAR, "female", False).low == 115
    assert interval(haemoglobin, 3 * YEAR, None, None).low == 112
    assert interval(_get("creatinine"), 65 * YEAR, "male", None).high == 111


def test_without_age_or_sex_there_is_no_interval():
    assert interval(_get("haemoglobin"), None, "male", None) is None
    assert interval(_get("haemoglobin"), 40 * YEAR, None, None) is None
    assert interval(_get("haemoglobin"), 5, "male", None) is None


def test_pregnancy_has_its_own_limits_or_none():
    haemoglobin, alt = _get("haemoglobin"), _get("alt")
    assert interval(haemoglobin, 30 * YEAR, "female", True, 20).low == 105
    assert interval(haemoglobin, 30 * YEAR, "female", True, 32).low == 110
    assert interval(haemoglobin, 30 * YEAR, "female", True) is None
    assert interval(alt, 30 * YEAR, "female", True, 20) is None
    assert interval(_get("glucose_fasting"), 30 * YEAR, "female", True).high == 5.0


def test_that_a_woman_is_not_pregnant_is_said_to_be_assumed():
    assert interval(_get("alt"), 30 * YEAR, "female", None).assumes == ("not pregnant",)
    assert interval(_get("alt"), 30 * YEAR, "female", False).assumes == ()
    assert interval(_get("alt"), 70 * YEAR, "female", None).assumes == ()
    assert interval(_get("alt"), 30 * YEAR, "male", None).assumes == ()


def test_critical_values_follow_the_age():
    assert critical(_get("glucose"), 3).low == 1.8
    assert critical(_get("glucose"), 40 * YEAR).low == 2.6
    assert critical(_get("bilirubin"), 3).high == 257
    assert critical(_get("bilirubin"), 40 * YEAR) is None
    assert critical(_get("potassium"), None).high == 6.2
    assert critical(_get("ferritin"), 40 * YEAR) is None


def test_the_notes_of_critical_values_agree_with_their_limits():
    for row in find("critical_values"):
        numbers, unit = row["note"].rpartition(" ")[0], row["note"].rpartition(" ")[2]
        if unit not in {"mg/dL", "g/dL", "mg/L", "ug/L"} or "of" in numbers:
            continue
        given = [float(n) for n in numbers.split(" and ")]
        limits = [float(row[c]) for c in ("low", "high") if row[c]]
        assert [canonical(_get(row["analyte"]), n, unit) for n in given] == pytest.approx(limits, rel=0.02), row.where


def test_a_variation_that_is_assumed_says_so():
    found = variation(_get("potassium"))
    assert (found.cvi, found.cva, found.assumed) == (4.6, 2.3, True)
    assert variation(_get("hbsag")) is None


def test_every_limit_carries_its_source():
    assert interval(_get("alt"), 40 * YEAR, "male", None).evidence.source.startswith("WS/T 404.1-2012")
    assert "JAMA 1990" in critical(_get("potassium"), 1000).evidence.source
    assert variation(_get("potassium")).evidence.row == "potassium"
