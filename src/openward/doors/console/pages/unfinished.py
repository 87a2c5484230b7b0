"""Runs of agents that were cut off before they ended: who began one goes on with it, or it is forgotten."""

from datetime import timedelta
from typing import Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.errors import InputError
from openward.doors.console.visit import FRONT, PageRoute, Visit, go
from openward.harness.unfinished import Unfinished

_GRACE: Final = timedelta(seconds=10)


class CutOff(msgspec.Struct, frozen=True, kw_only=True):
    """A run that cannot be under way any more; only who began it (`own`) may go on with it."""

    run: Unfinished
    own: bool


def cut_off(visit: Visit) -> list[CutOff]:
    """Those of the visitor, and for an administrator everybody's, oldest first; nothing of what was said in them."""
    found = (CutOff(run=one, own=one.actor == visit.actor.id) for one in visit.ward.agents.unfinished())
    return [one for one in found if (one.own or visit.may(ADMIN)) and _is_over(visit, one.run)]


def _is_over(visit: Visit, run: Unfinished) -> bool:
    """Whether the time that its agent may take has gone by: until then it may still be answering."""
    service = visit.ward.services.get(run.service)
    longest = timedelta(seconds=service.card.budget.seconds if service else 0)
    return run.state == "running" and visit.ward.clock.now() > run.opened + longest + _GRACE


def end(visit: Visit) -> Response:
    """Goes on with a run, or forgets it; a run that then waits for a person is not kept yet."""
    run, agents = visit.path["run"], visit.ward.agents
    match visit.form.get("do"):
        case "resume":
            agents.resume(run, visit.actor, door="console")
            return go(f"/console/runs/{run}" if visit.ward.stores.runs.get(run) else FRONT)
        case "forget":
            agents.forget(run, visit.actor, door="console")
            return go(FRONT)
        case _:
            raise InputError("'do' must be resume or forget")


ROUTES: Final = (PageRoute("/console/unfinished/{run}", end, method="POST"),)
