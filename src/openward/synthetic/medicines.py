"""What is taken, ordered, given and about to be ordered, as FHIR medication resources."""

from typing import Final

from openward.synthetic.case import Case
from openward.synthetic.catalogue import Json
from openward.synthetic.dosing import Dose, Regimen, dose_of, hours_between, regimen
from openward.synthetic.story import MedicationLine

_NOW: Final = 7 * 60 + 30
_CATEGORY: Final = {
    place: {
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "code": place}]}
        ]
    }
    for place in ("inpatient", "outpatient")
}


def write_medications(case: Case) -> None:
    """Every line as a statement (taken at home), an order with its administrations, or a draft."""
    for line in case.medications:
        dose = dose_of(line, case.person.weight)
        how = regimen(line, dose, case.language)
        case.regimens[line.name] = (case.term("drugs", line.drug), how)
        case.doses[line.name] = dose.words(case.language)
        drug = case.concept("drugs", line.drug, codes=not line.text_only)
        if line.as_ == "home":
            _statement(case, line, drug, how)
        else:
            _request(case, line, drug, how)
            if line.given:
                _administrations(case, line, drug, dose, how)


def _reason(case: Case, line: MedicationLine) -> Json:
    return {"reasonCode": [case.concept("problems", line.reason)]} if line.reason else {}


def _statement(case: Case, line: MedicationLine, drug: Json, how: Regimen) -> None:
    period = {"start": case.moment(line.since)}
    if line.until:
        period["end"] = case.moment(line.until)
    begin = case.minutes(line.since)
    asked = min((start for start, *_ in case.stays if start >= max(begin, case.arrival)), default=case.arrival)
    asserted = asked + 15
    case.add(
        "MedicationStatement", f"home-{line.name}", status=line.ended if line.until else "active",
        medicationCodeableConcept=drug, subject=case.subject, effectivePeriod=period,
        dateAsserted=case.clock(max(asserted, case.minutes(line.until)) if line.until else asserted),
        **_reason(case, line), dosage=[how.dosage],
    )  # fmt: skip


def _request(case: Case, line: MedicationLine, drug: Json, how: Regimen) -> None:
    minutes = case.minutes(line.since)
    stay = next((kind for start, end, _, kind in case.stays if start <= minutes <= end), "ambulatory")
    place = "inpatient" if stay == "inpatient" else "outpatient"
    status = "draft" if line.as_ == "draft" else (line.ended if line.until else "active")
    prefix = "draft" if line.as_ == "draft" else "order"
    period = {}
    if line.until:
        span = {"start": case.moment(line.since), "end": case.moment(line.until)}
        period = {"dispenseRequest": {"validityPeriod": span}}
    case.add(
        "MedicationRequest", f"{prefix}-{line.name}", status=status, intent="order", **_CATEGORY[place],
        medicationCodeableConcept=drug, subject=case.subject, **case.during(minutes),
        authoredOn=case.moment(line.since), requester=case.doctor, **_reason(case, line),
        dosageInstruction=[how.dosage], **period,
    )  # fmt: skip


def _administrations(case: Case, line: MedicationLine, drug: Json, dose: Dose, how: Regimen) -> None:
    """The last doses that fell due before the order ended or the as-of morning."""
    start = case.minutes(line.since) + 20
    end = case.minutes(line.until) if line.until else _NOW
    hours = hours_between(line.often)
    due = range(start, end + 1, int(hours * 60)) if hours else (start,)
    amount = {"dose": dose.quantity(case.language)} if dose.amount is not None and not dose.rate else {}
    for n, minutes in enumerate([m for m in due if m <= end][-line.given :], 1):
        case.add(
            "MedicationAdministration", f"given-{line.name}-{n}", status="completed", medicationCodeableConcept=drug,
            subject=case.subject, **_context(case, minutes), effectiveDateTime=case.clock(minutes),
            performer=[{"actor": case.doctor}],
            request={"reference": f"MedicationRequest/{case.person.id}-order-{line.name}"},
            dosage={"text": how.words, "route": how.route, **amount},
        )  # fmt: skip


def _context(case: Case, minutes: int) -> Json:
    found = case.encounter(minutes)
    return {} if found is None else {"context": found}
