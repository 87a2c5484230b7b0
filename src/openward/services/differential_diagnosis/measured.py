"""Measurements as findings: a temperature of 38.6 °C is a fever, one of 36.8 °C denies it, each by a cited limit."""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import structs

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import Evidence, InputEvidence
from openward.domain.proposal import Language
from openward.domain.quantity import Quantity, UnitError, convert
from openward.knowledge import tables
from openward.knowledge.cells import number
from openward.knowledge.findings import Vocabulary
from openward.knowledge.tables import Row
from openward.language.readings import Reading, readings
from openward.services.differential_diagnosis.facts import Person, Said
from openward.services.differential_diagnosis.proposal import Origin, State, Understood

TABLE: Final = "measured_findings"
SYSTOLIC: Final = "systolic"
DIASTOLIC: Final = "diastolic"


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """From what value a quantity means a finding, in whom."""

    id: str
    finding: str
    quantity: str
    unit: str
    bare: tuple[float, float] | None
    at_least: float | None
    above: float | None
    below: float | None
    ages: tuple[float, float]
    sex: str | None

    def holds(self, value: float) -> bool:
        """Whether a value in the limit's unit means the finding."""
        return (
            (self.at_least is not None and value >= self.at_least)
            or (self.above is not None and value > self.above)
            or (self.below is not None and value < self.below)
        )

    def is_for(self, person: Person) -> bool:
        """Whether the limit was made for such a person; one that depends on an unknown age or sex was not."""
        low, high = self.ages
        any_age = low == 0 and high == float("inf")
        of_age = any_age or (person.age is not None and low <= person.age < high)
        return of_age and self.sex in {None, person.sex}


class Measures(msgspec.Struct, frozen=True):
    """The limits by quantity, and the quantities by the words and LOINC codes that name them."""

    limits: dict[str, tuple[Limit, ...]]
    words: dict[str, str]
    codes: dict[str, str]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement that was found: what it is, its value, and how to show it."""

    quantity: str
    value: float
    unit: str
    origin: Origin
    place: str
    quote: str
    start: int | None = None
    end: int | None = None


@tables.remembered(1)
def measures() -> Measures:
    """The table of limits, read on first use."""
    limits: dict[str, list[Limit]] = {}
    words: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in tables.find(TABLE):
        limit = _limit(row)
        limits.setdefault(limit.quantity, []).append(limit)
        words |= {word.lower(): limit.quantity for word in row.list("words")}
        codes |= dict.fromkeys(row.list("loinc"), limit.quantity)
    return Measures({q: tuple(held) for q, held in limits.items()}, words, codes)


def _limit(row: Row) -> Limit:
    def cell(column: str) -> float | None:
        return number(row, column) if row[column] else None

    return Limit(
        id=row.id,
        finding=row["finding"],
        quantity=row["quantity"],
        unit=row["unit"],
        bare=_bare(row),
        at_least=cell("at_least"),
        above=cell("above"),
        below=cell("below"),
        ages=(cell("age_from") or 0.0, cell("age_to") or float("inf")),
        sex=row["sex"] or None,
    )


def _bare(row: Row) -> tuple[float, float] | None:
    """The range in which a number without a unit is taken in the limit's unit."""
    low, _, high = row["bare"].partition("-")
    try:
        return (float(low), float(high)) if row["bare"] else None
    except ValueError:
        raise KnowledgeError(f"{row.where}: column 'bare': '{row['bare']}' is not like 30-45") from None


def measured(text: str, person: Person, words: Vocabulary, language: Language) -> Iterator[Said]:
    """What the measurements in a text say."""
    for reading in readings(text) if text else ():
        if reading.assertion == "present" and reading.subject == "patient":
            for found in _quantities(reading, text):
                yield from findings_of(found, person, InputEvidence("text"), words, language)


def _quantities(reading: Reading, text: str) -> Iterator[Measured]:
    quantity = measures().words.get(reading.words.strip().lower())
    if quantity is None or reading.comparator:
        return
    found = Measured(
        quantity=quantity,
        value=reading.value,
        unit=reading.unit or "",
        origin="reading",
        place="text",
        quote=text[reading.start : reading.end],
        start=reading.start,
        end=reading.end,
    )
    yield found
    if quantity == SYSTOLIC and reading.second is not None:
        yield structs.replace(found, quantity=DIASTOLIC, value=reading.second)


def findings_of(
    found: Measured, person: Person, evidence: Evidence, words: Vocabulary, language: Language
) -> Iterator[Said]:
    """The findings that one measurement shows or denies."""
    states: dict[str, State] = {}
    for limit in measures().limits.get(found.quantity, ()):
        value = _in_unit(found, limit)
        if value is not None and limit.finding in words.table.index and limit.is_for(person):
            if limit.holds(value):
                states[limit.finding] = "present"
            else:
                states.setdefault(limit.finding, "absent")
    for finding, state in states.items():
        term = words.get(finding)
        understood = Understood(
            finding=finding,
            name=term.name.in_(language),
            state=state,
            origin=found.origin,
            place=found.place,
            quote=found.quote,
            start=found.start,
            end=found.end,
        )
        yield Said(understood=understood, evidence=evidence)


def _in_unit(found: Measured, limit: Limit) -> float | None:
    if found.unit == limit.unit:
        return found.value
    if not found.unit:
        held = limit.bare is not None and limit.bare[0] <= found.value <= limit.bare[1]
        return found.value if held else None
    try:
        return convert(Quantity(found.value, found.unit), limit.unit).value
    except UnitError:
        return None
