"""The instruments as data: what an input is, and what the file of one instrument may say."""

from typing import Annotated, Literal

import msgspec

from openward.domain.proposal import Severity
from openward.domain.text import Text
from openward.services.clinical_calculator.scales import Item

Kind = Literal["number", "choice", "flag", "date"]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One option of a choice."""

    en: str
    zh: str


class InputDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input, the same for every instrument that uses it.

    A number has a `unit` (UCUM) and a plausible range; `molar_mass` (g/mol) and `valence` allow to convert mass, amount
    and charge of this analyte; `linear` gives slope and intercept of a unit that no factor joins (HbA1c in mmol/mol is
    another quantity than HbA1c in per cent, though UCUM calls both fractions); `analyte` is the row of the table
    `analytes` whose units it may be given in, where its LOINC codes do not say it; `loinc` are the observations that
    hold it, `hours` how old one may be; `icd10` are code prefixes of which an active (with `history`, any) problem of
    the chart means yes; `atc` are class prefixes of which an active order means yes, `ingredient` the drug whose daily
    dose by mouth an active order gives. `person` is read from the demographics.
    """

    en: str
    zh: str
    kind: Kind = "number"
    unit: str = ""
    low: float = 0
    high: float = 0
    molar_mass: float | None = None
    valence: int | None = None
    linear: dict[str, tuple[float, float]] = {}
    analyte: str = ""
    loinc: tuple[str, ...] = ()
    hours: float = 0
    icd10: tuple[str, ...] = ()
    history: bool = False
    atc: tuple[str, ...] = ()
    ingredient: str = ""
    person: Literal["age", "sex"] | None = None
    options: dict[str, Option] = {}
    synonyms: tuple[str, ...] = ()

    @property
    def words(self) -> Text:
        """What a person is shown."""
        return Text(self.en, self.zh)


class Meaning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a result is read: n cuts make n + 1 bands, each with words and, where it matters, a severity."""

    cuts: tuple[str, ...] = ()
    en: tuple[str, ...]
    zh: tuple[str, ...]
    severity: tuple[Severity, ...] = ()


class Population(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the instrument is valid for, as far as a machine can tell; ages in years, `max_age` not included."""

    min_age: float | None = None
    max_age: float | None = None
    sex: Literal["female", "male"] | None = None


class Derivation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input that is computed from others when it is not given itself.

    Readings of the chart go together only when they were taken `within_hours` of one another; 0 means at any time.
    """

    formula: str
    inputs: tuple[_Id, ...]
    within_hours: float = 0


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One calculator: a sum of items, or a formula over inputs.

    `unit` is UCUM (`{score}` for points); `optional` inputs of a formula count as not given when missing; `hours`
    shortens the window of every observation; `counts` are the ATC classes whose active orders should all be inputs.
    """

    unit: str
    decimals: int = 0
    result: Literal["number", "date", "weeks"] = "number"
    formula: str = ""
    inputs: tuple[_Id, ...] = ()
    optional: tuple[_Id, ...] = ()
    derived: dict[_Id, Derivation] = {}
    items: tuple[Item, ...] = ()
    base: float = 0
    hours: float = 0
    counts: tuple[str, ...] = ()
    population: Population = Population()
    meaning: Meaning | None = None


def inputs_of(instrument: Instrument) -> tuple[str, ...]:
    """Every input that an instrument may read, in its own order."""
    named = [*instrument.inputs, *(i for item in instrument.items for i in item.inputs()), *instrument.optional]
    for name in tuple(named):
        if name in instrument.derived:
            named += instrument.derived[name].inputs
    limits = instrument.population
    if limits.min_age is not None or limits.max_age is not None:
        named.append("age")
    if limits.sex:
        named.append("sex")
    return tuple(dict.fromkeys(named))
