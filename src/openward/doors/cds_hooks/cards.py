"""Shows a run as CDS Hooks cards: every interruption, the three gravest others, and what was not checked."""

from typing import Any, Final

from openward.domain.card import Card
from openward.domain.evidence import CalculationEvidence, KnowledgeEvidence
from openward.domain.proposal import Finding, NotChecked, Proposal, Suggestion
from openward.domain.run import Run
from openward.domain.text import fill

_PASSIVE_CARDS: Final = 3
_SUMMARY_CHARACTERS: Final = 140
_OVERRIDES: Final = "urn:openward:override-reason"
_WORDS: Final = {
    "en": {
        "advice": "Advice",
        "sources": "Sources",
        "more": "{n:more finding|more findings}",
        "unchecked": "{n} could not be checked",
    },
    "zh": {"advice": "建议", "sources": "来源", "more": "另有{n}条提示", "unchecked": "{n}项未能核查"},
}


def card_id(run: str, finding: str) -> str:
    """The unique id of a card: the run and the finding that it shows, so that feedback finds both."""
    return f"{run}/{finding}"


def cards(run: Run, proposal: Proposal[Any], card: Card) -> list[dict[str, Any]]:
    """The cards of a run."""
    shown = [f for f in proposal.findings if f.present == "interrupt"]
    passive = [f for f in proposal.findings if f.present == "passive"]
    shown += passive[:_PASSIVE_CARDS]
    made = [_card(run, finding, card) for finding in shown]
    if rest := passive[_PASSIVE_CARDS:]:
        made.append(_list(run, card, "more", [f"{f.headline}: {f.advice}" for f in rest]))
    if proposal.not_checked:
        made.append(_list(run, card, "unchecked", [_unchecked(n) for n in proposal.not_checked]))
    return made


def _card(run: Run, finding: Finding, card: Card) -> dict[str, Any]:
    words = _WORDS[run.language]
    sources = _sources(finding)
    detail = f"{finding.why}\n\n**{words['advice']}:** {finding.advice}"
    if sources:
        detail += f"\n\n{words['sources']}: " + "; ".join(sources)
    made: dict[str, Any] = {
        "uuid": card_id(run.id, finding.id),
        "summary": finding.headline[:_SUMMARY_CHARACTERS],
        "detail": detail,
        "indicator": _indicator(finding),
        "source": _source(run, card, finding),
        "overrideReasons": [
            {"code": r.code, "system": _OVERRIDES, "display": r.display.in_(run.language)}
            for r in card.override_reasons
        ],
    }
    if finding.suggestions:
        made["suggestions"] = [_suggestion(run, finding, s, i) for i, s in enumerate(finding.suggestions)]
        made["selectionBehavior"] = "at-most-one"
    return made


def _indicator(finding: Finding) -> str:
    if finding.present == "interrupt":
        return "critical"
    return "warning" if finding.severity in {"critical", "high", "moderate"} else "info"


def _source(run: Run, card: Card, finding: Finding) -> dict[str, Any]:
    topic = {"code": finding.code.code, "system": finding.code.system or f"urn:openward:{card.id}"}
    if finding.code.display:
        topic["display"] = finding.code.display
    return {"label": f"OpenWard {card.title.in_(run.language)} {card.version}", "topic": topic}


def _sources(finding: Finding) -> list[str]:
    rows = [e.formula if isinstance(e, CalculationEvidence) else e for e in finding.evidence]
    return list(
        dict.fromkeys(f"{e.source} ({e.table} {e.version}, {e.row})" for e in rows if isinstance(e, KnowledgeEvidence))
    )


def _suggestion(run: Run, finding: Finding, suggestion: Suggestion, index: int) -> dict[str, Any]:
    action: dict[str, Any] = {"type": suggestion.action, "description": suggestion.label}
    if suggestion.resource is not None:
        action["resource"] = suggestion.resource
    if suggestion.target is not None:
        action["resourceId"] = suggestion.target
    return {"label": suggestion.label, "uuid": f"{card_id(run.id, finding.id)}/{index}", "actions": [action]}


def _list(run: Run, card: Card, kind: str, lines: list[str]) -> dict[str, Any]:
    return {
        "uuid": card_id(run.id, kind),
        "summary": fill(_WORDS[run.language][kind], n=len(lines)),
        "detail": "\n".join(f"- {line}" for line in lines),
        "indicator": "info",
        "source": {"label": f"OpenWard {card.title.in_(run.language)} {card.version}"},
    }


def _unchecked(missing: NotChecked) -> str:
    return f"{missing.what}: {missing.why} ({missing.needed})"
