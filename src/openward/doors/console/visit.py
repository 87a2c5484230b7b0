"""One visit of a person to a page: who, in which language, with what; and how pages are drawn."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from ipaddress import ip_address
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openward.access.access import NOBODY
from openward.access.scopes import ADMIN, DECIDE, holders
from openward.domain.actor import Actor
from openward.domain.errors import AccessError, OpenWardError, SettingsError, UnknownCallerError
from openward.domain.errors import told as told_outside
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.share import fit_of, percent
from openward.domain.text import fill
from openward.doors.console.answered import told
from openward.doors.console.course import gauge, interval
from openward.doors.console.duty import waiting_words
from openward.doors.console.failing import why_failed
from openward.doors.console.medicines import amount, dose_bars, web, without_bar
from openward.doors.console.posted import (
    MOST_FIELDS,
    MOST_KB,
    ForeignError,
    NoFormError,
    TooLongError,
    form_of,
    read_away,
)
from openward.doors.dates import day, moment
from openward.doors.evidence import tell_all
from openward.doors.nul import NulError
from openward.ward import Ward

COOKIE: Final = "openward_session"
LANGUAGE_COOKIE: Final = "openward_language"
VIEW: Final = "view.html"
FRONT: Final = "/console"
SIGN_IN: Final = "/console/sign-in"
# Pages that nobody comes back to, and the characters of the path of one that somebody does (RFC 3986, one line).
_NOT_BACK: Final = (SIGN_IN, "/console/sign-out", "/console/language", "/console/static")
# What pages ask for without anybody: it does not keep a session alive.
_BY_THEMSELVES: Final = frozenset({"/console/news"})
_PATH: Final = re.compile(r"/(?!/)[\w.~:/?@!$&'()*+,;=%-]{0,2000}", re.ASCII)
_SPECIAL: Final = "view of "
_HERE: Final = Path(__file__).parent
_SAID: Final[dict[type[OpenWardError], str]] = {
    TooLongError: "problem_long",
    ForeignError: "problem_foreign",
    NoFormError: "problem_no_form",
    NulError: "problem_nul",
}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit: the ward, the visitor (nobody before sign-in), path, query and form fields.

    `part` says that only a part of a page was asked for, from within it. `origin` is where the browser says that it
    reached the ward, `bound` the address at which the ward did hear it.
    """

    ward: Ward
    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    language: Language
    here: str
    origin: str = ""
    bound: str = ""
    secure: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)
    part: bool = False

    def t(self, key: str, **slots: Any) -> str:
        """Words in the language of the visit."""
        return fill(words()[self.language][key], **slots)

    @property
    def site(self) -> str:
        """What a link for somebody else begins with.

        Raises:
            AddressError: only the browser says so, which anybody can make it say.
        """
        told = urlsplit(self.origin).hostname or ""
        if not self.ward.settings.public_url and not is_loopback(told) and told not in self._own_hosts():
            raise AddressError(self.t("no_public_url"))
        return self.origin

    def _own_hosts(self) -> set[str]:
        return {self.ward.settings.host, self.bound} - {"0.0.0.0", "::"}  # noqa: S104 - told apart, not bound here

    def has(self, key: str) -> bool:
        """Whether there are words for a key."""
        return key in words()[self.language]

    def may(self, scope: str) -> bool:
        """Whether the visitor may do what a scope names; deciding takes a person."""
        return self.ward.access.may(self.actor, scope)


class AddressError(OpenWardError):
    """Nobody has told this ward by which address others reach it."""

    status = HTTPStatus.MISDIRECTED_REQUEST


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Page = Callable[[Visit], Response]


@dataclass(frozen=True)
class PageRoute:
    """A page and its path; a public one is shown before sign-in."""

    path: str
    page: Page
    method: str = "GET"
    public: bool = False


@dataclass(frozen=True)
class Room:
    """A room of the console in its navigation; `scope` is what a visitor needs to be shown it."""

    group: str
    name: str
    path: str
    scope: str = ""


ROOMS: Final = (
    Room("work", "cockpit", "/console"),
    Room("work", "patients", "/console/patients", "system/Patient.rs"),
    Room("work", "desk", "/console/desk", DECIDE),
    Room("work", "assistant", "/console/assistant"),
    Room("work", "runs", "/console/runs", "run.read"),
    Room("reference", "calculators", "/console/calculators", "service/clinical-calculator.run"),
    Room("reference", "rare", "/console/rare", "service/differential-diagnosis.run"),
    Room("reference", "literature", "/console/literature", "service/literature.run"),
    Room("reference", "knowledge", "/console/knowledge"),
    Room("administration", "studio", "/console/studio", ADMIN),
    Room("administration", "guards", "/console/guards", ADMIN),
    Room("administration", "models", "/console/models", ADMIN),
    Room("administration", "trail", "/console/trail", "trail.read"),
)


@cache
def words() -> dict[str, dict[str, str]]:
    """What the pages say, by language and key; a key stands in one file of `words/` only."""
    found: dict[str, dict[str, str]] = {"en": {}, "zh": {}}
    for path in sorted((_HERE / "words").glob("*.toml")):
        for language, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if doubled := found[language].keys() & said.keys():
                raise SettingsError(f"{path.name}: '{min(doubled)}' stands in another file already; keep it in one")
            found[language] |= said
    return found


@cache
def _environment() -> Environment:
    loader = ChoiceLoader([FileSystemLoader(_HERE / "templates"), FunctionLoader(_special)])
    drawn = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    drawn.globals |= {"web": web, "dose_bars": dose_bars, "without_bar": without_bar, "amount": amount}
    drawn.globals["holders"] = holders
    drawn.globals["why_failed"] = why_failed
    drawn.globals["told"] = told
    drawn.globals |= {"gauge": gauge, "interval": interval}
    drawn.globals["tell_all"] = tell_all
    drawn.globals |= {"day_in_words": day, "hour_in_words": moment}
    drawn.filters |= {"unit": written, "percent": percent, "fit": fit_of}
    drawn.tests["given"] = lambda value: value not in (None, "", ())
    return drawn


def view_of(folder: Path) -> str | None:
    """The template of a service's own view, to be included in a page; None when it has none."""
    view = folder / VIEW
    return f"{_SPECIAL}{view}" if view.is_file() else None


def _special(name: str) -> str | None:
    return Path(name.removeprefix(_SPECIAL)).read_text(encoding="utf-8") if name.startswith(_SPECIAL) else None


def draw(visit: Visit, template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """A page from its template; every value is escaped."""
    return Response(drawn(visit, template, **values), status, _HEADERS, "text/html; charset=utf-8")


def drawn(visit: Visit, template: str, **values: Any) -> str:
    """The HTML of a template, or of a part of a page."""
    rooms = [room for room in ROOMS if not room.scope or visit.may(room.scope)]
    groups = [(group, [*of]) for group, of in groupby(rooms, key=lambda room: room.group)]
    return _environment().get_template(template).render(
        t=visit.t, visit=visit, signed_in=visit.actor is not NOBODY, groups=groups,
        waits=lambda: waiting_words(visit.ward, visit.actor), in_room=_room_of(visit.here), **values,
    )  # fmt: skip


def _room_of(path: str) -> str:
    """The path of the room that a page belongs to; the front page is a room by itself, so not every page is in one."""
    within = (room.path for room in ROOMS if path == room.path or path.startswith(f"{room.path}/"))
    room = max(within, key=len, default="")
    return room if room != FRONT or path == FRONT else ""


def page_of(ward: Ward, page: Page, *, public: bool = False) -> Callable[[Request], Any]:
    """A Starlette endpoint around a page; who is not signed in is sent to the sign-in page."""

    async def endpoint(request: Request) -> Response:
        visit = await run_in_threadpool(_begun, ward, request, public=public)
        form: Mapping[str, str] = {}
        if request.method == "POST" and isinstance(visit, Visit):
            try:
                form = await form_of(request)
            except OpenWardError as error:
                visit = await run_in_threadpool(_problem, visit, error)
        if isinstance(visit, Visit):
            return await run_in_threadpool(_shown, page, replace(visit, form=form))
        await read_away(request)
        return visit

    return endpoint


def _begun(ward: Ward, request: Request, *, public: bool) -> Visit | Response:
    """The visit before its form is read, or where who may not come in is sent."""
    server = request.scope.get("server") or ("",)
    visit = Visit(
        ward=ward, actor=NOBODY, path=request.path_params, query=dict(request.query_params), form={},
        language=spoken(request, ward), here=request.url.path, origin=_origin(request, ward),
        bound=server[0], secure=request.url.scheme == "https", cookies=request.cookies,
        part=request.headers.get("hx-request") == "true",
    )  # fmt: skip
    try:
        return visit if public else replace(visit, actor=actor_of(ward, request))
    except UnknownCallerError:
        return _to_sign_in(request)
    except OpenWardError as error:
        return _problem(visit, error)


def _origin(request: Request, ward: Ward) -> str:
    return (ward.settings.public_url or str(request.base_url)).rstrip("/")


def _shown(page: Page, visit: Visit) -> Response:
    try:
        return page(visit)
    except OpenWardError as error:
        return _problem(visit, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours: its words may hold patient data, so none are told
        return draw(visit, "problem.html", status=500, code=500, message=type(error).__name__, scope="")


def _problem(visit: Visit, error: OpenWardError) -> Response:
    """The page of what could not be done; of some faults in words of the visit's language."""
    scope = error.scope if isinstance(error, AccessError) else ""
    said = _SAID.get(type(error))
    message = visit.t(said, fields=MOST_FIELDS, size=MOST_KB) if said else told_outside(error)
    return draw(visit, "problem.html", status=error.status, code=error.status, message=message, scope=scope)


def _to_sign_in(request: Request) -> Response:
    """To the sign-in page, and from there back to the page that the visitor was on.

    A part of a page asks from within it: htmx takes the whole page there by a header, for it follows a redirect unseen.
    """
    part = request.headers.get("hx-request") == "true"
    was = request.headers.get("hx-current-url" if part else "referer", "")
    if request.method == "GET" and not part:
        was = str(request.url)
    site, here = urlsplit(was), request.headers.get("host")
    back = inside(f"{site.path}?{site.query}" if site.query else site.path) if site.netloc == here else FRONT
    target = SIGN_IN if back == FRONT else f"{SIGN_IN}?{urlencode({'next': back})}"
    if part:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": target})
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)


def inside(path: str) -> str:
    """A path if it is one of a page of the console that can be looked at, else the front page."""
    plain = path.partition("?")[0]
    within = plain == FRONT or plain.startswith(f"{FRONT}/")
    if not within or plain.startswith(_NOT_BACK) or not _PATH.fullmatch(path) or ".." in plain:
        return FRONT
    return path


def actor_of(ward: Ward, request: Request) -> Actor:
    """Who is signed in on this browser. Raises UnknownCallerError when nobody is, or no longer."""
    return ward.access.identify(request.cookies.get(COOKIE), used=request.url.path not in _BY_THEMSELVES)


def spoken(request: Request, ward: Ward) -> Language:
    """The language that the visitor chose, or else the browser's first, or the ward's."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or _preferred(request, ward)
    return "zh" if chosen == "zh" else "en"


def _preferred(request: Request, ward: Ward) -> str:
    first = request.headers.get("accept-language", "").partition(",")[0].lower()
    return "zh" if first.startswith("zh") else "en" if first.startswith("en") else ward.settings.language


def go(path: str) -> Response:
    """Sends the visitor on after a form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
