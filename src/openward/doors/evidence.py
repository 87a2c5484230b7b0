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
            words = _chart(evidence)
        case KnowledgeEvidence():
            place = f"{evidence.table} {evidence.version} row {evidence.row}"
            words = f"{place}: {evidence.source} (reviewed {evidence.reviewed})"
        case InputEvidence():
            words = f"input {evidence.path}{'' if evidence.value is None else f' = {evidence.value}'}"
        case CalculationEvidence():
            made_of = "; ".join(cite(part) for part in evidence.inputs)
            words = f"{evidence.name} = {evidence.value:g} {evidence.unit} from {made_of}, by {cite(evidence.formula)}"
        case ModelEvidence():
            words = f"model {evidence.name} {evidence.version}: {evidence.score:g}"
        case DocumentEvidence():
            words = f"{evidence.id} [{evidence.start}:{evidence.end}] “{evidence.quote}”"
        case RunEvidence():
            finding = f", finding {evidence.finding}" if evidence.finding else ""
            words = f"{evidence.service}, run {evidence.run}{finding}"
    return words


def _chart(evidence: ChartEvidence) -> str:
    unit = f" {evidence.unit}" if evidence.unit else ""
    value = "" if evidence.value is None else f" = {evidence.value}{unit}"
    version = f" v{evidence.version}" if evidence.version else ""
    on = f" ({evidence.date[:10]})" if evidence.date else ""
    return f"{evidence.reference}{version} {evidence.path}{value}{on}"


_FIRST: Final = (
    ChartEvidence, InputEvidence, DocumentEvidence, CalculationEvidence, RunEvidence, ModelEvidence, KnowledgeEvidence,
)  # fmt: skip


def for_a_person(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence in the order in which a person asks: what of this patient, what was computed, by which knowledge."""
    return sorted(evidence, key=lambda e: _FIRST.index(type(e)))


def telling(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of one sentence of an agent that a person can look up, without what repeats it.

    A finding of a run says more than the run, and either more than the words of the tool that were compared.
    """
    given = tuple(dict.fromkeys(evidence))
    found = {e.run for e in given if isinstance(e, RunEvidence) and e.finding}
    kept = [e for e in given if not (isinstance(e, RunEvidence) and not e.finding and e.run in found)]
    words = [e for e in kept if isinstance(e, DocumentEvidence) and e.id.startswith("steps[")]
    others = [e for e in kept if e not in words]
    return tuple(others or sorted(words, key=lambda e: e.start - e.end)[:1])
