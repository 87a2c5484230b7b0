"""Runs: the list, and one run whole with evidence, checks, steps and decision."""

from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from openward.access.access import HOUSE
from openward.domain.errors import InputError, NotFoundError
from openward.domain.run import Run, unaltered
from openward.doors.account import Account, Gap, account_of, lost_of, signed_of
from openward.doors.console.people import names_of as people_of
from openward.doors.console.visit import PageRoute, Visit, draw, view_of
from openward.doors.dates import moment
from openward.doors.evidence import cite, for_a_person, type_called
from openward.doors.fields import given
from openward.doors.names import names_of
from openward.doors.outline import name_of, outline
from openward.doors.proposals import body_of, proposal_of, summary_of
from openward.review.signature import seal_of

_A_PAGE: Final = 40
_STATES: Final = ("proposed", "held", "failed")
_CALCULATOR: Final = "clinical-calculator"
_DOWNLOADS: Final = {"json": "application/json", "fhir": "application/fhir+json", "pdf": "application/pdf"}


def runs(visit: Visit) -> Response:
    """All runs, newest first, of one service, status, patient or day if wanted."""
    asked = {key: visit.query.get(key, "").strip() for key in ("service", "status", "patient", "day")}
    found = visit.ward.runs(
        service=asked["service"] or None, status=asked["status"] or None, patient=asked["patient"] or None,
        day=_day(visit, asked["day"]), limit=_A_PAGE, before=visit.query.get("after"), actor=visit.actor,
        door="console",
    )  # fmt: skip
    kept = visit.ward.stores.runs
    return draw(
        visit, "runs.html", runs=found, titles=_titles(visit), asked=asked, states=_STATES, summary_of=summary_of,
        why=_why, people=people_of(visit, (run.patient for run in found)), at=partial(moment, language=visit.language),
        decisions={run.id: decision for run in found if (decision := kept.decision(run.id))},
        cards={id: service.card for id, service in visit.ward.services.items()},
        next=found[-1].id if len(found) == _A_PAGE else None,
    )  # fmt: skip


def _day(visit: Visit, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(visit.t("day_wrong")) from None


def _titles(visit: Visit) -> dict[str, str]:
    return {s.id: s.card.title.in_(visit.language) for s in visit.ward.services.values()}


def _why(run: Run) -> str:
    """Why a run was held, in one line; empty when it was not."""
    return "; ".join(dict.fromkeys(v.reason for v in run.verdicts if v.outcome == "hold" and v.reason))


def run_page(visit: Visit) -> Response:
    """One run, whole."""
    run = readable_run(visit)
    visit.ward.trail.write(visit.actor, "run.read", "read", patient=run.patient, run=run.id, door="console")
    account = account_of(visit.ward, visit.actor, run, visit.language)
    language = visit.language
    return draw(
        visit, "run.html", **shown(visit, run, account.names, altered=account.altered), account=account,
        at=partial(moment, language=language),
        somebody=people_of(visit, [run.patient]).get(run.patient or ""), titles=_titles(visit),
        ran_by=_actor(visit, run), called=partial(name_of, language=language),
        type_called=partial(type_called, language=language), form_of=partial(_form_of, visit, run),
        first=visit.ward.desk.first(run), may_look=visit.may("system/Patient.rs"), **_amended(run, account),
    )  # fmt: skip


def _amended(run: Run, account: Account) -> dict[str, Any]:
    """The body that counts where the last signature amended it; a broken signature, or a first one, counts for none."""
    last = account.signings[-1] if account.signings else None
    if last is None or last.decision.amended is None or last.decision.awaits or last.seal not in {"valid", "other_key"}:
        return {"amendment": None}
    body = msgspec.json.decode(last.decision.amended, type=dict[str, Any])
    return {"amendment": last, "amended_body": body, "amended_blocks": outline(body, run.language)}


def _actor(visit: Visit, run: Run) -> str:
    """Who ran it, by name."""
    if run.actor == HOUSE.id:
        return visit.t("the_house")
    person = visit.ward.stores.access.person(run.actor)
    return person.name if person else run.actor


def _form_of(visit: Visit, run: Run, gap: Gap) -> str:
    """Where the input that a gap names can be given for this patient; empty when nowhere."""
    if not gap.field or not visit.may(f"service/{run.service}.run"):
        return ""
    if run.service == _CALCULATOR:
        item = next((one.partition(".")[2] for one in gap.item.about if "." in one), "")
        return _of_calculator(run, body_of(run).get("calculation"), item)
    place = f"?panel=services&service={run.service}&field={gap.field}#service-{run.service}"
    form = f"/console/patients/{run.patient}{place}"
    return form if run.patient and visit.may("system/Patient.rs") else ""


def _of_calculator(run: Run, calculation: dict[str, Any] | None, item: str) -> str:
    """The field of a calculator for this patient; all calculators where none was computed."""
    of = f"?patient={run.patient}" if run.patient else ""
    if not calculation:
        return f"/console/calculators{of}"
    return f"/console/calculators/{quote(calculation['calculator'], safe='')}{of}#field-{item}"


def export(visit: Visit) -> Response:
    """One run as a file: whole as JSON, how it came about as a FHIR R4 Provenance, or on paper as PDF."""
    run, form = readable_run(visit), visit.path["form"]
    if form not in _DOWNLOADS:
        raise InputError("a run can be exported as json, fhir or pdf")
    visit.ward.trail.write(
        visit.actor, "run.export", "read", patient=run.patient, run=run.id, door="console", detail={"as": form}
    )
    ending = "pdf" if form == "pdf" else f"{form}.json"
    headers = {"Content-Disposition": f'attachment; filename="{run.id}{"." if form == "pdf" else "-"}{ending}"'}
    return Response(_exported(visit, run, form), 200, headers, _DOWNLOADS[form])


def _exported(visit: Visit, run: Run, form: str) -> bytes:
    if form == "pdf":
        from openward.doors.faces import faces_of
        from openward.doors.paper import Printing, paper

        somebody = people_of(visit, [run.patient]).get(run.patient or "")
        account = account_of(visit.ward, visit.actor, run, visit.language)
        who = {"patient": somebody.name, "born": somebody.born} if somebody else {}
        printing = Printing(visit.language, faces_of(visit.ward.settings.pdf_font), visit.ward.clock.now())
        return paper(account, printing, outline(body_of(run), run.language), **who)
    runs, signed = visit.ward.stores.runs, signed_of(visit.ward, run)
    if form == "fhir":
        told: Any = next(iter(visit.ward.trail.provenance([(run, runs.decision(run.id), runs.first(run.id))])))
    else:
        seals = {one.id: seal_of(run, signed[:n], visit.ward.signer) for n, one in enumerate(signed, 1)}
        told = {
            "run": _legible(run), "decision": runs.decision(run.id), "first": runs.first(run.id), "seals": seals,
            "content": "as_made" if unaltered(run, *signed) else "changed",
            "lost": tuple(lost_of(visit.ward, run)),
        }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def _legible(run: Run) -> Run:
    """The run without what was made of its proposal where that is no proposal any more."""
    return run if proposal_of(run) else msgspec.structs.replace(run, proposal=None)


def readable_run(visit: Visit) -> Run:
    """The run that the path names, for who may read runs, or who made this one themselves and named no patient.

    Raises:
        AccessError: the visitor is neither.
        NotFoundError: there is none of this id.
    """
    run = visit.ward.stores.runs.get(visit.path["run"])
    if run is None or run.patient is not None or run.actor != visit.actor.id:
        visit.ward.access.require(visit.actor, "run.read")
    return run or run_of(visit, visit.path["run"])


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


def shown(
    visit: Visit, run: Run, names: dict[str, str] | None = None, *, altered: bool = False
) -> dict[str, Any]:  # fmt: skip
    """What a page needs to show a run; `names` for its evidence are looked up when they are not given.

    What was `altered` may not fit the service's own page: it is shown as tables.
    """
    body, service, proposal = body_of(run), visit.ward.service(run.service), proposal_of(run)
    if names is None:
        evidence = (e for finding in (proposal.findings if proposal else ()) for e in finding.evidence)
        names = names_of(visit.ward, visit.actor, evidence, visit.language) | given(run.service, visit.language)
    return {
        "run": run,
        "card": service.card,
        "proposal": proposal,
        "decision": visit.ward.stores.runs.decision(run.id),
        "cite": partial(cite, language=visit.language, names=names),
        "names": names,
        "for_a_person": for_a_person,
        "blocks": outline(body, run.language),
        "body": body,
        "exact": msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
        "view": None if altered else "answer.html" if service.card.kind == "agent" else view_of(service.folder),
        "altered": altered,
    }


ROUTES: Final = (
    PageRoute("/console/runs", runs),
    PageRoute("/console/runs/{run}", run_page),
    PageRoute("/console/runs/{run}/export/{form}", export),
)
