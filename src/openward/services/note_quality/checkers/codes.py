"""Coded diagnoses against sex, age, each other and the words of the note."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from openward.domain.text import Text
from openward.language.durations import YEAR
from openward.language.words import is_chinese, words
from openward.services.note_quality.case import MOOT, Asked, Case, Diagnosis, Gap, Hit

_CODE: Final = re.compile(r"([A-Z]\d{2})(?:\.?[\dA-Z]{0,4})")
_STOP: Final = frozenset({
    "of", "the", "and", "or", "with", "without", "unspecified", "other", "acute", "chronic", "disease", "disorder",
    "type", "due", "to", "not", "elsewhere", "classified", "in", "by", "primary", "essential", "history",
})  # fmt: skip
_LONG: Final = 4


def _within(code: str | None, spans: str) -> bool:
    """Whether a code lies in one of some ranges of categories (`C51-C58`), ends included."""
    found = _CODE.match((code or "").strip().upper())
    if found is None:
        return False
    category = found.group(1)
    pairs = (span.partition("-") for span in spans.split("|"))
    return any(low <= category <= (high or low) for low, _, high in pairs)


def _coded(case: Case, spans: str) -> list[Diagnosis]:
    return [d for d in case.diagnoses or () if _within(d.code, spans)]


def icd_sex(asked: Asked) -> Iterator[Hit | Gap]:
    """A code of organs or events of one sex stands for the other."""
    case, rule = asked.case, asked.rule
    if case.diagnoses is None or case.sex is None or case.sex_evidence is None:
        yield Gap("diagnoses" if case.diagnoses is None else "sex")
        return
    coded = _coded(case, rule.params["codes"])
    if not coded:
        yield MOOT
    if case.sex == rule.params["sex"]:
        return
    for found in coded:
        yield Hit(evidence=(found.evidence, case.sex_evidence), detail=_about(found), key=found.code or "")


def icd_age(asked: Asked) -> Iterator[Hit | Gap]:
    """A code of an age stands for a person who is far older."""
    case, rule = asked.case, asked.rule
    if case.diagnoses is None or case.birth is None or case.birth_evidence is None:
        yield Gap("diagnoses" if case.diagnoses is None else "birth-date")
        return
    coded = _coded(case, rule.params["codes"])
    if not coded:
        yield MOOT
    if (case.now - case.birth).days / YEAR < rule.number("most_years"):
        return
    for found in coded:
        yield Hit(evidence=(found.evidence, case.birth_evidence), detail=_about(found), key=found.code or "")


def icd_needs(asked: Asked) -> Iterator[Hit | Gap]:
    """A code stands without another that belongs to it."""
    case, rule = asked.case, asked.rule
    if case.diagnoses is None:
        yield Gap("diagnoses")
        return
    first = next(iter(_coded(case, rule.params["codes"])), None)
    if first is None:
        yield MOOT
    elif not _coded(case, rule.params["needs"]):
        yield Hit(evidence=(first.evidence,), detail=_about(first))


def icd_text(asked: Asked) -> Iterator[Hit | Gap]:
    """No word of a coded diagnosis stands in the note."""
    note, case = asked.written, asked.case
    if case.diagnoses is None:
        yield Gap("diagnoses")
        return
    if not case.diagnoses:
        yield MOOT
    said = _keys(note.text)
    for found in case.diagnoses:
        keys = _keys(found.name or "")
        same_language = any(is_chinese(w) for w in words(found.name or "")) == (note.language == "zh")
        if keys and same_language and not keys & said:
            yield Hit(evidence=(found.evidence, note.whole()), detail=_about(found), key=found.name or "")


def diagnosis_changed(asked: Asked) -> Iterator[Hit | Gap]:
    """The diagnoses on admission and at discharge share no word."""
    note = asked.written
    first, last = note.of("admission_diagnosis"), note.of("discharge_diagnosis")
    if not first or not last:
        yield MOOT
        return
    before, after = _keys(note.words(first[0])), _keys(note.words(last[0]))
    if before and after and not before & after:
        yield Hit(evidence=(note.cite(first[0].start, first[0].end), note.cite(last[0].start, last[0].end)))


def _keys(text: str) -> set[str]:
    """What tells diagnoses apart: long English words, pairs of Chinese signs."""
    said = words(text)
    english = {w[:6] for w in said if len(w) >= _LONG and w.isascii() and w not in _STOP}
    pairs = {a + b for a, b in pairwise(said) if is_chinese(a) and is_chinese(b)}
    return english | pairs


def _about(found: Diagnosis) -> Text:
    named = " ".join(part for part in (found.code, found.name) if part)[:80]
    return Text(f"The diagnosis is {named}.", f"诊断：{named}。")
