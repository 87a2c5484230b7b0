"""Units as people write them, from their codes."""

import pytest

from openward.domain.spelling import ucum, written

READ = {
    "umol/L": "µmol/L", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "mm[Hg]": "mmHg", "10*9/L": "×10⁹/L", "Cel": "°C",
    "m[IU]/L": "mIU/L", "kg/m2": "kg/m²", "ug/kg/h": "µg/kg/h", "{beats}/min": "beats/min", "mmol/L{glucose}": "mmol/L",
    "{score}": "", "1": "", "%": "%",
}  # fmt: skip


@pytest.mark.parametrize("code", READ)
def test_a_code_is_written_as_people_write_it(code):
    assert written(code) == READ[code]


@pytest.mark.parametrize("spelled", ["units/day", "K/µL", "mg/dL", "tablets", ""])
def test_what_is_no_code_stays_as_it_is_spelled(spelled):
    assert written(spelled) == spelled


@pytest.mark.parametrize("code", ["umol/L", "ug/L", "mL/min/{1.73_m2}", "mm[Hg]", "Cel", "meq/L"])
def test_what_is_written_is_read_back_as_the_same_code(code):
    assert ucum(written(code)) == code
