"""The desk: what waits for this person's signature, the exact bytes, and the decision."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.access.scopes import DECIDE
from openward.domain.errors import AccessError, CrowdedError, InputError, NotFoundError, SignOffError, TooManyTriesError
from openward.domain.run import Decision, Run, Showing, choice_of, digest_of, unaltered
from openward.doors.account import signed_of
from openward.doors.console.amending import edited, parts_of
from openward.doors.console.differing import Differing, differing
from openward.doors.console.pages import desk_together, desk_tongue
from openward.doors.console.pages.runs import run_of, shown
from openward.doors.console.people import names_of
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.console.waiting import Waiting, for_how_long, gravest_first, waiting
from openward.doors.proposals import body_of
from openward.review.rules import RefusedError, together

DESK: Final = "/console/desk"
_A_PAGE: Final = 200
# Rules of signing that people meet, for which there are words of their own.
_TOLD: Final = frozenset(
    {"already-decided", "expired-showing", "no-showing", "no-reason", "long-reason", "held-run", "signed-meanwhile",
     "amendment-empty", "amendment-type", "amendment-unknown-part", "wrong-role", "failed-run",
     "signs-nobody", "unknown-choice", "changed-bytes", "forged-first",
     "lost-decision", "being-decided"}
)  # fmt: skip


class _Deciding(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is about to decide on, with what they typed so far; `wrong` is the field that the problem is of."""

    run: Run
    showing: Showing | None
    problem: str = ""
    wrong: str = ""
    typed: Mapping[str, str] = {}


def desk(visit: Visit) -> Response:
    """The queue at the left, the run that is looked at beside it; the first one when none is named."""
    wanted = visit.query.get("run")
    if wanted is None:
        return _page(visit)
    try:
        return _page(visit, _open(visit, run_of(visit, wanted)))
    except NotFoundError:
        return _page(visit, problem=visit.t("desk_no_run"))


def proposal(visit: Visit) -> Response:
    """One run alone, for a desk whose queue stands already."""
    run = run_of(visit, visit.path["run"])
    return draw(visit, "desk_proposal.html", **_inside(visit, _open(visit, run)))


def _open(visit: Visit, run: Run, **more: Any) -> _Deciding:
    """Puts a run before the visitor, or says why it cannot be."""
    try:
        run, showing = visit.ward.desk.show(run.id, visit.actor, door="console")
    except SignOffError as error:
        return _Deciding(run=run, showing=None, problem=_in_words(visit, error, run))
    return _Deciding(run=run, showing=showing, **more)


def _page(visit: Visit, chosen: _Deciding | None = None, *, problem: str = "", status: int = HTTPStatus.OK) -> Response:
    """The whole desk; without a chosen run the first of the queue is opened."""
    asked = {**visit.query, **visit.form}
    service, after = asked.get("service") or None, asked.get("after") or None
    queue = visit.ward.desk.queue(visit.actor, service=service, limit=_A_PAGE + 1, before=after, door="console")
    more = len(queue) > _A_PAGE
    rows = gravest_first(waiting(visit, queue[:_A_PAGE]))
    for row in rows if chosen is None else ():
        chosen = _open(visit, row.run)
        if chosen.showing is not None:
            break
    held = {name: value for name, value in (("service", service), ("after", after)) if value}
    mine = _signed_by(visit)
    return draw(
        visit, "desk.html", status=status, rows=rows, held=held, left=f"{len(rows)}{'+' * more}",
        next=queue[_A_PAGE - 1].id if more else None, problem=problem, done=_done(visit), services=mine,
        service=service, together=[id for id in mine if _together(visit, rows, id)],
        following=_following(rows, chosen), **(_inside(visit, chosen) if chosen else {"chosen": None}),
    )  # fmt: skip


def _together(visit: Visit, rows: list[Waiting], service: str) -> bool:
    """Whether several proposals of a service wait that may be decided on at once."""
    several = sum(row.run.service == service for row in rows) > 1
    return several and together([visit.ward.services[service].card], "accept") is None


def _following(rows: list[Waiting], chosen: _Deciding | None) -> str:
    """The run to open after this one: the next of the queue, or its first."""
    ids = [row.run.id for row in rows]
    here = ids.index(chosen.run.id) if chosen and chosen.run.id in ids else -1
    rest = ids[here + 1 :] + ids[: max(here, 0)]
    return rest[0] if rest else ""


def _signed_by(visit: Visit) -> dict[str, str]:
    """The services that the visitor's role signs, with their titles."""
    cards = (service.card for service in visit.ward.services.values())
    role = visit.actor.role
    return {card.id: card.title.in_(visit.language) for card in cards if role in {card.signs, card.countersigns}}


def _done(visit: Visit) -> dict[str, str]:
    """What the visitor decided just now, to be told quietly."""
    run = visit.query.get("done", "")
    runs = visit.ward.stores.runs
    mine = [d for d in (runs.decision(run), runs.first(run)) if d and d.person == visit.actor.id] if run else []
    if not mine:
        return {}
    second = mine[0].awaits
    return {"run": run, "choice": mine[0].choice, "awaits": str(second) if second else ""}


def _inside(visit: Visit, chosen: _Deciding) -> dict[str, Any]:
    """What the part of the page needs that shows one run and takes the decision."""
    run, first = chosen.run, visit.ward.desk.first(chosen.run)
    altered = not unaltered(run, *signed_of(visit.ward, run))
    service, body = visit.ward.service(run.service), body_of(run)
    choice = chosen.typed.get("choice", "")
    amends = chosen.showing is not None and first is None and run.status != "held"
    parts = parts_of(service, body, chosen.typed, visit.language) if amends else ()
    left = (chosen.showing.expires - visit.ward.clock.now()).total_seconds() if chosen.showing else 0
    return {
        **shown(visit, run if altered else _amended(run, first), altered=altered), "chosen": chosen,
        "showing": chosen.showing, "choice": choice,
        "typed": chosen.typed, "said_problem": chosen.problem, "wrong": chosen.wrong,
        "way": desk_tongue.way_to(visit, run), "amends": amends, "parts": parts, "first": first,
        "first_made": differing(service, body, first.changes, visit.language) if first and first.changes else None,
        "proposed": msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
        "difference": _difference(visit, run, chosen.typed) if amends and choice == "amend" else None,
        "somebody": names_of(visit, [run.patient]).get(run.patient or ""), "left_seconds": int(left),
        "since": for_how_long(visit, run.started), "confirms": _confirms(visit),
        "here": f"{DESK}?{urlencode({'run': run.id})}",
    }  # fmt: skip


def _amended(run: Run, first: Decision | None) -> Run:
    """The run as the first person left it: this is what a second one signs."""
    if first is None or first.amended is None or run.proposal is None:
        return run
    whole = msgspec.json.decode(run.proposal, type=dict[str, msgspec.Raw])
    return msgspec.structs.replace(run, proposal=msgspec.Raw(msgspec.json.encode(whole | {"body": first.amended})))


def _confirms(visit: Visit) -> str:
    """How the visitor proves to be there: "passphrase", "fresh" (they did just now) or "provider"."""
    fresh = visit.ward.access.freshly_provided(visit.actor)
    return "passphrase" if fresh is None else "fresh" if fresh else "provider"


class _Difference(Differing, frozen=True, kw_only=True):
    """What an amendment changes; `seen` is the digest of the body that it speaks of."""

    seen: str = ""
    problem: str = ""


def _difference(visit: Visit, run: Run, typed: Mapping[str, str]) -> _Difference:
    try:
        amended = _wanted(visit, run, typed)
        changes = visit.ward.desk.preview(run, amended).changes
    except (SignOffError, InputError) as error:
        nothing = isinstance(error, RefusedError) and error.code == "amendment-empty"
        return _Difference(problem="" if nothing else _in_words(visit, error, run))
    told = differing(visit.ward.service(run.service), body_of(run), changes, visit.language)
    return _Difference(changes=told.changes, follows=told.follows, seen=digest_of(amended))


def _wanted(visit: Visit, run: Run, typed: Mapping[str, str]) -> bytes:
    """The body that a person wants: as JSON where they changed that, else as the form has it."""
    body, text = body_of(run), typed.get("json", "").strip()
    if text:
        try:
            if msgspec.json.decode(text.encode()) != body:
                return text.encode()
        except (msgspec.DecodeError, RecursionError) as error:
            raise InputError(visit.t("desk_no_json")) from error
    return msgspec.json.encode(edited(visit.ward.service(run.service), body, typed))


def difference(visit: Visit) -> Response:
    """What the amendment that somebody is writing would change, or the form with one item more."""
    visit.ward.access.require(visit.actor, DECIDE)
    run, service = run_of(visit, visit.path["run"]), visit.form.get("add")
    if service is not None:
        parts = parts_of(visit.ward.service(run.service), body_of(run), visit.form, visit.language)
        return draw(visit, "desk_parts.html", parts=parts)
    return draw(visit, "desk_difference.html", difference=_difference(visit, run, visit.form))


def decide(visit: Visit) -> Response:
    """Takes a person's decision and goes on to the next run that waits; what cannot be taken is kept as typed."""
    form = visit.form
    run = run_of(visit, form.get("run", ""))
    if "add" in form:
        return _page(visit, _kept(visit, run, ""))
    if form.get("step") == "again":
        return _page(visit, _open(visit, run, typed=form))
    try:
        amended = None
        if form.get("choice") == "amend":
            amended = _wanted(visit, run, form)
            if digest_of(amended) != form.get("seen"):
                return _page(visit, _kept(visit, run, visit.t("desk_look_first")))
        visit.ward.desk.decide(
            run.id, showing=form.get("showing", ""), digest=form.get("digest", ""),
            choice=choice_of(form.get("choice", "")), reason=_reason(visit, run), amended=amended, actor=visit.actor,
            passphrase=form.get("passphrase"), door="console",
        )  # fmt: skip
    except (SignOffError, AccessError, InputError) as error:
        return _refused(visit, run, error)
    onward = {"done": run.id} | {name: form[name] for name in ("service", "after") if form.get(name)}
    if _waits_still(visit, form.get("following", "")):
        onward["run"] = form["following"]
    return go(f"{DESK}?{urlencode(onward)}")


def _refused(visit: Visit, run: Run, error: SignOffError | AccessError | InputError) -> Response:
    """The desk with why nothing was signed: what another person decided meanwhile makes room for the next."""
    if visit.ward.stores.runs.decision(run.id) is None:
        return _page(visit, _kept(visit, run, _in_words(visit, error, run), _wrong(error)), status=error.status)
    following = visit.form.get("following", "")
    chosen = _open(visit, run_of(visit, following)) if _waits_still(visit, following) else None
    return _page(visit, chosen, problem=f"{_decided(visit, run)} {visit.t('desk_not_yours')}", status=error.status)


def _wrong(error: Exception) -> str:
    """The field of the decision that has to be filled anew."""
    if isinstance(error, AccessError):
        return "passphrase"
    return "reason" if isinstance(error, RefusedError) and error.code in {"no-reason", "long-reason"} else ""


def _kept(visit: Visit, run: Run, problem: str, wrong: str = "") -> _Deciding:
    """The run with all that was typed, under the same showing while that counts."""
    showing = visit.ward.stores.runs.showing(visit.form.get("showing", ""))
    first = visit.ward.desk.first(run)
    counts = (
        showing is not None
        and (showing.run, showing.person) == (run.id, visit.actor.id)
        and showing.expires > visit.ward.clock.now()
        and showing.first == (first.id if first else None)
    )
    if counts:
        return _Deciding(run=run, showing=showing, problem=problem, wrong=wrong, typed=visit.form)
    return _open(visit, run, problem=problem, wrong=wrong, typed=visit.form)


def _waits_still(visit: Visit, run: str) -> bool:
    runs = visit.ward.stores.runs
    return bool(run) and runs.get(run) is not None and runs.decision(run) is None


def _reason(visit: Visit, run: Run) -> str:
    """The chosen reasons of the card, and what was written."""
    if visit.form.get("choice") == "accept":
        return ""
    rejects = visit.form.get("choice") == "reject"
    known = visit.ward.service(run.service).card.override_reasons if rejects else ()
    said = [reason.display.in_(visit.language) for reason in known if f"why/{reason.code}" in visit.form]
    return "; ".join([*said, *([text] if (text := visit.form.get("reason", "").strip()) else [])])


def _in_words(visit: Visit, error: Exception, run: Run) -> str:
    """Why something was refused, in the language of the visit where there are words for it."""
    if isinstance(error, TooManyTriesError):
        return visit.t("desk_too_many_tries", n=error.seconds)
    if isinstance(error, CrowdedError):
        return visit.t("crowded", n=error.seconds)
    if isinstance(error, AccessError):
        return visit.t(f"desk_not_confirmed_{_confirms(visit)}")
    code = error.code if isinstance(error, RefusedError) else ""
    if code == "already-decided":
        return _decided(visit, run)
    if code == "same-person":
        return visit.t("refused_same-person", role=visit.t(f"role_{visit.ward.service(run.service).card.countersigns}"))
    return visit.t(f"refused_{code}") if code in _TOLD else str(error)


def _decided(visit: Visit, run: Run) -> str:
    """Who decided on a run, and when."""
    runs = visit.ward.stores.runs
    found = runs.decision(run.id) or runs.first(run.id)
    if found is None:
        return visit.t("refused_already-decided")
    who = next((p.name for p in [visit.ward.stores.access.person(found.person)] if p), found.person)
    return visit.t(
        f"desk_decided_{found.choice}", person=who, ago=for_how_long(visit, found.decided),
        at=f"{found.decided:%H:%M}",
    )  # fmt: skip


ROUTES: Final = (
    PageRoute(DESK, desk),
    PageRoute(DESK, decide, method="POST"),
    *desk_together.ROUTES,
    *desk_tongue.ROUTES,
    PageRoute(f"{DESK}/{{run}}", proposal),
    PageRoute(f"{DESK}/{{run}}/difference", difference, method="POST"),
)
