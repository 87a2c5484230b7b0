"""How the search is known to work: biomedical questions over the pool of all passages that belong to any of them.

A row holds a question and the passages that answer it. The pool is every distinct passage of the data set; a passage is
relevant to the questions that it was given with. `map` ranks single passages and does not tell the service which of
them stand in one document, since a pool made of relevant passages only would give that away.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study
from openward.services.literature.reads import MAX_LIMIT

_DATASET: Final = "literature_questions.jsonl"
_SOURCE: Final = "BioASQ tasks 7 to 11, questions with their relevant snippets"


def request(row: dict[str, Any]) -> dict[str, Any]:
    """The question; the passages come from the pool."""
    return {"input": {"question": row["question"], "limit": MAX_LIMIT, "answer": False}}


def pool(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Every distinct passage of the data set, named by a digest of its words."""
    found = {_name(s["text"]): s["text"] for row in rows for s in row["snippets"]}
    return {"passages": [{"id": id, "text": text} for id, text in found.items()]}


def average_precision(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The mean, over the relevant passages, of the share of relevant ones down to each; one not found counts 0."""
    relevant = {_name(snippet["text"]) for snippet in row["snippets"]}
    found, total = 0, 0.0
    for hit in proposal.body.hits:
        if hit.id in relevant:
            found += 1
            total += found / hit.rank
    return total / len(relevant)


def first_is_relevant(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether the first passage belongs to the question."""
    hits = proposal.body.hits
    return bool(hits) and hits[0].id in {_name(snippet["text"]) for snippet in row["snippets"]}


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


STUDY: Final = Study(
    id="literature-questions",
    title="Biomedical questions: are the relevant passages ranked first?",
    endpoints=(
        Endpoint(
            id="literature-map",
            name="map",
            question="Over all questions, the mean of the average precision of the ranking of all passages?",
            dataset=_DATASET,
            source=_SOURCE,
            request=request,
            success=average_precision,
            accept=0.72,
            measures="mean",
            pool=pool,
        ),
        Endpoint(
            id="literature-first",
            name="precision_at_1",
            question="Of all questions, for how many is the first passage a relevant one?",
            dataset=_DATASET,
            source=_SOURCE,
            request=request,
            success=first_is_relevant,
            accept=0.75,
            pool=pool,
        ),
    ),
)
