"""What a person is shown of a calculation: the number or the range, what it means, every input, and the finding."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import CalculationEvidence, ChartEvidence
from openward.domain.headline import words
from openward.domain.notation import written
from openward.domain.proposal import HEADLINE_WORDS, Finding, Language, NotChecked, Severity
from openward.domain.text import Text
from openward.knowledge import tables
from openward.services.clinical_calculator.bands import Cut, band_of, cut_of
from openward.services.clinical_calculator.computing import Outcome, bounds
from openward.services.clinical_calculator.gathered import Gathered
from openward.services.clinical_calculator.instruments import InputDefinition
from openward.services.clinical_calculator.library import TABLE, Calculator
from openward.services.clinical_calculator.proposal import (
    SYSTEM,
    BandShown,
    Calculation,
    InputShown,
    PartShown,
    UnitShown,
)
from openward.services.clinical_calculator.units import usual_units

_TO: Final = " … "
_UNGIVEN: Final = Text(
    "{name} cannot be given: missing {missing}; at least {least}", "{name}无法给出：缺少{missing}；至少 {least} 分"
)
_COUNTED: Final = Text(
    "{name} cannot be given: {n} inputs missing; at least {least}", "{name}无法给出：缺少 {n} 项输入；至少 {least} 分"
)
_SILENT: Final = frozenset({"{score}", "1"})


def calculation_of(
    calculator: Calculator, inputs: Mapping[str, Gathered], outcome: Outcome, language: Language
) -> Calculation:
    """The body of the proposal."""
    row, instrument = calculator.row, calculator.instrument
    ends = bounds(calculator)
    exact = outcome.low is not None and outcome.low == outcome.high
    return Calculation(
        calculator=calculator.id,
        name=calculator.name.in_(language),
        unit=instrument.unit,
        method=row["method"],
        source=row.source,
        population=Text(row["population_en"], row["population_zh"]).in_(language),
        value=outcome.low if exact else None,
        low=outcome.low,
        high=outcome.high,
        date=outcome.day.isoformat() if outcome.day else None,
        shown=shown_of(calculator, outcome, language),
        interpretation=_meaning(calculator, outcome, language),
        inputs=tuple(_input(calculator.definitions[name], g, language) for name, g in inputs.items()),
        parts=tuple(_parts(calculator, outcome, language)),
        bands=tuple(_bands(calculator, outcome, language)),
        missing=outcome.missing,
        least=ends[0] if ends else None,
        most=ends[1] if ends else None,
    )


def _parts(calculator: Calculator, outcome: Outcome, language: Language) -> Iterator[PartShown]:
    """The points of each item, by the name of the input that gives them; of several, all their names."""
    items = {item.name: item for item in calculator.instrument.items}
    for id, (low, high) in outcome.parts:
        item = items[id]
        read = (item.input, *(case.input for case in item.cases.values()))
        inputs = tuple(dict.fromkeys(name for name in read if name)) or (item.by,)
        name = " / ".join(calculator.definitions[i].words.in_(language) for i in inputs)
        yield PartShown(id=id, name=name, low=low, high=high)


def shown_of(calculator: Calculator, outcome: Outcome, language: Language) -> str:
    """The result as a person reads it: `7`, `7–9`, `61.3 mL/min`, `17 wk 6 d`, `2026-11-21`; empty without a result."""
    if outcome.low is None or outcome.high is None:
        return ""
    if outcome.day:
        return outcome.day.isoformat()
    instrument = calculator.instrument
    if instrument.result == "weeks":
        weeks, days = divmod(round(outcome.low), 7)
        return f"{weeks} wk {days} d" if language == "en" else f"{weeks} 周 {days} 天"
    low, high = (_number(end, instrument.decimals) for end in (outcome.low, outcome.high))
    unit = _unit(instrument.unit, language)
    return " ".join(part for part in (low if low == high else f"{low}–{high}", unit) if part)


def _unit(unit: str | None, language: Language) -> str:
    """A unit in words; a number of points stands alone."""
    return "" if unit == "{score}" else written(unit, language)


def _number(value: float, decimals: int) -> str:
    if float(value).is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - whole beyond doubt
        return f"{value:.0f}"
    return f"{value:.{decimals}f}"


def _meaning(calculator: Calculator, outcome: Outcome, language: Language) -> str:
    """What the result means; of a range both ends, when they differ."""
    meaning = calculator.instrument.meaning
    if meaning is None or outcome.low is None or outcome.high is None:
        return ""
    said = [(meaning.zh if language == "zh" else meaning.en)[band_of(meaning.cuts, v)] for v in _ends(outcome)]
    return _TO.join(dict.fromkeys(said))


def _bands(calculator: Calculator, outcome: Outcome, language: Language) -> Iterator[BandShown]:
    """Every band with its reach and its words, so that a person sees how near the next one is."""
    meaning = calculator.instrument.meaning
    if meaning is None:
        return
    ends = [band_of(meaning.cuts, end) for end in _ends(outcome)]
    cuts = [None, *map(cut_of, meaning.cuts), None]
    whole = calculator.instrument.decimals == 0 and bounds(calculator) is not None
    for number, said in enumerate(meaning.zh if language == "zh" else meaning.en):
        yield BandShown(
            reach=_reach(cuts[number], cuts[number + 1], whole=whole),
            meaning=said,
            here=bool(ends) and min(ends) <= number <= max(ends),
            severity=meaning.severity[number] if meaning.severity else None,
        )


def _reach(lower: Cut | None, upper: Cut | None, *, whole: bool) -> str:
    """From where to where a band goes: `2–3` of whole points, else `≥ 2, < 4`."""
    if lower and upper and whole and lower.inclusive and upper.inclusive and lower.at.is_integer():
        last = upper.at - 1 if upper.at.is_integer() else float(int(upper.at))
        return f"{lower.at:g}" if last == lower.at else f"{lower.at:g}–{last:g}"
    start = f"{'≥' if lower.inclusive else '>'} {lower.at:g}" if lower else ""
    end = f"{'<' if upper.inclusive else '≤'} {upper.at:g}" if upper else ""
    return ", ".join(part for part in (start, end) if part)


def _ends(outcome: Outcome) -> tuple[float, ...]:
    return tuple(dict.fromkeys(end for end in (outcome.low, outcome.high) if end is not None))


def _input(definition: InputDefinition, gathered: Gathered, language: Language) -> InputShown:
    value = gathered.value
    number = definition.kind == "number"
    return InputShown(
        id=gathered.id,
        name=definition.words.in_(language),
        origin=gathered.origin,
        kind=definition.kind,
        value=value.isoformat() if isinstance(value, date) else value,
        unit=definition.unit if number else None,
        date=gathered.on,
        reference=next((e.reference for e in gathered.evidence if isinstance(e, ChartEvidence)), None),
        options=tuple(definition.options),
        labels=tuple(o.zh if language == "zh" else o.en for o in definition.options.values()),
        low=definition.low if number else None,
        high=definition.high if number else None,
        usual=_usual(definition, gathered) if number else (),
    )


def _usual(definition: InputDefinition, gathered: Gathered) -> tuple[UnitShown, ...]:
    """The value in each of its usual units, where there are several."""
    units = usual_units(definition)
    value = gathered.value if isinstance(gathered.value, float) else None
    shown = (
        UnitShown(
            unit=one.unit, value=None if value is None else one.of(value), low=low, high=high,
            stated=one.unit == gathered.unit,
        )
        for one in units
        for low, high in (one.range_of(definition),)
    )  # fmt: skip
    return tuple(shown) if len(units) > 1 else ()


def finding_of(
    calculator: Calculator,
    calculation: Calculation,
    inputs: Mapping[str, Gathered],
    outcome: Outcome,
    language: Language,
) -> Finding | None:
    """The result as a statement for a person; None when nothing could be computed."""
    if outcome.low is None or outcome.high is None:
        return None
    return Finding(
        id=_id(calculator.id, outcome, inputs),
        code=Code(SYSTEM, calculator.id, calculation.name),
        severity=_severity(calculator, outcome),
        present="passive",
        headline=_headline(calculation, language),
        why=_why(calculation, language),
        advice=_ADVICE.in_(language).format(population=calculation.population),
        evidence=tuple(_evidence(calculator, inputs, outcome)),
        certainty="definite" if outcome.low == outcome.high else "possible",
    )


def _id(calculator: str, outcome: Outcome, inputs: Mapping[str, Gathered]) -> str:
    known = (f"{name}={g.value}" for name, g in inputs.items() if g.value is not None)
    said = "\x1f".join((calculator, str(outcome.low), str(outcome.high), *known))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _severity(calculator: Calculator, outcome: Outcome) -> Severity:
    """Of the upper end: what may be so is not hidden by what is missing."""
    meaning = calculator.instrument.meaning
    if meaning is None or not meaning.severity or outcome.high is None:
        return "info"
    order: tuple[Severity, ...] = ("critical", "high", "moderate", "low", "info")
    return min((meaning.severity[band_of(meaning.cuts, v)] for v in _ends(outcome)), key=order.index)


def ungiven(calculation: Calculation, language: Language) -> tuple[str, ...]:
    """That a score cannot be given, in full and short; empty unless what is missing decides what it means."""
    if calculation.least is None or calculation.low is None or _TO not in calculation.interpretation:
        return ()
    names = {one.id: one.name for one in calculation.inputs}
    missing = (", " if language == "en" else "、").join(names.get(id, id) for id in calculation.missing)
    return tuple(
        text.in_(language).format(
            name=calculation.name, missing=missing, n=len(calculation.missing), least=f"{calculation.low:g}"
        )
        for text in (_UNGIVEN, _COUNTED)
    )


def _headline(calculation: Calculation, language: Language) -> str:
    """Name, result and, where it fits, what it means."""
    joint = "：" if language == "zh" else ": "
    short = f"{calculation.name}{joint}{calculation.shown}"
    whole = f"{short}, {calculation.interpretation}" if calculation.interpretation else short
    for line in ungiven(calculation, language) or (whole, short):
        if words(line) <= HEADLINE_WORDS and len(line) <= 200:  # noqa: PLR2004 - the length of a headline
            return line
    return f"{calculation.calculator}{joint}{calculation.shown}"


def _why(calculation: Calculation, language: Language) -> str:
    used = [
        f"{i.name} {_shown_value(i, language)}{f' ({i.date[:10]})' if i.date else ''}"
        for i in calculation.inputs
        if i.value is not None
    ]
    parts = [("; " if language == "en" else "；").join(used)]
    if calculation.interpretation:
        parts.append(calculation.interpretation)
    return (". " if language == "en" else "。").join(parts) + ("." if language == "en" else "。")


def _shown_value(shown: InputShown, language: Language) -> str:
    if isinstance(shown.value, bool):
        return "+" if shown.value else "-"
    stated = next((one for one in shown.usual if one.stated and one.value is not None), None)
    if stated:
        return f"{stated.value:.6g} {_unit(stated.unit, language)}"
    if isinstance(shown.value, float):
        return f"{shown.value:.6g} {_unit(shown.unit, language)}".strip()
    return str(shown.value)


def _evidence(
    calculator: Calculator, inputs: Mapping[str, Gathered], outcome: Outcome
) -> Iterator[CalculationEvidence]:
    """The computed number, or both ends of the range, with the row of the instrument and what went in."""
    used = tuple(dict.fromkeys(e for g in inputs.values() for e in g.evidence))
    ends = _ends(outcome)
    for place, end in enumerate(ends):
        name = calculator.id if len(ends) == 1 else f"{calculator.id} ({('least', 'most')[place]})"
        unit = "d" if outcome.day else calculator.instrument.unit
        formula = tables.find(TABLE).evidence(calculator.row)
        yield CalculationEvidence(name=name, value=end, unit=unit, formula=formula, inputs=used)


def missing_gaps(
    calculator: Calculator, inputs: Mapping[str, Gathered], outcome: Outcome, language: Language
) -> Iterator[NotChecked]:
    """One gap for each input that the result lacks or does without, and one where the equation does not hold."""
    without = (name for name in calculator.instrument.optional if inputs[name].left_out)
    for name in dict.fromkeys((*outcome.missing, *without)):
        definition, gathered = calculator.definitions[name], inputs[name]
        why = _WHY.get(gathered.why, _WHY["missing"])
        unit = _unit(definition.unit, language)
        needed = f"{definition.words.in_(language)}{f' ({unit})' if unit else ''}"
        yield NotChecked(
            code=f"input-{gathered.why}",
            what=definition.words.in_(language),
            why=why.in_(language),
            needed=needed,
            about=(f"inputs.{name}",),
        )
    if outcome.why in _REFUSED:
        reason, other = _REFUSED[outcome.why]
        yield NotChecked(
            code=outcome.why,
            what=calculator.name.in_(language),
            why=reason.in_(language),
            needed=other.in_(language),
        )


_WHY: Final = {
    "left-out": Text(
        "Left empty by whoever asked; no value of the chart stands in for it.", "录入时留空，未以病历数值代替。"
    ),
    "missing": Text("Neither given nor in the chart.", "未输入，病历中也没有。"),
    "too-old": Text("The newest value of the chart is too old.", "病历中最近的数值已过时。"),
    "not-exact": Text("The chart gives a limit, or no unit that can be read.", "病历给出的是界限值，或单位无法识别。"),
    "other-unit": Text("The unit in the chart measures something else.", "病历中的单位与该项目不符。"),
    "implausible": Text("The value in the chart is not plausible.", "病历中的数值不合理。"),
    "dose-not-read": Text(
        "An active order of it has no daily dose by mouth that can be read.", "病历有该药医嘱，但无法读出每日口服剂量。"
    ),
    "not-together": Text("The readings of the chart were not taken together.", "病历中的读数并非同时测得。"),
    "not-computable": Text("It cannot be computed from what is known.", "无法由已知值推算。"),
}
_ADVICE: Final = Text("Interpret at the bedside; valid for: {population}.", "请结合临床解读；适用人群：{population}。")
_REFUSED: Final = {
    "outside-formula": (
        Text("The values lie outside of what the equation is for.", "数值超出该公式的适用范围。"),
        Text("A measured value, or another equation.", "实测值，或其他公式。"),
    ),
    "table-missing": (
        Text("The table of reference values is not installed.", "未安装参考值表。"),
        Text("The table in the knowledge folder of the house.", "本机构知识目录中的参考值表。"),
    ),
}
