"""Models: what there is, what it costs, how far each budget is used, and who used what in the last month."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.models.accounts import lines
from openward.models.budgets import states, windows
from openward.models.registry import price_on

_DAYS: Final = 30
_BY: Final = ("department", "agent", "model")


def models(visit: Visit) -> Response:
    """The registry, the budgets and the usage."""
    ward = visit.ward
    ward.access.require(visit.actor, ADMIN)
    registry, now = ward.models.registry, ward.clock.now()
    today = now.date()
    since = datetime.combine(today - timedelta(days=_DAYS - 1), time(), UTC)
    used = lines(ward.stores.usage.entries(since, now + timedelta(days=1)), _BY)
    return draw(
        visit, "models.html", registry=registry, prices={m.id: price_on(m, today) for m in registry.models},
        budgets=states(registry, ward.stores.usage.tallies(windows(today)), today), used=used, days=_DAYS,
    )  # fmt: skip


ROUTES: Final = (PageRoute("/console/models", models),)
