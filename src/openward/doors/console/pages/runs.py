"""Runs: the list, and one run whole with evidence, checks, steps and decision."""

from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError, NotFoundError
from openward.domain.run import Run
from openward.doors.console.proposals import body_of, proposal_of, summary_of
from openward.doors.console.visit import PageRoute, Visit, draw, view_of
from openward.doors.evidence import cite, for_a_person
from openward.doors.outline import outline

_A_PAGE: Final = 40


def runs(visit: Visit) -> Response:
    """All runs, newest first, of one service or status if wanted."""
    service, status = visit.query.get("service") or None, visit.query.get("status") or None
    found = visit.ward.runs(
        service=service, status=status, limit=_A_PAGE, before=visit.query.get("after"), actor=visit.actor,
        door="console",
    )  # fmt: skip
    titles = {s.id: s.card.title.in_(visit.language) for s in visit.ward.services.values()}
    return draw(
        visit, "runs.html", runs=found, titles=titles, service=service, state=status, summary_of=summary_of,
        next=found[-1].id if len(found) == _A_PAGE else None,
    )  # fmt: skip


def run_page(visit: Visit) -> Response:
    """One run, whole."""
    visit.ward.access.require(visit.actor, "run.read")
    run = run_of(visit, visit.path["run"])
    visit.ward.trail.write(visit.actor, "run.read", "read", patient=run.patient, run=run.id, door="console")
    return draw(visit, "run.html", **shown(visit, run))


def export(visit: Visit) -> Response:
    """One run as a file: whole as JSON, or how it came about as a FHIR R4 Provenance."""
    visit.ward.access.require(visit.actor, "run.read")
    run, form = run_of(visit, visit.path["run"]), visit.path["form"]
    if form not in {"json", "fhir"}:
        raise InputError("a run can be exported as json or fhir; print its page for paper")
    visit.ward.trail.write(
        visit.actor, "run.export", "read", patient=run.patient, run=run.id, door="console", detail={"as": form}
    )
    decision = visit.ward.stores.runs.decision(run.id)
    told: Any = {"run": run, "decision": decision}
    if form == "fhir":
        told = next(iter(visit.ward.trail.provenance([(run, decision)])))
    headers = {"Content-Disposition": f'attachment; filename="{run.id}-{form}.json"'}
    media = "application/fhir+json" if form == "fhir" else "application/json"
    return Response(msgspec.json.format(msgspec.json.encode(told), indent=2), 200, headers, media)


def run_of(visit: Visit, id: str) -> Run:
    """A run of this ward.

    Raises:
        NotFoundError: there is none of this id.
    """
    run = visit.ward.stores.runs.get(id)
    if run is None:
        msg = "there is no such run in this ward"
        raise NotFoundError(msg)
    return run


def shown(visit: Visit, run: Run) -> dict[str, Any]:
    """What a page needs to show a run."""
    body, service = body_of(run), visit.ward.service(run.service)
    return {
        "run": run,
        "card": service.card,
        "proposal": proposal_of(run),
        "decision": visit.ward.stores.runs.decision(run.id),
        "cite": cite,
        "for_a_person": for_a_person,
        "blocks": outline(body, run.language),
        "body": body,
        "exact": msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
        "view": "answer.html" if service.card.kind == "agent" else view_of(service.folder),
    }


ROUTES: Final = (
    PageRoute("/console/runs", runs),
    PageRoute("/console/runs/{run}", run_page),
    PageRoute("/console/runs/{run}/export/{form}", export),
)
