"""What is asked about a suspected rare disease: HPO terms seen and excluded, and what narrows the choice."""

from typing import Annotated, Final, Literal

import msgspec

MAX_TERMS: Final = 200
MAX_GENES: Final = 5_000
MAX_CANDIDATES: Final = 20
Term = Annotated[str, msgspec.Meta(max_length=40)]
Terms = Annotated[tuple[Term, ...], msgspec.Meta(max_length=MAX_TERMS)]
Years = Annotated[float, msgspec.Meta(ge=0, le=130)]
Inheritance = Literal["dominant", "recessive", "x-linked", "y-linked", "mitochondrial"]


class RareQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: which rare disease explains these findings?

    `present` and `excluded` are HPO ids (`HP:0001250`); `text` is read for further ones. `age` is the present age, an
    upper bound of the onset, and `onset` the age at the first sign, both in years. `genes` (symbols) limits the
    candidates to diseases of a panel, `inheritance` to those with one of the modes or with none on record.
    `exclude_references` leaves out annotations that come from the given publications (`PMID:24573067`).
    """

    present: Terms = ()
    excluded: Terms = ()
    text: Annotated[str, msgspec.Meta(max_length=20_000)] | None = None
    age: Years | None = None
    onset: Years | None = None
    sex: Literal["female", "male"] | None = None
    inheritance: Annotated[tuple[Inheritance, ...], msgspec.Meta(max_length=5)] = ()
    genes: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], msgspec.Meta(max_length=MAX_GENES)] = ()
    exclude_references: Terms = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_CANDIDATES)] = 10
