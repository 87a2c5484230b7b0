"""The Chart: a typed, read-only view of one patient's record at one version.

Every entry knows where it came from (`source`). A section is "present" (it holds entries), "absent" (the record says
that there is none, such as "no known allergies"), "not-recorded" (the record says nothing) or "withheld" (the card of
the service does not declare it; reading it is an error of the service).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

import msgspec

from openward.domain.code import Concept
from openward.domain.errors import ServiceError
from openward.domain.evidence import ChartEvidence
from openward.record.times import when

Presence = Literal["present", "absent", "not-recorded", "withheld"]


class Source(msgspec.Struct, frozen=True):
    """Where an entry stands: `Type/id` and stored version (None when it came with the request)."""

    reference: str
    version: int | None = None

    def cite(
        self,
        path: str = "",
        value: str | float | bool | None = None,  # noqa: FBT001 - a literal of the record, of any kind
        *,
        unit: str | None = None,
        on: datetime | date | None = None,
    ) -> ChartEvidence:
        """Evidence for one value of this entry; `path` is the element path in the resource (`code.text`)."""
        return ChartEvidence(self.reference, self.version, path, value, unit, on.isoformat() if on else None)


class Measure(msgspec.Struct, frozen=True, tag_field="kind", tag="quantity"):
    """A FHIR Quantity as recorded: `unit` is the UCUM code, or the human unit when no code was given."""

    value: float
    unit: str | None = None
    comparator: str | None = None


class Span(msgspec.Struct, frozen=True, tag_field="kind", tag="period"):
    """A period of time; None at an end means not recorded to the day.

    `text` is what the record says when that is no exact time: `2019-05/2020`, `in childhood`, `at 40 a`.
    """

    start: datetime | None = None
    end: datetime | None = None
    text: str | None = None


class Interval(msgspec.Struct, frozen=True, tag_field="kind", tag="range"):
    """A FHIR Range; None at an end means open or not recorded."""

    low: Measure | None = None
    high: Measure | None = None


class Proportion(msgspec.Struct, frozen=True, tag_field="kind", tag="ratio"):
    """A FHIR Ratio, such as a titre."""

    numerator: Measure | None = None
    denominator: Measure | None = None


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """One dosage instruction: how much, by which route, how often, how long.

    `amount` is per administration; `frequency` administrations every `period` `period_unit` (UCUM: h, d, wk, mo);
    `per_day` is the number of administrations in 24 h, averaged over the cycle, when that can be computed; `as_needed`
    is None when not recorded. Where a range is recorded the first field holds its lower end and the one named `_high`
    its upper end. `max_amount` in `max_hours` is the recorded limit; `max_per_day` the same when it is for 24 h;
    `max_each` the limit for one administration.
    """

    text: str | None = None
    amount: Measure | None = None
    amount_high: Measure | None = None
    rate: Measure | None = None
    rate_high: Measure | None = None
    max_per_day: Measure | None = None
    max_amount: Measure | None = None
    max_hours: float | None = None
    max_each: Measure | None = None
    route: Concept | None = None
    frequency: float | None = None
    period: float | None = None
    period_unit: str | None = None
    per_day: float | None = None
    per_day_high: float | None = None
    count: float | None = None
    as_needed: bool | None = None
    as_needed_for: Concept | None = None
    bounds: Span | None = None
    duration_days: float | None = None
    duration_days_high: float | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A Condition; `active` is False when resolved, inactive, in remission or refuted.

    It is None when the record does not say, or says both active status and an end in the past. `path` is where the
    concept stands; `onset_text` and `abatement_text` what the record says of them when that is no exact time.
    """

    source: Source
    concept: Concept
    clinical_status: str | None = None
    verification: str | None = None
    active: bool | None = None
    onset: datetime | None = None
    abatement: datetime | None = None
    recorded: datetime | None = None
    category: tuple[str, ...] = ()
    path: str = "code"
    onset_text: str | None = None
    abatement_text: str | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One reaction event of an allergy."""

    manifestations: tuple[Concept, ...] = ()
    substance: Concept | None = None
    severity: str | None = None
    onset: datetime | None = None


class Allergy(msgspec.Struct, frozen=True, kw_only=True):
    """An AllergyIntolerance; `kind` is "allergy", "intolerance" or None when not recorded.

    `active` is False when inactive, resolved or refuted, None when the record does not say; `path` is where the concept
    stands (`code`, or `reaction[0].substance` when the code is left to the reaction, or in an extension).
    `no_known_risk` marks a substance of which the record says that the patient may be exposed to it.
    """

    source: Source
    concept: Concept
    clinical_status: str | None = None
    verification: str | None = None
    kind: str | None = None
    category: tuple[str, ...] = ()
    criticality: str | None = None
    reactions: tuple[Reaction, ...] = ()
    recorded: datetime | None = None
    active: bool | None = None
    path: str = "code"
    no_known_risk: bool = False


MedicationKind = Literal["request", "statement", "administration", "dispense"]


class MedicationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A MedicationRequest, MedicationStatement, MedicationAdministration or MedicationDispense.

    `concept` is the drug (from the CodeableConcept, or from the Medication resource that is referred to, contained or
    not); `drug_path` is the element path of the concept in the resource; `ingredients` those of the Medication
    resource; `current` says whether it is in use at the chart's moment, None when that cannot be known (an order on
    hold is such a case); `draft` marks an order that is being written. `drug_source` is the Medication resource of the
    record in which `drug_path` stands, None when it stands in the entry's own resource. `do_not_perform` marks an order
    not to give, `not_done` what was not given, not taken or declined; neither is ever current. `request` is the order
    that an administration says it carries out, as `MedicationRequest/id`.
    """

    source: Source
    kind: MedicationKind
    concept: Concept
    drug_path: str = "medicationCodeableConcept"
    ingredients: tuple[Concept, ...] = ()
    status: str | None = None
    intent: str | None = None
    draft: bool = False
    current: bool | None = None
    doses: tuple[Dose, ...] = ()
    authored: datetime | None = None
    period: Span = Span()
    category: tuple[str, ...] = ()
    do_not_perform: bool = False
    not_done: bool = False
    reported: bool | None = None
    drug_source: Source | None = None
    request: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One Observation, or one component of it.

    `value` is a Measure, a Concept, a text, a bool, an Interval, a Proportion or a Span; None when the record gives
    none (`absent_reason` may say why). `path` is the element path of the value (`valueQuantity.value`,
    `component[1].valueQuantity.value`). `at` is when it was measured (the end of a period), `at_text` what the record
    says when that is no exact time. `not_done` marks a measurement that the record says did not take place.
    """

    source: Source
    concept: Concept
    value: Measure | Concept | Interval | Proportion | Span | str | bool | None = None
    path: str = "valueQuantity.value"
    at: datetime | None = None
    status: str | None = None
    category: tuple[str, ...] = ()
    low: Measure | None = None
    high: Measure | None = None
    range_text: str | None = None
    interpretation: tuple[str, ...] = ()
    absent_reason: str | None = None
    at_text: str | None = None
    not_done: bool = False

    @property
    def measure(self) -> Measure | None:
        """The value when it is a quantity."""
        return self.value if isinstance(self.value, Measure) else None


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """A Procedure; `not_done` marks one that the record says did not take place."""

    source: Source
    concept: Concept
    status: str | None = None
    performed: Span = Span()
    path: str = "code"
    not_done: bool = False


class Encounter(msgspec.Struct, frozen=True, kw_only=True):
    """An Encounter; `class_code` is the v3-ActCode (AMB, IMP, EMER …)."""

    source: Source
    class_code: str | None = None
    types: tuple[Concept, ...] = ()
    status: str | None = None
    period: Span = Span()
    reasons: tuple[Concept, ...] = ()


class Immunization(msgspec.Struct, frozen=True, kw_only=True):
    """An Immunization; `not_done` marks one that the record says was not given."""

    source: Source
    concept: Concept
    status: str | None = None
    occurred: datetime | None = None
    path: str = "vaccineCode"
    occurred_text: str | None = None
    not_done: bool = False


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A DocumentReference, DiagnosticReport or Composition.

    `text` is its plain text when it is held in the resource; `path` is where the concept stands; `results` are the
    observations that a DiagnosticReport names, as `Observation/id`.
    """

    source: Source
    concept: Concept
    status: str | None = None
    at: datetime | None = None
    title: str | None = None
    text: str | None = None
    path: str = "type"
    at_text: str | None = None
    results: tuple[str, ...] = ()


class Demographics(msgspec.Struct, frozen=True, kw_only=True):
    """Who the patient is, as far as care needs it; `birth_date` is None when only a year or month is recorded."""

    source: Source
    gender: str | None = None
    birth_date: date | None = None
    birth_text: str | None = None
    deceased: bool | None = None
    deceased_at: datetime | None = None
    name: str | None = None
    language: str | None = None

    def age_at(self, moment: datetime | date) -> int | None:
        """Completed years at a date, None when the birth date is not recorded to the day or lies after it."""
        if self.birth_date is None:
            return None
        day = moment.date() if isinstance(moment, datetime) else moment
        if day < self.birth_date:
            return None
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


Item = TypeVar("Item")


class Section(msgspec.Struct, Generic[Item], frozen=True):
    """One part of the chart with its presence; iterating a withheld section raises ServiceError.

    Entries that only say what is not so (refuted, not done, not taken) do not make a section "present". `denied` names
    what the record says there is none of when that is less than the whole section ("medication", "food", "latex" …).
    """

    name: str
    state: Presence = "not-recorded"
    entries: tuple[Item, ...] = ()
    stated_by: Source | None = None
    denied: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        """The entries, in the order of the record."""
        if self.state == "withheld":
            msg = f"the chart section '{self.name}' is withheld: add its resource type to `reads` in card.toml"
            raise ServiceError(msg)
        return iter(self.entries)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.entries)


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A yes-or-no fact about the patient: "present", "absent" or "not-recorded", with its source and date."""

    state: Presence = "not-recorded"
    source: Source | None = None
    path: str = ""
    value: str | None = None
    at: datetime | None = None


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One patient's record at one version; `version` names it exactly, `resources` counts what it was made from.

    `unread` lists resources, or elements of them, that could not be read (reference, reason); `retracted` those that
    the record itself marks as entered in error, which stand in no section; `measures` holds the newest dated
    value by `as_of` of what dosing depends on (`weight`, `creatinine`, `egfr`, `alt`, … of `record.measures`).
    """

    patient: str
    version: str
    as_of: datetime
    demographics: Demographics | None = None
    problems: Section[Problem] = Section("problems")
    allergies: Section[Allergy] = Section("allergies")
    medications: Section[MedicationEntry] = Section("medications")
    observations: Section[Reading] = Section("observations")
    procedures: Section[Procedure] = Section("procedures")
    encounters: Section[Encounter] = Section("encounters")
    immunizations: Section[Immunization] = Section("immunizations")
    documents: Section[Document] = Section("documents")
    measures: dict[str, Reading] = {}
    pregnancy: Stated = Stated()
    lactation: Stated = Stated()
    resources: int = 0
    unread: tuple[tuple[str, str], ...] = ()
    retracted: tuple[str, ...] = ()

    def readings(self, *loinc: str) -> tuple[Reading, ...]:
        """Observations with one of the LOINC codes, newest first; without those cancelled, not done or in error."""
        wanted = frozenset(loinc)
        found = [
            r
            for r in self.observations
            if r.status not in {"entered-in-error", "cancelled"}
            and not r.not_done
            and any(c.code in wanted and c.system == "http://loinc.org" for c in r.concept.coding)
        ]
        return tuple(sorted(found, key=_moment, reverse=True))

    def latest(self, *loinc: str) -> Reading | None:
        """The newest observation with a value among the LOINC codes, None when there is none."""
        return next((r for r in self.readings(*loinc) if r.value is not None), None)


def _moment(reading: Reading) -> float:
    """When it was measured, for sorting: a partial date counts from its beginning, no date as longest ago."""
    if reading.at is not None:
        return reading.at.timestamp()
    partial = when(reading.at_text) if reading.at_text else None
    return partial.earliest.timestamp() if partial else float("-inf")
