"""One input as it is known: its value, where it came from, when it was measured, and what proves it."""

import msgspec

from openward.domain.evidence import ChartEvidence, DocumentEvidence, InputEvidence
from openward.services.clinical_calculator.charted import Charted
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.proposal import Origin
from openward.services.clinical_calculator.scales import Known

Proof = ChartEvidence | InputEvidence | DocumentEvidence


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """One input as known: `value` is None when missing, `why` says what stood in the way."""

    id: str
    origin: Origin
    value: Known | None = None
    on: str | None = None
    evidence: tuple[Proof, ...] = ()
    why: str = "missing"


def from_chart(name: str, read: Charted) -> Gathered:
    """What the chart gave for an input."""
    if read.value is None:
        return Gathered(id=name, origin="missing", why=read.why)
    return Gathered(id=name, origin="chart", value=read.value, on=read.on, evidence=read.evidence)


def window(calculator: Calculator, name: str) -> float:
    """How many hours old a reading of an input may be; 0 means any age."""
    return min((h for h in (calculator.definitions[name].hours, calculator.instrument.hours) if h), default=0)
