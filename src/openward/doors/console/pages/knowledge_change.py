"""One row of the knowledge whole, what became of changes to it, and the form to propose one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError, KnowledgeError, NotFoundError
from openward.domain.run import Run, RunRequest
from openward.doors.console.knowledge_rows import label, named, shown, title_of
from openward.doors.console.visit import Page, PageRoute, Visit, draw, go
from openward.doors.proposals import body_of
from openward.knowledge import tables
from openward.knowledge.columns import Column, columns_of
from openward.knowledge.tables import SOURCES, Table

SERVICE: Final = "knowledge-change"
_MOST: Final = 500
_GIVEN: Final = frozenset({"id", "reviewed"})
_CELL: Final = "cell."


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A change that somebody proposed of a row."""

    run: str
    at: str
    who: str
    status: str
    choice: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the form: its column, what stands in it, and what is wrong with that."""

    column: Column
    label: str
    value: str
    fault: str = ""


def row(visit: Visit) -> Response:
    """One row whole with its changes and the form to propose one; without an id, the form of a new row."""
    held, id = table_of(visit), visit.query.get("id", "")
    if id and id not in held.index:
        raise NotFoundError("there is no such row in this table")
    return _row_page(visit, held, id)


def change(visit: Visit) -> Response:
    """Proposes a change; a row that cannot stand is told so beside its cells, and nothing is kept then."""
    held, form = table_of(visit), visit.form
    request = RunRequest(input=msgspec.Raw(msgspec.json.encode(_told(held, form))), language=visit.language)
    try:
        trial = visit.ward.think(SERVICE, request, actor=visit.actor, door="console")
    except InputError as error:
        return _row_page(visit, held, form.get("id", ""), why=str(error))
    if trial.status != "proposed":
        faults = {f["column"]: f["what"] for f in body_of(trial).get("faults", ())} if trial.proposal else {}
        why = visit.t("cannot_stand") if faults else trial.failure.message if trial.failure else visit.t("held")
        return _row_page(visit, held, form.get("id", ""), why=why, faults=faults)
    run = visit.ward.execute(SERVICE, request, actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def _row_page(
    visit: Visit, held: Table, id: str, *, why: str = "", faults: Mapping[str, str] | None = None
) -> Response:
    found, form, wrong = held.index.get(id), visit.form, faults or {}
    stands = found.cells if found else {}
    fields = [
        Field(
            column=column, label=label(column.name, visit), fault=wrong.get(column.name, ""),
            value=form.get(f"{_CELL}{column.name}", stands.get(column.name, "")),
        )
        for column in columns_of(held.name)
        if column.name not in _GIVEN
    ]  # fmt: skip
    return draw(
        visit, "knowledge_row.html", table=held, fields=fields, why=why,
        shown=shown(held, found, visit) if found else None,
        past=_past(visit, held, id) if found and visit.may("run.read") else (), may_change=may_change(visit, held),
        given=form, called=title_of(held, visit), id=id, id_fault=wrong.get("id", ""),
    )  # fmt: skip


def _told(held: Table, form: Mapping[str, str]) -> dict[str, Any]:
    """The input of the service: the cells that differ, why, and a new document if one was named."""
    id = form.get("id", "").strip()
    stands = held.index[id].cells if id in held.index else {}
    given = {name.removeprefix(_CELL): cell.strip() for name, cell in form.items() if name.startswith(_CELL)}
    cells = {column: cell for column, cell in given.items() if cell != stands.get(column, "")}
    told: dict[str, Any] = {"table": held.name, "row": id, "cells": cells, "why": form.get("why", "").strip()}
    if citation := form.get("citation", "").strip():
        year = form.get("year", "").strip()
        told["new_source"] = {
            "id": form.get("source_id", "").strip(), "citation": citation,
            "year": int(year) if year.isascii() and year.isdigit() else year,
        }  # fmt: skip
    return told


def table_of(visit: Visit) -> Table:
    """The table that the path names.

    Raises:
        NotFoundError: there is none of this name.
    """
    name = visit.path["table"]
    if name not in tables.names():
        raise NotFoundError("there is no such table of knowledge in this ward")
    return tables.find(name)


def stopped(page: Page) -> Page:
    """A page of one table which says what is wrong where that table, or one that it names, cannot be read."""

    def shown_or_told(visit: Visit) -> Response:
        try:
            return page(visit)
        except KnowledgeError as error:
            name = visit.path["table"]
            return draw(
                visit, "knowledge_unreadable.html", status=HTTPStatus.SERVICE_UNAVAILABLE,
                called=named(name, visit) or name, what=tables.without_folders(str(error)),
            )  # fmt: skip

    return shown_or_told


def may_change(visit: Visit, held: Table) -> bool:
    """Whether the visitor may propose a change of this table."""
    return held.name != SOURCES and SERVICE in visit.ward.services and visit.may(f"service/{SERVICE}.run")


def _past(visit: Visit, held: Table, id: str) -> tuple[Past, ...]:
    """Changes of this row that were proposed before, the newest first."""
    runs = visit.ward.stores.runs.list(service=SERVICE, limit=_MOST)
    return tuple(_past_of(visit, run) for run in runs if _speaks_of(run, held, id))


def _speaks_of(run: Run, held: Table, id: str) -> bool:
    body = body_of(run) if run.proposal else {}
    return bool((body.get("table"), body.get("row")) == (held.name, id))


def _past_of(visit: Visit, run: Run) -> Past:
    decision = visit.ward.stores.runs.decision(run.id)
    who, choice = (decision.person, decision.choice) if decision else ("", "")
    return Past(run=run.id, at=f"{run.started:%Y-%m-%d %H:%M}", who=who, status=run.status, choice=choice)


ROUTES: Final = (
    PageRoute("/console/knowledge/{table}/row", stopped(row)),
    PageRoute("/console/knowledge/{table}/row", stopped(change), method="POST"),
)
