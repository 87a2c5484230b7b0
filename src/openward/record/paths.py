"""Element paths inside a resource, as evidence names them (`component[1].valueQuantity.value`)."""

import re
from typing import Any, Final

import msgspec

from openward.domain.errors import RecordError

_STEP: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[0-9]{1,9}\])*)")
_INDEX: Final = re.compile(r"[0-9]+")
_LONGEST: Final = 1000


def resolve(body: bytes, path: str) -> Any:
    """The JSON value at a path of a resource; the empty path is the whole resource.

    Raises:
        RecordError: the bytes are no JSON, the path is malformed, or nothing stands there; the message names the path
            and never a value.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RecordError("the resource is no JSON that can be read; read it again from its source") from None
    for step in _steps(path):
        value = _descend(value, step, path)
    return value


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    if not path:
        return steps
    if len(path) > _LONGEST:
        raise RecordError(f"the path is longer than {_LONGEST} characters")
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise RecordError("the path is malformed: write element names and [indexes], joined by dots")
        steps.append(match.group(1))
        steps.extend(int(index) for index in _INDEX.findall(match.group(2)))
    return steps


def _descend(value: object, step: str | int, path: str) -> object:
    if isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            return value[step]
    elif isinstance(value, dict) and step in value:
        return value[step]
    raise RecordError(f"nothing stands at the path '{path}' of this resource")
