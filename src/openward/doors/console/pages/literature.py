"""Literature: a search with its quoted sentences, the check of a citation, and export for a reference manager."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.run import Run, RunRequest
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.proposals import body_of, proposal_of
from openward.knowledge import tables
from openward.knowledge.literature.shelf import shelf_here
from openward.knowledge.texts import text_of

SERVICE: Final = "literature"
_TEXTS: Final = ("question", "query")
_YEARS: Final = ("since", "until")
_CITED: Final = ("pmid", "doi", "title", "quote", "claim")
_FORMS: Final = {"ris": "application/x-research-info-systems", "bibtex": "application/x-bibtex"}
_KIND: Final = "kind."
_AROUND: Final = 260


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a passage, quoted in the answer or not."""

    text: str
    quoted: bool


def literature(visit: Visit) -> Response:
    """The form and, when something is asked, what was found; the search is kept as a run only when wanted."""
    given = _given(visit.query)
    if not any(given.get(name) for name in _TEXTS):
        return _page(visit)
    try:
        run = visit.ward.think(SERVICE, _request(visit, given), actor=visit.actor, door="console")
    except InputError as error:
        return _page(visit, why=str(error))
    return _page(visit, run, why=run.failure.message if run.failure else "")


def _page(visit: Visit, run: Run | None = None, why: str = "") -> Response:
    body = (body_of(run) or None) if run else None
    with shelf_here() as shelf:
        corpora = shelf.corpora() if shelf else ()
    kinds = {row["kind"]: row[f"name_{visit.language}"] for row in tables.find("evidence_kinds")}
    chosen = {name.removeprefix(_KIND) for name in visit.query if name.startswith(_KIND)}
    return draw(
        visit, "literature.html", given=visit.query, body=body, proposal=proposal_of(run) if run else None, why=why,
        corpora=corpora, kinds=kinds, chosen=chosen, passages=_passages(body) if body else {},
        asked=urlencode({name: value for name, value in visit.query.items() if value and name != "lang"}),
    )  # fmt: skip


def _passages(body: dict[str, Any]) -> dict[int, list[Piece]]:
    """The best passage of each document that was found, by its rank, with what is quoted of it."""
    return {hit["rank"]: _pieces(hit, body["answer"]) for hit in body["hits"]}


def _pieces(hit: dict[str, Any], answer: list[dict[str, Any]]) -> list[Piece]:
    text, at = text_of(hit["document"]) or "", hit["start"]
    spans = sorted({(q["start"], q["end"]) for q in answer if q["hit"] == hit["rank"]})
    if text.startswith(hit["title"], at):
        at += len(hit["title"])  # it stands above already
    end = hit["end"] if spans else min(hit["end"], at + _AROUND)
    made = []
    for start, stop in [span for span in spans if at <= span[0] < end]:
        made += [Piece(text[at:start], quoted=False), Piece(text[start:stop], quoted=True)]
        at = stop
    made.append(Piece(text[at:end], quoted=False))
    return [piece for piece in made if piece.text]


def keep(visit: Visit) -> Response:
    """Runs a search, or the check of a citation, keeps the run and goes to its page."""
    cited = {name: value for name in _CITED if (value := visit.form.get(name, "").strip())}
    given = _given(visit.form) | ({"citations": [cited]} if cited else {})
    if not cited and not any(given.get(name) for name in _TEXTS):
        raise InputError(visit.t("literature_nothing_asked"))
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


def _given(form: Mapping[str, str]) -> dict[str, Any]:
    """The input of the service that a form asks for."""
    given: dict[str, Any] = {name: value for name in _TEXTS if (value := form.get(name, "").strip())}
    for name in _YEARS:
        text = form.get(name, "").strip()
        if text.isascii() and text.isdigit():
            given[name] = int(text)
    kinds = sorted(name.removeprefix(_KIND) for name in form if name.startswith(_KIND))
    corpus = form.get("corpus", "").strip()
    return given | ({"kinds": kinds} if kinds else {}) | ({"corpora": [corpus]} if corpus else {})


def _request(visit: Visit, given: dict[str, Any]) -> RunRequest:
    return RunRequest(input=msgspec.Raw(msgspec.json.encode(given)), language=visit.language)


ROUTES: Final = (
    PageRoute("/console/literature", literature),
    PageRoute("/console/literature", keep, method="POST"),
    PageRoute("/console/literature/export/{form}", export),
)
