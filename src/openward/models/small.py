"""Small models of the registry: numbers in, numbers out, each only with the file and the inputs of its card."""

import math
from collections.abc import Mapping
from typing import Final

from openward.domain.errors import InputError, ModelError, SettingsError
from openward.domain.model import Field, Model, Prediction, PredictRequest, SmallCard
from openward.models.registry import Registry
from openward.ports.model import Engine

Value = float | int | str | bool
_SHOWN: Final = 80


class SmallModels:
    """A Predictor over the small models of the registry; `engines` are the adapters by name."""

    def __init__(self, registry: Registry, engines: Mapping[str, Engine]) -> None:
        self._registry = registry
        self._engines = engines

    async def fault(self, model: Model) -> str:
        """What stands in the way of asking a small model; empty when nothing does."""
        try:
            await self._engine(model).check(model)
        except (ModelError, SettingsError) as error:
            return str(error)
        return ""

    async def predict(self, request: PredictRequest) -> Prediction:
        """The outputs for these inputs."""
        model = self._registry.model(request.model)
        if model.kind != "predict" or model.card is None:
            msg = f"'{model.id}' is no small model; it is asked by chat or for vectors"
            raise ModelError(msg)
        engine = self._engine(model)
        _check_inputs(model.card, request.inputs, model.id)
        outputs = await engine.run(model, request.inputs, request.seconds)
        return _prediction(model, model.card, outputs)

    def _engine(self, model: Model) -> Engine:
        engine = self._engines.get(model.through)
        if engine is None:
            msg = f"'{model.id}' runs through '{model.through}', which there is not; use {', '.join(self._engines)}"
            raise ModelError(msg)
        return engine


def _check_inputs(card: SmallCard, inputs: Mapping[str, Value], id: str) -> None:
    known = {field.name: field for field in card.inputs}
    unknown = sorted(inputs.keys() - known.keys())
    if unknown:
        names = ", ".join(name[:_SHOWN] for name in unknown)
        raise InputError(f"'{id}' has no input '{names}'; it has: {', '.join(known)}")
    missing = [name for name, field in known.items() if field.required and name not in inputs]
    if missing:
        raise InputError(f"'{id}' needs {', '.join(missing)}; what is not known is not guessed")
    for name, value in inputs.items():
        fault = _fault(known[name], value)
        if fault:
            raise InputError(f"the input '{name}' of '{id}' {fault}")


def _fault(field: Field, value: Value) -> str:
    if field.type == "flag":
        return "" if isinstance(value, bool) else "must be true or false"
    if field.type == "text":
        told = isinstance(value, str) and (not field.choices or value in field.choices)
        return "" if told else f"must be one of {', '.join(field.choices) or 'any text'}"
    if isinstance(value, bool | str) or math.isnan(value):
        return f"must be a number in {field.unit}"
    least = field.least if field.least is not None else -math.inf
    most = field.most if field.most is not None else math.inf
    return (
        ""
        if least <= value <= most
        else f"is outside of what the model was made for ({least:g} to {most:g} {field.unit})"
    )


def _prediction(model: Model, card: SmallCard, outputs: Mapping[str, float]) -> Prediction:
    wrong = [name for name in card.outputs if not math.isfinite(outputs.get(name, math.nan))]
    if wrong:
        msg = f"'{model.id}' did not give its outputs {', '.join(wrong)} as numbers; its owner must repair it"
        raise ModelError(msg)
    over = tuple(threshold.name for threshold in card.thresholds if outputs[threshold.output] >= threshold.at)
    return Prediction(
        model=model.id, version=model.version, digest=card.digest, over=over,
        outputs={name: outputs[name] for name in card.outputs},
    )  # fmt: skip
