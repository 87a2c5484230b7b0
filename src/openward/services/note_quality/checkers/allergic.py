"""Allergies: those that a note states or denies, against the list, the orders and the note's own plan."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from openward.domain.evidence import Evidence
from openward.domain.text import Text
from openward.knowledge import allergy
from openward.language.passages import sentences
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note
from openward.services.note_quality.medicines import Named, name_of, named
from openward.services.note_quality.phrases import Place, is_meant, places

_ABOUT: Final = re.compile(r"过敏|allerg|NKDA|NKA\b|anaphyla", re.IGNORECASE)
_DENIED: Final = (
    r"(?:否认|无)(?!其[他它])[^。；;，\n]{0,14}过敏", "未发现[^。；;，\n]{0,6}过敏", "NKDA", "NKA",
    "no known drug allerg*",
    "no known allerg*", "no allerg*", "no drug allerg*", "denies allerg*", "denies any allerg*", "denies drug allerg*",
)  # fmt: skip
_BARE_NONE: Final = re.compile(r"^\W*(?:none|no|nil|无|否认)\W*$", re.IGNORECASE)
_PLANNED: Final = ("plan", "discharge_orders", "discharge_medication")
_AVOIDED: Final = re.compile(
    r"(?:避免|禁用|禁|勿|不用|停用|停|过敏|avoid|no |not |without|instead of|stop|hold|allerg\w*(?: to)?)"
    r"[^。；;.\n]{0,14}$",
    re.IGNORECASE,
)
_TO: Final = re.compile(r"(?<![否无不非])对[^，,。；;]{0,8}$")
_REACTS: Final = re.compile(r"[^，,。；;无不]{0,8}过敏")
_SERIOUS: Final = frozenset({"critical", "high"})
_INTOLERANT: Final = "family"


class Stated(NamedTuple):
    """What a note says: the drugs with where they stand, and where it denies all."""

    drugs: tuple[Named, ...]
    denied: Place | None


@lru_cache(maxsize=256)
def stated(note: Note) -> Stated:
    """The allergies that a note states of the patient."""
    found: dict[tuple[str, ...], Named] = {}
    denied = None
    for start, end in _stretches(note):
        for drug in named(note.text, start, end):
            if _is_reaction(note.text, drug) or is_meant(note.text, (drug.start, drug.end), past=True):
                found.setdefault(drug.ingredients, drug)
        none = places(note.text, _DENIED, start, end)
        denied = denied or (none[0] if none else None)
    for part in note.of("allergy"):
        if _BARE_NONE.match(note.words(part)):
            denied = denied or (part.start, part.end)
    return Stated(tuple(found.values()), denied)


def _is_reaction(text: str, drug: Named) -> bool:
    """Whether the words are 对…过敏 with no denial right before: a denial further left speaks of other things."""
    before, after = text[max(0, drug.start - 12) : drug.start], text[drug.end : drug.end + 12]
    return _TO.search(before) is not None and _REACTS.match(after) is not None


def _stretches(note: Note) -> list[Place]:
    """The sentences that speak of allergies, and all that stands below the heading."""
    own = [(p.start, p.end) for p in note.of("allergy")]
    family = [(p.start, p.end) for p in note.of(_INTOLERANT)]
    said = [(s.start, s.end) for s in sentences(note.text) if _ABOUT.search(note.text, s.start, s.end)]
    apart = [s for s in said if not any(a <= s[0] < b for a, b in (*own, *family))]
    return own + [clause for start, end in apart for clause in _clauses(note.text, start, end)]


def _clauses(text: str, start: int, end: int) -> Iterator[Place]:
    """The clauses of a sentence that speak of allergies themselves."""
    place = start
    for cut in (*(m.start() for m in re.finditer(r"[，,；;。]", text[start:end])), end - start):
        if _ABOUT.search(text, place, start + cut):
            yield place, start + cut
        place = start + cut + 1


def _against(culprits: Iterable[str], target: str, words: str) -> bool:
    """Whether an allergy speaks gravely against a drug: the same drug, or a crossing of high severity."""
    known = allergy.load()
    group = known.named(words)
    if group is not None and (found := known.crossing_of_group(group.id, target)) and found.severity in _SERIOUS:
        return True
    crossings = (known.crossing(culprit, target) for culprit in culprits)
    return target in set(culprits) or any(c is not None and c.severity in _SERIOUS for c in crossings)


def allergy_ordered(asked: Asked) -> Iterator[Hit | Gap]:
    """An order goes against an allergy that the note states."""
    note, case = asked.written, asked.case
    drugs = stated(note).drugs
    if not drugs:
        yield MOOT
        return
    if case.orders is None:
        yield Gap("orders")
        return
    for drug in drugs:
        words = note.text[drug.start : drug.end]
        for order in case.orders:
            target = next((t for t in order.ingredients if _against(drug.ingredients, t, words)), None)
            if target is not None:
                yield _clash(note, drug, order.evidence, target)


def allergy_planned(asked: Asked) -> Iterator[Hit | Gap]:
    """The note's own plan goes against an allergy that it states."""
    note = asked.written
    if not (stated(note).drugs and note.of(*_PLANNED)):
        yield MOOT
    for drug in stated(note).drugs:
        words = note.text[drug.start : drug.end]
        for part in note.of(*_PLANNED):
            for planned in named(note.text, part.start, part.end):
                target = next((t for t in planned.ingredients if _against(drug.ingredients, t, words)), None)
                before = note.text[max(part.start, planned.start - 24) : planned.start]
                if target is None or planned == drug or _AVOIDED.search(before):
                    continue
                if is_meant(note.text, (planned.start, planned.end)):
                    yield _clash(note, drug, note.cite(planned.start, planned.end), target)
                    return


def _clash(note: Note, drug: Named, other: Evidence, target: str) -> Hit:
    en, zh = (f"{name_of(drug.ingredients[0], language)} / {name_of(target, language)}" for language in ("en", "zh"))
    return Hit(
        evidence=(note.cite(drug.start, drug.end), other),
        detail=Text(f"Allergy and drug: {en}.", f"过敏与用药：{zh}。"),
        key=f"{drug.ingredients[0]} {target}",
    )


def allergy_denied(asked: Asked) -> Iterator[Hit | Gap]:
    """The note denies all allergies, and the list holds one."""
    note, case = asked.written, asked.case
    found = stated(note)
    if found.denied is None or found.drugs:
        yield MOOT
        return
    if case.allergies is None:
        yield Gap("allergies")
        return
    listed = [a for a in case.allergies if not a.denies]
    if listed:
        yield Hit(evidence=(note.cite(*found.denied), *(a.evidence for a in listed[:3])))


def allergy_unlisted(asked: Asked) -> Iterator[Hit | Gap]:
    """The note states an allergy that the list lacks."""
    note, case = asked.written, asked.case
    drugs = stated(note).drugs
    if not drugs:
        yield MOOT
        return
    if case.allergies is None:
        yield Gap("allergies")
        return
    held = {i for a in case.allergies for i in a.ingredients}
    groups = {a.group for a in case.allergies if a.group}
    known = allergy.load()
    for drug in drugs:
        of = {g for i in drug.ingredients for g in known.of(i)}
        if not held & set(drug.ingredients) and not groups & of:
            yield Hit(
                evidence=(note.cite(drug.start, drug.end),),
                detail=Text(
                    f"It is {name_of(drug.ingredients[0], 'en')}.", f"过敏物：{name_of(drug.ingredients[0], 'zh')}。"
                ),
                key=drug.ingredients[0],
            )
