"""The routes of the console."""

from pathlib import Path

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from openward.doors.console import pages
from openward.doors.console.visit import Page, page_of
from openward.ward import Ward

_STATIC = Path(__file__).parent / "static"


def console_routes(ward: Ward) -> list[BaseRoute]:
    """All pages of the console, and its style sheet."""

    def get(path: str, page: Page, *, public: bool = False) -> Route:
        return Route(path, page_of(ward, page, public=public), methods=["GET"])

    def post(path: str, page: Page, *, public: bool = False) -> Route:
        return Route(path, page_of(ward, page, public=public), methods=["POST"])

    return [
        Route("/", lambda _request: RedirectResponse("/console"), methods=["GET"]),
        get("/console", pages.cockpit),
        get("/console/sign-in", pages.sign_in_page, public=True),
        post("/console/sign-in", pages.sign_in, public=True),
        post("/console/sign-out", pages.sign_out),
        post("/console/language", pages.change_language, public=True),
        get("/console/patients", pages.patients),
        get("/console/patients/{patient}", pages.patient),
        post("/console/patients/{patient}/run/{service}", pages.run_service),
        get("/console/runs/{run}", pages.run_page),
        post("/console/runs/{run}/decision", pages.decide),
        Mount("/console/static", StaticFiles(directory=_STATIC)),
    ]
