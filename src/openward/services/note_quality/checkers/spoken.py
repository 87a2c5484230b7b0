"""The note against the dialogue that it was written from: findings, drugs and sides that were said otherwise."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from openward.checks.claims import Ground, Judged
from openward.domain.text import Text
from openward.services.note_quality.case import Asked, Gap, Hit, Note

# What the author saw or decided himself need not have been said: these parts are not held against the dialogue.
_SEEN: Final = frozenset({"exam", "vital", "specialist", "ancillary", "diagnosis", "plan", "differential", "reasoning"})
_MOST: Final = 10


@lru_cache(maxsize=8)
def _against(text: str, dialogue: str) -> tuple[Judged, ...]:
    """What the note claims and the dialogue contradicts."""
    judged = Ground({"dialogue": dialogue}).judge_all(text)
    return tuple(
        one for sentence in judged for one in sentence.claims if one.verdict == "contradicted" and _differs(one)
    )


def _differs(one: Judged) -> bool:
    """Whether the dialogue says something else; of drugs only a denial counts, the rest is too loose."""
    return one.evidence is not None and (one.claim.kind != "drug" or one.claim.assertion == "absent")


def dialogue_differs(asked: Asked) -> Iterator[Hit | Gap]:
    """Something of one kind is told in the note otherwise than it was said."""
    note, said = asked.written, asked.case.dialogue
    if said is None:
        return
    kinds = asked.rule.list("kinds")
    found = (one for one in _against(note.text, said) if one.claim.kind in kinds and not _seen(note, one.claim.start))
    for one, _ in zip(found, range(_MOST), strict=False):
        claim, evidence = one.claim, one.evidence
        if evidence is not None:
            yield Hit(
                evidence=(note.cite(claim.start, claim.end), evidence),
                detail=Text(
                    f"The note has “{claim.text[:40]}”, the dialogue “{evidence.quote[:40]}”.",
                    f"病历：“{claim.text[:40]}”；对话：“{evidence.quote[:40]}”。",
                ),
                key=str(claim.start),
            )


def _seen(note: Note, place: int) -> bool:
    return any(part.section in _SEEN and part.start <= place < part.end for part in note.parts)
