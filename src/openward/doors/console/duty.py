"""What waits for a person's signature, in numbers: no run is read, nobody's record is looked at."""

from collections.abc import Iterable
from typing import Final

from openward.access.scopes import DECIDE
from openward.domain.actor import Actor
from openward.domain.run import Mark
from openward.ward import Ward

# What every page looks at, for the number beside the desk.
WATCHED: Final = 1000


def waiting(ward: Ward, actor: Actor, marks: Iterable[Mark]) -> list[Mark]:
    """Those of these runs that wait for the role of somebody who may decide; none for anybody else."""
    if not ward.access.may(actor, DECIDE):
        return []
    mine = {id for id, service in ward.services.items() if service.card.signs == actor.role}
    return [mark for mark in marks if mark.service in mine and mark.choice is None and mark.status != "failed"]


def waiting_words(ward: Ward, actor: Actor) -> str:
    """How many of the newest runs wait for somebody, as a sign beside the desk says it; empty when none does."""
    if not ward.access.may(actor, DECIDE):
        return ""
    marks = ward.stores.runs.marks(WATCHED)
    count = len(waiting(ward, actor, marks))
    return f"{count}{'+' if len(marks) == WATCHED else ''}" if count else ""
