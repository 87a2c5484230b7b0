"""One visit of a person to a page: who, in which language, with what; and how pages are drawn."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openward.access.access import NOBODY
from openward.domain.actor import Actor
from openward.domain.errors import AccessError, OpenWardError, UnknownCallerError
from openward.ward import Ward

COOKIE: Final = "openward_session"
LANGUAGE_COOKIE: Final = "openward_language"
_HERE: Final = Path(__file__).parent
_MAX_FORM: Final = 256 * 1024
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit: the ward, the visitor (nobody before sign-in), path, query and form fields."""

    ward: Ward
    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    language: str
    here: str
    secure: bool = False


Page = Callable[[Visit], Response]


@cache
def words() -> dict[str, dict[str, str]]:
    """What the pages say, by language and key."""
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    drawn = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    drawn.tests["given"] = lambda value: value not in (None, "", ())
    return drawn


def draw(visit: Visit, template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """A page from its template; every value is escaped."""
    said = words()[visit.language]
    html = (
        _environment()
        .get_template(template)
        .render(
            t=lambda key, **slots: said[key].format(**slots), visit=visit, signed_in=visit.actor is not NOBODY, **values
        )
    )
    headers = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "DENY"}
    return Response(html, status, headers, "text/html; charset=utf-8")


def page_of(ward: Ward, page: Page, *, public: bool = False) -> Callable[[Request], Any]:
    """A Starlette endpoint around a page; who is not signed in is sent to the sign-in page."""

    async def endpoint(request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        return await run_in_threadpool(_visit, ward, page, request, form, public)

    return endpoint


def _visit(ward: Ward, page: Page, request: Request, form: Mapping[str, str], public: bool) -> Response:  # noqa: FBT001
    language = request.cookies.get(LANGUAGE_COOKIE) or _preferred(request, ward)
    actor = NOBODY
    if not public:
        try:
            actor = ward.access.identify(request.cookies.get(COOKIE))
        except UnknownCallerError:
            return RedirectResponse("/console/sign-in", HTTPStatus.SEE_OTHER)
    visit = Visit(
        ward=ward, actor=actor, path=request.path_params, query=dict(request.query_params), form=form,
        language=language if language in words() else "en", here=request.url.path, secure=request.url.scheme == "https",
    )  # fmt: skip
    try:
        return page(visit)
    except OpenWardError as error:
        return draw(visit, "problem.html", status=error.status, message=str(error))


def _preferred(request: Request, ward: Ward) -> str:
    first = request.headers.get("accept-language", "").partition(",")[0].lower()
    return "zh" if first.startswith("zh") else "en" if first.startswith("en") else ward.settings.language


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that came from our own pages (the Origin must be ours; the cookie is SameSite=Strict)."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        msg = "the form came from another site"
        raise AccessError(msg)
    async with request.form(max_fields=50, max_part_size=_MAX_FORM) as form:
        return {k: v for k, v in form.items() if isinstance(v, str)}


def go(path: str) -> Response:
    """Sends the visitor on after a form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def plain(value: Any) -> Any:
    """A Struct as plain data, for a template."""
    return msgspec.to_builtins(value)
