"""A small model in an ONNX file, run on the CPU by onnxruntime (the extra `onnx`)."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openward.adapters.python_model import check_digest
from openward.domain.errors import ModelError, SettingsError
from openward.domain.model import Field, Model


class OnnxEngine:
    """Runs ONNX files below a folder.

    A graph either has one input for each input of the card, by the same name, or one input that takes all numbers of
    the card in their order. Of its outputs, those that the card names are read; a row of several numbers (the
    probabilities of a classifier) gives the last one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sessions: dict[str, Any] = {}

    async def check(self, model: Model) -> None:
        """Whether the file is the one that was registered, and onnxruntime can read it."""
        await asyncio.to_thread(self._session, model)

    async def run(self, model: Model, inputs: Mapping[str, float | str | bool], seconds: float) -> Mapping[str, float]:
        """The outputs of the graph."""
        session = await asyncio.to_thread(self._session, model)
        try:
            return await asyncio.wait_for(asyncio.to_thread(_run, session, model, inputs), seconds)
        except TimeoutError:
            raise ModelError(f"'{model.id}' did not answer in {seconds:g} s") from None
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - onnxruntime's errors have no base of their own
            raise _raised(model, error) from None

    def _session(self, model: Model) -> Any:
        return self._sessions.get(model.id) or self._sessions.setdefault(model.id, self._load(model))

    def _load(self, model: Model) -> Any:
        try:
            import onnxruntime
        except ModuleNotFoundError:
            raise SettingsError("ONNX models need the extra 'onnx': pip install 'openward[onnx]'") from None
        path = (self._folder / model.address).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ModelError(f"'{model.id}': its file must lie below {self._folder}")
        data = check_digest(model, path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - as above
            raise _raised(model, error) from None


def _raised(model: Model, error: Exception) -> ModelError:
    return ModelError(f"'{model.id}': onnxruntime raised {type(error).__name__}; see that its file and card fit")


def _run(session: Any, model: Model, inputs: Mapping[str, float | str | bool]) -> dict[str, float]:
    assert model.card is not None
    taken = [entry.name for entry in session.get_inputs()]
    fed = _fed(model.card.inputs, inputs, taken)
    names = [entry.name for entry in session.get_outputs()]
    wanted = [name for name in names if name in model.card.outputs]
    if not wanted:
        raise ModelError(f"'{model.id}': its file gives {', '.join(names)}, none of which its card names")
    return {name: _last(value) for name, value in zip(wanted, session.run(wanted, fed), strict=True)}


def _fed(fields: tuple[Field, ...], inputs: Mapping[str, float | str | bool], taken: list[str]) -> dict[str, Any]:
    import numpy as np

    if len(taken) == 1 and taken[0] not in {field.name for field in fields}:
        row = [float(inputs.get(field.name, float("nan"))) for field in fields]
        return {taken[0]: np.array([row], dtype=np.float32)}
    return {
        name: np.array([[value]], dtype=object if isinstance(value, str) else np.float32)
        for name, value in inputs.items()
        if name in taken
    }


def _last(value: Any) -> float:
    """The number that an output is: itself, or the last one of a row."""
    import numpy as np

    return float(np.asarray(value).reshape(-1)[-1])
