"""What the service may see besides the chart: words about the patient, findings by id, and the person."""

from typing import Annotated, Final, Literal

import msgspec

from openward.services.differential_diagnosis.rare.question import RareQuestion

MAX_TEXT: Final = 20_000
MAX_FINDINGS: Final = 200
Words = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
FindingId = Annotated[str, msgspec.Meta(max_length=100)]


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: what may this be?

    `text` is free text in English or Chinese, a complaint or a whole note. `denied` holds what is said not to be there,
    each item of it counts as absent; `past_history` and `family_history` are taken as what their names say. `present`
    and `absent` are ids of the table `findings`. Age (years), sex and pregnancy given here go before those of the text,
    and those before the chart. With `rare` the rare diseases are ranked by phenotype terms instead.
    """

    text: Words | None = None
    denied: Words | None = None
    past_history: Words | None = None
    family_history: Words | None = None
    present: Annotated[tuple[FindingId, ...], msgspec.Meta(max_length=MAX_FINDINGS)] = ()
    absent: Annotated[tuple[FindingId, ...], msgspec.Meta(max_length=MAX_FINDINGS)] = ()
    age: Annotated[float, msgspec.Meta(ge=0, le=130)] | None = None
    sex: Literal["female", "male"] | None = None
    pregnant: bool | None = None
    rare: RareQuestion | None = None
