"""What laboratories measure: analytes by name and code, their units, and what values are usual, dangerous or noise."""

from openward.knowledge.analytes.analyte import Analyte, Kind, specimen_of
from openward.knowledge.analytes.index import Analytes, analytes
from openward.knowledge.analytes.judging import Beside, Person, beside, reached, usual
from openward.knowledge.analytes.limits import (
    Critical,
    Interval,
    Sex,
    Variation,
    critical,
    either_sex,
    interval,
    variation,
)
from openward.knowledge.analytes.units import canonical, printed_unit

__all__ = [
    "Analyte",
    "Analytes",
    "Beside",
    "Critical",
    "Interval",
    "Kind",
    "Person",
    "Sex",
    "Variation",
    "analytes",
    "beside",
    "canonical",
    "critical",
    "either_sex",
    "interval",
    "printed_unit",
    "reached",
    "specimen_of",
    "usual",
    "variation",
]
