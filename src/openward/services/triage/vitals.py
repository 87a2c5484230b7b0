"""Vital signs: as given, else as the text says, else the freshest of the chart, each in one unit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf, isfinite
from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.domain.notation import written
from openward.domain.quantity import Quantity, UnitError, convert, to_molar
from openward.domain.spelling import ucum
from openward.domain.text import Text
from openward.language.readings import Reading as Said
from openward.language.readings import readings
from openward.language.teller import of_the_patient
from openward.record.chart import Chart
from openward.services.triage.proposal import Origin
from openward.services.triage.reads import Given, Reads

# A patient at the least risk is observed at least every 12 hours (NEWS2, RCP 2017): what is older says nothing of now.
FRESH: Final = timedelta(hours=12)
_GLUCOSE: Final = Quantity(180.156, "g/mol")


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One vital sign: its field in the input, unit, plausible range, LOINC codes, and the words before its number."""

    id: str
    field: str
    name: Text
    unit: str
    least: float
    most: float
    loinc: tuple[str, ...]
    words: tuple[str, ...]


class Vital(msgspec.Struct, frozen=True, kw_only=True):
    """One value that is used."""

    sign: Sign
    value: float
    origin: Origin
    evidence: ChartEvidence | InputEvidence
    on: str | None = None


SIGNS: Final = (
    Sign(id="sbp", field="systolic", name=Text("systolic blood pressure", "收缩压"), unit="mm[Hg]", least=20, most=300,
         loinc=("8480-6",), words=("systolic", "sbp", "收缩压")),
    Sign(id="dbp", field="diastolic", name=Text("diastolic blood pressure", "舒张压"), unit="mm[Hg]", least=5, most=200,
         loinc=("8462-4",), words=("diastolic", "dbp", "舒张压")),
    Sign(id="hr", field="heart_rate", name=Text("heart rate", "心率"), unit="/min", least=10, most=350,
         loinc=("8867-4",), words=("heart rate", "pulse", "hr", "p", "心率", "脉搏")),
    Sign(id="rr", field="respiratory_rate", name=Text("breathing rate", "呼吸频率"), unit="/min", least=2, most=120,
         loinc=("9279-1",), words=("respiratory rate", "respirations", "respiration", "breathing rate", "rr", "r",
                                   "resp", "呼吸频率", "呼吸")),
    Sign(id="spo2", field="oxygen_saturation", name=Text("oxygen saturation", "血氧饱和度"), unit="%", least=30,
         most=100, loinc=("59408-5", "2708-6"),
         words=("saturation", "spo2", "sao2", "o2 sat", "sats", "sat", "oximetry", "血氧", "氧饱和度")),
    Sign(id="temp", field="temperature", name=Text("temperature", "体温"), unit="Cel", least=20, most=45,
         loinc=("8310-5",),
         words=("temperature", "temp", "thermometer", "fever", "febrile", "t", "体温", "发热", "发烧", "高热")),
    Sign(id="glucose", field="glucose", name=Text("blood glucose", "血糖"), unit="mmol/L", least=0.3, most=90,
         loinc=("2339-0", "2345-7", "15074-8", "14749-6"), words=("glucose", "blood sugar", "sugar", "血糖")),
    Sign(id="crt", field="capillary_refill", name=Text("capillary refill", "毛细血管再充盈时间"), unit="s", least=0.2,
         most=15, loinc=("44971-7",), words=("capillary refill", "crt", "毛细血管再充盈", "毛细血管充盈")),
    Sign(id="gcs", field="coma_scale", name=Text("Glasgow Coma Scale", "格拉斯哥昏迷评分"), unit="{score}", least=3,
         most=15, loinc=("9269-2",), words=("gcs", "glasgow coma scale", "glasgow", "昏迷评分")),
)  # fmt: skip
_PRESSURE: Final = ("blood pressure", "bp", "血压")
_PRESSURE_ALONE: Final = frozenset({"pressure", "her pressure", "his pressure", "my pressure"})
_BARE: Final[dict[str, tuple[str, ...]]] = {"hr": ("/min",), "rr": ("/min",), "gcs": ("{score}",)}


def vitals_of(reads: Reads, chart: Chart | None, now: datetime) -> dict[str, Vital]:
    """Each vital sign that is known, by its id.

    Raises:
        InputError: one that was given has a unit of something else, or a value that nobody has.
    """
    found: dict[str, Vital] = {}
    sources = (_given(reads), _said(reads.complaint), _charted(chart, now) if chart else iter(()))
    for source in sources:
        for vital in source:
            if vital.sign.least <= vital.value <= vital.sign.most:
                found.setdefault(vital.sign.id, vital)
    return found


def _given(reads: Reads) -> Iterator[Vital]:
    for sign in SIGNS:
        given = getattr(reads.vitals, sign.field)
        path = f"vitals.{sign.field}"
        if isinstance(given, int):
            yield _vital(float(given), sign, path, "given", given)
        elif given is not None:
            value = _measured(given, sign, f"{path}.unit")
            yield _vital(value, sign, f"{path}.value", "given", given.value)
    answered = reads.answers.get("temp")
    if answered is None or answered == "unknown":
        return
    if isinstance(answered, bool) or not isinstance(answered, float | int):
        raise InputError("answers.temp: the answer is a number of degrees Celsius, or unknown")
    yield _vital(float(answered), _sign("temp"), "answers.temp", "answer", answered)


def _measured(given: Given, sign: Sign, path: str) -> float:
    """What was given, in the sign's unit; a unit that cannot be read, or measures something else, is refused."""
    unit = ucum(given.unit)
    if not isfinite(given.value):
        return given.value
    value = None if unit is None else _in_unit(given.value, unit, sign)
    if value is None:
        raise InputError(
            f"{path}: this is no unit of {sign.name.en}; give the value in {written(sign.unit)}, or leave it out"
        )
    return value


def _vital(value: float, sign: Sign, path: str, origin: Origin, literal: float) -> Vital:
    if not sign.least <= value <= sign.most:
        raise InputError(
            f"{path}: {sign.name.en} is taken between {sign.least:g} and {sign.most:g} {written(sign.unit)}; "
            "correct the value or its unit, or leave it out and say in the complaint what you see"
        )
    return Vital(sign=sign, value=value, origin=origin, evidence=InputEvidence(path, literal))


def _said(text: str) -> Iterator[Vital]:
    for said in readings(of_the_patient(text)):
        if said.assertion != "present" or said.subject != "patient" or said.when == "past":
            continue
        for sign, value in _signs_of(said, said.words.lower()):
            converted = _in_unit(value, said.unit, sign)
            if converted is not None:
                yield Vital(sign=sign, value=converted, origin="text", evidence=InputEvidence("complaint"))


def _signs_of(said: Said, words: str) -> Iterator[tuple[Sign, float]]:
    if said.second is not None:
        if _named(words, _PRESSURE) or words in _PRESSURE_ALONE or not words:
            yield _sign("sbp"), max(said.value, said.second)
            yield _sign("dbp"), min(said.value, said.second)
        return
    for sign in SIGNS:
        if _named(words, sign.words):
            yield sign, said.value
            return


def _named(words: str, names: tuple[str, ...]) -> bool:
    padded = f" {words} "
    return any((name in padded) if not name.isascii() else f" {name} " in padded for name in names)


def _charted(chart: Chart, now: datetime) -> Iterator[Vital]:
    for sign in SIGNS:
        for reading in chart.readings(*sign.loinc):
            measure = reading.measure
            if measure is None or reading.at is None or not now - FRESH <= reading.at <= now or measure.comparator:
                continue
            value = _in_unit(measure.value, ucum(measure.unit) if measure.unit else None, sign)
            if value is not None:
                cited = reading.source.cite(reading.path, measure.value, unit=measure.unit, on=reading.at)
                yield Vital(sign=sign, value=value, origin="chart", evidence=cited, on=reading.at.isoformat())
                break


def _sign(id: str) -> Sign:
    return next(sign for sign in SIGNS if sign.id == id)


def _in_unit(value: float, unit: str | None, sign: Sign) -> float | None:
    """The value in the sign's unit; without a unit only where no other is in use for it."""
    if unit is None:
        return _without_unit(value, sign)
    quantity = Quantity(value, unit)
    try:
        if sign.id == "glucose" and unit.endswith(("g/dL", "g/L")):
            return to_molar(quantity, _GLUCOSE, sign.unit).value
        return convert(quantity, sign.unit).value
    except OverflowError:
        return inf
    except UnitError:
        return value if sign.id in _BARE and unit in {"/min", "1", "{score}", "{beats}/min", "{breaths}/min"} else None


_FAHRENHEIT: Final = (90.0, 110.0)
_CELSIUS: Final = (25.0, 44.0)


def _without_unit(value: float, sign: Sign) -> float | None:
    """A temperature of a living person can be only one of two scales; glucose without unit says nothing."""
    if sign.id == "glucose":
        return None
    if sign.id == "temp":
        if _FAHRENHEIT[0] <= value <= _FAHRENHEIT[1]:
            return convert(Quantity(value, "[degF]"), "Cel").value
        return value if _CELSIUS[0] <= value <= _CELSIUS[1] else None
    return value


YEAR: Final = 365.25
_OLDEST: Final = 130
_AGES: Final = {"岁": "a", "周岁": "a", "个月": "mo", "周": "wk"}


def age_days(age: Given | float) -> float:
    """An age in days; a bare number is in years.

    Raises:
        InputError: the unit is none of time, or nobody is that old.
    """
    days = _days(age) if isinstance(age, Given) else age * YEAR
    if not 0 <= days <= _OLDEST * YEAR:
        where = "age.value" if isinstance(age, Given) else "age"
        raise InputError(f"{where}: an age lies between 0 and {_OLDEST} years; correct it, or leave it out")
    return days


def _days(age: Given) -> float:
    if not isfinite(age.value):
        return age.value
    code = _AGES.get(age.unit) or ucum(age.unit)
    try:
        if code is not None:
            return convert(Quantity(age.value, code), "d").value
    except OverflowError:
        return inf
    except UnitError:
        pass
    raise InputError("age.unit: an age is in years (a), months (mo), weeks (wk) or days (d)")
