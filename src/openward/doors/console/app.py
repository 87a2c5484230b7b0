"""The routes of the console."""

from pathlib import Path

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from openward.doors.console.pages import ROUTES
from openward.doors.console.pages.entrance import nowhere
from openward.doors.console.talking import asked, tried
from openward.doors.console.visit import page_of
from openward.ward import Ward

_STATIC = Path(__file__).parent / "static"


def console_routes(ward: Ward) -> list[BaseRoute]:
    """All pages of the console, and what they are drawn with."""
    return [
        Route("/", lambda _request: RedirectResponse("/console"), methods=["GET"]),
        Route("/console/assistant/{agent}/ask", asked(ward), methods=["POST"]),
        Route("/console/studio/{agent}/ask", tried(ward), methods=["POST"]),
        *(Route(r.path, page_of(ward, r.page, public=r.public), methods=[r.method]) for r in ROUTES),
        Mount("/console/static", StaticFiles(directory=_STATIC)),
        Route("/console/{rest:path}", page_of(ward, nowhere), methods=["GET"]),
    ]
