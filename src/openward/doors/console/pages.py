"""The pages."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import allows
from openward.domain.errors import AccessError, NotFoundError
from openward.domain.proposal import Proposal
from openward.domain.resource import SearchQuery, Stored
from openward.domain.run import Run, RunRequest, choice_of
from openward.doors.console.forms import fields_of, input_of
from openward.doors.console.visit import COOKIE, LANGUAGE_COOKIE, Visit, draw, go, plain
from openward.doors.evidence import cite, for_a_person
from openward.doors.outline import outline
from openward.doors.values import newest, value_of
from openward.record.views import decode

_A_PAGE: Final = 40
_WAITING: Final = 12
_LATEST: Final = 60


def sign_in_page(visit: Visit) -> Response:
    """Asks who is there."""
    return draw(visit, "sign_in.html", wrong=False)


def sign_in(visit: Visit) -> Response:
    """Opens a session by passphrase, or takes an API token for looking around."""
    token = visit.form.get("token", "").strip()
    try:
        if token:
            visit.ward.access.identify(token)
        else:
            _, token = visit.ward.access.sign_in(visit.form.get("person", "").strip(), visit.form.get("passphrase", ""))
    except AccessError:
        return draw(visit, "sign_in.html", status=HTTPStatus.UNAUTHORIZED, wrong=True)
    response = go("/console")
    response.set_cookie(COOKIE, token, httponly=True, secure=visit.secure, samesite="strict", path="/console")
    return response


def sign_out(visit: Visit) -> Response:
    """Ends the session."""
    if visit.actor.kind == "person" and visit.actor.credential:
        visit.ward.access.revoke(visit.actor, visit.actor.credential)
    response = go("/console/sign-in")
    response.delete_cookie(COOKIE, path="/console")
    return response


def change_language(visit: Visit) -> Response:
    """Changes the language of the pages."""
    back = visit.form.get("back", "/console")
    response = go(back if back.startswith("/console") else "/console")
    response.set_cookie(
        LANGUAGE_COOKIE, "zh" if visit.form.get("to") == "zh" else "en", samesite="strict", path="/console"
    )
    return response


def cockpit(visit: Visit) -> Response:
    """The services, what waits for this person, the last runs."""
    ward, actor = visit.ward, visit.actor
    waiting = ward.desk.queue(actor, limit=_WAITING) if actor.kind == "person" else ()
    recent = ward.runs(limit=10, actor=actor, door="console") if allows(actor.scopes, "run.read") else ()
    return draw(
        visit, "cockpit.html", cards=[s.card for s in ward.services.values()], waiting=waiting, recent=recent,
        counts=ward.stores.record.counts(), summary_of=_summary,
    )  # fmt: skip


def _summary(run: Run) -> str:
    proposal = _proposal(run)
    return proposal.summary if proposal else (run.failure.message if run.failure else "")


def patients(visit: Visit) -> Response:
    """The patients, page by page."""
    wanted = visit.query.get("q", "").strip()
    query = SearchQuery(type="Patient", count=_A_PAGE, after=visit.query.get("after"), ids=(wanted,) if wanted else ())
    page = visit.ward.patients(query, actor=visit.actor, door="console")
    rows = [_patient_row(stored) for stored in page.items]
    return draw(visit, "patients.html", rows=rows, total=page.total, next=page.next, wanted=wanted)


def _patient_row(stored: Stored) -> dict[str, str]:
    view: Any = decode("Patient", stored.body)
    name = next((n.text or " ".join([*(n.given or ()), n.family or ""]).strip() for n in view.name or ()), "")
    return {"id": stored.id, "name": name, "gender": view.gender or "", "born": view.birth_date or ""}


def patient(visit: Visit) -> Response:
    """A patient's chart, and the services that can be run on it."""
    ward = visit.ward
    chart = ward.chart(visit.path["patient"], actor=visit.actor, door="console")
    services = [(s.card, fields_of(s)) for s in ward.services.values() if s.card.subject != "none"]
    latest = newest(chart.observations)[:_LATEST]
    age = chart.demographics.age_at(chart.as_of) if chart.demographics else None
    return draw(visit, "patient.html", chart=chart, latest=latest, services=services, value_of=value_of, age=age)


def run_service(visit: Visit) -> Response:
    """Runs a service on a patient and goes to the run's page."""
    service = visit.ward.service(visit.path["service"])
    request = RunRequest(
        patient=visit.path["patient"], input=msgspec.Raw(msgspec.json.encode(input_of(service, visit.form))),
        language="zh" if visit.language == "zh" else "en",
    )  # fmt: skip
    run = visit.ward.execute(service.id, request, actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def run_page(visit: Visit) -> Response:
    """A run: findings, evidence, what was not checked, verdicts, steps, and the decision."""
    ward = visit.ward
    ward.access.require(visit.actor, "run.read")
    run = _run(visit)
    ward.trail.write(visit.actor, "run.read", "read", patient=run.patient, run=run.id, door="console")
    decision = ward.stores.runs.decision(run.id)
    card = ward.service(run.service).card
    may_sign = (
        decision is None and visit.actor.kind == "person" and visit.actor.role == card.signs and run.status != "failed"
    )
    showing = ward.desk.show(run.id, visit.actor)[1] if may_sign else None
    proposal = _proposal(run)
    body = plain(msgspec.json.decode(run.proposal))["body"] if run.proposal is not None else None
    return draw(
        visit, "run.html", run=run, proposal=proposal, decision=decision, showing=showing, card=card, cite=cite,
        for_a_person=for_a_person, blocks=outline(body or {}, run.language),
        body=msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
    )  # fmt: skip


def _run(visit: Visit) -> Run:
    run = visit.ward.stores.runs.get(visit.path["run"])
    if run is None:
        msg = "there is no such run in this ward"
        raise NotFoundError(msg)
    return run


class _AnyBody(msgspec.Struct):
    pass


def _proposal(run: Run) -> Proposal[Any] | None:
    return None if run.proposal is None else msgspec.json.decode(run.proposal, type=Proposal[_AnyBody])


def decide(visit: Visit) -> Response:
    """Takes a person's decision."""
    form = visit.form
    choice = form.get("choice", "")
    amended = form.get("amended", "").strip() if choice == "amend" else ""
    visit.ward.desk.decide(
        visit.path["run"], showing=form.get("showing", ""), digest=form.get("digest", ""), choice=choice_of(choice),
        reason=form.get("reason", "").strip(), amended=amended.encode() or None, actor=visit.actor,
        passphrase=form.get("passphrase"), door="console",
    )  # fmt: skip
    return go(f"/console/runs/{visit.path['run']}")
