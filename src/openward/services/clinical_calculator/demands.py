"""What must hold of an instrument's file before it is used: bands that tile, inputs that exist, formulas that fit."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Final

from openward.domain.quantity import is_unit
from openward.services.clinical_calculator.bands import ascending
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.instruments import InputDefinition, Instrument, Meaning
from openward.services.clinical_calculator.scales import Item, Scale

_WAYS: Final = "bands (points), choices, yes, or each"


def faults_of(instrument: Instrument, definitions: Mapping[str, InputDefinition]) -> list[str]:
    """What is wrong with an instrument, in words; empty when it is right."""
    faults = [] if is_unit(instrument.unit) else [f"'{instrument.unit}' is no UCUM unit"]
    if bool(instrument.formula) == bool(instrument.items):
        faults.append("it needs either a formula or items")
    named = {*instrument.inputs, *instrument.optional, *(i for d in instrument.derived.values() for i in d.inputs)}
    named |= {i for item in instrument.items for i in item.inputs()}
    faults += [f"there is no input '{name}' in inputs.toml" for name in sorted(named - definitions.keys())]
    if faults:
        return faults
    faults += _formula_faults(instrument)
    faults += [f for item in instrument.items for f in _item_faults(item, definitions)]
    if instrument.meaning:
        faults += _meaning_faults(instrument.meaning)
    return faults


def _formula_faults(instrument: Instrument) -> Iterator[str]:
    wanted = [(d.formula, d.inputs) for d in instrument.derived.values()]
    if instrument.formula:
        wanted.append((instrument.formula, (*instrument.inputs, *instrument.optional)))
    for name, inputs in wanted:
        if name not in FORMULAS:
            yield f"there is no formula '{name}'"
        elif not _fits(name, inputs):
            yield f"the formula '{name}' takes other inputs than {', '.join(inputs)}"


def _fits(name: str, inputs: tuple[str, ...]) -> bool:
    parameters = inspect.signature(FORMULAS[name]).parameters
    return any(p.kind is p.VAR_KEYWORD for p in parameters.values()) or set(parameters) == set(inputs)


def _meaning_faults(meaning: Meaning) -> Iterator[str]:
    bands = len(meaning.cuts) + 1
    if len(meaning.en) != bands or len(meaning.zh) != bands or len(meaning.severity) not in {0, bands}:
        yield f"meaning: {len(meaning.cuts)} cuts need {bands} words in each language, and as many severities or none"
    if not ascending(meaning.cuts):
        yield "meaning: the cuts do not ascend"


def _item_faults(item: Item, definitions: Mapping[str, InputDefinition]) -> Iterator[str]:
    if not item.by:
        yield from _scale_faults(item.name, item, item.input, definitions)
        return
    decider = definitions[item.by]
    wanted = {"flag": {"yes", "no"}, "choice": set(decider.options)}.get(
        decider.kind, {str(n) for n in range(len(item.by_cuts) + 1)}
    )
    if set(item.cases) != wanted:
        yield f"item '{item.name}': its cases must be {', '.join(sorted(wanted))}"
    for case in item.cases.values():
        yield from _scale_faults(item.name, case, case.input or item.input, definitions)


def _scale_faults(name: str, scale: Scale, input: str, definitions: Mapping[str, InputDefinition]) -> Iterator[str]:
    ways = [bool(scale.points), bool(scale.choices), scale.yes is not None, scale.each is not None]
    if sum(ways) != 1:
        yield f"item '{name}': it needs exactly one of {_WAYS}"
        return
    if len(scale.points) == 1 and not scale.cuts:
        return
    if not input:
        yield f"item '{name}': it names no input"
        return
    kind = definitions[input].kind
    if kind != ("choice" if scale.choices else "flag" if scale.yes is not None else "number"):
        yield f"item '{name}': the input '{input}' is a {kind}"
    if scale.choices and set(scale.choices) != set(definitions[input].options):
        yield f"item '{name}': every option of '{input}' needs its points"
    if scale.points and (len(scale.points) != len(scale.cuts) + 1 or not ascending(scale.cuts)):
        yield f"item '{name}': n ascending cuts need n + 1 points"
