"""The routes of the console."""

from pathlib import Path
from typing import Any, Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from openward.doors.console.pages import ROUTES
from openward.doors.console.pages.entrance import nowhere
from openward.doors.console.talking import asked, tried
from openward.doors.console.visit import page_of
from openward.ward import Ward

_STATIC = Path(__file__).parent / "static"
# Short, since a page of a newer version must not long be drawn with what the older one left in a browser.
_KEPT: Final = "public, max-age=300"


class _Static(StaticFiles):
    """What pages are drawn with: no word of a record is in it, so that a browser may keep it, and asks by its ETag."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """A file, or that the browser has it already."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = _KEPT
        return response


def console_routes(ward: Ward) -> list[BaseRoute]:
    """All pages of the console, and what they are drawn with."""
    return [
        Route("/", lambda _request: RedirectResponse("/console"), methods=["GET"]),
        Route("/console/assistant/{agent}/ask", asked(ward), methods=["POST"]),
        Route("/console/studio/{agent}/ask", tried(ward), methods=["POST"]),
        *(Route(r.path, page_of(ward, r.page, public=r.public), methods=[r.method]) for r in ROUTES),
        Mount("/console/static", _Static(directory=_STATIC)),
        Route("/console/{rest:path}", page_of(ward, nowhere), methods=["GET"]),
    ]
