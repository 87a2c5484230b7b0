"""The tree of errors; every message says what, where and what to do, and never holds patient data.

OpenWardError
├── SettingsError     a setting is wrong or missing
├── InputError        a request cannot be read
├── RecordError       the patient record cannot be read or does not hold what was asked
│   └── NotFoundError     no such resource, run, service or row
├── KnowledgeError    a table of facts is missing, malformed or contradicts itself
├── ServiceError      a service broke its contract or its budget
│   └── BrokenServiceError    a service of this ward could not be loaded; the others serve
├── ModelError        no model may, can or does answer
│   ├── BudgetError       a budget of money or tokens does not suffice
│   └── EndpointError     one model server failed; the gateway retries, or asks another
├── CheckError        a check could not be carried out
├── AccessError       who asks is not allowed
│   ├── CrowdedError      so many prove who they are at this moment that one more has to come back
│   └── UnknownCallerError    who asks is unknown: no, a wrong, an expired or a revoked credential
│       ├── TooManyTriesError     who asks guessed too often, and has to wait
│       └── SignInError           a sign-in at the identity provider did not come about
├── ReleaseError      a version may not be released: its cases fail, or its manifest says what cannot be
├── SignOffError      a decision cannot be taken (expired, already decided, other bytes, wrong role)
├── TrailError        the trail cannot be written or does not verify
└── StoreError        the store is locked, full, or of another schema
"""

import re
from typing import Literal


class OpenWardError(Exception):
    """Base of every error that OpenWard raises on purpose; `status` is its HTTP meaning (RFC 9110)."""

    status = 500


class SettingsError(OpenWardError):
    """A setting is wrong or missing."""


class InputError(OpenWardError):
    """A request cannot be read; the message names the path of the offending part."""

    status = 400


class RecordError(OpenWardError):
    """The patient record cannot be read."""

    status = 422


class NotFoundError(RecordError):
    """What was asked for does not exist in this ward."""

    status = 404


class KnowledgeError(OpenWardError):
    """A table of facts is missing, malformed or contradicts itself."""


class ServiceError(OpenWardError):
    """A service broke its contract or its budget of time or size."""


class BrokenServiceError(ServiceError):
    """A service of this ward could not be loaded; the others serve."""

    status = 503


class ModelError(OpenWardError):
    """No model may, can or does answer."""

    status = 502


class BudgetError(ModelError):
    """A budget of money or tokens does not suffice; nothing was asked."""

    status = 429


class EndpointError(ModelError):
    """One model server failed.

    `again` says whether to ask it once more makes sense, `after` how many seconds it wants to be left alone, `used`
    whether it may have worked (and will charge) for the request, `ill` whether the fault is its own: one that is ill
    again and again is left alone for a while. `late` says that it let the time go by: it is left alone at once.
    """

    def __init__(
        self, message: str, *, again: bool = False, used: bool = False, ill: bool = True, late: bool = False,
        after: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.again = again
        self.used = used
        self.ill = ill
        self.late = late
        self.after = after


class CheckError(OpenWardError):
    """A check could not be carried out."""


class AccessError(OpenWardError):
    """Who asks is known but not allowed; `scope` is what the credential would need to hold, if that is what lacks."""

    status = 403

    def __init__(self, message: str = "", *, scope: str = "") -> None:
        super().__init__(message)
        self.scope = scope


class UnknownCallerError(AccessError):
    """Who asks is unknown: no credential, or a wrong, expired or revoked one."""

    status = 401


class TooManyTriesError(UnknownCallerError):
    """Who asks guessed too often, and has to wait for some seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many failed attempts: wait {seconds} s, then try again")
        self.seconds = seconds


class CrowdedError(AccessError):
    """So many persons prove who they are at this moment that one more has to come back in some seconds."""

    status = 503

    def __init__(self, seconds: int) -> None:
        super().__init__(f"many sign in or confirm at this moment: wait {seconds} s, then try again")
        self.seconds = seconds


SignInFault = Literal[
    "unreachable", "stale", "declined", "refused", "no_role", "no_time", "not_fresh", "another_person", "kept_out"
]


class SignInError(UnknownCallerError):
    """A sign-in at the identity provider did not come about; `fault` is why.

    "unreachable": it does not answer. "stale": it was not begun in this browser, was used before or took too long.
    "declined": the person or the provider broke it off. "refused": what the provider said is not to be believed.
    "no_role": the person has no role here. "no_time": the provider does not say when the person signed in.
    "not_fresh": that was too long ago. "another_person": somebody else came back. "kept_out": disabled here.
    """

    def __init__(self, fault: SignInFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class ReleaseError(OpenWardError):
    """A version may not be released; the message lists what speaks against it."""

    status = 409


class SignOffError(OpenWardError):
    """A decision cannot be taken: expired, already decided, other bytes, wrong role."""

    status = 409


class TrailError(OpenWardError):
    """The trail cannot be written or does not verify."""

    status = 503


class StoreError(OpenWardError):
    """The store is locked, full, unreachable or of another schema."""

    status = 503


# Folders of this machine ahead of a file's name; a path of this web (one slash, or no ending) is none.
_FOLDERS = re.compile(
    r"(?<![\w./\\:])(?:[A-Za-z]:)?(?:[/\\][^\s/\\:'\"`]+)+[/\\](?=[^\s/\\:'\"`]+\.[A-Za-z0-9]{1,8}\b)"
)


def told(error: OpenWardError) -> str:
    """What somebody at a web door is told of an error; where the store or a file lies is for whoever runs the ward."""
    if isinstance(error, StoreError) or isinstance(error.__cause__, StoreError):
        return "the store of this ward cannot do this now; who runs the ward sees why with `openward doctor`"
    return _FOLDERS.sub("", str(error))


_QUOTED = re.compile(r"(Invalid enum value|unknown field) ('[^']*'|`[^`]*`|\S+)")


def decoding(error: Exception) -> str:
    """What an error of decoding says, without the values and names of a stranger that it quotes."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeDecodeError):
        return _QUOTED.sub(r"\1", str(error))
    return "it is not UTF-8 JSON, or nests too deeply"
