"""What the chart says of a stay day by day: problems, procedures, medicines started and stopped."""

from datetime import date, datetime
from typing import Final, NamedTuple

from openward.domain.evidence import ChartEvidence
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.record.chart import Chart
from openward.services.clinical_note.charted import cite, day, made
from openward.services.clinical_note.statement import Statement


class _Event(NamedTuple):
    """Something that happened on a day."""

    at: datetime
    text: str
    evidence: ChartEvidence


def course(chart: Chart, topic: str, first: date | None, language: Language) -> list[Statement]:
    """One statement for each event since a day, in order."""
    events = [*_problems(chart, language), *_procedures(chart), *_medicines(chart, language)]
    held = [one for one in events if first is None or one.at.date() >= first]
    held.sort(key=lambda one: one.at)
    sign = "：" if language == "zh" else ": "
    return [
        made(topic, f"{day(one.at)}{sign}{one.text}" + ("。" if language == "zh" else "."), one.evidence)
        for one in held
    ]


def procedures(chart: Chart, first: date | None, language: Language) -> list[Statement]:
    """Procedures that took place since a day."""
    held = [one for one in _procedures(chart) if first is None or one.at.date() >= first]
    mark = "（{day}）。" if language == "zh" else " ({day})."
    return [
        made("procedures", one.text + mark.format(day=day(one.at)), one.evidence)
        for one in sorted(held, key=lambda one: one.at)
    ]


def _problems(chart: Chart, language: Language) -> list[_Event]:
    out = []
    for one in chart.problems:
        at, name = one.onset or one.recorded, one.concept.name()
        if at is None or name is None or one.verification in ("refuted", "entered-in-error"):
            continue
        out.append(_Event(at, _PROBLEM.in_(language).format(name=name), cite(one.source, one.concept, one.path, at)))
        if one.abatement is not None:
            out.append(
                _Event(
                    one.abatement,
                    _OVER.in_(language).format(name=name),
                    cite(one.source, one.concept, one.path, one.abatement),
                )
            )
    return out


def _procedures(chart: Chart) -> list[_Event]:
    out = []
    for one in chart.procedures:
        at, name = one.performed.start or one.performed.end, one.concept.name()
        if (
            at is not None
            and name is not None
            and not one.not_done
            and one.status not in ("entered-in-error", "not-done")
        ):
            out.append(_Event(at, name, cite(one.source, one.concept, one.path, at)))
    return out


def _medicines(chart: Chart, language: Language) -> list[_Event]:
    out = []
    for one in chart.medications:
        name = one.concept.name()
        if name is None or one.draft or one.kind not in ("request", "statement") or one.do_not_perform or one.not_done:
            continue
        if one.status == "entered-in-error":
            continue
        words = " ".join([name, *(dose.text for dose in one.doses if dose.text)])
        evidence = cite(one.drug_source or one.source, one.concept, one.drug_path, one.authored)
        begun = one.period.start or (one.authored if one.kind == "request" else None)
        if begun is not None:
            out.append(_Event(begun, _BEGUN.in_(language).format(name=words), evidence))
        if one.period.end is not None and one.status in ("stopped", "completed"):
            out.append(_Event(one.period.end, _ENDED.in_(language).format(name=name), evidence))
    return out


_PROBLEM: Final = Text("{name}", "{name}")
_OVER: Final = Text("{name} resolved", "{name}缓解")
_BEGUN: Final = Text("{name} started", "开始{name}")
_ENDED: Final = Text("{name} stopped", "停用{name}")
