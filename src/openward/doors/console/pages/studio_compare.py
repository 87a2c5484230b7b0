"""Two versions of an agent side by side: what differs between them, and what each answers to the same questions."""

from dataclasses import replace
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.agent import Ask, Said
from openward.domain.errors import InputError, OpenWardError
from openward.domain.run import RunRequest
from openward.doors.console.answered import Told, told
from openward.doors.console.comparing import changes
from openward.doors.console.pages.assistant import Person, chosen
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.studio.standing import Standing
from openward.studio.studio import DRAFT

_MOST: Final = 5
_LONGEST: Final = 2000


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One question, and what each of the two versions answered, or why it did not."""

    question: str
    answers: tuple[Told | str, ...]


def compare(visit: Visit) -> Response:
    """What differs between two versions in words."""
    visit.ward.access.require(visit.actor, ADMIN)
    return _page(visit, asked="", compared=())


def ask_both(visit: Visit) -> Response:
    """The same questions to both versions, one after the other; no run is kept. Or another patient for them."""
    visit.ward.access.require(visit.actor, ADMIN)
    lines = [line.strip()[:_LONGEST] for line in visit.form.get("questions", "").splitlines() if line.strip()]
    pair = _pair(visit, _standing(visit))
    if "about" in visit.form:
        return _page(visit, asked="\n".join(lines), compared=())
    if len(lines) > _MOST or not lines:
        return _page(visit, asked="\n".join(lines), compared=(), why=visit.t("fault_questions", n=_MOST))
    person = _about(visit)
    compared = tuple(
        Compared(question=line, answers=tuple(_answer(visit, v, line, person.id if person else None) for v in pair))
        for line in lines
    )
    return _page(visit, asked="\n".join(lines), compared=compared)


def _answer(visit: Visit, version: str, question: str, patient: str | None) -> Told | str:
    ask = Ask(messages=(Said(role="user", text=question),))
    request = RunRequest(input=msgspec.Raw(msgspec.json.encode(ask)), patient=patient, language=visit.language)
    try:
        run = visit.ward.studio.ask(visit.path["agent"], request, visit.actor, version=version)
    except OpenWardError as error:
        return str(error)
    return told(visit, run)


def _standing(visit: Visit) -> Standing:
    id = visit.path["agent"]
    found = next((one for one in visit.ward.studio.standings() if one.id == id), None)
    if found is None or not _versions(found):
        raise InputError(visit.t("compare_no_versions"))
    return found


def _versions(standing: Standing) -> list[str]:
    return [*([DRAFT] if standing.draft else []), *reversed(standing.versions)]


def _pair(visit: Visit, standing: Standing) -> tuple[str, str]:
    """The two versions that are compared: those that were chosen, else what answers now and what is newest."""
    there = _versions(standing)
    given = {**visit.query, **visit.form}
    old, new = given.get("old", ""), given.get("new", "")
    default = standing.version or there[-1]
    return old if old in there else default, new if new in there else there[0]


def _about(visit: Visit) -> Person | None:
    """The patient who was just chosen, or whom the form names."""
    about = visit.form.get("about")
    return chosen(visit if about is None else replace(visit, query={}, form={"patient": about}))


def _page(visit: Visit, *, asked: str, compared: tuple[Compared, ...], why: str = "") -> Response:
    standing = _standing(visit)
    pair = _pair(visit, standing)
    studio = visit.ward.studio
    manifests = [studio.manifest(standing.id, version) for version in pair]
    values: dict[str, Any] = {"asked": asked, "compared": compared, "why": why, "most": _MOST}
    examples = [one.in_(visit.language) for one in manifests[1].examples[:3]]
    return draw(
        visit, "studio_compare.html", standing=standing, versions=_versions(standing), pair=pair,
        manifest=manifests[1], changes=changes(visit, *manifests), person=_about(visit), examples=examples,
        lines=studio.difference(standing.id, *pair).splitlines() if pair[0] != pair[1] else [], **values,
    )  # fmt: skip


ROUTES: Final = (
    PageRoute("/console/studio/{agent}/compare", compare),
    PageRoute("/console/studio/{agent}/compare", ask_both, method="POST"),
)
