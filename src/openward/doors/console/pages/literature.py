"""Literature: a search with its quoted sentences, the check of a citation, and export for a reference manager."""

from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.run import RunRequest
from openward.doors.console.proposals import body_of, proposal_of
from openward.doors.console.visit import PageRoute, Visit, draw, go

SERVICE: Final = "literature"
_TEXTS: Final = ("question", "query")
_YEARS: Final = ("since", "until")
_CITED: Final = ("pmid", "doi", "title", "quote", "claim")
_FORMS: Final = {"ris": "application/x-research-info-systems", "bibtex": "application/x-bibtex"}


def literature(visit: Visit) -> Response:
    """The form and, when something is asked, what was found; the search is kept as a run only when wanted."""
    given = _given(visit.query)
    if not any(given.get(name) for name in _TEXTS):
        return draw(visit, "literature.html", given=visit.query, body=None, proposal=None, why="")
    try:
        run = visit.ward.think(SERVICE, _request(visit, given), actor=visit.actor, door="console")
    except InputError as error:
        return draw(visit, "literature.html", given=visit.query, body=None, proposal=None, why=str(error))
    return draw(
        visit, "literature.html", given=visit.query, body=body_of(run) or None, proposal=proposal_of(run),
        why=run.failure.message if run.failure else "",
    )  # fmt: skip


def keep(visit: Visit) -> Response:
    """Runs a search, or the check of a citation, keeps the run and goes to its page."""
    cited = {name: value for name in _CITED if (value := visit.form.get(name, "").strip())}
    given = _given(visit.form) | ({"citations": [cited]} if cited else {})
    run = visit.ward.execute(SERVICE, _request(visit, given), actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def export(visit: Visit) -> Response:
    """What was found, as a file for a reference manager."""
    form = visit.path["form"]
    if form not in _FORMS:
        raise InputError("what is found can be exported as ris or bibtex")
    given = _given(visit.query) | {"export": form}
    run = visit.ward.execute(SERVICE, _request(visit, given), actor=visit.actor, door="console")
    name = f"literature.{'ris' if form == 'ris' else 'bib'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body_of(run).get("export") or "", 200, headers, f"{_FORMS[form]}; charset=utf-8")


def _given(form: Any) -> dict[str, Any]:
    given: dict[str, Any] = {name: value for name in _TEXTS if (value := form.get(name, "").strip())}
    for name in _YEARS:
        text = form.get(name, "").strip()
        if text.isascii() and text.isdigit():
            given[name] = int(text)
    return given


def _request(visit: Visit, given: dict[str, Any]) -> RunRequest:
    return RunRequest(input=msgspec.Raw(msgspec.json.encode(given)), language=visit.language)


ROUTES: Final = (
    PageRoute("/console/literature", literature),
    PageRoute("/console/literature", keep, method="POST"),
    PageRoute("/console/literature/export/{form}", export),
)
