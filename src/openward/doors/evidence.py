"""Evidence in words, the same at every door that speaks to a person."""

from collections.abc import Iterable
from typing import Final

from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    Evidence,
    InputEvidence,
    KnowledgeEvidence,
    ModelEvidence,
    RunEvidence,
)


def cite(evidence: Evidence) -> str:
    """One evidence in one line."""
    match evidence:
        case ChartEvidence():
            unit = f" {evidence.unit}" if evidence.unit else ""
            value = "" if evidence.value is None else f" = {evidence.value}{unit}"
            version = f" v{evidence.version}" if evidence.version else ""
            on = f" ({evidence.date[:10]})" if evidence.date else ""
            return f"{evidence.reference}{version} {evidence.path}{value}{on}"
        case KnowledgeEvidence():
            place = f"{evidence.table} {evidence.version} row {evidence.row}"
            return f"{place}: {evidence.source} (reviewed {evidence.reviewed})"
        case InputEvidence():
            return f"input {evidence.path}{'' if evidence.value is None else f' = {evidence.value}'}"
        case CalculationEvidence():
            made_of = "; ".join(cite(part) for part in evidence.inputs)
            return f"{evidence.name} = {evidence.value:g} {evidence.unit} from {made_of}, by {cite(evidence.formula)}"
        case ModelEvidence():
            return f"model {evidence.name} {evidence.version}: {evidence.score:g}"
        case DocumentEvidence():
            return f"{evidence.id} [{evidence.start}:{evidence.end}] “{evidence.quote}”"
        case RunEvidence():
            return f"{evidence.service}, run {evidence.run}{f', finding {evidence.finding}' if evidence.finding else ''}"


_FIRST: Final = (
    ChartEvidence, InputEvidence, DocumentEvidence, CalculationEvidence, RunEvidence, ModelEvidence, KnowledgeEvidence,
)  # fmt: skip


def for_a_person(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence in the order in which a person asks: what of this patient, what was computed, by which knowledge."""
    return sorted(evidence, key=lambda e: _FIRST.index(type(e)))
