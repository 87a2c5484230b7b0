"""What triage is told: the complaint in the person's words, who it is, vital signs, and the answers so far."""

from typing import Annotated, Final, Literal

import msgspec

MAX_COMPLAINT: Final = 20_000
MAX_ANSWERS: Final = 60
Answer = bool | float | str


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its unit, in UCUM or as people write it (`mmHg`, `/min`, `%`, `°C`, `mmol/L`)."""

    value: float
    unit: str


class Vitals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vital signs as measured now; `consciousness` is alert, confused (new), responds to voice or pain, or nothing."""

    systolic: Given | None = None
    diastolic: Given | None = None
    heart_rate: Given | None = None
    respiratory_rate: Given | None = None
    oxygen_saturation: Given | None = None
    temperature: Given | None = None
    glucose: Given | None = None
    capillary_refill: Given | None = None
    coma_scale: Annotated[int, msgspec.Meta(ge=3, le=15)] | None = None
    pain: Annotated[float, msgspec.Meta(ge=0, le=10)] | None = None
    consciousness: Literal["alert", "confused", "voice", "pain", "unresponsive"] | None = None
    on_oxygen: bool | None = None


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person who asks for help.

    `complaint` is free text, English or Chinese, from one line to a whole note. Age, sex, pregnancy and vital signs
    that are given go before those of the text, and these before those of the chart; a bare age is in years. `answers`
    are keyed by the id of the question: yes, no or unknown, a number, or the id of an option.
    """

    complaint: Annotated[str, msgspec.Meta(max_length=MAX_COMPLAINT)] = ""
    age: Given | float | None = None
    sex: Literal["female", "male"] | None = None
    pregnant: bool | None = None
    vitals: Vitals = Vitals()
    answers: Annotated[dict[str, Answer], msgspec.Meta(max_length=MAX_ANSWERS)] = {}
