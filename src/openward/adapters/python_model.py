"""A small model that is a Python function: `package.module:function`, pinned by the digest of its module's file."""

import asyncio
import hashlib
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from openward.domain.errors import ModelError
from openward.domain.model import Model

_Function = Callable[..., Mapping[str, float]]
_HASHED: Final = "sha256"


class PythonEngine:
    """Calls functions with the inputs by name; a module that is not the one registered is not even imported."""

    def __init__(self) -> None:
        self._functions: dict[str, _Function] = {}

    async def check(self, model: Model) -> None:
        """Whether the function is there and its module the one that was registered."""
        self._function(model)

    async def run(self, model: Model, inputs: Mapping[str, float | str | bool], seconds: float) -> Mapping[str, float]:
        """The outputs of the function."""
        function = self._function(model)
        try:
            outputs = await asyncio.wait_for(asyncio.to_thread(function, **inputs), seconds)
        except TimeoutError:
            raise ModelError(f"'{model.id}' did not answer in {seconds:g} s") from None
        except Exception as error:  # noqa: BLE001 - a stranger's code; what it says may hold a patient's data
            raise ModelError(f"'{model.id}' raised {type(error).__name__}; its owner must repair it") from None
        return {name: float(value) for name, value in outputs.items()}

    def _function(self, model: Model) -> _Function:
        return self._functions.get(model.id) or self._functions.setdefault(model.id, _load(model))


def _load(model: Model) -> _Function:
    place, _, name = model.address.partition(":")
    try:
        found = importlib.util.find_spec(place)
    except (ImportError, ValueError):
        found = None
    if found is None or found.origin is None:
        raise ModelError(f"'{model.id}': there is no module '{place}'; install the package that holds it")
    check_digest(model, Path(found.origin))
    function: Any = getattr(importlib.import_module(place), name, None)
    if not callable(function):
        raise ModelError(f"'{model.id}': the module '{place}' has no function '{name}'")
    return function  # type: ignore[no-any-return]


def check_digest(model: Model, path: Path) -> bytes:
    """The bytes of a model's file.

    Raises:
        ModelError: it cannot be read, or is not the file that was registered.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"'{model.id}': its file cannot be read: {error.strerror}") from None
    digest = hashlib.new(_HASHED, data).hexdigest()
    if model.card is None or digest != model.card.digest.lower():
        raise ModelError(
            f"'{model.id}': its file is not the one that was registered (SHA-256 {digest}); "
            "have it validated, then write the new digest and a new version into the registry"
        )
    return data
