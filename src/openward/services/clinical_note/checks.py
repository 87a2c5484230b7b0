"""What must hold of a note before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.evidence import ChartEvidence, DocumentEvidence
from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.clinical_note.proposal import ClinicalNote, Sentence
from openward.services.clinical_note.reads import Reads


def every_sentence_has_its_place(proposal: Proposal[ClinicalNote], _chart: Chart | None, given: Any) -> list[Verdict]:
    """Each sentence has evidence; words quoted stand in the talk just there."""
    for section in proposal.body.sections:
        for sentence in section.sentences:
            if not sentence.evidence or not all(
                _stands(e, given) for e in sentence.evidence if isinstance(e, DocumentEvidence)
            ):
                return [_refused("place", f"a sentence of the section '{section.id}' has no place in what was given")]
    return [_passed("place")]


def _stands(evidence: DocumentEvidence, given: Any) -> bool:
    text = _text(evidence.id, given)
    return text is not None and evidence.start < evidence.end and text[evidence.start : evidence.end] == evidence.quote


def _text(id: str, given: Any) -> str | None:
    if not isinstance(given, Reads):
        return None
    if id == "dialogue":
        return given.dialogue
    number = id.removeprefix("turns[").removesuffix("].text")
    return given.turns[int(number)].text if number.isdigit() and int(number) < len(given.turns) else None


def the_chart_speaks_for_itself(proposal: Proposal[ClinicalNote], chart: Chart | None, _given: Any) -> list[Verdict]:
    """What is said to come from the chart cites it, and nothing does without a chart."""
    held = [s for section in proposal.body.sections for s in section.sentences]
    if all(_rightly(one, chart) for one in held):
        return [_passed("chart")]
    return [_refused("chart", "a sentence is told of the chart and does not cite it")]


def _rightly(one: Sentence, chart: Chart | None) -> bool:
    cites = any(isinstance(e, ChartEvidence) for e in one.evidence)
    return cites is (one.by == "chart") and (chart is not None or not cites)


def what_is_missing_is_said(proposal: Proposal[ClinicalNote], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Each required section without a word stands in what was not checked."""
    missing = {f"missing-{section.id}" for section in proposal.body.sections if section.missing}
    said = {gap.code for gap in proposal.not_checked}
    if missing <= said and not any(s.missing and s.sentences for s in proposal.body.sections):
        return [_passed("missing")]
    return [_refused("missing", "a required section is empty, and that is not said")]


def _passed(check: str) -> Verdict:
    return Verdict(check=check, outcome="pass")


def _refused(check: str, reason: str) -> Verdict:
    return Verdict(check=check, outcome="refuse", reason=reason)


CHECKS: Final = (every_sentence_has_its_place, the_chart_speaks_for_itself, what_is_missing_is_said)
