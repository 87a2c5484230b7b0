"""What guards stopped: how often each, of which agent, and in which run; no word of any patient is shown."""

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.run import Run
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.doors.proposals import body_of

_RUNS: Final = 100
_SHOWN: Final = 60


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What one guard did in one run of an agent: steps that it stopped or marked, sentences that it held back."""

    guard: str
    agent: str
    run: str
    at: datetime
    stopped: int = 0
    marked: int = 0
    held: int = 0


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """One guard over all runs that were looked at."""

    guard: str
    runs: int
    stopped: int
    marked: int
    held: int
    last: datetime


def guards(visit: Visit) -> Response:
    """The guards by how often they acted, and the last times that one did."""
    visit.ward.access.require(visit.actor, ADMIN)
    cards = {id: service.card for id, service in visit.ward.services.items() if service.card.kind == "agent"}
    agent, guard = visit.query.get("agent", ""), visit.query.get("guard", "")
    asked = [agent] if agent in cards else [*cards]
    runs = [run for id in asked for run in visit.ward.stores.runs.list(service=id, limit=_RUNS)]
    every = sorted((e for run in runs for e in _events(run)), key=lambda event: event.at, reverse=True)
    events = [event for event in every if guard in ("", event.guard)]
    visit.ward.trail.write(visit.actor, "guards.read", "read", door="console", detail={"runs": len(runs)})
    titles = {id: card.title.in_(visit.language) for id, card in cards.items()}
    return draw(
        visit, "guards.html", totals=_totals(every), events=events[:_SHOWN], titles=titles, looked=len(runs),
        agent=agent, guard=guard, named=partial(_named, visit), more=max(0, len(events) - _SHOWN),
        clean=len(runs) - len({event.run for event in every}),
    )  # fmt: skip


def _named(visit: Visit, guard: str, about: str = "") -> str:
    """What a guard is called, or (`about`) what it does; one that has no words by its own name."""
    key = f"guard_{guard.replace('-', '_')}{about}"
    return visit.t(key) if visit.has(key) else "" if about else guard


def _events(run: Run) -> list[Event]:
    """What the guards did in one run, by guard; the words that they stopped stay in the run."""
    body: dict[str, Any] = body_of(run)
    steps = [step for step in body.get("steps", ()) if step["kind"] == "guard"]
    stopped = Counter(step["name"] for step in steps if step["outcome"] != "done")
    marked = Counter(step["name"] for step in steps if step["outcome"] == "done")
    held = Counter(one["guard"] for one in body.get("held", ()))
    return [
        Event(
            guard=guard, agent=run.service, run=run.id, at=run.started, stopped=stopped[guard], marked=marked[guard],
            held=held[guard],
        )
        for guard in stopped | marked | held
    ]  # fmt: skip


def _totals(events: list[Event]) -> list[Total]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.guard, []).append(event)
    totals = [
        Total(
            guard=guard, runs=len(of), stopped=sum(e.stopped for e in of), marked=sum(e.marked for e in of),
            held=sum(e.held for e in of), last=max(e.at for e in of),
        )
        for guard, of in found.items()
    ]  # fmt: skip
    return sorted(totals, key=lambda total: (-total.runs, total.guard))


ROUTES: Final = (PageRoute("/console/guards", guards),)
