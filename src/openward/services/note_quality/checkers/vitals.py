"""Vital signs in notes: values that cannot be, words that contradict them, fever that nobody mentions."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from openward.domain.text import Text
from openward.language.readings import Reading, readings
from openward.services.note_quality.case import MOOT, Asked, Gap, Hit, Note
from openward.services.note_quality.phrases import is_meant, places

# Beyond these a value is a slip of writing; they are far outside what a living adult or child shows.
_BOUNDS: Final = {
    "temperature": (25.0, 45.0), "pulse": (10.0, 320.0), "breaths": (2.0, 120.0), "systolic": (30.0, 320.0),
    "diastolic": (5.0, 220.0), "oxygen": (10.0, 100.0),
}  # fmt: skip
_NAMES: Final = {
    word: name
    for name, listed in {
        "temperature": "t;temp;temperature;体温;body temperature;tmax;温度",
        "pulse": "p;hr;pulse;heart rate;脉搏;心率;pr;pulse rate",
        "breaths": "r;rr;resp;respirations;respiratory rate;呼吸;呼吸频率;respiration",
        "pressure": "bp;blood pressure;血压",
        "oxygen": "spo2;oxygen saturation;o2 sat;sat;血氧饱和度;氧饱和度;o2 saturation;血氧",
    }.items()
    for word in listed.split(";")
}
_FEVER: Final = 38.0
_LIFELESS: Final = frozenset({"death", "short_death", "rescue", "death_discussion"})
_NO_FEVER: Final = ("afebrile", "体温正常", "未发热", "体温不高", "无发热", "no fever")
_FEVER_WORDS: Final = (
    "发热", "高热", "低热", "热退", "退热", "热峰", "体温最高", "体温升高", "体温波动", "fever*", "febrile", "Tmax",
    "spiked", "temperature of 3*", "pyrexia",
)  # fmt: skip
_LAST_NAME: Final = 2
_HEAD: Final = re.compile(r"[:：]")


def _name(reading: Reading) -> str | None:
    """Which vital sign the words before a number name."""
    said = _HEAD.split(reading.words.strip())[-1].strip()
    for length in range(_LAST_NAME + 1, 0, -1):
        name = _NAMES.get(" ".join(said.split()[-length:]))
        if name is not None:
            return name
    if not said and reading.unit in {"Cel", "[degF]"}:
        return "temperature"
    return next((n for word, n in _NAMES.items() if not word.isascii() and said.endswith(word)), None)


@lru_cache(maxsize=512)
def signs(text: str) -> tuple[tuple[str, float, Reading], ...]:
    """The vital signs of a note: name, value in °C, /min, mmHg or percent, and where it stands."""
    found: list[tuple[str, float, Reading]] = []
    for reading in readings(text):
        name = _name(reading)
        if name == "pressure" and reading.second is not None and reading.unit in {None, "mm[Hg]"}:
            found += [("systolic", reading.value, reading), ("diastolic", reading.second, reading)]
        elif name == "temperature":
            warm = (
                (reading.value - 32) * 5 / 9 if reading.unit == "[degF]" or _in_fahrenheit(reading) else reading.value
            )
            found.append((name, warm, reading))
        elif name in {"pulse", "breaths", "oxygen"} and reading.unit in {None, "/min", "%"}:
            found.append((name, reading.value, reading))
    return tuple(found)


def _in_fahrenheit(reading: Reading) -> bool:
    return reading.unit is None and 90 <= reading.value <= 110  # noqa: PLR2004 - no Celsius of a person


def vitals(asked: Asked) -> Iterator[Hit | Gap]:
    """A vital sign that no living person has."""
    note = asked.written
    if note.kind in _LIFELESS:
        yield MOOT
        return
    if not signs(note.text):
        yield MOOT
    for name, value, reading in signs(note.text):
        low, high = _BOUNDS[name]
        if not low <= value <= high:
            yield Hit(evidence=(note.cite(reading.start, reading.end),), key=str(reading.start))


def pressure_reversed(asked: Asked) -> Iterator[Hit | Gap]:
    """The first number of a blood pressure is not the greater one."""
    note = asked.written
    found = signs(note.text)
    if not any(name == "systolic" for name, _, _ in found):
        yield MOOT
    for (name, high, reading), (_, low, _) in pairwise(found):
        if name == "systolic" and high <= low and high > 0:
            yield Hit(evidence=(note.cite(reading.start, reading.end),), key=str(reading.start))


def temperature_words(asked: Asked) -> Iterator[Hit | Gap]:
    """The examination says that there is no fever, and its temperature is one."""
    note = asked.written
    hot = next((r for name, value, r in signs(note.text) if name == "temperature" and value >= _FEVER + 0.2), None)
    if hot is None or hot.when == "past":
        yield MOOT
        return
    for start, end in note.within(("exam", "vital", "diagnosis")):
        for place in places(note.text, _NO_FEVER, start, end):
            yield Hit(evidence=(note.cite(*place), note.cite(hot.start, hot.end)))
            return


def fever_unmentioned(asked: Asked) -> Iterator[Hit | Gap]:
    """A fever was measured in the hours before the note, which does not tell of it."""
    note, case, rule = asked.written, asked.case, asked.rule
    if case.results is None or note.written is None:
        yield Gap("results" if case.results is None else "time-of-writing")
        return
    since = note.written - timedelta(hours=rule.number("hours"))
    hot = [
        r
        for r in case.results
        if r.analyte == "temperature" and r.at and since <= r.at <= note.written and r.value >= rule.number("from")
    ]
    if not hot:
        yield MOOT
    elif not _mentioned(note):
        worst = max(hot, key=lambda r: r.value)
        yield Hit(
            evidence=(worst.evidence, note.whole()),
            detail=Text(f"{worst.value:g} °C was measured.", f"曾测体温{worst.value:g}℃。"),
        )


def _mentioned(note: Note) -> bool:
    if any(is_meant(note.text, place, past=True) for place in places(note.text, _FEVER_WORDS)):
        return True
    return any(name == "temperature" and value >= _FEVER for name, value, _ in signs(note.text))
