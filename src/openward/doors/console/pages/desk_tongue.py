"""A proposal in a language that is not the reader's: the way to one that they can read before they sign."""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from openward.access.scopes import DECIDE
from openward.domain.run import Run, RunRequest
from openward.doors.console.pages.runs import run_of
from openward.doors.console.standing import charted
from openward.doors.console.visit import PageRoute, Visit, go

_DESK: Final = "/console/desk"


def way_to(visit: Visit, run: Run) -> str:
    """How a run comes about in the visit's language: "again" over the chart alone, "form", or "" where it cannot."""
    card = visit.ward.service(run.service).card
    offered = card.kind == "engine" and card.subject != "none" and visit.may(f"service/{card.id}.run")
    if run.language == visit.language or not run.patient or not offered:
        return ""
    return "again" if charted(run) else "form"


def again(visit: Visit) -> Response:
    """Runs the service again in the visit's language and opens what comes of it; the run before waits as it did."""
    visit.ward.access.require(visit.actor, DECIDE)
    run = run_of(visit, visit.path["run"])
    if way_to(visit, run) != "again":
        return go(f"{_DESK}?{urlencode({'run': run.id})}")
    request = RunRequest(patient=run.patient, language=visit.language)
    made = visit.ward.execute(run.service, request, actor=visit.actor, door="console")
    told = {"run": run.id, "again": "failed"} if made.failure else {"run": made.id, "again": "done"}
    return go(f"{_DESK}?{urlencode(told)}")


ROUTES: Final = (PageRoute(f"{_DESK}/{{run}}/again", again, method="POST"),)
