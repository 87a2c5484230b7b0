"""Every evidence resolves in the chart or the knowledge table that it names, and quoted values equal the source."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from openward.domain.agent import Answer
from openward.domain.errors import KnowledgeError, RecordError
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
from openward.domain.proposal import Finding, Proposal
from openward.domain.resource import Stored
from openward.domain.run import Run, Verdict
from openward.knowledge import tables, texts
from openward.record.paths import resolve

CHECK = "grounding"
_PATH = re.compile(r"(?:[A-Za-z_]\w*(?:\[\d{1,6}\])*(?:\.|$))*(?<!\.)")
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[(\d{1,6})\]")


class Sources(msgspec.Struct, frozen=True):
    """What a service was given: resources by `Type/id`, and its input as plain data.

    Of an agent also what its tools really said: their texts by `steps[n]`, and the runs that they left, by id.
    """

    resources: Mapping[str, Stored] = {}
    given: Any = None
    texts: Mapping[str, str] = {}
    runs: Mapping[str, Run] = {}


class _Id(msgspec.Struct, frozen=True):
    id: str


class _Findings(msgspec.Struct, frozen=True):
    findings: tuple[_Id, ...] = ()


def grounding(proposal: Proposal[Any], sources: Sources) -> list[Verdict]:
    """Refuses a proposal for each finding without evidence, or with evidence that does not hold."""
    of_findings = [verdict for finding in proposal.findings for verdict in _of_finding(finding, sources)]
    return of_findings + (_of_answer(proposal.body, sources) if isinstance(proposal.body, Answer) else [])


def _of_answer(answer: Answer, sources: Sources) -> list[Verdict]:
    """Refuses an answer of which a sentence that states something clinical names no evidence, or one that fails."""
    of_tools = [e for sentence in answer.sentences for e in sentence.evidence]
    faults = {fault for evidence in of_tools if (fault := fault_of(evidence, sources))}
    if any(sentence.clinical and not sentence.evidence for sentence in answer.sentences):
        faults.add("a sentence that states something clinical names no evidence")
    return [Verdict(check=CHECK, outcome="refuse", reason=fault) for fault in sorted(faults)]


def _of_finding(finding: Finding, sources: Sources) -> list[Verdict]:
    if not finding.evidence:
        return [_refuse(finding, "it has no evidence")]
    faults = [fault for evidence in finding.evidence if (fault := fault_of(evidence, sources))]
    return [_refuse(finding, fault) for fault in faults] or [Verdict(check=CHECK, outcome="pass", finding=finding.id)]


def _refuse(finding: Finding, fault: str) -> Verdict:
    return Verdict(check=CHECK, outcome="refuse", reason=fault, finding=finding.id)


def fault_of(evidence: Evidence, sources: Sources) -> str | None:
    """What is wrong with one evidence, None when it holds; the words quote no value."""
    return _JUDGES[type(evidence)](evidence, sources)


def _chart(evidence: ChartEvidence, sources: Sources) -> str | None:
    stored = sources.resources.get(evidence.reference)
    where = f"{evidence.reference.partition('/')[0]} evidence"
    if stored is None:
        return f"{where} names a resource that the service was not given"
    if evidence.version is not None and evidence.version != stored.version:
        return f"{where} names version {evidence.version}, the service was given version {stored.version}"
    if not evidence.path:
        return None
    try:
        found = resolve(stored.body, evidence.path)
    except RecordError:
        return f"{where}: the path '{evidence.path}' does not resolve"
    if evidence.value is not None and not equal(found, evidence.value):
        return f"{where}: the value quoted at '{evidence.path}' is not the value of the record"
    return None


def _knowledge(evidence: KnowledgeEvidence, _sources: Sources) -> str | None:
    try:
        table = tables.find(evidence.table)
        row = table.row(evidence.row)
    except KnowledgeError as error:
        return str(error)
    held = table.evidence(row)
    if held != evidence:
        return f"knowledge evidence {evidence.table}/{evidence.row} differs from the row in version, source or date"
    return None


def _input(evidence: InputEvidence, sources: Sources) -> str | None:
    try:
        found = walk(sources.given, evidence.path)
    except LookupError:
        return f"input evidence: the path '{evidence.path}' does not resolve"
    if evidence.value is not None and not equal(found, evidence.value):
        return f"input evidence: the value quoted at '{evidence.path}' is not the value of the input"
    return None


def _calculation(evidence: CalculationEvidence, sources: Sources) -> str | None:
    parts: tuple[Evidence, ...] = (evidence.formula, *evidence.inputs)
    return next((fault for part in parts if (fault := fault_of(part, sources))), None)


def _document(evidence: DocumentEvidence, sources: Sources) -> str | None:
    if not 0 <= evidence.start < evidence.end or evidence.end - evidence.start != len(evidence.quote):
        return "document evidence: the span does not fit its quote"
    texts = _texts_of(evidence.id, sources)
    if not texts:
        return "document evidence names a document that the service was not given"
    if not any(text[evidence.start : evidence.end] == evidence.quote for text in texts):
        return "document evidence: the words quoted do not stand at that place of the document"
    return None


def _texts_of(id: str, sources: Sources) -> list[str]:
    """The texts of a document of the record or of a corpus, of one text of the input by its path, or of a tool."""
    if id in sources.texts:
        return [sources.texts[id]]
    stored = sources.resources.get(id)
    outside = texts.text_of(id) if stored is None else None
    if outside is not None:
        return [outside]
    if stored is not None:
        return _texts(msgspec.json.decode(stored.body))
    try:
        given = walk(sources.given, id)
    except LookupError:
        return []
    return [given] if isinstance(given, str) else []


def _texts(document: dict[str, Any]) -> list[str]:
    """The plain texts that a DocumentReference or DiagnosticReport holds as base64 attachments."""
    held = [c.get("attachment", {}) for c in document.get("content", [])] + document.get("presentedForm", [])
    return [base64.b64decode(a["data"]).decode("utf-8", "replace") for a in held if isinstance(a.get("data"), str)]


def _run(evidence: RunEvidence, sources: Sources) -> str | None:
    run = sources.runs.get(evidence.run)
    if run is None or run.service != evidence.service:
        return "run evidence names a run that this one did not ask for"
    if evidence.finding and evidence.finding not in _findings_of(run):
        return "run evidence names a finding that the run does not have"
    return None


def _findings_of(run: Run) -> frozenset[str]:
    """The ids of a run's findings, without those that a check holds back."""
    if run.proposal is None:
        return frozenset()
    held = {verdict.finding for verdict in run.verdicts if verdict.outcome == "hold"}
    found = msgspec.json.decode(run.proposal, type=_Findings).findings
    return frozenset(finding.id for finding in found if finding.id not in held)


def _model(evidence: ModelEvidence, _sources: Sources) -> str | None:
    return None if evidence.name and evidence.version else "model evidence does not name model and version"


_JUDGES: dict[type, Callable[[Any, Sources], str | None]] = {
    ChartEvidence: _chart,
    KnowledgeEvidence: _knowledge,
    InputEvidence: _input,
    CalculationEvidence: _calculation,
    DocumentEvidence: _document,
    ModelEvidence: _model,
    RunEvidence: _run,
}


def walk(data: Any, path: str) -> Any:
    """The value at a path (`orders[0].dose.value`) in plain data; LookupError when there is none."""
    if not _PATH.fullmatch(path):
        raise LookupError(path)
    for step in _STEP.finditer(path):
        data = _field(data, step.group(1)) if step.group(1) else _item(data, int(step.group(2)))
    return data


def _field(data: Any, name: str) -> Any:
    if isinstance(data, dict):
        return data[name]
    raise LookupError(name)


def _item(data: Any, index: int) -> Any:
    if isinstance(data, list):
        return data[index]
    raise LookupError(index)


def equal(found: Any, quoted: str | float | bool) -> bool:  # noqa: FBT001 - plain JSON data
    """Whether a quoted value is the source's: numbers by value, everything else to the letter."""
    if isinstance(found, bool) or isinstance(quoted, bool):
        return found is quoted
    if isinstance(quoted, (int, float)):
        return isinstance(found, (int, float)) and float(found) == float(quoted)
    return isinstance(found, str) and found == quoted
