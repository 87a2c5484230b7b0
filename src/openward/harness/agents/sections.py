"""Sections of the chart as rows that a talker can read and cite, with what is absent told from what is not recorded."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

import msgspec

from openward.domain.agent import ChartSection
from openward.domain.code import LOINC, Concept
from openward.domain.evidence import ChartEvidence
from openward.domain.proposal import Language
from openward.domain.text import Text, fill
from openward.harness.agents import doses
from openward.knowledge.analytes import analytes
from openward.record.chart import (
    Chart,
    Demographics,
    Document,
    Encounter,
    Interval,
    Measure,
    MedicationEntry,
    Presence,
    Problem,
    Proportion,
    Reading,
    Section,
    Source,
    Span,
)

MOST_ROWS: Final = 60
_MOST_TEXT: Final = 4000
READS: Final[dict[ChartSection, frozenset[str]]] = {
    "demographics": frozenset({"Patient"}),
    "problems": frozenset({"Condition"}),
    "allergies": frozenset({"AllergyIntolerance"}),
    "medications": frozenset(
        {"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"}
    ),
    "laboratory": frozenset({"Observation"}),
    "vitals": frozenset({"Observation"}),
    "procedures": frozenset({"Procedure"}),
    "encounters": frozenset({"Encounter"}),
    "immunizations": frozenset({"Immunization"}),
    "documents": frozenset({"DocumentReference", "DiagnosticReport", "Composition"}),
}
NAMES: Final[dict[ChartSection, Text]] = {
    "demographics": Text("Person", "患者信息"), "problems": Text("Problems", "诊断与问题"),
    "allergies": Text("Allergies", "过敏"), "medications": Text("Medications", "用药"),
    "laboratory": Text("Laboratory", "检验"), "vitals": Text("Vital signs and measurements", "生命体征与测量"),
    "procedures": Text("Procedures", "操作"), "encounters": Text("Encounters", "就诊"),
    "immunizations": Text("Immunizations", "免疫接种"), "documents": Text("Documents", "文书"),
}  # fmt: skip
_PERSON_ZH: Final = {
    "name": "姓名", "sex": "性别", "age": "年龄", "birth date": "出生日期", "language": "语言", "deceased": "死亡",
}  # fmt: skip
_ABSENT: Final = Text("{}: the record says that there are none.", "{}：病历记载为无。")
_SILENT: Final = Text(
    "{}: nothing is recorded, which does not mean that there are none.", "{}：病历未记载，不等于没有。"
)
_COUNT: Final = Text("{}: {} of {:entry|entries}.", "{}：{}/{} 条。")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the chart; what the record does not say is left out."""

    what: str
    value: str | float | bool | None = None
    unit: str | None = None
    date: str | None = None
    interval: str | None = None
    status: str | None = None
    reference: str = ""
    source: ChartEvidence | None = None

    def words(self) -> str:
        """The row as one line, as evidence quotes it."""
        said = " ".join(str(part) for part in (self.value, self.unit) if part is not None)
        rest = (self.interval and f"({self.interval})", self.status, self.date)
        line = ", ".join(str(part) for part in (said, *rest) if part)
        return f"{self.what}: {line}" if line else self.what

    def told(self) -> dict[str, Any]:
        """The row as a talker is told it."""
        fields = ((name, getattr(self, name)) for name in self.__struct_fields__ if name != "source")
        return {name: value for name, value in fields if value not in {None, ""}}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One section: whether there is something, its rows, the latest dates first, and whether some are cut."""

    section: ChartSection
    state: Presence
    summary: str
    rows: tuple[Row, ...] = ()
    denied: tuple[str, ...] = ()
    cut: bool = False


def view(chart: Chart, section: ChartSection, language: Language) -> View:
    """One section of the chart; the caller has made sure that the chart may show it."""
    state, rows, denied = _ROWS[section](chart)
    if section == "medications" and language == "zh":
        rows = _of(chart.medications, _medication_zh)[1]
    if section == "demographics" and language == "zh":
        rows = [msgspec.structs.replace(row, what=_PERSON_ZH.get(row.what, row.what)) for row in rows]
    shown = tuple(rows[:MOST_ROWS])
    name = NAMES[section].in_(language)
    if rows:
        summary = fill(_COUNT.in_(language), name, len(shown), len(rows))
    else:
        summary = (_ABSENT if state == "absent" else _SILENT).in_(language).format(name)
    return View(
        section=section, state=state, summary=summary, rows=shown, denied=denied, cut=len(shown) < len(rows)
    )  # fmt: skip


Rows = tuple[Presence, list[Row], tuple[str, ...]]


def _of(section: Section[Any], row: Callable[[Any], Row], entries: Iterable[Any] | None = None) -> Rows:
    rows = [row(entry) for entry in (section if entries is None else entries)]
    rows.sort(key=lambda one: one.date or "", reverse=True)
    return section.state, rows, section.denied


def _row(source: Source, what: str, **more: Any) -> Row:
    return Row(what=what, reference=source.reference, source=source.cite(), **more)


def _demographics(chart: Chart) -> Rows:
    who = chart.demographics
    rows = [] if who is None else list(_person(who, chart.as_of))
    return ("present" if rows else "not-recorded"), rows, ()


def _person(who: Demographics, as_of: datetime) -> Iterator[Row]:
    facts = (
        ("name", who.name, None), ("sex", who.gender, None), ("age", who.age_at(as_of), "a"),
        ("birth date", _day(who.birth_date) or who.birth_text, None), ("language", who.language, None),
        ("deceased", who.deceased, None),
    )  # fmt: skip
    return (
        _row(who.source, what, value=value, unit=unit)
        for what, value, unit in facts
        if value is not None and value != ""
    )


def _problem(one: Problem) -> Row:
    status = "; ".join(word for word in (one.clinical_status, one.verification) if word)
    return _row(
        one.source, _name(one.concept), status=status or None, date=_day(one.onset or one.recorded) or one.onset_text
    )


def _allergy(one: Any) -> Row:
    reactions = "; ".join(_name(m) for reaction in one.reactions for m in reaction.manifestations)
    words = (one.kind, one.clinical_status, one.verification, one.criticality and f"criticality {one.criticality}")
    return _row(
        one.source, _name(one.concept), value=reactions or None, status="; ".join(w for w in words if w) or None,
        date=_day(one.recorded),
    )  # fmt: skip


def _medication(one: MedicationEntry) -> Row:
    use = {True: "current", False: "not current", None: one.status or "use not known"}[one.current]
    words = (
        "draft" if one.draft else "",
        "do not give" if one.do_not_perform else "",
        "not given" if one.not_done else "",
    )
    said = "; ".join(dose.text or _dosed(dose.amount, dose.per_day) for dose in one.doses)
    return _row(
        one.source, _name(one.concept), value=said or None, status="; ".join(w for w in (use, *words) if w),
        date=_day(one.authored or one.period.start),
    )  # fmt: skip


def _medication_zh(one: MedicationEntry) -> Row:
    row = _medication(one)
    said = "；".join(doses.dose(each) for each in one.doses)
    return msgspec.structs.replace(row, what=doses.name(row.what), value=said or None)


def _dosed(amount: Measure | None, per_day: float | None) -> str:
    parts = (_measured(amount) if amount else "", f"{per_day:g} times a day" if per_day else "")
    return " ".join(part for part in parts if part)


def _readings(*, laboratory: bool) -> Callable[[Chart], Rows]:
    def rows(chart: Chart) -> Rows:
        section = chart.observations
        wanted = [one for one in section if _of_laboratory(one) is laboratory]
        state: Presence = "present" if wanted else "not-recorded"
        return state, _of(section, _reading, wanted)[1], section.denied

    return rows


def _of_laboratory(one: Reading) -> bool:
    """As its category says; where it has none, whether laboratories measure it."""
    if one.category:
        return "laboratory" in one.category
    return any(analytes().find(loinc=code) for code in one.concept.codes(LOINC))


def _reading(one: Reading) -> Row:
    value, unit = _value(one)
    interval = one.range_text or _between(one.low, one.high)
    words = (*one.interpretation, "not done" if one.not_done else "", one.status if one.status != "final" else "")
    return _row(
        one.source, _name(one.concept), value=value, unit=unit, interval=interval or None,
        status="; ".join(w for w in words if w) or None, date=_day(one.at) or one.at_text,
    )  # fmt: skip


def _value(one: Reading) -> tuple[str | float | bool | None, str | None]:
    value = one.value
    if isinstance(value, Measure):
        return (f"{value.comparator}{value.value:g}" if value.comparator else value.value), value.unit
    if isinstance(value, Concept):
        return _name(value), None
    if isinstance(value, Interval):
        return _between(value.low, value.high), None
    if isinstance(value, Proportion):
        return f"{_measured(value.numerator)}/{_measured(value.denominator)}", None
    if isinstance(value, Span):
        return value.text or f"{_day(value.start) or ''}/{_day(value.end) or ''}", None
    return (value if value is not None else one.absent_reason), None


def _procedure(one: Any) -> Row:
    when = _day(one.performed.end or one.performed.start) or one.performed.text
    return _row(one.source, _name(one.concept), status="not done" if one.not_done else one.status, date=when)


def _encounter(one: Encounter) -> Row:
    what = "; ".join(_name(concept) for concept in one.types) or one.class_code or "encounter"
    reasons = "; ".join(_name(concept) for concept in one.reasons)
    return _row(
        one.source, what, value=reasons or None, status=one.status, date=_day(one.period.start) or one.period.text
    )


def _immunization(one: Any) -> Row:
    when = _day(one.occurred) or one.occurred_text
    return _row(one.source, _name(one.concept), status="not given" if one.not_done else one.status, date=when)


def _document(one: Document) -> Row:
    text = one.text[:_MOST_TEXT] if one.text else None
    return _row(
        one.source, one.title or _name(one.concept), value=text, status=one.status, date=_day(one.at) or one.at_text
    )


_ROWS: Final[dict[ChartSection, Callable[[Chart], Rows]]] = {
    "demographics": _demographics,
    "problems": lambda chart: _of(chart.problems, _problem),
    "allergies": lambda chart: _of(chart.allergies, _allergy),
    "medications": lambda chart: _of(chart.medications, _medication),
    "laboratory": _readings(laboratory=True),
    "vitals": _readings(laboratory=False),
    "procedures": lambda chart: _of(chart.procedures, _procedure),
    "encounters": lambda chart: _of(chart.encounters, _encounter),
    "immunizations": lambda chart: _of(chart.immunizations, _immunization),
    "documents": lambda chart: _of(chart.documents, _document),
}


def _name(concept: Concept) -> str:
    return concept.name() or "not named"


def _measured(measure: Measure | None) -> str:
    return (
        ""
        if measure is None
        else " ".join(w for w in (f"{measure.comparator or ''}{measure.value:g}", measure.unit) if w)
    )


def _between(low: Measure | None, high: Measure | None) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"≤ {_measured(high)}"
    return f"≥ {_measured(low)}" if high is None else f"{low.value:g}–{_measured(high)}"


def _day(moment: datetime | date | None) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, datetime) and (moment.hour or moment.minute):
        return moment.strftime("%Y-%m-%d %H:%M")
    return moment.strftime("%Y-%m-%d")
