"""Runs, showings, decisions and feedback in a database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Select, Table, exists, func, select

from openward.adapters import tables
from openward.adapters.database import Database
from openward.domain.errors import StoreError
from openward.domain.run import Choice, Cost, Decision, Feedback, Mark, Outline, Run, RunStatus, Showing

_encode: Final = msgspec.json.Encoder().encode
# Values in one statement; databases take so many.
_AT_ONCE: Final = 500


class SqlRunStore:
    """Runs in SQLite or PostgreSQL; the bytes that a person signs stand in columns of their own, untouched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: Run) -> None:
        """Keeps a run."""
        values = {
            "id": run.id,
            "service": run.service,
            "status": run.status,
            "patient": run.patient,
            "body": _encode(msgspec.structs.replace(run, proposal=None)),
            "proposal": None if run.proposal is None else bytes(run.proposal),
            "parent": run.parent,
        }
        if not self._database.kept(tables.run, values):
            raise StoreError(f"{self._database.where}: this run is kept already; a run is written once")

    def get(self, id: str) -> Run | None:
        """One run."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.run).where(tables.run.c.id == id)).one_or_none()
        return None if row is None else _run(row)

    def list(
        self,
        *,
        service: str | None = None,
        status: str | None = None,
        patient: str | None = None,
        undecided: bool = False,
        limit: int = 50,
        before: str | None = None,
    ) -> tuple[Run, ...]:
        """Runs, newest first, before a given id."""
        c = tables.run.c
        wanted = select(tables.run).order_by(c.n.desc()).limit(limit)
        for column, value in ((c.service, service), (c.status, status), (c.patient, patient)):
            if value is not None:
                wanted = wanted.where(column == value)
        return self._page(_undecided(wanted) if undecided else wanted, before)

    def outlines(self, patient: str, limit: int = 1000) -> tuple[Outline, ...]:
        """The runs of a patient without their proposals."""
        with self._database.reading() as connection:
            rows = connection.execute(_with_choice().where(tables.run.c.patient == patient).limit(limit))
            return tuple(Outline(msgspec.json.decode(row.body, type=Run), _choice(row)) for row in rows)

    def several(self, ids: Collection[str]) -> tuple[Run, ...]:
        """Those of these runs that there are."""
        c, wanted = tables.run.c, sorted(set(ids))
        parts = [wanted[n : n + _AT_ONCE] for n in range(0, len(wanted), _AT_ONCE)]
        with self._database.reading() as connection:
            rows = [row for part in parts for row in connection.execute(select(tables.run).where(c.id.in_(part)))]
        return tuple(_run(row) for row in sorted(rows, key=lambda row: -row.n))

    def services(self) -> tuple[str, ...]:
        """The services that left runs."""
        c = tables.run.c
        with self._database.reading() as connection:
            return tuple(connection.execute(select(c.service).distinct().order_by(c.service)).scalars())

    def waiting(self, services: Collection[str], limit: int = 50, before: str | None = None) -> tuple[Run, ...]:
        """Undecided runs of these services that no agent asked for, newest first."""
        c = tables.run.c
        # Sorted by number alone: whole rows, with their proposals, are read for the page only.
        waiting = _undecided(select(c.n).where(c.service.in_(services), c.parent.is_(None)))
        numbers = _before(waiting, before).order_by(c.n.desc()).limit(limit)
        return self._page(select(tables.run).where(c.n.in_(numbers)).order_by(c.n.desc()), None)

    def _page(self, wanted: Select[Any], before: str | None) -> tuple[Run, ...]:
        wanted = _before(wanted, before)
        with self._database.reading() as connection:
            return tuple(_run(row) for row in connection.execute(wanted))

    def marks(self, limit: int = 1000) -> tuple[Mark, ...]:
        """What became of the newest runs."""
        with self._database.reading() as connection:
            rows = connection.execute(_with_choice().limit(limit))
            return tuple(mark for row in rows if (mark := _mark(row)) is not None)

    def show(self, showing: Showing) -> None:
        """Keeps a showing."""
        values = {"id": showing.id, "run": showing.run, "body": _encode(showing)}
        if not self._database.kept(tables.showing, values):
            raise StoreError(f"{self._database.where}: this showing is kept already")

    def showing(self, id: str) -> Showing | None:
        """One showing."""
        with self._database.reading() as connection:
            body = connection.execute(select(tables.showing.c.body).where(tables.showing.c.id == id)).scalar()
        return None if body is None else msgspec.json.decode(body, type=Showing)

    def decide(self, decision: Decision) -> bool:
        """Keeps a decision unless the run has one or the showing was used; of two at once the database lets one in."""
        return self._database.kept(tables.decision, _values(decision))

    def sign_first(self, decision: Decision) -> bool:
        """Keeps the first of two signatures unless the run has one, or a decision."""
        if self.decision(decision.run) is not None:
            return False
        return self._database.kept(tables.first_decision, _values(decision))

    def first(self, run: str) -> Decision | None:
        """The first of two signatures on a run."""
        return self._decided(tables.first_decision, run)

    def decision(self, run: str) -> Decision | None:
        """The decision on a run."""
        return self._decided(tables.decision, run)

    def decided(self, service: str) -> int:
        """On how many runs of a service somebody has decided."""
        joined = tables.run.join(tables.decision)
        wanted = select(func.count()).select_from(joined).where(tables.run.c.service == service)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one()

    def _decided(self, table: Table, run: str) -> Decision | None:
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(table.c.run == run)).one_or_none()
        if row is None:
            return None
        amended = None if row.amended is None else msgspec.Raw(row.amended)
        return msgspec.structs.replace(msgspec.json.decode(row.body, type=Decision), amended=amended)

    def add_feedback(self, feedback: Feedback) -> None:
        """Keeps feedback."""
        values = {"id": feedback.id, "run": feedback.run, "body": _encode(feedback)}
        if not self._database.kept(tables.feedback, values):
            raise StoreError(f"{self._database.where}: this feedback is kept already")

    def feedback(self, run: str) -> tuple[Feedback, ...]:
        """Feedback on a run, oldest first."""
        c = tables.feedback.c
        with self._database.reading() as connection:
            bodies = connection.execute(select(c.body).where(c.run == run).order_by(c.n)).scalars()
            return tuple(msgspec.json.decode(body, type=Feedback) for body in bodies)


def _with_choice() -> Select[Any]:
    """Runs without their proposals, and decisions on them, newest first."""
    run, decision = tables.run.c, tables.decision.c
    both = tables.run.outerjoin(tables.decision)
    return select(run.body, decision.body.label("decided")).select_from(both).order_by(run.n.desc())


def _undecided(wanted: Select[Any]) -> Select[Any]:
    return wanted.where(~exists(select(tables.decision.c.run).where(tables.decision.c.run == tables.run.c.id)))


def _before(wanted: Select[Any], before: str | None) -> Select[Any]:
    if before is None:
        return wanted
    other = tables.run.alias()
    return wanted.where(tables.run.c.n < select(other.c.n).where(other.c.id == before).scalar_subquery())


def _values(decision: Decision) -> dict[str, Any]:
    """The row of a decision; the bytes of an amended body stand apart."""
    return {
        "run": decision.run,
        "showing": decision.showing,
        "body": _encode(msgspec.structs.replace(decision, amended=None)),
        "amended": None if decision.amended is None else bytes(decision.amended),
    }


class _Counted(msgspec.Struct):
    """What is counted of a run."""

    service: str
    status: RunStatus
    started: datetime
    cost: Cost
    parent: str | None = None


class _Chosen(msgspec.Struct):
    choice: Choice


def _mark(row: Any) -> Mark | None:
    run = msgspec.json.decode(row.body, type=_Counted)
    if run.parent is not None:
        return None
    return Mark(
        service=run.service, status=run.status, started=run.started, seconds=run.cost.seconds, choice=_choice(row)
    )


def _choice(row: Any) -> Choice | None:
    return None if row.decided is None else msgspec.json.decode(row.decided, type=_Chosen).choice


def _run(row: Any) -> Run:
    proposal = None if row.proposal is None else msgspec.Raw(row.proposal)
    return msgspec.structs.replace(msgspec.json.decode(row.body, type=Run), proposal=proposal)
