"""An answer before a person sees it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.active import active_content, data_in_links
from openward.checks.guards.citations import out_of_form, unknown_marks
from openward.checks.guards.hidden import hidden
from openward.checks.guards.persons import of_others
from openward.checks.guards.promises import promises
from openward.checks.guards.secrets import prompt_leak, secrets
from openward.checks.guards.stop import Stop
from openward.checks.guards.wording import JARGON, READABLE, TONGUE, jargon, other_language, unreadable
from openward.domain.agent import Audience
from openward.domain.proposal import Language

# The guards that a manifest may name, so that they hold back what they would only tell.
STRICTER: Final = (JARGON, TONGUE, READABLE)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wants to say, to whom, and what it may cite.

    `marks` are those of the tool results (`2`, `2.1`); `strangers` tell who other persons are; `secrets` are the words
    that only the model was told (the prompt); with `schema` the whole answer must be JSON that fits it. The guards that
    `strict` names hold back what they would only tell.
    """

    text: str
    audience: Audience
    language: Language
    marks: frozenset[str] = frozenset()
    schema: Mapping[str, Any] | None = None
    strangers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    strict: frozenset[str] = frozenset()


def on_answer(said: Said) -> tuple[Stop, ...]:
    """Stops for one answer.

    A `hold` has the place of what may not be shown, `refuse` and a `hold` without a place mean all of it; an `alert`
    tells what a patient may not understand, and `says` plain words for it.
    """
    found = (*_of_all(said), *(_of_patients(said) if said.audience == "patient" else ()))
    return tuple(_held(stop) if stop.outcome == "alert" and stop.guard in said.strict else stop for stop in found)


def _of_all(said: Said) -> tuple[Stop, ...]:
    text = said.text
    return (
        *out_of_form(text, said.schema), *unknown_marks(text, said.marks),
        *other_language(text, said.language, said.audience), *secrets(text), *prompt_leak(text, said.secrets),
        *of_others(text, said.strangers), *active_content(text), *data_in_links(text), *hidden(text),
    )  # fmt: skip


def _of_patients(said: Said) -> tuple[Stop, ...]:
    return (*promises(said.text), *unreadable(said.text, said.language), *jargon(said.text, said.language))


def _held(stop: Stop) -> Stop:
    return msgspec.structs.replace(stop, outcome="hold")
