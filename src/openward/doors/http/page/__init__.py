"""The page of an agent that was shared by a link: one question, one answer, in two languages, without scripts.

Who has the link asks as a patient: no chart is read, only services that are made for patients are called, and the words
pass the guard of pages. So many questions a link and an address; nothing of them is in a log.
"""

import base64
import hashlib
import re
import urllib.parse
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from openward.checks.guards import on_exit
from openward.domain.actor import Actor
from openward.domain.errors import InputError, NotFoundError, OpenWardError
from openward.domain.proposal import Language
from openward.domain.run import Run, RunRequest
from openward.doors.agents import Asking, BusyError, shown
from openward.doors.http.call import body_of, language_of
from openward.doors.http.page.words import WORDS
from openward.doors.pace import Pace
from openward.harness.service import Service
from openward.ward import Ward

LONGEST: Final = 2000
_MOST_BYTES: Final = 16 * 1024
_EACH: Final = (20, timedelta(minutes=10))  # of one address
_ALL: Final = (300, timedelta(hours=1))  # of one link
_HERE: Final = Path(__file__).parent
_TITLE: Final = re.compile(r"\*\*(.+?)\*\*|#{1,6} (.+)")
_MASK: Final = "[…]"


def page_routes(ward: Ward) -> list[Route]:
    """The page, for whoever has its link."""
    return [Route("/a/{token}", _endpoint(ward), methods=["GET", "POST"])]


def _endpoint(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    each, all_ = Pace(*_EACH), Pace(*_ALL)

    async def endpoint(request: Request) -> Response:
        language = _language(request, ward)
        try:
            agent, share = await run_in_threadpool(ward.studio.shared, request.path_params["token"])
        except (NotFoundError, InputError):
            return _page(None, language, 404, problem=WORDS["gone"][language])
        if request.method != "POST":
            return _page(agent, language)
        now = ward.clock.now()
        address = request.client.host if request.client else ""
        wait = each.wait(f"{share} {address}", now) or all_.wait(share, now)
        if wait:
            told = WORDS["wait"][language].format(seconds=wait)
            return _page(agent, language, 429, {"Retry-After": str(wait)}, problem=told)
        return await _answered(ward, request, agent, share, language)

    return endpoint


async def _answered(ward: Ward, request: Request, agent: Service, share: str, language: Language) -> Response:
    try:
        question = _question(await body_of(request, _MOST_BYTES))
        asked = {"messages": [{"role": "user", "text": question}]}
        given = RunRequest(input=msgspec.Raw(msgspec.json.encode(asked)), language=language)
        run = await Asking.of(ward, agent.id, given, actor=visitor(ward, agent, share), door="http").run(request)
    except BusyError:
        return _page(agent, language, 503, {"Retry-After": "10"}, problem=WORDS["busy"][language])
    except OpenWardError as error:
        return _page(agent, language, error.status, problem=WORDS["failed"][language])
    return _told(agent, run, question, language)


def visitor(ward: Ward, agent: Service, share: str) -> Actor:
    """Who asks by a link: a patient whom nobody knows, with the services that are made for patients."""
    open_to_patients = {id for id, service in ward.services.items() if "patient" in service.card.audience}
    scopes = frozenset(f"service/{id}.run" for id in {*open_to_patients, agent.id})
    return Actor(id=f"page:{share}", kind="service", role="patient", scopes=scopes)


def _told(agent: Service, run: Run, question: str, language: Language) -> Response:
    readable = shown(run, agent)
    if readable is None:
        return _page(agent, language, 502, problem=WORDS["failed"][language])
    text = _masked(readable.whole)
    urgent = readable.answer.stopped == "emergency"
    return _page(agent, language, question=question, answer=blocks(text), urgent=urgent)


def _masked(text: str) -> str:
    """The text without what may leave by no page."""
    for stop in sorted(on_exit(text, "page"), key=lambda stop: -(stop.start or 0)):
        if stop.start is not None and stop.end is not None:
            text = text[: stop.start] + _MASK + text[stop.end :]
    return text


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """An answer as titles, lists and paragraphs, plain words each."""
    found: list[tuple[str, list[str]]] = []
    for line in (line.strip() for line in text.splitlines()):
        title = _TITLE.fullmatch(line)
        if title:
            found.append(("title", [title[1] or title[2]]))
        elif line.startswith(("- ", "* ", "• ")):
            if not found or found[-1][0] != "list":
                found.append(("list", []))
            found[-1][1].append(line[2:].replace("**", ""))
        elif line:
            found.append(("text", [line.replace("**", "")]))
    return found


def _question(body: bytes) -> str:
    try:
        fields = urllib.parse.parse_qs(body.decode("ascii"), max_num_fields=8, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError("the form cannot be read") from error
    question = fields.get("q", [""])[0].strip()
    if not 0 < len(question) <= LONGEST:
        raise InputError(f"a question has 1 to {LONGEST} characters")
    return question


def _language(request: Request, ward: Ward) -> Language:
    said = request.query_params.get("lang", "")
    chosen = said if said in {"en", "zh"} else language_of(request, ward.settings.language)
    return "zh" if chosen == "zh" else "en"


def _page(
    agent: Service | None, language: Language, status: int = 200, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    words = {name: text[language] for name, text in WORDS.items()}
    card = agent.card if agent else None
    shown_of_agent = {
        "title": card.title.in_(language) if card else words["nothing"],
        "about": card.intended_use.in_(language) if card else "",
        "not_for": card.not_for.in_(language) if card else "",
        "examples": ((card.talk.zh if language == "zh" else card.talk.en) if card and card.talk else ())[:3],
    }
    style, digest = _style()
    html = _template().render(
        language=language,
        words=words,
        style=style,
        longest=LONGEST,
        **shown_of_agent,
        **{"problem": "", "answer": None, "question": "", "urgent": False, **more},
    )
    safe = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(html, status, {**safe, **(headers or {})})


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(autoescape=True, loader=FileSystemLoader(_HERE), undefined=StrictUndefined, trim_blocks=True)
    return found.get_template("page.html")


@cache
def _style() -> tuple[Any, str]:
    from markupsafe import Markup

    style = (_HERE / "page.css").read_text(encoding="utf-8")
    return Markup(style), base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()  # noqa: S704 - our own file
