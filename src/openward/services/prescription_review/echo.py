"""One voice for one clinical problem: what two families say of the same drugs is said once."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Finding
from openward.knowledge.duplicates import CLASSES, Duplicates
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.finding import Examination, louder

_FAINT: Final = frozenset({"low", "info"})


def without_faint(paired: Examination, drugs: Iterable[DrugInUse]) -> Examination:
    """Leaves out minor interactions with the last dose of an order that has ended: it passes by itself."""
    ended = frozenset(d.reference for d in drugs if d.ended)
    if not ended:
        return paired
    kept = tuple(f for f in paired.findings if f.severity not in _FAINT or ended.isdisjoint(f.about))
    return msgspec.structs.replace(paired, findings=kept)


def one_voice(paired: Examination, repeated: Examination, knowledge: Duplicates) -> tuple[Examination, Examination]:
    """The interactions and the repetitions, without what both say.

    A class may speak for a kind of interaction among its own members ("two NSAIDs"): the repetition takes it in, with
    its weight and evidence. Elsewhere the interaction speaks, where it says as much of the same drugs, as loudly.
    """
    if not (paired.findings and repeated.findings):
        return paired, repeated
    taken: set[str] = set()
    spoken = []
    for finding in repeated.findings:
        same = _spoken_for(finding, paired.findings, knowledge)
        taken.update(f.id for f in same)
        spoken.append(_joined(finding, same) if same else finding)
    left = tuple(f for f in paired.findings if f.id not in taken)
    kept = tuple(f for f, was in zip(spoken, repeated.findings, strict=True) if f is not was or not _is_echo(f, left))
    return msgspec.structs.replace(paired, findings=left), msgspec.structs.replace(repeated, findings=kept)


def _spoken_for(finding: Finding, interactions: Iterable[Finding], knowledge: Duplicates) -> list[Finding]:
    rows = [e.row for e in finding.evidence if isinstance(e, KnowledgeEvidence) and e.table == CLASSES]
    kinds = frozenset(kind for row in rows for kind in knowledge.classes[row].speaks_for)
    about = frozenset(finding.about)
    return [f for f in interactions if f.code.code in kinds and about.issuperset(f.about)] if kinds else []


def _joined(finding: Finding, others: list[Finding]) -> Finding:
    """The repetition with the weight, the reasons and the evidence of the interactions that it speaks for."""
    every = (finding, *others)
    return msgspec.structs.replace(
        finding,
        severity=min((f.severity for f in every), key=SEVERITIES.index),
        present=louder(f.present for f in every),
        why=" ".join(dict.fromkeys(f.why for f in every)).replace("。 ", "。"),
        evidence=tuple(dict.fromkeys(e for f in every for e in f.evidence)),
        suggestions=finding.suggestions or next((f.suggestions for f in others if f.suggestions), ()),
    )


def _is_echo(finding: Finding, interactions: Iterable[Finding]) -> bool:
    if finding.code.code != "duplicate-class":
        return False
    same = [f for f in interactions if frozenset(f.about) == frozenset(finding.about)]
    return any(_as_loud(f, finding) for f in same)


def _as_loud(first: Finding, second: Finding) -> bool:
    """Whether the first is at least as severe and as intrusive as the second."""
    graver = SEVERITIES.index(first.severity) <= SEVERITIES.index(second.severity)
    return graver and louder((first.present, second.present)) == first.present
