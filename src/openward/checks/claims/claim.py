"""One clinical statement of a sentence, small enough to be compared with a source on its own."""

from typing import Literal

import msgspec

from openward.language.assertions import Assertion, Subject

Kind = Literal["finding", "drug", "amount", "side", "actor", "phrase"]
Side = Literal["left", "right", "both"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed, and where it stands.

    `terms` are ids of findings, conditions or ingredients, the body parts of a side, or who acts; `unit` is UCUM;
    `also` holds the other numbers that spoken words may mean ("one forty" is 140,
    or 1 and 40). A `phrase` is what is said or denied in words
    that no vocabulary knows; it can be contradicted, but is never missed.
    """

    kind: Kind
    text: str
    start: int
    end: int
    terms: tuple[str, ...] = ()
    value: float | None = None
    also: tuple[float, ...] = ()
    unit: str | None = None
    side: Side | None = None
    assertion: Assertion = "present"
    subject: Subject = "patient"
    past: bool = False
