"""What the chart says, as statements: who it is, problems, allergies, medicines, the stay."""

from datetime import date, datetime
from typing import Final

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.harness.service import Context
from openward.record.chart import Allergy, Chart, Demographics, Encounter, Problem, Source
from openward.record.charting.frame import literal_path
from openward.services.clinical_note.statement import Statement

_SEX: Final = {"female": Text("female", "女"), "male": Text("male", "男"), "other": Text("sex: other", "性别：其他")}
_INPATIENT: Final = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "EMER", "SS"})


def cite(source: Source, concept: Concept, path: str, on: datetime | None = None) -> ChartEvidence:
    """Evidence for the name of a concept."""
    return source.cite(literal_path(concept, path), concept.name(), on=on)


def day(moment: datetime | date | None) -> str:
    """The day of a moment, empty when it is not known."""
    return "" if moment is None else (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def made(topic: str, text: str, *evidence: ChartEvidence) -> Statement:
    """A statement of the chart."""
    return Statement(topic=topic, text=text, by="chart", evidence=evidence)


def stay_of(chart: Chart, context: Context) -> Encounter | None:
    """The stay that is meant: the one in focus, else the last inpatient one."""
    stays = [e for e in chart.encounters if e.status not in ("cancelled", "entered-in-error", "planned")]
    focused = [e for e in stays if e.source.reference in context.focus]
    inside = focused or [e for e in stays if e.class_code in _INPATIENT]
    dated = [e for e in inside if e.period.start is not None]
    return max(dated, key=lambda e: e.period.start or context.now, default=inside[-1] if inside else None)


def person(chart: Chart, context: Context) -> list[Statement]:
    """Who the patient is."""
    who = chart.demographics
    if who is None:
        return []
    parts, evidence = _named(who, context)
    return (
        [made("person", _JOIN.in_(context.language).join(parts) + _STOP.in_(context.language), *evidence)]
        if parts
        else []
    )


def _named(who: Demographics, context: Context) -> tuple[list[str], list[ChartEvidence]]:
    parts, evidence = [], []
    if who.name:
        parts.append(who.name)
        evidence.append(who.source.cite())
    if who.gender in _SEX:
        parts.append(_SEX[who.gender].in_(context.language))
        evidence.append(who.source.cite("gender", who.gender))
    age = who.age_at(context.now)
    if age is not None:
        parts.append(_AGE.in_(context.language).format(age=age))
        evidence.append(who.source.cite("birthDate", who.birth_text))
    return parts, evidence


def problems(chart: Chart, context: Context, stay: Encounter | None) -> list[Statement]:
    """Problems: those of before as history, those of the stay as what is being treated."""
    out = []
    for one in chart.problems:
        if one.verification in ("refuted", "entered-in-error") or one.concept.name() is None:
            continue
        during = _since(one, stay)
        out.append(made("assessment" if during else "past", _problem(one, context.language), _cited(one)))
    return out


def _since(one: Problem, stay: Encounter | None) -> bool:
    begun = one.onset or one.recorded
    start = stay.period.start if stay is not None else None
    return begun is not None and start is not None and begun.date() >= start.date()


def _cited(one: Problem) -> ChartEvidence:
    return cite(one.source, one.concept, one.path, one.onset or one.recorded)


def _problem(one: Problem, language: Language) -> str:
    words = one.concept.name() or ""
    since = day(one.onset) or one.onset_text or ""
    details = [_SINCE.in_(language).format(day=since)] if since else []
    if one.verification in ("provisional", "differential", "unconfirmed"):
        details.append(_UNSURE.in_(language))
    if one.active is False:
        ended = day(one.abatement) or one.abatement_text or ""
        details.append(_OVER.in_(language).format(day=ended).strip())
    return (
        words
        + (
            f" ({', '.join(details)})"
            if details and language == "en"
            else f"（{'，'.join(details)}）"
            if details
            else ""
        )
        + _STOP.in_(language)
    )


def allergies(chart: Chart, language: Language) -> list[Statement]:
    """Allergies as recorded; a record that says nothing gives no statement."""
    section = chart.allergies
    if section.state == "absent" and section.stated_by is not None:
        return [made("allergy", _NO_ALLERGY.in_(language), section.stated_by.cite())]
    out = []
    for one in section:
        if one.verification in ("refuted", "entered-in-error") or one.no_known_risk or one.concept.name() is None:
            continue
        out.append(made("allergy", _allergy(one, language), cite(one.source, one.concept, one.path, one.recorded)))
    return out


def _allergy(one: Allergy, language: Language) -> str:
    words = [one.concept.name() or ""]
    reactions = [name for r in one.reactions for m in r.manifestations if (name := m.name())]
    if reactions:
        words.append(_JOIN.in_(language).join(reactions))
    details = []
    if one.kind == "intolerance":
        details.append(_INTOLERANCE.in_(language))
    if one.criticality == "high":
        details.append(_HIGH.in_(language))
    if one.active is False:
        details.append(_INACTIVE.in_(language))
    text = _COLON.in_(language).join(words)
    return text + (f" ({', '.join(details)})" if details else "") + _STOP.in_(language)


def stay(encounter: Encounter | None, language: Language) -> list[Statement]:
    """When the patient came, why, and when the stay ended."""
    if encounter is None:
        return []
    out, source = [], encounter.source
    if encounter.period.start is not None:
        text = _ADMITTED.in_(language).format(day=day(encounter.period.start))
        out.append(made("admitted", text, source.cite("period", on=encounter.period.start)))
    for number, reason in enumerate(encounter.reasons):
        if name := reason.name():
            evidence = cite(source, reason, f"reasonCode[{number}]")
            out.append(made("reason", name + _STOP.in_(language), evidence))
            out.append(made("admission_diagnosis", name + _STOP.in_(language), evidence))
    if encounter.period.end is not None:
        text = _DISCHARGED.in_(language).format(day=day(encounter.period.end))
        out.append(made("discharged", text, source.cite("period", on=encounter.period.end)))
    return out


_JOIN: Final = Text(", ", "，")
_STOP: Final = Text(".", "。")
_COLON: Final = Text(": ", "：")
_AGE: Final = Text("{age} years", "{age}岁")
_SINCE: Final = Text("since {day}", "自{day}")
_UNSURE: Final = Text("not confirmed", "未确诊")
_OVER: Final = Text("resolved {day}", "已缓解 {day}")
_NO_ALLERGY: Final = Text("No known allergies, as the record states.", "病历记载无已知过敏。")
_INTOLERANCE: Final = Text("intolerance", "不耐受")
_HIGH: Final = Text("high criticality", "高危")
_INACTIVE: Final = Text("recorded as inactive", "记录为非活动")
_ADMITTED: Final = Text("Admitted {day}.", "入院日期：{day}。")
_DISCHARGED: Final = Text("Discharged {day}.", "出院日期：{day}。")
