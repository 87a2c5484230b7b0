"""What a clinical service is: one typed function with a card, checks, a study and worked examples."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from openward.domain.card import Card
from openward.domain.errors import ServiceError
from openward.domain.proposal import Language, Proposal
from openward.domain.run import Verdict
from openward.domain.study import Study
from openward.harness.agency import Agency
from openward.record.chart import Chart

Vectors = Callable[[tuple[str, ...]], tuple[tuple[float, ...], ...] | None]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a service is told besides its input: the moment, the language, and which resources are in question.

    `agency` is what an agent may use; a service of kind "engine" gets none. `vectors` turns texts into vectors by a
    model of the ward and gives None where it has none; ModelError says that the model does not answer.
    """

    now: datetime
    language: Language = "en"
    focus: tuple[str, ...] = ()
    agency: Agency | None = None
    vectors: Vectors | None = None


Engine = Callable[[Any, Chart | None, Context], Proposal[Any]]
Check = Callable[[Proposal[Any], Chart | None, Any], list[Verdict]]
Effect = Callable[[Path, Sequence[Any]], None]


@dataclass(frozen=True)
class Amends:
    """What of a body a person is offered to change in a form, and what follows from it.

    `fields` name its parts in order, `sections.written` one field of each item (none: all that people read); `settled`
    gives, of the proposed body and the one as the form has it, the body in which all that follows from the changed
    parts follows them.
    """

    fields: tuple[str, ...] = ()
    settled: Callable[[Any, Any], Any] = lambda _before, after: after


@dataclass(frozen=True, kw_only=True)
class Service:
    """One clinical service.

    `reads` and `body` are frozen msgspec Structs: the typed input and the body of the proposal. `engine` is a pure
    function of (input, chart, context). Each check gets (proposal, chart, input) and returns verdicts; one that holds
    or refuses keeps the proposal, or one finding of it, from being shown as proposed. `effect` makes the ward's home
    say what all signed bodies of the service say, in the order of their signing; most services have none. `amends` is
    what a person may change in a form.
    """

    card: Card
    reads: type[msgspec.Struct]
    body: type[msgspec.Struct]
    engine: Engine
    checks: tuple[Check, ...]
    study: Study
    folder: Path
    prompt: str | None = None
    effect: Effect | None = None
    amends: Amends = Amends()

    @property
    def id(self) -> str:
        """The id of the service, as on its card."""
        return self.card.id


def load_card(folder: Path) -> Card:
    """Reads `card.toml` of a service's folder.

    Raises:
        ServiceError: the card is missing or wrong; the message names the field.
    """
    path = folder / "card.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Card)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        msg = f"{path}: the card cannot be read: {error}"
        raise ServiceError(msg) from error
