"""A clinical story as its author wrote it: one TOML file, read into one frozen struct."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.text import Text
from openward.synthetic.catalogue import Language, read_table

SPECIALTIES: Final = (
    "internal-medicine", "surgery", "paediatrics", "obstetrics", "psychiatry", "oncology", "geriatrics", "primary-care",
)  # fmt: skip
BACKGROUND: Final = "background"
Verdict = Literal["planted", "borderline", "clean"]
Pair = tuple[float, float]
_VISIT_NAMES: Final = {"from_": "from", "class_": "class"}


class Who(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who the story may happen to; exactly one of the three ages is given, each as lowest and highest."""

    sex: Literal["female", "male", "either"]
    age: tuple[int, int] | None = None
    age_months: tuple[int, int] | None = None
    age_days: tuple[int, int] | None = None
    weight_kg: Pair
    height_cm: Pair
    smoking: Literal["never-smoker", "ex-smoker", "smoker"] | None = None


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=_VISIT_NAMES):
    """An encounter; without `to` an admission goes on, a visit of an earlier day takes half an hour."""

    class_: Literal["inpatient", "ambulatory", "emergency"]
    from_: str
    to: str | None = None
    reason: str | None = None


class ProblemLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """A problem from the catalogue; with `until` it is resolved."""

    is_: str
    since: str
    until: str | None = None
    role: Literal["list", "encounter"] = "list"


class AllergyLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An allergy or intolerance to a drug or substance of the catalogue."""

    to: str
    kind: Literal["allergy", "intolerance"] = "allergy"
    criticality: Literal["low", "high", "unable-to-assess"] = "low"
    reaction: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    since: str


class MedicationLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"as_": "as"}):
    """A medication: taken at home (a statement), ordered here, or a draft that waits for a signature.

    `dose` is "5 mg" or, by weight, "45 mg/kg" (rounded to `round_to`, at most `max_dose`); `rate` is for infusions;
    `given` writes that many administrations, the last ones due; `text_only` leaves the codes out.
    """

    drug: str
    as_: Literal["home", "order", "draft"]
    key: str | None = None
    dose: str | None = None
    round_to: float | None = None
    max_dose: float | None = None
    rate: str | None = None
    route: str = "oral"
    often: str = "once daily"
    as_needed: bool = False
    for_days: int | None = None
    since: str
    until: str | None = None
    ended: Literal["stopped", "completed"] = "stopped"
    given: int = 0
    reason: str | None = None
    text_only: bool = False

    @property
    def name(self) -> str:
        """What notes and ids call this line: `key`, or the drug where it occurs once."""
        return self.key or self.drug


class VitalsRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vital signs taken together; `weight_change` is kilograms from the weight on arrival."""

    at: str
    temp: float | None = None
    hr: float | None = None
    rr: float | None = None
    spo2: float | None = None
    bp: Pair | None = None
    weight_change: float | None = None


class ReportLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report in words, in the language of the chart."""

    of: str
    at: str
    text: str


class EventLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """A procedure."""

    is_: str
    at: str
    until: str | None = None


class VaccineLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vaccination; `at` may be "age 2mo"; one that is not due yet is left out."""

    vaccine: str
    at: str


class Pregnancy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pregnancy or its end: `weeks` completed at `stated`, the times at which the state was written down."""

    state: Literal["pregnant", "not-pregnant"]
    stated: tuple[str, ...]
    weeks: int | None = None
    breastfeeding: str | None = None


class NoteLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """A clinical note; words in braces are filled from the patient's own record."""

    is_: str
    at: str
    text: str


class TruthLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a service should find in this story; `drugs` are catalogue keys."""

    service: str
    kind: str
    drugs: tuple[str, ...]
    why: str


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One story; list fields are named in the singular in the file, as each table of it is one entry."""

    title: Text
    teaches: Text
    verdict: Verdict
    language: Language
    patient: Who
    encounters: tuple[Visit, ...] = msgspec.field(name="encounter", default=())
    problems: tuple[ProblemLine, ...] = msgspec.field(name="problem", default=())
    no_known_allergies: str | None = None
    allergies: tuple[AllergyLine, ...] = msgspec.field(name="allergy", default=())
    medications: tuple[MedicationLine, ...] = msgspec.field(name="medication", default=())
    labs: dict[str, tuple[tuple[str, float | str], ...]] = {}
    vitals: tuple[VitalsRow, ...] = ()
    reports: tuple[ReportLine, ...] = msgspec.field(name="report", default=())
    procedures: tuple[EventLine, ...] = msgspec.field(name="procedure", default=())
    immunizations: tuple[VaccineLine, ...] = msgspec.field(name="immunization", default=())
    pregnancy: Pregnancy | None = None
    notes: tuple[NoteLine, ...] = msgspec.field(name="note", default=())
    truths: tuple[TruthLine, ...] = msgspec.field(name="truth", default=())
    background: tuple[str, ...] = ()


class Filed(msgspec.Struct, frozen=True):
    """A story and where it stands: its id is the file's name, its specialty the folder's."""

    id: str
    specialty: str
    story: Story


def read_story(path: str) -> Story:
    """One story by its path below the package.

    Raises:
        KnowledgeError: the file is malformed; the message names the file and the field.
    """
    try:
        return msgspec.convert(read_table(path), Story)
    except msgspec.ValidationError as error:
        msg = f"synthetic/{path} is not a story: {error}"
        raise KnowledgeError(msg) from error


def _names(folder: Traversable) -> list[str]:
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


@cache
def load_stories() -> tuple[Filed, ...]:
    """All stories, by specialty in the order of the house, then by name; the quiet background people last."""
    root = files("openward.synthetic").joinpath("stories")
    return tuple(
        Filed(name, specialty, read_story(f"stories/{specialty}/{name}.toml"))
        for specialty in (*SPECIALTIES, BACKGROUND)
        for name in _names(root.joinpath(specialty))
    )
