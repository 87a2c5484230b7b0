"""Units as people write them."""

import pytest

from openward.domain.notation import written


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("umol/L", "µmol/L"), ("mL/min/{1.73_m2}", "mL/min/1.73 m²"), ("10*9/L", "×10⁹/L"), ("10*3/uL", "×10³/µL"),
        ("mm[Hg]", "mmHg"), ("cm[H2O]", "cmH₂O"), ("kg/m2", "kg/m²"), ("m[IU]/L", "mIU/L"), ("u[IU]/mL", "µIU/mL"),
        ("Cel", "°C"), ("[pH]", ""), ("1", ""), ("%", "%"), ("mg/dL", "mg/dL"), ("/min", "/min"), ("U/L", "U/L"),
        ("{copies}/mL", "copies/mL"), ("ng/mL{FEU}", "ng/mL FEU"), ("{score}", "points"), ("a", "years"),
        ("/[HPF]", "/HPF"), ("ug/kg/min", "µg/kg/min"), ("[IU]/kg/min", "IU/kg/min"), ("mosm/kg", "mosm/kg"),
    ],
)  # fmt: skip
def test_a_code_is_written_as_by_hand(code, shown):
    assert written(code) == shown


def test_words_follow_the_language():
    assert (written("a", "zh"), written("{score}", "zh"), written("umol/L", "zh")) == ("岁", "分", "µmol/L")


@pytest.mark.parametrize("other", ["Tablette(n)", "毫克", "units per hour", "x10^9/l", "<b>", "{", "[", "a.b.c/"])
def test_what_is_no_known_code_stays_readable(other):
    assert written(other)


def test_nothing_is_nothing():
    assert written(None) == written("") == ""


def test_what_people_wrote_already_is_left_alone():
    assert [written(u) for u in ("tablets", "units", "mmol/l", "g/24 h", "ug")] == [
        "tablets", "units", "mmol/l", "g/24 h", "µg",
    ]  # fmt: skip
