"""What the reading of a report is given: the report in one of many forms, and what is known of the person."""

from typing import Annotated, Any, Final, Literal

import msgspec

MAX_TEXT: Final = 1_000_000
MAX_RESULTS: Final = 2000
MAX_MEDICATIONS: Final = 200
Form = Literal["text", "csv", "hl7", "pdf", "fhir"]
Word = Annotated[str, msgspec.Meta(max_length=200)]


class GivenResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One result as structured data: a number in `value` (with `comparator` for "<0.01") or words in `text`."""

    name: Word = ""
    loinc: Word | None = None
    value: float | None = None
    comparator: Literal["<", "<=", ">", ">="] | None = None
    text: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    unit: Word | None = None
    low: float | None = None
    high: float | None = None
    flag: Word | None = None
    taken: Word | None = None
    specimen: Word | None = None
    comment: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One report, or none: then the newest report of the patient's chart is read.

    Give one of `text` (pasted), `csv`, `hl7` (an ORU message), `pdf` (base64) or `fhir` (a resource or Bundle), or the
    results one by one in `results`. `age` is in years; `age_days` serves for infants. What is not given is taken from
    the report, then from the chart. `weeks` are those of a pregnancy. `fasting` says whether
    blood was taken after a fast, `medications` what is taken.
    """

    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None
    csv: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None
    hl7: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None
    pdf: Annotated[str, msgspec.Meta(max_length=32 * MAX_TEXT)] | None = None
    fhir: dict[str, Any] | None = None
    results: Annotated[tuple[GivenResult, ...], msgspec.Meta(max_length=MAX_RESULTS)] = ()
    age: Annotated[float, msgspec.Meta(ge=0, le=130)] | None = None
    age_days: Annotated[float, msgspec.Meta(ge=0, le=47_500)] | None = None
    sex: Literal["female", "male"] | None = None
    pregnant: bool | None = None
    weeks: Annotated[float, msgspec.Meta(ge=0, le=45)] | None = None
    fasting: bool | None = None
    medications: Annotated[tuple[Word, ...], msgspec.Meta(max_length=MAX_MEDICATIONS)] = ()
