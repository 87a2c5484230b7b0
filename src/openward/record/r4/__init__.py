"""Three tables of FHIR R4 (4.0.1), derived from HL7's definitions (CC0) by `scripts/fhir_r4_tables.py`."""

from importlib import resources
from typing import TypeVar

import msgspec

Table = TypeVar("Table")


def load(name: str, type: type[Table]) -> Table:
    """One table of this folder, `elements`, `search` or `subsets`."""
    return msgspec.json.decode((resources.files(__name__) / f"{name}.json").read_bytes(), type=type)
