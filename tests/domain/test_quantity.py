"""Units are read exactly, convert only into what measures the same, and come back unchanged."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.domain.quantity import (
    Quantity,
    UnitError,
    commensurable,
    convert,
    is_unit,
    to_mass,
    to_molar,
    unit,
)
from openward.domain.spelling import ucum

UNITS = {
    "mass": ["kg", "g", "mg", "ug", "ng", "pg", "[lb_av]", "[oz_av]", "t"],
    "volume": ["L", "l", "mL", "dL", "uL", "fL", "m3", "cm3", "[drp]", "[foz_us]", "[tsp_us]", "[tbs_us]"],
    "time": ["a", "mo", "wk", "d", "h", "min", "s", "ms"],
    "length": ["m", "cm", "mm", "um", "[in_i]", "[ft_i]"],
    "pressure": ["Pa", "kPa", "mm[Hg]", "cm[H2O]", "bar", "mbar"],
    "amount": ["mol", "mmol", "umol", "nmol"],
    "amount concentration": ["mol/L", "mmol/L", "umol/L", "mmol/mL", "umol/dL"],
    "mass concentration": ["g/L", "mg/dL", "g/dL", "ug/mL", "ng/mL", "mg/L"],
    "count": ["10*9/L", "10*3/uL", "/uL", "10*6/mL", "{cells}/uL", "10^9/L"],
    "catalysis": ["U/L", "kat/L", "nkat/L", "umol/min/L"],
    "temperature": ["Cel", "[degF]", "K"],
    "energy": ["J", "kJ", "cal", "kcal"],
    "ratio": ["%", "1", "g/g", "mg/kg", "[ppm]"],
    "clearance": ["mL/min", "L/h", "mL/min/{1.73_m2}"],
    "international": ["[IU]/L", "m[IU]/mL", "k[IU]/L", "[iU]/L"],
}
PAIRS = [(one, other) for units in UNITS.values() for one in units for other in units]


@pytest.mark.parametrize(
    ("value", "code", "target", "expected"),
    [
        (1, "g", "mg", 1000),
        (37, "Cel", "[degF]", 98.6),
        (37, "Cel", "K", 310.15),
        (120, "mm[Hg]", "kPa", 15.99868644),
        (154, "[lb_av]", "kg", 69.85322498),
        (90, "mL/min", "L/h", 5.4),
        (5, "10*9/L", "10*3/uL", 5),
        (1, "wk", "h", 168),
        (1, "a", "mo", 12),
        (250, "mg/(5.mL)", "mg/mL", 50),
        (1, "mg/dL", "g/L", 0.01),
        (60, "umol/min", "ukat", 1),
        (25, "kg/m2", "g/cm2", 2.5),
        (0.9, "%", "g/g", 0.009),
    ],
)
def test_conversions_are_exact(value, code, target, expected):
    assert convert(Quantity(value, code), target).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mg", "mL"),
        ("mmol", "mg"),
        ("meq", "mmol"),
        ("[IU]", "mg"),
        ("[IU]", "U"),
        ("[IU]", "[USP'U]"),
        ("/min", "mL/min"),
        ("mosm", "mmol"),
        ("Cel", "m"),
    ],
)
def test_what_measures_something_else_is_never_converted(one, other):
    assert not commensurable(one, other)
    with pytest.raises(UnitError, match="measure different things"):
        convert(Quantity(1, one), other)


@pytest.mark.parametrize(
    "code",
    [
        *("", " mg", "m g", "MG", "mG", "mg//L", "mg/", "x", "[abc]", "{", "10*x", "m-", "Cel/s", "Cel2", "0", "5mg"),
        *("µg", "m" * 101, "(" * 40 + "m" + ")" * 40, "mg999", "10*99", "(mg", "mg)", "m+x", "mmin", "k%"),
    ],
)
def test_what_is_no_unit_is_refused(code):
    assert not is_unit(code)
    with pytest.raises(InputError):
        unit(code)


def test_annotations_say_nothing_about_the_unit():
    assert unit("{tbl}") == unit("1")
    assert unit("mg{total}/d") == unit("mg/d")


def test_creatinine_goes_between_mass_and_amount_by_its_molar_mass():
    creatinine = Quantity(113.12, "g/mol")
    molar = to_molar(Quantity(1, "mg/dL"), creatinine, "umol/L")
    assert molar.value == pytest.approx(88.4017, rel=1e-6)
    assert to_mass(molar, creatinine, "mg/dL").value == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("function", [to_molar, to_mass])
def test_a_wrong_molar_mass_is_refused(function):
    for mass in (Quantity(113, "g"), Quantity(0, "g/mol"), Quantity(-1, "g/mol")):
        with pytest.raises(UnitError, match="molar mass"):
            function(Quantity(1, "mg/dL"), mass, "umol/L")
    with pytest.raises(UnitError, match=r"does not give|times a molar mass"):
        function(Quantity(1, "mg/dL"), Quantity(113, "g/mol"), "mL")


def test_a_quantity_must_be_finite():
    for value in (math.inf, -math.inf, math.nan):
        with pytest.raises(UnitError, match="finite"):
            convert(Quantity(value, "mg"), "g")


def test_a_quantity_reads_well():
    assert str(Quantity(5.0, "mg")) == "5 mg"
    assert str(Quantity(0.125, "mg")) == "0.125 mg"
    assert str(Quantity(2.5, "1")) == "2.5"


@given(st.sampled_from(PAIRS), st.floats(-1e9, 1e9, allow_nan=False))
def test_there_and_back_is_where_it_started(pair, value):
    one, other = pair
    back = convert(convert(Quantity(value, one), other), one)
    assert back.value == pytest.approx(value, rel=1e-9, abs=1e-6)


@given(st.sampled_from(sorted({u for units in UNITS.values() for u in units})))
def test_every_unit_of_medicine_is_its_own_spelling(code):
    assert ucum(code) is not None
    assert unit(ucum(code)) == unit(code)


@settings(max_examples=500)
@given(st.text("mgLkdlhs0123456789[]{}()./*^%+-' ", max_size=40))
def test_any_text_is_a_unit_or_a_clear_refusal(text):
    if is_unit(text):
        assert unit(text).factor > 0
    else:
        with pytest.raises(UnitError) as caught:
            unit(text)
        assert len(text) < 3 or text not in str(caught.value)


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        ("mcg", "ug"),
        ("µg", "ug"),
        ("IU", "[IU]"),
        ("units", "U"),
        ("ml", "mL"),
        ("cc", "mL"),
        ("mg/dl", "mg/dl"),
        ("MG/ML", "mg/mL"),
        ("umol/l", "umol/l"),
        ("mEq/L", "meq/L"),
        ("lbs", "[lb_av]"),
        ("ft", "[ft_i]"),
        ("mmHg", "mm[Hg]"),
        ("x10^9/L", "10*9/L"),
        ("10^12/L", "10^12/L"),
        ("K/uL", "10*3/uL"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("mcg/kg/min", "ug/kg/min"),
        ("毫克", "mg"),
        ("万单位", None),
        ("grain", None),
        ("", None),
        ("mg/", None),
        ("x" * 61, None),
    ],
)
def test_spellings_of_people(spelled, code):
    assert ucum(spelled) == code


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_any_spelling_gives_a_unit_or_nothing(text):
    code = ucum(text)
    assert code is None or is_unit(code)


@pytest.mark.parametrize(
    ("spelled", "same"), [("10*+3/L", "10*3/L"), ("10*3/L", "10^3/L"), ("m+2", "m2"), ("s-1", "/s")]
)
def test_exponents_may_carry_a_sign(spelled, same):
    assert convert(Quantity(5, spelled), same).value == pytest.approx(5)
