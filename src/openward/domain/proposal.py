"""What a service puts forward: findings with evidence, and what it could not look at."""

from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args

import msgspec

from openward.domain.code import Code
from openward.domain.errors import InputError
from openward.domain.evidence import Evidence

Severity = Literal["critical", "high", "moderate", "low", "info"]
Present = Literal["interrupt", "passive", "log"]
Certainty = Literal["definite", "probable", "possible"]
Language = Literal["en", "zh"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "high", "moderate", "low", "info")
HEADLINE_WORDS: Final = 12


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person may do with one click; `resource` is FHIR JSON for create and update, `target` a `Type/id`."""

    label: str
    action: Literal["create", "update", "delete"]
    target: str | None = None
    resource: dict[str, Any] | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One statement for a person.

    `id` is stable for the same facts, so that a repeated run gives the same id; `code` says what kind of statement it
    is in the service's own code system; `about` names the inputs or chart entries concerned (`orders[0]`, `Type/id`).
    """

    id: str
    code: Code
    severity: Severity
    present: Present
    headline: Annotated[str, msgspec.Meta(max_length=200)]
    why: str
    advice: str
    evidence: tuple[Evidence, ...]
    certainty: Certainty = "definite"
    about: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class NotChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be looked at, why, and what would be needed; `code` is a stable word for machines."""

    code: str
    what: str
    why: str
    needed: str
    about: tuple[str, ...] = ()


class MadeBy(msgspec.Struct, frozen=True, kw_only=True):
    """How a proposal was made, exactly enough to make it again.

    `chart_version` is the record's version of the patient's chart and/or the digest of what came with the request;
    `knowledge` maps each table that was read to its version; `prompt` and `model` are set only by agents.
    """

    service: str
    service_version: str
    chart_version: str | None = None
    knowledge: dict[str, str] = {}
    model: str | None = None
    prompt: str | None = None


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """How much was looked at, so that "found nothing" never reads like "looked at nothing"."""

    what: str
    count: int


Body = TypeVar("Body", bound=msgspec.Struct)


class Proposal(msgspec.Struct, Generic[Body], frozen=True, kw_only=True):
    """What a service puts forward; findings are ranked, the first matters most."""

    summary: str
    body: Body
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    examined: tuple[Examined, ...] = ()
    language: Language = "en"
    made_by: MadeBy | None = None


def language_of(word: str) -> Language:
    """The language that a word names.

    Raises:
        InputError: it names none of the two.
    """
    for language in get_args(Language):
        if language == word:
            return language  # type: ignore[no-any-return]
    msg = f"the language is '{word[:20]}'; it can be en or zh"
    raise InputError(msg)
