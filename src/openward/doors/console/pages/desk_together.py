"""Several proposals that only inform, decided on at once: each shown, each with a signature of its own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from openward.domain.errors import AccessError, SignOffError
from openward.domain.run import Decision, Run, choice_of
from openward.doors.console.pages.runs import shown
from openward.doors.console.visit import PageRoute, Visit, draw, drawn
from openward.doors.console.waiting import waiting
from openward.review.desk import Shown
from openward.review.rules import Refusal

_A_PAGE: Final = 20
_PICK: Final = "pick/"


def page(visit: Visit) -> Response:
    """The proposals of one service that wait, all of them shown."""
    return _page(visit)


def _page(
    visit: Visit, *, problem: str = "", answers: Sequence[Decision | Refusal] = (), status: int = HTTPStatus.OK
) -> Response:
    service = visit.query.get("service") or visit.form.get("service", "")
    runs = visit.ward.desk.queue(visit.actor, service=service, limit=_A_PAGE, door="console")
    shows: list[tuple[Run, Any]] = []
    for run in runs:
        try:
            shows.append(visit.ward.desk.show(run.id, visit.actor, door="console"))
        except SignOffError:  # somebody else decided meanwhile
            continue
    card = visit.ward.service(service).card
    rows = waiting(visit, [run for run, _ in shows])
    told = {
        "signed": sum(isinstance(one, Decision) for one in answers),
        "refused": [one for one in answers if isinstance(one, Refusal)],
    }
    return draw(
        visit, "desk_together.html", status=status, card=card, problem=problem, answers=told if answers else None,
        rows=[(row, showing, _told(visit, row.run)) for row, (_, showing) in zip(rows, shows, strict=True)],
        provided=visit.ward.access.freshly_provided(visit.actor), typed=visit.form,
    )  # fmt: skip


def _told(visit: Visit, run: Run) -> Markup:
    """All that a run says, as its own page shows it."""
    return Markup(drawn(visit, "shown_run.html", **shown(visit, run)))  # noqa: S704 - drawn by our own template


def decide(visit: Visit) -> Response:
    """Takes one decision on all that were picked."""
    form = visit.form
    picked = [name.removeprefix(_PICK) for name in form if name.startswith(_PICK)]
    named = [Shown(run, form.get(f"showing/{run}", ""), form.get(f"digest/{run}", "")) for run in picked]
    try:
        answers = visit.ward.desk.decide_together(
            named, choice=choice_of(form.get("choice", "")), actor=visit.actor, reason=form.get("reason", ""),
            passphrase=form.get("passphrase"), door="console",
        )  # fmt: skip
    except AccessError:
        return _page(visit, problem=visit.t("desk_not_confirmed_passphrase"), status=HTTPStatus.FORBIDDEN)
    except SignOffError as error:
        return _page(visit, problem=str(error), status=error.status)
    return _page(visit, answers=answers)


ROUTES: Final = (
    PageRoute("/console/desk/together", page),
    PageRoute("/console/desk/together", decide, method="POST"),
)
