"""What the record says beside the notes: person, allergies, orders, results, coded diagnoses."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from openward.domain.evidence import Evidence, InputEvidence
from openward.domain.quantity import Quantity
from openward.knowledge import allergy
from openward.knowledge.analytes import analytes
from openward.record.chart import Allergy, Chart, Measure, MedicationEntry, Reading
from openward.services.note_quality.case import Allergen, Diagnosis, Ordered, Result, Sex
from openward.services.note_quality.medicines import drugs, in_mg, ordered
from openward.services.note_quality.reads import GivenResult, Reads

_TEMPERATURE: Final = frozenset({"8310-5", "8331-1", "8329-5", "8328-7", "8332-9", "8333-7"})
_TEMPERATURE_NAMES: Final = frozenset({"体温", "temperature", "temp", "body temperature", "t"})
_DENIALS: Final = frozenset(
    {"none", "nka", "nkda", "no known allergies", "no known drug allergies", "无", "否认", "无过敏史"}
)
_NOT_GIVEN: Final = frozenset({"cancelled", "entered-in-error", "draft"})


class Person(NamedTuple):
    """Sex and birth, each with where it stands."""

    sex: Sex | None
    sex_evidence: Evidence | None
    birth: datetime | None
    birth_evidence: Evidence | None


def person(reads: Reads, chart: Chart | None) -> Person:
    """Who the patient is."""
    held = chart.demographics if chart is not None else None
    sex: Sex | None = reads.sex
    sex_evidence: Evidence | None = InputEvidence("sex", reads.sex) if reads.sex else None
    if sex is None and held is not None and held.gender in {"female", "male"}:
        sex, sex_evidence = ("female" if held.gender == "female" else "male"), held.source.cite("gender", held.gender)
    day = reads.birth_date or (held.birth_date if held else None)
    birth = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    from_input = reads.birth_date is not None
    evidence = InputEvidence("birth_date") if from_input else held.source.cite("birthDate") if held and day else None
    return Person(sex, sex_evidence, birth, evidence)


def allergies(reads: Reads, chart: Chart | None) -> tuple[Allergen, ...] | None:
    """The allergy list; None when nobody looked it up."""
    if reads.allergies is not None:
        return tuple(_allergen(w, InputEvidence(f"allergies[{n}]", w)) for n, w in enumerate(reads.allergies))
    if chart is None or chart.allergies.state in {"withheld", "not-recorded"}:
        return None
    return tuple(_allergen(a.concept.name() or "", a.source.cite(a.path)) for a in chart.allergies if _holds(a))


def _holds(entry: Allergy) -> bool:
    return entry.active is not False and not entry.no_known_risk


def _allergen(name: str, evidence: Evidence) -> Allergen:
    plain = name.strip().lower()
    group = allergy.load().named(name)
    ids = drugs().resolve_text(allergy.bare(name) or name).ids
    return Allergen(
        name=name, ingredients=ids, group=group.id if group else None, evidence=evidence, denies=plain in _DENIALS
    )


def orders(reads: Reads, chart: Chart | None) -> tuple[Ordered, ...] | None:
    """All orders of the stay; None when nobody looked them up."""
    if reads.orders is not None:
        return _sentences(reads.orders, "orders", at_discharge=False)
    if chart is None or chart.medications.state in {"withheld", "not-recorded"}:
        return None
    return tuple(_entry(m) for m in _live(chart))


def discharge_orders(reads: Reads, chart: Chart | None) -> tuple[Ordered, ...] | None:
    """The orders at discharge; None when none are marked as such."""
    if reads.discharge_orders is not None:
        return _sentences(reads.discharge_orders, "discharge_orders", at_discharge=True)
    if chart is None or chart.medications.state in {"withheld", "not-recorded"}:
        return None
    marked = tuple(_entry(m) for m in _live(chart) if "discharge" in m.category)
    return marked or None


def _live(chart: Chart) -> Iterable[MedicationEntry]:
    return (m for m in chart.medications if not m.not_done and not m.do_not_perform and m.status not in _NOT_GIVEN)


def _sentences(given: tuple[str, ...], path: str, *, at_discharge: bool) -> tuple[Ordered, ...]:
    found = []
    for n, sentence in enumerate(given):
        ids, each = ordered(sentence)
        evidence = InputEvidence(f"{path}[{n}]", sentence)
        found.append(
            Ordered(name=sentence, ingredients=ids, evidence=evidence, each_mg=each, at_discharge=at_discharge)
        )
    return tuple(found)


def _entry(entry: MedicationEntry) -> Ordered:
    amounts = [d.amount for d in entry.doses if d.amount is not None and d.amount_high is None]
    each = {mg for a in amounts if (mg := _mg(a)) is not None}
    return Ordered(
        name=entry.concept.name() or "",
        ingredients=drugs().resolve(entry.concept).ids,
        evidence=(entry.drug_source or entry.source).cite(entry.drug_path),
        each_mg=each.pop() if len(each) == 1 else None,
        at_discharge="discharge" in entry.category,
    )


def _mg(amount: Measure) -> float | None:
    return in_mg(Quantity(amount.value, amount.unit)) if amount.unit else None


def results(reads: Reads, chart: Chart | None, bounds: tuple[datetime, datetime] | None) -> tuple[Result, ...] | None:
    """The measured values of the stay; None when nobody looked them up."""
    if reads.results is not None:
        return tuple(_result(r, n) for n, r in enumerate(reads.results))
    if chart is None or chart.observations.state in {"withheld", "not-recorded"}:
        return None
    readings = (r for r in chart.observations if r.measure is not None and not r.not_done and _inside(r, bounds))
    return tuple(_reading(r) for r in readings if r.status not in {"cancelled", "entered-in-error"})


def _inside(reading: Reading, bounds: tuple[datetime, datetime] | None) -> bool:
    return bounds is None or reading.at is None or bounds[0] <= reading.at <= bounds[1]


def _result(given: GivenResult, place: int) -> Result:
    found = analytes().find(name=given.name, unit=given.unit)
    warm = given.name.strip().lower() in _TEMPERATURE_NAMES
    at = given.at.replace(tzinfo=UTC) if given.at is not None and given.at.tzinfo is None else given.at
    return Result(
        name=given.name,
        analyte="temperature" if warm else found.id if found else None,
        value=given.value,
        unit=given.unit,
        low=given.low,
        high=given.high,
        at=at,
        evidence=InputEvidence(f"results[{place}].value", given.value),
    )


def _reading(reading: Reading) -> Result:
    measure = reading.measure or Measure(0.0)
    codes = {c.code for c in reading.concept.coding if c.code}
    found = next((a for code in sorted(codes) if (a := analytes().find(loinc=code)) is not None), None)
    return Result(
        name=reading.concept.name() or "",
        analyte="temperature" if codes & _TEMPERATURE else found.id if found else None,
        value=measure.value,
        unit=measure.unit,
        low=reading.low.value if reading.low else None,
        high=reading.high.value if reading.high else None,
        at=reading.at,
        evidence=reading.source.cite(reading.path, measure.value),
    )


def diagnoses(reads: Reads, chart: Chart | None, systems: tuple[str, ...]) -> tuple[Diagnosis, ...] | None:
    """The coded diagnoses; None when nobody looked them up."""
    if reads.diagnoses is not None:
        return tuple(
            Diagnosis(code=d.code, name=d.name, evidence=InputEvidence(f"diagnoses[{n}]"))
            for n, d in enumerate(reads.diagnoses)
        )
    if chart is None or chart.problems.state in {"withheld", "not-recorded"}:
        return None
    return tuple(
        Diagnosis(
            code=next((code for system in systems for code in p.concept.codes(system)), None),
            name=p.concept.name(),
            evidence=p.source.cite(p.path),
        )
        for p in chart.problems
        if p.active is not False
    )
