"""The studio: agents without code; make, try, compare, publish, roll back, share."""

from collections.abc import Callable
from typing import Any, Final, get_args

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.agent import ChartSection
from openward.domain.errors import InputError, OpenWardError
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.qr import svg
from openward.studio.manifest import Manifest
from openward.studio.reading import read_manifest, write_manifest
from openward.studio.standing import Standing
from openward.studio.studio import DRAFT

_DAYS: Final = 30
_SWITCHES: Final = ("tools", "chart")


def studio(visit: Visit) -> Response:
    """All agents of the ward, and where each stands."""
    visit.ward.access.require(visit.actor, ADMIN)
    found = visit.ward.studio.standings()
    titles = {one.id: visit.ward.studio.manifest(one.id).title.in_(visit.language) for one in found if not one.fault}
    return draw(visit, "studio.html", standings=found, titles=titles)


def agent(visit: Visit) -> Response:
    """One agent: what it is and may use, its versions, and its draft to be edited."""
    visit.ward.access.require(visit.actor, ADMIN)
    return _page(visit)


def make(visit: Visit) -> Response:
    """A draft, from nothing or as another agent is."""
    id, source = visit.form.get("id", "").strip(), visit.form.get("source", "")
    if source:
        visit.ward.studio.clone(source, id, visit.actor)
    else:
        visit.ward.studio.new(id, visit.actor)
    return go(f"/console/studio/{id}")


def change(visit: Visit) -> Response:
    """Keeps a draft: as it was written, or with the switches as they were set."""
    id, form = visit.path["agent"], visit.form
    try:
        text = form.get("manifest", "")
        if form.get("switches"):
            text = write_manifest(_switched(read_manifest(visit.ward.studio.text(id)[0], id), form))
        visit.ward.studio.save(id, text, visit.actor)
    except InputError as error:
        return _page(visit, why=str(error), text=form.get("manifest") or None)
    return go(f"/console/studio/{id}")


def act(visit: Visit) -> Response:
    """Tries a draft, publishes it, lets an earlier version answer, retires the agent, or shares it."""
    id, what = visit.path["agent"], visit.path["act"]
    if what not in _ACTS:
        raise InputError("an agent can be tried, published, rolled back, retired or shared")
    try:
        return _ACTS[what](visit, id)
    except OpenWardError as error:
        if error.status == 403:  # noqa: PLR2004 - who may not is told so on a page of its own
            raise
        return _page(visit, why=str(error))


def _try(visit: Visit, id: str) -> Response:
    visit.ward.access.require(visit.actor, ADMIN)
    return _page(visit, report=visit.ward.studio.test(id))


def _publish(visit: Visit, id: str) -> Response:
    return _page(visit, report=visit.ward.studio.publish(id, visit.actor))


def _roll_back(visit: Visit, id: str) -> Response:
    visit.ward.studio.roll_back(id, visit.form.get("version", ""), visit.actor)
    return go(f"/console/studio/{id}")


def _retire(visit: Visit, id: str) -> Response:
    visit.ward.studio.retire(id, visit.actor)
    return go(f"/console/studio/{id}")


def _share(visit: Visit, id: str) -> Response:
    link = f"{visit.site}/a/{visit.ward.studio.share(id, visit.actor, days=_DAYS)}"
    return _page(visit, link=link)


_ACTS: Final[dict[str, Callable[[Visit, str], Response]]] = {
    "try": _try, "publish": _publish, "roll-back": _roll_back, "retire": _retire, "share": _share,
}  # fmt: skip


def _page(visit: Visit, *, why: str = "", text: str | None = None, report: Any = None, link: str = "") -> Response:
    id, ward = visit.path["agent"], visit.ward
    standing = next((one for one in ward.studio.standings() if one.id == id), Standing(id=id, state="unknown"))
    manifest = ward.studio.manifest(id)
    versions = (standing.version, DRAFT) if standing.version and standing.draft else ()
    return draw(
        visit, "studio_agent.html", standing=standing, manifest=manifest, why=why, report=report, link=link,
        text=text or ward.studio.text(id)[0], picture=svg(link) if link else "",
        difference=ward.studio.difference(id).splitlines() if versions and standing.state != "shipped" else [],
        tools=[s.card for s in ward.services.values() if s.card.kind == "engine"], sections=get_args(ChartSection),
    )  # fmt: skip


def _switched(manifest: Manifest, form: Any) -> Manifest:
    """A manifest with what was switched on, in the order in which it stood."""
    wanted = {name: [key.removeprefix(f"{name}.") for key in form if key.startswith(f"{name}.")] for name in _SWITCHES}
    changed = {name: sorted(on, key=[*getattr(manifest, name), *on].index) for name, on in wanted.items()}
    return msgspec.convert(msgspec.to_builtins(manifest, str_keys=True) | changed, Manifest)


ROUTES: Final = (
    PageRoute("/console/studio", studio),
    PageRoute("/console/studio", make, method="POST"),
    PageRoute("/console/studio/{agent}", agent),
    PageRoute("/console/studio/{agent}", change, method="POST"),
    PageRoute("/console/studio/{agent}/{act}", act, method="POST"),
)
