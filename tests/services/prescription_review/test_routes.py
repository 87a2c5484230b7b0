"""Where a drug acts, from codes and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.code import SNOMED, Code, Concept
from openward.services.prescription_review.routes import UNKNOWN, way_in_words, way_of, way_of_form


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("26643006", ("systemic", "oral")),
        ("47625008", ("systemic", "parenteral")),
        ("6064005", ("topical", None)),
        ("54485002", ("ophthalmic", None)),
        ("45890007", ("systemic", None)),
    ],
)
def test_a_snomed_route(code, way):
    assert way_of(Concept(coding=(Code(SNOMED, code),))) == way


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("PO", ("systemic", "oral")),
        ("by mouth", ("systemic", "oral")),
        ("Intravenous route", ("systemic", "parenteral")),
        ("subcut", ("systemic", "parenteral")),
        ("eye ointment", ("ophthalmic", None)),
        ("apply to the skin", ("topical", None)),
        ("inhalation", ("inhaled", None)),
        ("nasal spray", ("nasal", None)),
        ("口服", ("systemic", "oral")),
        ("静脉滴注", ("systemic", "parenteral")),
        ("外用", ("topical", None)),
        ("滴眼", ("ophthalmic", None)),
        ("雾化吸入", ("inhaled", None)),
        ("fentanyl patch", ("systemic", None)),
        ("somewhere", UNKNOWN),
    ],
)
def test_a_route_in_words(words, way):
    assert way_of(Concept(text=words)) == way


def test_no_route_is_unknown():
    assert way_of(None) == UNKNOWN
    assert way_of(Concept()) == UNKNOWN
    assert way_of_form(None) == UNKNOWN


def test_the_form_of_a_product_stands_for_its_route():
    assert way_of_form("oral") == ("systemic", "oral")
    assert way_of_form("ophthalmic") == ("ophthalmic", None)


@given(st.text(max_size=1000))
def test_any_words_lead_somewhere_or_nowhere(words):
    assert len(way_in_words(words)) == 2
