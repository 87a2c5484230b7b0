"""Laboratory values: those of the note against the laboratory's, and those that the note does not mention."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from openward.domain.notation import written
from openward.domain.text import Text
from openward.knowledge.analytes import analytes, canonical, critical, interval
from openward.knowledge.analytes.analyte import Analyte
from openward.language.readings import readings
from openward.services.note_quality.case import MOOT, Asked, Case, Gap, Hit, Note, Result

_LOOK_BACK: Final = timedelta(hours=48)
_STEMS: Final = {
    "potassium": r"kal[ae]?emi", "sodium": r"natr[ae]?emi", "calcium": r"calc[ae]?emi", "glucose": r"glyc[ae]?emi",
    "magnesium": r"magnes[ae]?emi", "haemoglobin": r"an[ae]?emi|贫血", "platelets": r"thrombocyt",
    "wbc": r"leuk|白细胞", "neutrophils": r"neutrop", "inr": r"coagulopath",
    "creatinine": r"kidney injury|renal failure|肾功能|肾损伤|肾衰",
}  # fmt: skip
# What stands behind these words was measured in another fluid than blood.
_OTHER_FLUID: Final = re.compile(
    r"CSF|cerebrospinal|lumbar puncture|urin[ea]|pleural fluid|ascit|synovial|"
    r"脑脊液|腰椎穿刺|腰穿|尿|胸水|腹水|胸腔积液",
    re.IGNORECASE,
)
_NEAR: Final = 160
_SHORT: Final = 2
_DAY: Final = 365.25


class Written(NamedTuple):
    """One result in a note, in the canonical unit."""

    analyte: Analyte
    value: float
    start: int
    end: int


@lru_cache(maxsize=512)
def _written(text: str) -> tuple[Written, ...]:
    found = []
    for reading in readings(text):
        if reading.when == "past" or reading.comparator or reading.high is not None or not reading.unit:
            continue
        if _OTHER_FLUID.search(text, max(0, reading.start - _NEAR), reading.start):
            continue
        analyte = analytes().find(name=reading.words, unit=reading.unit)
        value = canonical(analyte, reading.value, reading.unit) if analyte else None
        if analyte is not None and value is not None:
            found.append(Written(analyte, value, reading.start, reading.end))
    return tuple(found)


def results_impossible(asked: Asked) -> Iterator[Hit | Gap]:
    """A result that no living person has in that unit."""
    note = asked.written
    results = _written(note.text)
    if not results:
        yield MOOT
    for found in results:
        if not found.analyte.plausible(found.value):
            yield Hit(evidence=(note.cite(found.start, found.end),), key=str(found.start))


def result_differs(asked: Asked) -> Iterator[Hit | Gap]:
    """A result of the note is none that the laboratory gave in the two days before."""
    note, case = asked.written, asked.case
    found = _written(note.text)
    if not found:
        yield MOOT
        return
    if case.results is None or note.written is None:
        yield Gap("results" if case.results is None else "time-of-writing")
        return
    share = asked.rule.number("percent") / 100
    for one in found:
        near = [r for r in case.results if r.analyte == one.analyte.id and _just_before(r, note)]
        values = [v for r in near if (v := canonical(one.analyte, r.value, r.unit)) is not None]
        if values and not any(abs(v - one.value) <= share * abs(v) for v in values):
            yield Hit(
                evidence=(note.cite(one.start, one.end), *(r.evidence for r in near[:2])),
                detail=_about(one.analyte),
                key=one.analyte.id,
            )


def _just_before(result: Result, note: Note) -> bool:
    if result.at is None or note.written is None:
        return False
    return note.written - _LOOK_BACK <= result.at <= note.written


def _about(analyte: Analyte) -> Text:
    return Text(f"It is about {analyte.name_en}.", f"项目：{analyte.name_zh}。")


def critical_unmentioned(asked: Asked) -> Iterator[Hit | Gap]:
    """A critical result came in the hours before the note, which does not name it."""
    note, case = asked.written, asked.case
    if case.results is None or note.written is None:
        yield Gap("results" if case.results is None else "time-of-writing")
        return
    since = note.written - timedelta(hours=asked.rule.number("hours"))
    if not any(r.at is not None and since <= r.at <= note.written for r in case.results):
        yield MOOT
    for result in case.results:
        if result.at is None or not since <= result.at <= note.written:
            continue
        analyte = analytes().get(result.analyte or "")
        if analyte is not None and _is_critical(analyte, result, case) and not _names(note, analyte):
            yield Hit(
                evidence=(result.evidence, note.whole()),
                detail=Text(
                    f"{analyte.name_en} was {result.value:g} {written(result.unit)}.".replace(" .", "."),
                    f"{analyte.name_zh} {result.value:g} {written(result.unit, 'zh')}。".replace(" 。", "。"),
                ),
                key=f"{analyte.id} {result.at.isoformat()}",
            )


def _is_critical(analyte: Analyte, result: Result, case: Case) -> bool:
    value = canonical(analyte, result.value, result.unit)
    age = (result.at - case.birth).days if case.birth is not None and result.at is not None else None
    limits = critical(analyte, float(age) if age is not None else None)
    if value is None or limits is None:
        return False
    low = limits.low is not None and value <= limits.low
    return low or (limits.high is not None and value >= limits.high)


def abnormal_unmentioned(asked: Asked) -> Iterator[Hit | Gap]:
    """The last result of a few analytes before discharge is abnormal, and the summary does not name it."""
    note, case = asked.written, asked.case
    if case.results is None:
        yield Gap("results")
        return
    if not any(r.analyte in asked.rule.list("analytes") for r in case.results):
        yield MOOT
    for id in asked.rule.list("analytes"):
        analyte = analytes().get(id)
        dated = [r for r in case.results if r.analyte == id and r.at is not None]
        if analyte is None or not dated:
            continue
        last = max(dated, key=lambda r: r.at.timestamp() if r.at else 0.0)
        if _is_abnormal(analyte, last, case) and not _names(note, analyte):
            yield Hit(evidence=(last.evidence, note.whole()), detail=_about(analyte), key=id)


def _is_abnormal(analyte: Analyte, result: Result, case: Case) -> bool:
    """Outside of the laboratory's own interval, else of the seed interval."""
    if result.low is not None or result.high is not None:
        low = result.low is not None and result.value < result.low
        return low or (result.high is not None and result.value > result.high)
    value = canonical(analyte, result.value, result.unit)
    age = float((case.now - case.birth).days) if case.birth is not None else None
    usual = interval(analyte, age if age is not None else 30 * _DAY, case.sex, None) if case.sex else None
    if value is None or usual is None:
        return False
    return (usual.low is not None and value < usual.low) or (usual.high is not None and value > usual.high)


def _names(note: Note, analyte: Analyte) -> bool:
    """Whether the note names the analyte, or the disorder that its value makes."""
    pattern = _pattern(analyte.id)
    return pattern is not None and pattern.search(note.text) is not None


@lru_cache(maxsize=256)
def _pattern(id: str) -> re.Pattern[str] | None:
    analyte = analytes().get(id)
    if analyte is None:
        return None
    said = {analyte.name_en, analyte.name_zh, *analyte.words}
    english = [re.escape(w) for w in said if w.isascii()]
    chinese = [re.escape(w) for w in said if not w.isascii()]
    element = analyte.name_zh[-1:]
    chinese += [f"[低高补血]{element}"] if len(analyte.name_zh) <= _SHORT + 1 else []
    stem = _STEMS.get(id)
    parts = [rf"(?<![A-Za-z])(?:{'|'.join(english)})(?![A-Za-z])" if english else "", *chinese, stem or ""]
    return re.compile("|".join(p for p in parts if p), re.IGNORECASE)
