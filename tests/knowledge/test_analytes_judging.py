"""How a value lies to the usual and the dangerous values of a person."""

import pytest

from openward.knowledge.analytes import Person, analytes, beside, reached, usual

POTASSIUM = analytes().get("potassium")


@pytest.mark.parametrize(("value", "sign", "said"), [
    (3.4, None, "low"), (4.0, None, "normal"), (5.4, None, "high"), (None, None, "unknown"), (3.5, "<", "low"),
    (4.0, "<", "unknown"), (4.0, ">", "unknown"), (5.4, "<", "unknown"), (3.4, ">", "unknown"),
])  # fmt: skip
def test_a_limit_is_judged_only_where_it_decides(value, sign, said):
    assert beside(value, 3.5, 5.3, sign) == said


def test_an_unknown_person_is_judged_only_outside_of_all_intervals():
    assert usual(POTASSIUM, 4.0, None, Person()) is None
    assert usual(POTASSIUM, 12.1, None, Person()).widest
    assert usual(POTASSIUM, 4.0, None, Person(age_days=14_000.0, sex="male")).id == "potassium/adult"


def test_critical_limits_are_reached_at_their_ends():
    assert reached(POTASSIUM, 6.2, None, None).id == "potassium/adult"
    assert reached(POTASSIUM, 6.1, None, None) is None
    assert reached(POTASSIUM, 6.3, "<", None) is None
    assert reached(POTASSIUM, 6.5, None, 3.0) is None
