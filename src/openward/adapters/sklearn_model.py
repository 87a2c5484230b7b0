"""A small model of scikit-learn or LightGBM, kept by skops: a file of data, never of code (the extra `sklearn`)."""

import asyncio
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from openward.adapters.python_model import check_digest
from openward.domain.errors import ModelError, SettingsError
from openward.domain.model import Field, Model

# Whatever a card says, nothing else is ever made of a file.
_PACKAGES: Final = ("collections.", "lightgbm.", "numpy.", "scipy.", "sklearn.")
_EXTRA: Final = "needs the extra 'sklearn': pip install 'openward[sklearn]' (and lightgbm, where it is of LightGBM)"


class SklearnEngine:
    """Runs skops files below a folder; a file that holds types that neither skops nor the card vouches for is refused.

    The inputs of the card go in as one row, in the order in which the model was trained if it knows names, else in that
    of the card. A regression gives the one output of the card; so does a classifier of two classes, as the probability
    of the second one; one of more classes gives the probability of each class that the card names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Any] = {}

    async def check(self, model: Model) -> None:
        """Whether the file is the one that was registered and holds nothing that is not trusted."""
        await asyncio.to_thread(self._model, model)

    async def run(self, model: Model, inputs: Mapping[str, float | str | bool], seconds: float) -> Mapping[str, float]:
        """The outputs of the model."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._run, model, inputs), seconds)
        except TimeoutError:
            raise ModelError(f"'{model.id}' did not answer in {seconds:g} s") from None
        except (ModelError, SettingsError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a trained model raises; it may quote the inputs
            raise ModelError(f"'{model.id}' raised {type(error).__name__}; see that its card fits") from None

    def _run(self, model: Model, inputs: Mapping[str, float | str | bool]) -> dict[str, float]:
        assert model.card is not None
        kept = self._model(model)
        row = _row(_ordered(model, model.card.inputs, getattr(kept, "feature_names_in_", None)), inputs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that the row has no names: it is in the order of the names
            return _outputs(model, model.card.outputs, kept, row)

    def _model(self, model: Model) -> Any:
        return self._kept.get(model.id) or self._kept.setdefault(model.id, _load(model, self._folder))


def _load(model: Model, folder: Path) -> Any:
    try:
        from skops.io import get_untrusted_types, loads
    except ModuleNotFoundError:
        raise SettingsError(f"'{model.id}' {_EXTRA}") from None
    path = (folder / model.address).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ModelError(f"'{model.id}': its file must lie below {folder}")
    data = check_digest(model, path)
    trusted = [name for name in (model.card.types if model.card else ()) if name.startswith(_PACKAGES)]
    try:
        strange = sorted(set(get_untrusted_types(data=data)) - set(trusted))
    except Exception as error:  # noqa: BLE001 - a file of any shape
        raise ModelError(f"'{model.id}': its file is none of skops ({type(error).__name__})") from None
    if strange:
        raise ModelError(
            f"'{model.id}': its file holds types that are not trusted: {', '.join(strange)[:300]}; "
            "those of scikit-learn and LightGBM can be named in its card (types) by who knows where the file is from"
        )
    return _loaded(model, partial(loads, data, trusted=trusted))


def _loaded(model: Model, load: Callable[[], Any]) -> Any:
    from sklearn.exceptions import InconsistentVersionWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", InconsistentVersionWarning)
            return load()
    except InconsistentVersionWarning as error:
        raise ModelError(
            f"'{model.id}' was trained with scikit-learn {error.original_sklearn_version}, here is "
            f"{error.current_sklearn_version}; install that version, or have the model trained and validated anew"
        ) from None
    except ImportError:
        raise SettingsError(f"'{model.id}' {_EXTRA}") from None


def _ordered(model: Model, fields: tuple[Field, ...], trained: Any) -> tuple[Field, ...]:
    known = {field.name: field for field in fields}
    names = list(known) if trained is None else [str(name) for name in trained]
    if set(names) != set(known):
        raise ModelError(f"'{model.id}' was trained on other inputs than its card names: {', '.join(names)[:300]}")
    return tuple(known[name] for name in names)


def _row(fields: tuple[Field, ...], inputs: Mapping[str, float | str | bool]) -> Any:
    import numpy as np

    values = [inputs.get(field.name, np.nan) for field in fields]
    if any(field.type == "text" for field in fields):
        return np.array([values], dtype=object)
    return np.array([values], dtype=np.float64)


def _outputs(model: Model, names: tuple[str, ...], kept: Any, row: Any) -> dict[str, float]:
    classes = [str(one) for one in getattr(kept, "classes_", ())]
    if not classes:
        return {names[0]: float(kept.predict(row)[0])}
    shares = [float(share) for share in kept.predict_proba(row)[0]]
    if len(classes) == 2 and len(names) == 1:  # noqa: PLR2004 - yes or no
        return {names[0]: shares[1]}
    missing = sorted(set(names) - set(classes))
    if missing:
        raise ModelError(f"'{model.id}' knows the classes {', '.join(classes)}, none of them is {', '.join(missing)}")
    return {name: share for name, share in zip(classes, shares, strict=True) if name in names}
