"""The studio: agents without code; make, try, compare, publish, roll back, share."""

import re
from collections.abc import Callable
from typing import Any, Final, get_args

from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.checks.guards import STRICTER
from openward.domain.agent import ChartSection
from openward.domain.card import Risk
from openward.domain.errors import InputError, NotFoundError, OpenWardError
from openward.doors.console import drafting
from openward.doors.console.pages import studio_compare
from openward.doors.console.pages.assistant import chosen
from openward.doors.console.visit import AddressError, PageRoute, Visit, draw, go
from openward.doors.qr import svg
from openward.studio.building import service_of
from openward.studio.manifest import Manifest
from openward.studio.reading import read_manifest, write_manifest
from openward.studio.trying import Case

_DAYS: Final = (7, 30, 90, 365)
_MONTH: Final = 30
_DAYS_WRITTEN: Final = re.compile(r"[0-9]{1,4}")
# What guards every agent, whatever its manifest says, in the order in which they look.
ALWAYS: Final = (
    "emergency", "instructions", "hidden-text", "allow-list", "taint", "forbidden-act", "grounding", "citation",
    "personal-data", "secrets", "active-content",
)  # fmt: skip
FOR_PATIENTS: Final = ("promises",)
_ENDS: Final = ("answered", "emergency", "refused")


def studio(visit: Visit) -> Response:
    """All agents of the ward as cards, and where each stands."""
    visit.ward.access.require(visit.actor, ADMIN)
    return _gallery(visit, source=visit.query.get("source", ""))


def _gallery(visit: Visit, **said: str) -> Response:
    found = visit.ward.studio.standings()
    manifests = {one.id: manifest for one in found if (manifest := _manifest(visit, one.id)) is not None}
    own = [one for one in found if one.state != "shipped"]
    gallery = [one for one in found if one.state == "shipped"]
    values: dict[str, Any] = {"why": "", "id": "", "source": ""} | said
    return draw(visit, "studio.html", own=own, gallery=gallery, manifests=manifests, **values)


def _manifest(visit: Visit, id: str) -> Manifest | None:
    """What an agent is; None when that cannot be read: where it stands says why."""
    try:
        return visit.ward.studio.manifest(id)
    except OpenWardError:
        return None


def agent(visit: Visit) -> Response:
    """One agent: what it is and may use, its versions and links, and its draft to be edited and tried."""
    visit.ward.access.require(visit.actor, ADMIN)
    return page_of_agent(visit)


def make(visit: Visit) -> Response:
    """A draft, from nothing or as another agent is."""
    visit.ward.access.require(visit.actor, ADMIN)
    id, source = visit.form.get("id", "").strip(), visit.form.get("source", "")
    try:
        if source:
            visit.ward.studio.clone(source, id, visit.actor)
        else:
            visit.ward.studio.new(id, visit.actor)
    except InputError as error:
        return _gallery(visit, source=source, why=str(error), id=id)
    return go(f"/console/studio/{id}")


def change(visit: Visit) -> Response:
    """Keeps a draft: as a form was filled, or as its manifest was written."""
    id, form = visit.path["agent"], visit.form
    visit.ward.access.require(visit.actor, ADMIN)
    text = form.get("manifest", "")
    if form.get("fields"):
        held = drafting.filled(read_manifest(visit.ward.studio.text(id)[0], id), form, visit.t)
        if held.manifest is None:
            return page_of_agent(visit, fields=held.fields, wrong=held.faults, why=visit.t("draft_not_kept"))
        text = write_manifest(held.manifest)
    try:
        visit.ward.studio.save(id, text, visit.actor)
    except InputError as error:
        return page_of_agent(visit, why=str(error), text=text)
    return go(f"/console/studio/{id}?kept=1")


def act(visit: Visit) -> Response:
    """Tries a draft, publishes it, lets an earlier version answer, retires the agent, shares it, edits its cases."""
    id, what = visit.path["agent"], visit.path["act"]
    visit.ward.access.require(visit.actor, ADMIN)
    if what not in _ACTS:
        raise NotFoundError("an agent can be tried, published, rolled back, retired or shared")
    try:
        return _ACTS[what](visit, id)
    except OpenWardError as error:
        if error.status == 403:  # noqa: PLR2004 - who may not is told so on a page of its own
            raise
        return page_of_agent(visit, why=str(error))


def _try(visit: Visit, id: str) -> Response:
    return page_of_agent(visit, report=visit.ward.studio.test(id))


def _publish(visit: Visit, id: str) -> Response:
    report = visit.ward.studio.test(id)
    if report.passed:
        report = visit.ward.studio.publish(id, visit.actor)
        return page_of_agent(visit, report=report, published=report.version)
    return page_of_agent(visit, report=report)


def _roll_back(visit: Visit, id: str) -> Response:
    visit.ward.studio.roll_back(id, visit.form.get("version", ""), visit.actor)
    return go(f"/console/studio/{id}#versions")


def _retire(visit: Visit, id: str) -> Response:
    visit.ward.studio.retire(id, visit.actor)
    return go(f"/console/studio/{id}")


def _share(visit: Visit, id: str) -> Response:
    days, _known = visit.form.get("days", ""), visit.site
    visit.ward.studio.share(id, visit.actor, days=int(days) if _DAYS_WRITTEN.fullmatch(days) else _MONTH)
    return go(f"/console/studio/{id}#links")


def _unshare(visit: Visit, id: str) -> Response:
    visit.ward.studio.end_shares(id, visit.actor, visit.form.get("share", ""))
    return go(f"/console/studio/{id}#links")


def _add_case(visit: Visit, id: str) -> Response:
    form = visit.form
    says, never = (_lines(form.get(name, "")) for name in ("says", "never"))
    tools = [key.removeprefix("case_tool.") for key in form if key.startswith("case_tool.")]
    expect: dict[str, Any] = {name: held for name, held in (("says", says), ("never", never), ("tools", tools)) if held}
    if form.get("stopped") in _ENDS[1:]:
        expect["stopped"] = form["stopped"]
    question, title = form.get("question", "").strip(), form.get("title", "").strip()
    if not (question and title and expect):
        raise InputError(visit.t("fault_case"))
    request = {"input": {"messages": [{"role": "user", "text": question}]}, "language": form.get("language", "en")}
    visit.ward.studio.add_case(id, Case(title=title, request=request, expect=expect), visit.actor)
    return go(f"/console/studio/{id}#cases")


def _drop_case(visit: Visit, id: str) -> Response:
    visit.ward.studio.drop_case(id, visit.form.get("case", ""), visit.actor)
    return go(f"/console/studio/{id}#cases")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


_ACTS: Final[dict[str, Callable[[Visit, str], Response]]] = {
    "try": _try, "publish": _publish, "roll-back": _roll_back, "retire": _retire, "share": _share,
    "unshare": _unshare, "add-case": _add_case, "drop-case": _drop_case,
}  # fmt: skip


def page_of_agent(visit: Visit, **said: Any) -> Response:
    """The page of an agent; `said` is what came of a form: a report, a fault, fields that were not kept."""
    id, ward = visit.path["agent"], visit.ward
    standing = next((one for one in ward.studio.standings() if one.id == id), None)
    if standing is None:
        raise NotFoundError("this ward has no agent of that name")
    values: dict[str, Any] = {"why": "", "report": None, "wrong": {}, "text": None, "published": ""} | said
    text = values["text"] or ward.studio.text(id)[0]
    manifest = _readable(visit, id)
    values |= {"text": text, "manifest": manifest, "fields": values.get("fields") or _fields(manifest)}
    if manifest is None and not values["why"]:
        values["why"] = standing.fault
    if values["report"] is None and standing.draft and manifest is not None:
        values["found"] = ward.studio.faults(id)
    return draw(
        visit, "studio_agent.html", standing=standing, **{"found": (), **values}, **_form(visit),
        links=_links(visit, id), days=_DAYS, card=_card(visit, manifest), person=chosen(visit),
        cases=ward.studio.cases(id) if manifest else (), ends=_ENDS,
    )  # fmt: skip


def _readable(visit: Visit, id: str) -> Manifest | None:
    """The manifest, None when somebody wrote it by hand and it cannot be read."""
    try:
        return visit.ward.studio.manifest(id)
    except InputError:
        return None


def _fields(manifest: Manifest | None) -> dict[str, Any]:
    return drafting.fields_of(manifest) if manifest else {}


def _form(visit: Visit) -> dict[str, Any]:
    """What the form offers."""
    engines = [s.card for s in visit.ward.services.values() if s.card.kind == "engine"]
    return {
        "tools": engines, "sections": get_args(ChartSection), "roles": drafting.ROLES, "signers": drafting.SIGNERS,
        "risks": get_args(Risk), "bounds": drafting.BOUNDS, "hours": drafting.HOURS, "spare": drafting.SPARE,
        "stricter": STRICTER, "always": ALWAYS, "for_patients": FOR_PATIENTS,
        "models": [model.id for model in visit.ward.models.registry.models if model.kind == "chat"],
        "currency": visit.ward.models.registry.currency,
    }  # fmt: skip


def _links(visit: Visit, id: str) -> list[dict[str, Any]]:
    """The links to an agent; without an address while nobody has told this ward by which one others reach it."""
    try:
        site = visit.site
    except AddressError:
        return [{"share": share, "address": ""} for share, _ in visit.ward.studio.links(id)]
    made = ((share, f"{site}/a/{token}") for share, token in visit.ward.studio.links(id))
    return [{"share": share, "address": address, "picture": svg(address)} for share, address in made]


def _card(visit: Visit, manifest: Manifest | None) -> Any:
    """The card of a draft, to be talked to; None while it contradicts itself."""
    if manifest is None:
        return None
    try:
        return service_of(manifest, visit.ward.settings.home, visit.ward.services).card
    except InputError:
        return None


ROUTES: Final = (
    PageRoute("/console/studio", studio),
    PageRoute("/console/studio", make, method="POST"),
    PageRoute("/console/studio/{agent}", agent),
    PageRoute("/console/studio/{agent}", change, method="POST"),
    *studio_compare.ROUTES,
    PageRoute("/console/studio/{agent}/{act}", act, method="POST"),
)
