"""Where a statement comes from: each kind of evidence can be looked up again by a machine."""

from datetime import date

import msgspec


class ChartEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="chart"):
    """One value of the patient's chart.

    `reference` is `Type/id`; `version` the stored version of that resource (None for a resource that came with the
    request); `path` a FHIRPath-like element path inside it (`valueQuantity.value`, `code.coding[0].code`), empty when
    the whole resource is meant; `value` the literal as it stands there, quoted.
    """

    reference: str
    version: int | None = None
    path: str = ""
    value: str | float | bool | None = None
    unit: str | None = None
    date: str | None = None


class KnowledgeEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="knowledge"):
    """One row of a knowledge table, with the source and the date of review that stand beside it there."""

    table: str
    version: str
    row: str
    source: str
    reviewed: date


class InputEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="input"):
    """One value of what the caller sent, quoted; `path` points into the service's input (`orders[0]`)."""

    path: str
    value: str | float | bool | None = None


class CalculationEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="calculation"):
    """A number that an engine computed, the formula's knowledge row, and what went in."""

    name: str
    value: float
    unit: str
    formula: KnowledgeEvidence
    inputs: tuple["ChartEvidence | InputEvidence | DocumentEvidence", ...] = ()


class ModelEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="model"):
    """The score of a small model."""

    name: str
    version: str
    score: float


class DocumentEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="document"):
    """A span of a document: `start` and `end` are character offsets, `quote` the text between them.

    `id` is `Type/id` of a document of the record, the path of a text in the service's input (`note`), or `steps[n]`:
    what the tool of an agent's step said.
    """

    id: str
    start: int
    end: int
    quote: str


class RunEvidence(msgspec.Struct, frozen=True, tag_field="kind", tag="run"):
    """What another service said in a run that this run asked for: its finding by id, or all of it (empty)."""

    run: str
    service: str
    finding: str = ""


Evidence = (
    ChartEvidence
    | KnowledgeEvidence
    | InputEvidence
    | CalculationEvidence
    | ModelEvidence
    | DocumentEvidence
    | RunEvidence
)
