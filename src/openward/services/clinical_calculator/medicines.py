"""What the active orders of the chart say: that a drug of a class is taken, or how much of one by mouth a day."""

from collections.abc import Iterator
from typing import Final

from openward.domain.code import SNOMED, Concept
from openward.domain.evidence import ChartEvidence
from openward.domain.proposal import Language, NotChecked
from openward.domain.quantity import Quantity, UnitError
from openward.domain.spelling import ucum
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs, Resolution
from openward.language.phrases import ROUTES
from openward.record.chart import Chart, Dose, MedicationEntry
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.units import convert_of

Proof = tuple[ChartEvidence, ...]
_ORDERS: Final = ("request", "statement")
_LOCAL_FORMS: Final = frozenset(
    {"topical", "ophthalmic", "otic", "nasal", "inhaled", "vaginal", "irrigation", "intrauterine"}
)
_LOCAL_ROUTES: Final = ("topical", "ophthalmic", "otic", "nasal", "inhaled", "vaginal", "intravitreal")


def taken(definition: InputDefinition, chart: Chart) -> Proof:
    """The active orders of a drug of the classes of an input that act in the whole body.

    None of them in the record never means that none is taken.
    """
    found = [e for e in _active(chart) if _of_class(e, definition.atc) and not _local(e)]
    return tuple(_cite(entry) for entry in found)


def daily_dose(definition: InputDefinition, chart: Chart) -> tuple[float | None, Proof]:
    """How much of an ingredient is ordered by mouth a day, all active orders together, as-needed doses at their most.

    None with evidence when an order cannot be read, None without any when there is no order.
    """
    found = [e for e in _active(chart) if definition.ingredient in _resolved(e.concept).ids]
    requests = [e for e in found if e.kind == "request"]
    entries = requests or found  # a reported use of what is also ordered is the same drug
    doses = [_by_mouth(entry, definition) for entry in entries]
    proof = tuple(_cite(entry) for entry in entries)
    known = [dose for dose in doses if dose is not None]
    return (sum(known) if known and len(known) == len(doses) else None), proof


def not_counted(calculator: Calculator, chart: Chart | None, language: Language) -> NotChecked | None:
    """Active orders of the classes that an instrument adds up, of a drug that it has no factor for."""
    classes = calculator.instrument.counts
    if chart is None or not classes:
        return None
    counted = {definition.ingredient for definition in calculator.definitions.values()}
    others = [e for e in _active(chart) if _of_class(e, classes) and not counted & set(_resolved(e.concept).ids)]
    if not others:
        return None
    return NotChecked(
        code="drug-not-counted",
        what=_OTHERS.in_(language),
        why=_WHY.in_(language),
        needed=_NEEDED.in_(language),
        about=tuple(dict.fromkeys(entry.source.reference for entry in others)),
    )


def _active(chart: Chart) -> Iterator[MedicationEntry]:
    if chart.medications.state == "withheld":
        return
    for entry in chart.medications.entries:
        if entry.current is True and entry.kind in _ORDERS and not (entry.do_not_perform or entry.not_done):
            yield entry


@tables.remembered(1)
def _drugs() -> Drugs:
    return Drugs()


@tables.remembered(4096)
def _resolved(concept: Concept) -> Resolution:
    return _drugs().resolve(concept)


def _of_class(entry: MedicationEntry, prefixes: tuple[str, ...]) -> bool:
    return any(code.startswith(prefixes) for i in _resolved(entry.concept).ingredients for code in i.atc)


def _local(entry: MedicationEntry) -> bool:
    if _resolved(entry.concept).form in _LOCAL_FORMS:
        return True
    return any(_is_route(dose.route, name) for dose in entry.doses for name in _LOCAL_ROUTES)


def _is_route(route: Concept | None, name: str) -> bool:
    if route is None or name not in ROUTES:
        return False
    known, words = ROUTES[name]
    texts = {(route.text or "").strip().lower(), *((c.display or "").strip().lower() for c in route.coding)} - {""}
    if texts & {name, *words.split(";")}:
        return True
    return any(c.code == (known.snomed if c.system == SNOMED else known.v3) for c in route.coding if c.code)


def _by_mouth(entry: MedicationEntry, definition: InputDefinition) -> float | None:
    """The daily dose of one order; None when a dose, its unit, its frequency or the route by mouth is not exact."""
    if len(_resolved(entry.concept).ids) != 1 or not entry.doses:
        return None
    doses = [_a_day(dose, definition) for dose in entry.doses]
    known = [dose for dose in doses if dose is not None]
    return sum(known) if len(known) == len(doses) else None


def _a_day(dose: Dose, definition: InputDefinition) -> float | None:
    amount, times = dose.amount_high or dose.amount, dose.per_day_high or dose.per_day
    unit = ucum(amount.unit) if amount is not None and amount.unit else None
    if amount is None or unit is None or times is None or amount.comparator or not _is_route(dose.route, "oral"):
        return None
    try:
        value = convert_of(Quantity(amount.value * times, f"{unit}/d"), definition)
    except UnitError:
        return None
    return value if definition.low <= value <= definition.high else None


def _cite(entry: MedicationEntry) -> ChartEvidence:
    if entry.drug_source is not None or not entry.concept.text:
        return entry.source.cite()
    return entry.source.cite(f"{entry.drug_path}.text", entry.concept.text, on=entry.authored)


_OTHERS: Final = Text("Other drugs of this class in the chart", "病历中同类的其他药物")
_WHY: Final = Text("The instrument has no factor for them.", "该工具没有相应的换算系数。")
_NEEDED: Final = Text("A judgement of the whole load by a clinician.", "由临床医师判断总负荷。")
