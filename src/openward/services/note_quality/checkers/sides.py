"""Left and right: the same part of the body must have the same side in complaint, diagnosis and operation."""

import re
from collections.abc import Iterator
from typing import Final

from openward.domain.text import Text
from openward.knowledge import tables
from openward.language.prose import lowered
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note

REGIONS: Final = "note_regions"
_DECISIVE: Final = (
    "complaint", "diagnosis", "admission_diagnosis", "discharge_diagnosis", "preop_diagnosis", "postop_diagnosis",
    "operation_name", "plan", "current_diagnosis",
)  # fmt: skip
_SURGICAL: Final = frozenset({"operation", "consent_operation", "preop_summary", "preop_discussion", "postop_first"})
_OPERATED: Final = ("preop_diagnosis", "postop_diagnosis", "operation_name")
_SIDE: Final = {"左": "left", "右": "right", "left": "left", "right": "right"}
Sided = dict[str, dict[str, tuple[int, int]]]


@tables.remembered(1)
def _sided() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of a side with a part behind it, and the region of each part."""
    regions: dict[str, str] = {}
    for row in tables.find(REGIONS):
        for word in (*row.list("words_en"), *row.list("words_zh")):
            regions[word.lower()] = row.id
    ordered = sorted(regions, key=len, reverse=True)
    english = "|".join(re.escape(w) for w in ordered if w.isascii())
    chinese = "|".join(re.escape(w) for w in ordered if not w.isascii())
    return re.compile(
        rf"(?<![a-z])(left|right|bilateral|both)(?:[- ]sided)?,? (?:[a-z-]+ ){{0,2}}?({english})(?![a-z])|"
        rf"(左|右|双)(?:侧|边|肢)?(?:人工)?({chinese})"
    ), regions


def laterality(asked: Asked) -> Iterator[Hit | Gap]:
    """One region has only its left side in one decisive part and only its right in another."""
    note = asked.written
    by_section = {s: found for s in _DECISIVE if (found := _sides(note, (s,)))}
    pairs = [(note, a, note, b) for a in by_section.values() for b in by_section.values() if a is not b]
    if note.kind in _SURGICAL:
        own = _sides(note, _OPERATED)
        pairs += [(note, own, other, _sides(other, _OPERATED)) for other in _before(asked, note)]
    if not pairs:
        yield MOOT
    for one, first, other, second in pairs:
        hit = _opposite(one, first, other, second)
        if hit is not None:
            yield hit
            return


def _before(asked: Asked, note: Note) -> list[Note]:
    place = asked.case.notes.index(note)
    return [n for n in asked.case.notes[:place] if n.kind in _SURGICAL]


def _sides(note: Note, sections: tuple[str, ...]) -> Sided:
    """By region, each side that is named with its place."""
    pattern, regions = _sided()
    found: Sided = {}
    plain = lowered(note.text)
    for part in note.of(*sections):
        for match in pattern.finditer(plain, part.start, part.end):
            side = match.group(1) or match.group(3)
            region = regions[match.group(2) or match.group(4)]
            for each in ("left", "right") if side not in _SIDE else (_SIDE[side],):
                found.setdefault(region, {}).setdefault(each, (match.start(), match.end()))
    return found


def _opposite(one: Note, first: Sided, other: Note, second: Sided) -> Hit | None:
    for region, sides in first.items():
        others = second.get(region, {})
        if len(sides) == 1 and len(others) == 1 and set(sides) != set(others):
            here, there = next(iter(sides.values())), next(iter(others.values()))
            name = tables.find(REGIONS).row(region)
            return Hit(
                evidence=(one.cite(*here), other.cite(*there)),
                detail=Text(f"The part is: {name['name_en']}.", f"部位：{name['name_zh']}。"),
                key=region,
            )
    return None
