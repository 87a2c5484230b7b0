"""OperationOutcome, and the errors of this door."""

from typing import Final

import msgspec

from openward.domain.errors import OpenWardError

JSON: Final = "application/fhir+json"
_ENCODER: Final = msgspec.json.Encoder()
# FHIR R4 value set issue-type
_CODES: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    503: "transient",
}


class NotSupportedError(OpenWardError):
    """The request is right FHIR that this door does not speak."""

    status = 400


class NotAcceptableError(OpenWardError):
    """The caller wants a format that this door does not write."""

    status = 406


class TooLargeError(OpenWardError):
    """The body is larger than this door takes."""

    status = 413


def outcome(status: int, words: str, *, code: str | None = None, severity: str = "error") -> bytes:
    """One issue as JSON; the words never hold patient data, since no error message of the house does."""
    issue = {"severity": severity, "code": code or _CODES.get(status, "exception"), "diagnostics": words}
    return _ENCODER.encode({"resourceType": "OperationOutcome", "issue": [issue]})
