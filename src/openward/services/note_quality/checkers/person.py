"""Whether a note is about this patient: sex and age."""

import re
from collections.abc import Iterator
from typing import Final

from openward.domain.evidence import Evidence
from openward.domain.text import Text
from openward.language.durations import YEAR
from openward.language.person import person
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note, Sex
from openward.services.note_quality.phrases import is_meant, places

_ABOUT: Final = ("complaint", "hpi", "features", "admission_state", "brief")
_FEMALE: Final = re.compile(r"^\W*(?:女|f(?:emale)?\b)", re.IGNORECASE)
_MALE: Final = re.compile(r"^\W*(?:男|m(?:ale)?\b)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^\W*(\d{1,3}) ?(?:岁|y(?:ears?|r|o)?\b|$|\s)", re.IGNORECASE)
_NOT_OWN: Final = ("family", "marital", "menstrual")
_HEADING: Final = re.compile(r"[史：:]")


def stated_sex(note: Note) -> tuple[Sex, Evidence] | None:
    """The sex that the head of the note states."""
    for part in note.of("sex"):
        words = note.words(part)
        for pattern, sex in ((_FEMALE, "female"), (_MALE, "male")):
            if pattern.search(words):
                return ("female" if sex == "female" else "male"), note.cite(part.start, min(part.end, part.start + 6))
    return None


def sex_of(note: Note, given: Sex | None) -> Sex | None:
    """The sex of the patient: of the record, else of the head of the note, else of its words."""
    stated = stated_sex(note)
    return given or (stated[0] if stated else person(note.text[:2000]).sex)


def sex_differs(asked: Asked) -> Iterator[Hit | Gap]:
    """The head of the note states another sex than the record."""
    stated = stated_sex(asked.written)
    if stated is None:
        yield MOOT
        return
    if asked.case.sex is None or asked.case.sex_evidence is None:
        yield Gap("sex")
    elif stated[0] != asked.case.sex:
        yield Hit(evidence=(stated[1], asked.case.sex_evidence))


def sex_words(asked: Asked) -> Iterator[Hit | Gap]:
    """Words of the other sex are said of the patient."""
    note, rule, case = asked.written, asked.rule, asked.case
    sex = sex_of(note, case.sex)
    if sex is None:
        yield Gap("sex")
        return
    if sex != rule.params["of"]:
        yield MOOT
        return
    apart = [(p.start, p.end) for p in note.of(*_NOT_OWN)]
    for start, end in places(note.text, rule.list("words")):
        outside = not any(a <= start < b for a, b in apart)
        if outside and not _HEADING.match(note.text, end) and is_meant(note.text, (start, end), past=True):
            proof = (case.sex_evidence,) if case.sex_evidence is not None else ()
            yield Hit(evidence=(note.cite(start, end), *proof))
            return


def age_differs(asked: Asked) -> Iterator[Hit | Gap]:
    """The age in the note is not that of the record on that day."""
    note, case = asked.written, asked.case
    stated = person(note.text[:3000]).age_days
    if stated is None:
        yield MOOT
        return
    if case.birth is None or case.birth_evidence is None:
        yield Gap("birth-date")
        return
    admitted = case.events.get("admitted")
    on = note.written or (admitted.at if admitted else None)
    if on is None:
        yield Gap("time-of-writing")
        return
    real, said = (on - case.birth).days / YEAR, stated / YEAR
    if abs(int(real) - int(said)) > asked.rule.number("years"):
        yield Hit(
            evidence=(note.whole(), case.birth_evidence),
            detail=Text(
                f"The note says {said:.0f}, the record {int(real)} years.", f"记录为{said:.0f}岁，应为{int(real)}岁。"
            ),
        )


def age_inside(asked: Asked) -> Iterator[Hit | Gap]:
    """The head of the note and its history give two ages."""
    note = asked.written
    head = next((int(m.group(1)) for p in note.of("age") if (m := _NUMBER.search(note.words(p)))), None)
    if head is None:
        yield MOOT
        return
    for part in note.of(*_ABOUT):
        told = person(note.words(part)).age_days
        if told is not None and abs(int(told / YEAR) - head) > asked.rule.number("years"):
            yield Hit(
                evidence=(note.cite(part.start, part.end),),
                detail=Text(
                    f"{head} in its head, {int(told / YEAR)} in the text.", f"首部{head}岁，正文{int(told / YEAR)}岁。"
                ),
            )
            return
