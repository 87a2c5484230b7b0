"""One input as it is known: its value, where it came from, when it was measured, and what proves it."""

from typing import Final

import msgspec

from openward.domain.evidence import ChartEvidence, DocumentEvidence, InputEvidence
from openward.domain.spelling import ucum
from openward.services.clinical_calculator.charted import Charted
from openward.services.clinical_calculator.library import Calculator
from openward.services.clinical_calculator.proposal import Origin
from openward.services.clinical_calculator.scales import Known

LEFT_OUT: Final = "left-out"
Proof = ChartEvidence | InputEvidence | DocumentEvidence


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """One input as known: `value` is None when missing, `why` says what stood in the way.

    `unit` is the one that it was stated in (UCUM). What was left out stays missing: whoever asked said that it is not
    known.
    """

    id: str
    origin: Origin
    value: Known | None = None
    on: str | None = None
    evidence: tuple[Proof, ...] = ()
    why: str = "missing"
    unit: str | None = None

    @property
    def left_out(self) -> bool:
        """Whether whoever asked said that it is not known, whatever note and chart say."""
        return self.value is None and self.why == LEFT_OUT


def from_chart(name: str, read: Charted) -> Gathered:
    """What the chart gave for an input."""
    if read.value is None:
        return Gathered(id=name, origin="missing", why=read.why)
    unit = next((ucum(cited.unit) for cited in read.evidence if cited.unit), None)
    return Gathered(id=name, origin="chart", value=read.value, on=read.on, evidence=read.evidence, unit=unit)


def window(calculator: Calculator, name: str) -> float:
    """How many hours old a reading of an input may be; 0 means any age."""
    return min((h for h in (calculator.definitions[name].hours, calculator.instrument.hours) if h), default=0)
