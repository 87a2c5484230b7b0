"""The desk: what waits for this person's signature, the exact bytes, and the decision."""

from typing import Final

from starlette.responses import Response

from openward.domain.errors import NotFoundError, SignOffError
from openward.domain.run import Run, choice_of
from openward.doors.console.pages.runs import run_of, shown
from openward.doors.console.proposals import summary_of
from openward.doors.console.visit import PageRoute, Visit, draw, go

_A_PAGE: Final = 50


def desk(visit: Visit) -> Response:
    """The queue at the left, the run that is looked at on the right; the first one when none is named."""
    after = visit.query.get("after")
    queue = visit.ward.desk.queue(visit.actor, limit=_A_PAGE, before=after, door="console")
    run, problem = _chosen(visit, queue)
    showing = None
    if run is not None:
        try:
            run, showing = visit.ward.desk.show(run.id, visit.actor, door="console")
        except SignOffError as error:
            problem = str(error)
    titles = {s.id: s.card.title.in_(visit.language) for s in visit.ward.services.values()}
    return draw(
        visit, "desk.html", queue=queue, chosen=run, showing=showing, problem=problem, titles=titles, after=after,
        next=queue[-1].id if len(queue) == _A_PAGE else None, summary_of=summary_of,
        **(shown(visit, run) if run else {}),
    )  # fmt: skip


def _chosen(visit: Visit, queue: tuple[Run, ...]) -> tuple[Run | None, str]:
    wanted = visit.query.get("run")
    if wanted is None:
        return (queue[0] if queue else None), ""
    try:
        return run_of(visit, wanted), ""
    except NotFoundError as error:
        return None, str(error)


def decide(visit: Visit) -> Response:
    """Takes a person's decision and goes on to the next run that waits."""
    form = visit.form
    choice = form.get("choice", "")
    amended = form.get("amended", "").strip() if choice == "amend" else ""
    visit.ward.desk.decide(
        visit.path["run"], showing=form.get("showing", ""), digest=form.get("digest", ""), choice=choice_of(choice),
        reason=form.get("reason", "").strip(), amended=amended.encode() or None, actor=visit.actor,
        passphrase=form.get("passphrase"), door="console",
    )  # fmt: skip
    return go(f"/console/runs/{visit.path['run']}")


ROUTES: Final = (
    PageRoute("/console/desk", desk),
    PageRoute("/console/runs/{run}/decision", decide, method="POST"),
)
