"""Reads a hook's request into a run request: what was prefetched and the draft orders become the chart."""

from typing import Any

import msgspec

from openward.domain.card import Hook
from openward.domain.errors import InputError, OpenWardError, decoding
from openward.domain.run import RunRequest


class PreconditionError(OpenWardError):
    """The service needs data that did not come with the request (CDS Hooks 2.0: 412)."""

    status = 412


class HookContext(msgspec.Struct, frozen=True, kw_only=True):
    """The context fields of the hooks that we answer; others are ignored, as the specification asks."""

    patientId: str  # noqa: N815 - the specification's name
    encounterId: str | None = None  # noqa: N815 - the specification's name
    selections: tuple[str, ...] = ()
    draftOrders: dict[str, Any] | None = None  # noqa: N815 - the specification's name


class HookRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The request of a CDS client."""

    hook: str
    hookInstance: str  # noqa: N815 - the specification's name
    context: HookContext
    prefetch: dict[str, dict[str, Any] | None] = {}


def decode(body: bytes, hook: Hook) -> HookRequest:
    """The request; InputError when it does not follow the specification or calls another hook."""
    try:
        request = msgspec.json.decode(body, type=HookRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"the CDS Hooks request is wrong: {decoding(error)}"
        raise InputError(msg) from error
    if request.hook != hook:
        msg = f"this CDS service answers the hook '{hook}'; see GET /cds-services for the others"
        raise InputError(msg)
    return request


def run_request(request: HookRequest, *, known: bool, language: str) -> RunRequest:
    """The run request; `known` says whether the record holds the patient.

    What the client sent is laid over the record when the record knows the patient and the client sent no Patient;
    a client that sent the Patient is taken at its word alone.

    Raises:
        PreconditionError: neither the prefetch nor the record holds the patient.
    """
    patient = request.context.patientId.removeprefix("Patient/")
    resources = [r for held in request.prefetch.values() if held for r in _resources(held)]
    sent = any(r.get("resourceType") == "Patient" for r in resources)
    if not sent and not known:
        msg = "the prefetch holds no Patient and this ward's record does not know the patient; send the prefetch"
        raise PreconditionError(msg)
    resources += _resources(request.context.draftOrders or {})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    return RunRequest(
        patient=None if sent else patient,
        bundle=msgspec.Raw(msgspec.json.encode(bundle)),
        focus=request.context.selections,
        language="zh" if language == "zh" else "en",
    )


def _resources(held: dict[str, Any]) -> list[dict[str, Any]]:
    if held.get("resourceType") != "Bundle":
        return [held] if held else []
    entries = held.get("entry") or []
    return [e["resource"] for e in entries if isinstance(e, dict) and isinstance(e.get("resource"), dict)]
