"""Patient, encounters, problems, allergies, procedures, vaccinations and reports, as FHIR resources."""

from typing import Final

from openward.synthetic.case import Case
from openward.synthetic.catalogue import Companion, Json, Term, concept
from openward.synthetic.house import ORGANIZATION
from openward.synthetic.story import MedicationLine, ProblemLine, Visit
from openward.synthetic.when import DAY_MINUTES, parse_when

_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_CLASSES: Final = {
    "inpatient": {"system": f"{_TERMS}/v3-ActCode", "code": "IMP", "display": "inpatient encounter"},
    "ambulatory": {"system": f"{_TERMS}/v3-ActCode", "code": "AMB", "display": "ambulatory"},
    "emergency": {"system": f"{_TERMS}/v3-ActCode", "code": "EMER", "display": "emergency"},
}
_VISIT_MINUTES: Final = 40
_NOW: Final = 8 * 60  # nothing is written later than 08:00 hospital time of the as-of date (00:00 UTC)
_COMPANION_CHANCE: Final = 0.35
_EPISODE: Final = 30 * DAY_MINUTES  # the body is measured at the first visit within this time, or else at the last
_NO_ALLERGY: Final = Term(
    en="No known allergies", zh="无已知过敏", snomed="716186003", display="No known allergy",
)  # fmt: skip


def _status(kind: str, code: str) -> Json:
    return {"coding": [{"system": f"{_TERMS}/{kind}", "code": code}]}


_ACTIVE: Final = _status("condition-clinical", "active")
_RESOLVED: Final = _status("condition-clinical", "resolved")
_CONFIRMED: Final = _status("condition-ver-status", "confirmed")
_ALLERGY_ACTIVE: Final = _status("allergyintolerance-clinical", "active")
_ALLERGY_CONFIRMED: Final = _status("allergyintolerance-verification", "confirmed")
_PROBLEM_CATEGORY: Final = {
    "list": [_status("condition-category", "problem-list-item")],
    "encounter": [_status("condition-category", "encounter-diagnosis")],
}


def write_patient(case: Case) -> None:
    """The person, with names in both languages."""
    person = case.person
    names: list[Json] = [
        {"text": " ".join(reversed(person.name_en)), "family": person.name_en[0], "given": [person.name_en[1]]},
        {"text": "".join(person.name_zh), "family": person.name_zh[0], "given": [person.name_zh[1]]},
    ]
    code, display = "en", "English"
    if case.language == "zh":
        names.reverse()
        code, display = "zh-CN", "Chinese"
    for name, use in zip(names, ("official", "usual"), strict=True):
        name["use"] = use
    spoken = {"coding": [{"system": "urn:ietf:bcp:47", "code": code, "display": display}]}
    patient = case.add(
        "Patient", "x", identifier=[{"system": "urn:openward:synthetic:mrn", "value": person.id}], active=True,
        name=names, gender=person.sex, birthDate=person.born.isoformat(),
        communication=[{"language": spoken, "preferred": True}],
        managingOrganization={"reference": f"Organization/{ORGANIZATION}"},
    )  # fmt: skip
    patient["id"] = person.id


def add_companions(case: Case) -> None:
    """Draws the quiet background problems that the story allows, with their drugs."""
    for key in case.story.background:
        companion = case.catalogue.background[key]
        if case.rng.random() < _COMPANION_CHANCE and _fits(case, companion):
            case.problems.append(ProblemLine(is_=companion.problem, since=companion.since))
            case.companions.append((companion.problem, companion.drug))
            if companion.drug:
                case.medications.append(
                    MedicationLine(
                        drug=companion.drug, as_="home", dose=companion.dose, route=companion.route,
                        often=companion.often, since=companion.since, reason=companion.problem,
                    )
                )  # fmt: skip


def _fits(case: Case, companion: Companion) -> bool:
    known = {p.is_ for p in case.problems} | {m.drug for m in case.medications}
    return (
        case.person.age >= companion.from_age
        and companion.sex in (None, case.person.sex)
        and companion.problem not in known
        and companion.drug not in known
    )


def write_encounters(case: Case) -> None:
    """Every visit; one without an end goes on when it is an admission or happens on the as-of date."""
    for n, visit in enumerate(case.story.encounters, 1):
        start = case.minutes(visit.from_)
        end = _end(case, visit, start)
        ref = {"reference": f"Encounter/{case.person.id}-encounter-{n}"}
        case.stays.append((start, _NOW if end is None else end, ref, visit.class_))
        period = {"start": case.clock(start)}
        if end is not None:
            period["end"] = case.clock(end)
        reason = {"reasonCode": [case.concept("problems", visit.reason)]} if visit.reason else {}
        case.add(
            "Encounter", f"encounter-{n}", status="in-progress" if end is None else "finished",
            **{"class": _CLASSES[visit.class_]}, subject=case.subject, period=period, **reason,
            participant=[{"individual": case.doctor}], location=[{"location": case.ward}],
            serviceProvider={"reference": f"Organization/{ORGANIZATION}"},
        )  # fmt: skip
    starts = [start for start, *_ in case.stays]
    case.arrival = min((s for s in starts if s >= -_EPISODE), default=max(starts, default=0))


def _end(case: Case, visit: Visit, start: int) -> int | None:
    if visit.to is not None:
        return case.minutes(visit.to)
    if visit.class_ == "inpatient" or start >= 0:
        return None
    return start + _VISIT_MINUTES


def write_problems(case: Case) -> None:
    """The problem list and the diagnoses of the stay."""
    for line in case.problems:
        since = parse_when(line.since)
        ended = {} if line.until is None else {"abatementDateTime": case.moment(line.until)}
        seen = {} if since.minute is None else case.during(case.time.minutes(since))
        case.add(
            "Condition", f"problem-{line.is_}", clinicalStatus=_RESOLVED if ended else _ACTIVE,
            verificationStatus=_CONFIRMED, category=_PROBLEM_CATEGORY[line.role],
            code=case.concept("problems", line.is_), subject=case.subject, **seen,
            onsetDateTime=case.time.moment(since), **ended, recordedDate=case.time.moment(since),
        )  # fmt: skip


def write_allergies(case: Case) -> None:
    """Allergies, the statement that there are none, or nothing where nobody asked."""
    if case.story.no_known_allergies:
        case.add(
            "AllergyIntolerance", "no-known-allergies", clinicalStatus=_ALLERGY_ACTIVE,
            verificationStatus=_ALLERGY_CONFIRMED, code=concept("none", _NO_ALLERGY, case.language),
            patient=case.subject, recordedDate=case.moment(case.story.no_known_allergies),
        )  # fmt: skip
    for line in case.story.allergies:
        table = "drugs" if line.to in case.catalogue.drugs else "substances"
        term = case.term(table, line.to)
        reaction: Json = {}
        if line.reaction:
            event: Json = {"manifestation": [case.reaction(line.reaction)]}
            if line.severity:
                event["severity"] = line.severity
            reaction = {"reaction": [event]}
        case.add(
            "AllergyIntolerance", f"allergy-{line.to}", clinicalStatus=_ALLERGY_ACTIVE,
            verificationStatus=_ALLERGY_CONFIRMED, type=line.kind, category=[term.category or "medication"],
            criticality=line.criticality, code=case.concept(table, line.to), patient=case.subject,
            recordedDate=case.moment(line.since), **reaction,
        )  # fmt: skip


def write_events(case: Case) -> None:
    """Procedures, vaccinations that are due by now, and reports in words."""
    for n, line in enumerate(case.story.procedures, 1):
        minutes = case.minutes(line.at)
        period = {"start": case.clock(minutes), "end": case.clock(case.minutes(line.until))} if line.until else None
        when = {"performedPeriod": period} if period else {"performedDateTime": case.moment(line.at)}
        case.add(
            "Procedure", f"procedure-{n}", status="completed", code=case.concept("procedures", line.is_),
            subject=case.subject, **case.during(minutes), **when, performer=[{"actor": case.doctor}],
        )  # fmt: skip
    for n, vaccine in enumerate(case.story.immunizations, 1):
        when_given = parse_when(vaccine.at)
        if case.time.days(when_given) * DAY_MINUTES < 0:
            case.add(
                "Immunization", f"vaccine-{n}", status="completed",
                vaccineCode=case.concept("vaccines", vaccine.vaccine), patient=case.subject,
                occurrenceDateTime=case.time.day(when_given), primarySource=True,
            )  # fmt: skip
    for n, report in enumerate(case.story.reports, 1):
        minutes = case.minutes(report.at)
        case.add(
            "DiagnosticReport", f"report-{report.of}-{n}", status="final", code=case.concept("reports", report.of),
            subject=case.subject, **case.during(minutes), effectiveDateTime=case.clock(minutes),
            conclusion=report.text,
        )  # fmt: skip
