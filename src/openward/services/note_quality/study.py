"""How note quality is known to work: planted faults found, clean notes left alone; strangers' errors by rules alone.

The planted faults (`knowledge/planted_faults.jsonl`) were written by us before any rule was written; rules were mended
after the first run on them, so today's figure says that nothing was lost, not how the service does on strangers' notes.
"""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study

_PLANTED: Final = "planted_faults.jsonl"
_SOURCE: Final = "planted faults of the house: notes in Chinese and English, each with one fault or none"
_ERRORS: Final = "notes_with_errors.jsonl"
_MEDEC: Final = "MEDEC-MS validation set (Ben Abacha et al., 2024), notes with or without one clinical error"


def planted_request(row: dict[str, Any]) -> dict[str, Any]:
    """The note with what it is compared against."""
    return dict(row["request"])


def is_planted(row: dict[str, Any]) -> bool:
    """Whether the row says what was planted; another is no case of this endpoint."""
    return "planted" in row


def has_fault(row: dict[str, Any]) -> bool:
    """Whether a fault was planted."""
    return bool(row.get("planted"))


def is_clean(row: dict[str, Any]) -> bool:
    """Whether the row is a note in which nothing was planted."""
    return is_planted(row) and not row["planted"]


def found(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether every planted fault is in the list."""
    return set(row["planted"]) <= _topics(proposal)


def quiet(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether nothing is in the list but what was planted, or follows from it; `no-document`: any missing document."""
    loose = {t for t in _topics(proposal) if t.startswith("no-")} if "no-document" in row["allowed"] else set()
    return _topics(proposal) <= {*row["planted"], *row["allowed"], *loose}


def error_request(row: dict[str, Any]) -> dict[str, Any]:
    """The text alone, held against no standard of form."""
    return {"input": {"note": row["Text"], "standard": "general"}}


def flagged_rightly(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether a fault of content is found just where the note holds an error."""
    return _flagged(proposal) is (row["Error Flag"] == "1")


def is_labelled(row: dict[str, Any]) -> bool:
    """Whether the row says whether it holds an error."""
    return "Error Flag" in row


def with_error(row: dict[str, Any]) -> bool:
    """Whether the note holds an error."""
    return bool(row.get("Error Flag") == "1")


def without_error(row: dict[str, Any]) -> bool:
    """Whether the note holds no error."""
    return bool(row.get("Error Flag") == "0")


def _flagged(proposal: Proposal[Any]) -> bool:
    content = {"consistency", "contradiction", "safety"}
    return any(fault.family in content for fault in proposal.body.faults)


def _topics(proposal: Proposal[Any]) -> set[str]:
    return {fault.topic for fault in proposal.body.faults}


STUDY: Final = Study(
    id="note-quality-planted",
    title="Planted faults of notes, English and Chinese; clinical errors of a public set by rules alone",
    endpoints=(
        Endpoint(
            id="planted-found",
            name="found",
            question="Of the notes with a planted fault, in how many is it found?",
            dataset=_PLANTED,
            source=_SOURCE,
            request=planted_request,
            success=found,
            accept=0.85,
            applies=has_fault,
        ),
        Endpoint(
            id="planted-false-alarms",
            name="false_alarms",
            question="Of all notes, how many get a fault that was not planted and does not follow from it?",
            dataset=_PLANTED,
            source=_SOURCE,
            request=planted_request,
            success=quiet,
            accept=0.15,
            applies=is_planted,
            counts="wrong",
        ),
        Endpoint(
            id="planted-clean",
            name="clean_disturbed",
            question="Of the notes without a planted fault, how many get a fault?",
            dataset=_PLANTED,
            source=_SOURCE,
            request=planted_request,
            success=quiet,
            accept=0.15,
            applies=is_clean,
            counts="wrong",
        ),
        Endpoint(
            id="errors-flagged",
            name="error_flag",
            question="Of strangers' notes with or without one clinical error, how many are flagged rightly?",
            dataset=_ERRORS,
            source=_MEDEC,
            request=error_request,
            success=flagged_rightly,
            accept=0.0,
            applies=is_labelled,
        ),
        Endpoint(
            id="errors-sensitivity",
            name="error_sensitivity",
            question="Of strangers' notes with an error, how many are flagged?",
            dataset=_ERRORS,
            source=_MEDEC,
            request=error_request,
            success=flagged_rightly,
            accept=0.0,
            applies=with_error,
        ),
        Endpoint(
            id="errors-false-alarms",
            name="error_false_alarms",
            question="Of strangers' notes without an error, how many are flagged?",
            dataset=_ERRORS,
            source=_MEDEC,
            request=error_request,
            success=flagged_rightly,
            accept=0.15,
            applies=without_error,
            counts="wrong",
        ),
    ),
)
