"""Drugs of the chart: a class that is taken, a daily dose by mouth, and what is said where an order cannot be read."""

import pytest
from tests.services.clinical_calculator.desk import patient, propose, result


def order(drug, *, id="m", mg=None, times=1, route="oral", status="active", kind="MedicationRequest", unit="mg"):
    held = {
        "resourceType": kind, "id": id, "status": status, "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": drug},
    }  # fmt: skip
    if kind == "MedicationRequest":
        held["intent"] = "order"
    if mg is not None:
        dose = {"doseAndRate": [{"doseQuantity": {"value": mg, "unit": unit, "code": unit}}],
                "timing": {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}}  # fmt: skip
        held["dosageInstruction" if kind == "MedicationRequest" else "dosage"] = [dose | {"route": {"text": route}}]
    return held


def shown(calculation, name):
    return next(i for i in calculation.inputs if i.id == name)


def test_an_antiplatelet_of_the_chart_counts_for_the_risk_of_bleeding():
    calculation = result("has-bled", patient(), order("clopidogrel", mg=75))
    assert (shown(calculation, "antiplatelet_nsaid").value, shown(calculation, "antiplatelet_nsaid").origin) == (
        True, "chart",
    )  # fmt: skip


@pytest.mark.parametrize("drug", ["ibuprofen 400 mg tablet", "布洛芬片", "aspirin"])
def test_drugs_are_known_by_their_names_in_two_languages(drug):
    assert shown(result("has-bled", patient(), order(drug)), "antiplatelet_nsaid").value is True


@pytest.mark.parametrize(
    "resource",
    [
        order("diclofenac gel", mg=2, route="topical", unit="g"),
        order("clopidogrel", status="stopped"),
        order("clopidogrel") | {"doNotPerform": True},
        order("metformin"),
    ],
)
def test_what_does_not_act_is_not_taken_and_silence_is_never_no(resource):
    assert shown(result("has-bled", patient(), resource), "antiplatelet_nsaid").origin == "missing"


def test_the_daily_opioids_of_the_chart_are_added_up():
    orders = (order("oxycodone", id="a", mg=10, times=4), order("oxycodone", id="b", mg=5, times=2),
              order("tramadol", id="c", mg=100, times=2))  # fmt: skip
    calculation = result("morphine-equivalents", patient(), *orders)
    assert shown(calculation, "oxycodone").value == 50
    assert calculation.value == pytest.approx(50 * 1.5 + 200 * 0.2)


def test_a_reported_use_of_what_is_also_ordered_is_not_counted_twice():
    orders = (order("oxycodone", id="a", mg=10, times=4),
              order("oxycodone", id="b", mg=10, times=4, kind="MedicationStatement"))  # fmt: skip
    assert result("morphine-equivalents", patient(), *orders).value == 60


@pytest.mark.parametrize(
    "unreadable",
    [
        order("morphine", mg=10, times=4, route="intravenous"),
        order("morphine"),
        order("morphine", mg=1, times=2, unit="{tablet}"),
        order("fentanyl patch", mg=1, route="transdermal", unit="{patch}"),
    ],
)
def test_an_active_opioid_that_cannot_be_read_leaves_the_sum_open_instead_of_too_small(unreadable):
    proposal = propose({"calculator": "morphine-equivalents"}, patient(), order("oxycodone", id="a", mg=10), unreadable)
    assert proposal.findings == ()
    assert [n.code for n in proposal.not_checked] == ["input-dose-not-read"]


def test_an_opioid_without_a_factor_is_named():
    proposal = propose(
        {"calculator": "morphine-equivalents"}, patient(), order("oxycodone", id="a", mg=10), order("pethidine", id="b")
    )
    assert proposal.body.calculation.value == 15
    assert [(n.code, n.about) for n in proposal.not_checked] == [("drug-not-counted", ("MedicationRequest/b",))]


def test_insulin_of_the_chart_counts_before_surgery():
    assert shown(result("rcri", patient(), order("insulin glargine")), "insulin_treated").value is True
