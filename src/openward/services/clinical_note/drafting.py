"""From statements to sections: each once, in its place, held against the talk that it was taken from."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.checks.claims import Ground
from openward.domain.proposal import Language
from openward.language.prose import lowered
from openward.services.clinical_note.formats import Layout
from openward.services.clinical_note.hearing import Heard
from openward.services.clinical_note.proposal import Section, Sentence
from openward.services.clinical_note.statement import Statement

_WORDS: Final = 0.8
_FEW: Final = 3


class Draft(msgspec.Struct, frozen=True):
    """The sections, and the statements that were kept out because the talk does not support them as worded."""

    sections: tuple[Section, ...]
    withheld: tuple[Statement, ...] = ()


def draft(
    statements: Iterable[Statement], layout: Layout, heard: Heard | None, language: Language, *, final: bool
) -> Draft:
    """Sorts statements into the sections of a format."""
    ground = Ground({"dialogue": heard.text}) if heard is not None else None
    held: dict[str, list[Statement]] = {}
    withheld: list[Statement] = []
    for one in statements:
        kept = one if one.by == "chart" or ground is None else supported(one, ground)
        if kept is None:
            withheld.append(one)
        else:
            held.setdefault(kept.topic, []).append(kept)
    sections = []
    for part in layout.parts:
        found = distinct(s for topic in part.topics for s in sorted(held.get(topic, ()), key=lambda s: s.place))
        if not found and not part.required:
            continue
        sections.append(
            Section(
                id=part.id, name=part.name.in_(language), written=written(found),
                sentences=tuple(map(_sentence, found)),
                missing=final and part.required and not found,
            )
        )  # fmt: skip
    return Draft(tuple(sections), tuple(withheld))


def supported(one: Statement, ground: Ground) -> Statement | None:
    """The statement when the talk supports it, else the words as they were said, else nothing."""
    if not ground.judge(one.text).held:
        return one
    quoted = " ".join(e.quote for e in one.evidence if hasattr(e, "quote"))
    text = f"“{' '.join(quoted.split())}”"
    if quoted and not ground.judge(text).held:
        return msgspec.structs.replace(one, text=text, quoted=True)
    return None


def distinct(statements: Iterable[Statement]) -> list[Statement]:
    """The statements without those that only say again what another says."""
    out: list[Statement] = []
    bags: list[frozenset[str]] = []
    for one in statements:
        bag = frozenset(_words(one.text))
        if any(bag <= other or (len(bag) > _FEW and bag == other) for other in bags):
            continue
        out.append(one)
        bags.append(bag)
    return out


def _words(text: str) -> list[str]:
    if text.isascii():
        return lowered(text).replace(".", " ").replace(",", " ").split()
    return [lowered(text).strip("。. ")]


def written(statements: Iterable[Statement]) -> str:
    """Some statements as one text; between Chinese sentences stands no space."""
    out = ""
    for one in statements:
        glue = "" if not out or out[-1] in "。！？」" else " "
        out += glue + one.text
    return out


def _sentence(one: Statement) -> Sentence:
    return Sentence(text=one.text, by=one.by, evidence=one.evidence, quoted=one.quoted)
