"""Reads what a door received into a RunRequest, and the service's typed input out of it."""

from typing import Any

import msgspec

from openward.domain.errors import InputError, decoding
from openward.domain.proposal import Language
from openward.domain.run import RunRequest
from openward.harness.service import Service

ENVELOPE = frozenset(RunRequest.__struct_fields__)
_MAX_DEPTH = 64
_MAX_ID = 128
_QUOTE, _BACKSLASH = b'"\\'


class _Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A RunRequest on the wire, where an absent bundle may be `null`."""

    input: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    patient: str | None = None
    bundle: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    focus: tuple[str, ...] = ()
    language: Language = "en"


def request_of(data: bytes) -> RunRequest:
    """A run request from JSON bytes.

    Three forms are understood: the whole request (`{"patient": …, "input": {…}}`); a FHIR Bundle or resource alone,
    which becomes the `bundle`; and the service's input alone (`{"orders": […]}`).

    Raises:
        InputError: the bytes are not JSON, nest too deeply, or a field of the request has the wrong type.
    """
    fields = _fields(data)
    if "resourceType" in fields:
        return RunRequest(bundle=msgspec.Raw(data))
    if fields and not fields.keys() <= ENVELOPE:
        return RunRequest(input=msgspec.Raw(data))
    try:
        told = msgspec.json.decode(data, type=_Told)
    except msgspec.ValidationError as error:
        msg = f"the request is wrong: {decoding(error)}; its fields are {', '.join(sorted(ENVELOPE))}"
        raise InputError(msg) from error
    if told.patient is not None and not 0 < len(told.patient) <= _MAX_ID:
        msg = f"the request is wrong: 'patient' must have 1 to {_MAX_ID} characters"
        raise InputError(msg)
    bundle = None if bytes(told.bundle) == b"null" else told.bundle
    given = msgspec.Raw(b"{}") if bytes(told.input) == b"null" else told.input
    return RunRequest(input=given, patient=told.patient, bundle=bundle, focus=told.focus, language=told.language)


def _fields(data: bytes) -> dict[str, msgspec.Raw]:
    if _depth(data) > _MAX_DEPTH:
        msg = f"the request nests deeper than {_MAX_DEPTH} levels"
        raise InputError(msg)
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"the request is not a JSON object: {decoding(error)}"
        raise InputError(msg) from error


def _depth(data: bytes) -> int:
    """An upper bound of the nesting depth, cheap: brackets inside strings count too."""
    depth = deepest = 0
    if data.count(b"{") + data.count(b"[") <= _MAX_DEPTH:
        return 0
    inside = escaped = False
    for byte in data:
        if inside:
            inside, escaped = (byte != _QUOTE or escaped), byte == _BACKSLASH and not escaped
        elif byte == _QUOTE:
            inside = True
        elif byte in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"}]":
            depth -= 1
    return deepest


def input_of(service: Service, raw: msgspec.Raw) -> Any:
    """The typed input of a service.

    Raises:
        InputError: the input does not fit `reads`; the message names the path and the expected type.
    """
    try:
        return msgspec.json.decode(raw, type=service.reads)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        fields = ", ".join(service.reads.__struct_fields__)
        msg = f"the input of '{service.id}' is wrong: {decoding(error)}; its fields are {fields}"
        raise InputError(msg) from error
