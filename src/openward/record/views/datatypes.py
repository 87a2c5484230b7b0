"""FHIR R4 data types, as far as they are read; codings and concepts decode straight into the words of the domain.

Field names are FHIR's in snake case. What is absent is None, an absent list is empty. Dates stay text: `record.times`
reads them.
"""

import msgspec

from openward.domain.code import Code, Concept


class Meta(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Resource.meta."""

    version_id: str | None = None
    last_updated: str | None = None
    source: str | None = None
    profile: tuple[str | None, ...] = ()


class Period(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Period."""

    start: str | None = None
    end: str | None = None


class Reference(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Reference; `reference` is relative (`Type/id`), absolute, `urn:uuid:…` or `#id`."""

    reference: str | None = None
    type: str | None = None
    display: str | None = None


class Identifier(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Identifier."""

    use: str | None = None
    system: str | None = None
    value: str | None = None


class HumanName(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """HumanName."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()
    period: Period | None = None


class Extension(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Extension, with the kinds of value that are read."""

    url: str | None = None
    value_boolean: bool | None = None
    value_code: str | None = None
    value_date_time: str | None = None
    value_codeable_concept: Concept | None = None
    value_coding: Code | None = None
    extension: tuple["Extension", ...] = ()


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a primitive, in the member whose name begins with `_`."""

    extension: tuple[Extension, ...] = ()


class Quantity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Quantity, SimpleQuantity, Age and Duration."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None
    beside_value: Beside | None = msgspec.field(name="_value", default=None)


class Range(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Range."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ratio."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class SampledData(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """SampledData; `data` is a series of numbers and the words E, L, U, separated by blanks."""

    origin: Quantity | None = None
    period: float | None = None
    dimensions: float | None = None
    data: str | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Attachment; `data` is base64."""

    content_type: str | None = None
    language: str | None = None
    data: str | None = None
    url: str | None = None
    title: str | None = None
    creation: str | None = None


class Annotation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Annotation."""

    text: str | None = None


class Narrative(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Narrative; `div` is XHTML."""

    status: str | None = None
    div: str | None = None


class TimingRepeat(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Timing.repeat."""

    bounds_duration: Quantity | None = None
    bounds_range: Range | None = None
    bounds_period: Period | None = None
    count: float | None = None
    count_max: float | None = None
    duration: float | None = None
    duration_unit: str | None = None
    frequency: float | None = None
    frequency_max: float | None = None
    period: float | None = None
    period_max: float | None = None
    period_unit: str | None = None
    day_of_week: tuple[str | None, ...] = ()
    time_of_day: tuple[str | None, ...] = ()
    when: tuple[str | None, ...] = ()
    offset: float | None = None


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Timing."""

    event: tuple[str | None, ...] = ()
    repeat: TimingRepeat | None = None
    code: Concept | None = None


class DoseAndRate(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Dosage.doseAndRate."""

    type: Concept | None = None
    dose_range: Range | None = None
    dose_quantity: Quantity | None = None
    rate_ratio: Ratio | None = None
    rate_range: Range | None = None
    rate_quantity: Quantity | None = None


class Dosage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Dosage."""

    sequence: float | None = None
    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Concept | None = None
    site: Concept | None = None
    route: Concept | None = None
    method: Concept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] = ()
    max_dose_per_period: Ratio | None = None
    max_dose_per_administration: Quantity | None = None
