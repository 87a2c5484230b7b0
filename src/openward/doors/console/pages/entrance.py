"""Coming in and going out: sign-in, sign-out, one's own sessions, the language of the pages."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from openward.access.code_flow import LIVES, LONGEST_WAY, CodeFlow
from openward.access.identity import PROVIDED
from openward.domain.actor import Actor
from openward.domain.errors import CrowdedError, NotFoundError, SignInError, TooManyTriesError, UnknownCallerError
from openward.doors.console.visit import COOKIE, FRONT, LANGUAGE_COOKIE, SIGN_IN, PageRoute, Visit, draw, go, inside

PENDING: Final = "openward_pending"
BACK: Final = f"{SIGN_IN}/back"
SESSIONS: Final = "/console/sessions"
_DEMO: Final = "demo-pharmacist"
_YEAR: Final = 365 * 24 * 3600


def sign_in_page(visit: Visit) -> Response:
    """Asks who is there, and says why one is asked."""
    here, ended = _signed_in(visit)
    notice = "signed_out" if "out" in visit.query else "session_ended" if ended else ""
    return _asking(visit, inside(visit.query.get("next", "")), notice=notice, here=here)


def sign_in(visit: Visit) -> Response:
    """Opens a session by passphrase, or takes an API token for looking around."""
    after = inside(visit.form.get("next", ""))
    person, passphrase = visit.form.get("person", "").strip(), visit.form.get("passphrase", "")
    token = visit.form.get("token", "").strip()
    faults = _missing(visit, person, passphrase, token)
    if not faults:
        try:
            if token:
                visit.ward.access.identify(token)
            else:
                _, token = visit.ward.access.sign_in(person, passphrase)
        except CrowdedError as error:
            return _crowded(visit, after, person, error)
        except TooManyTriesError as error:
            faults = {"passphrase": visit.t("too_many_tries", wait=_wait(visit, error.seconds))}
        except UnknownCallerError:
            faults = {"token": visit.t("wrong_token")} if token else {"passphrase": visit.t("wrong")}
    if faults:
        return _asking(visit, after, status=HTTPStatus.UNAUTHORIZED, faults=faults, person=person)
    return _opened(visit, go(after), token)


def _crowded(visit: Visit, after: str, person: str, error: CrowdedError) -> Response:
    """The form again, with when to come back."""
    faults = {"passphrase": visit.t("crowded", n=error.seconds)}
    response = _asking(visit, after, status=HTTPStatus.SERVICE_UNAVAILABLE, faults=faults, person=person)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _missing(visit: Visit, person: str, passphrase: str, token: str) -> dict[str, str]:
    """What was not filled in, by field."""
    if visit.form.get("way") == "token":
        return {} if token else {"token": visit.t("give_token")}
    given = {"person": person, "passphrase": passphrase}
    return {} if token else {name: visit.t(f"give_{name}") for name, value in given.items() if not value}


def sign_in_elsewhere(visit: Visit) -> Response:
    """Sends the browser to the identity provider."""
    after = inside(visit.query.get("next", ""))
    try:
        return _sent(visit, after)
    except SignInError as error:
        return _asking(visit, after, status=HTTPStatus.BAD_GATEWAY, fault=error.fault)


def sign_in_again(visit: Visit) -> Response:
    """Sends a person whom the provider vouches for there once more, to confirm to be still there."""
    after = inside(visit.query.get("next", ""))
    if not (visit.actor.credential or "").startswith(PROVIDED):
        return go(after)
    try:
        return _sent(visit, after, visit.actor)
    except SignInError as error:
        return _unconfirmed(visit, after, error)


def _sent(visit: Visit, after: str, again: Actor | None = None) -> Response:
    way = after if len(after) <= LONGEST_WAY else FRONT
    begun = _flow(visit).begin(back=visit.origin + BACK, after=way, language=visit.language, again=again)
    response = RedirectResponse(begun.address, HTTPStatus.SEE_OTHER)
    # Lax: the browser comes back from another site, and a Strict cookie would stay behind.
    response.set_cookie(
        PENDING, begun.pending, httponly=True, secure=visit.secure, samesite="lax", path=SIGN_IN,
        max_age=int(LIVES.total_seconds()),
    )  # fmt: skip
    return response


def come_back(visit: Visit) -> Response:
    """Takes what the identity provider told the browser, and opens a session."""
    word, flow = visit.cookies.get(PENDING, ""), _flow(visit)
    try:
        arrival = flow.finish(word, visit.query, back=visit.origin + BACK)
        _, token = visit.ward.access.arrive(arrival.identity, arrival.session)
    except UnknownCallerError as error:
        after, again = flow.way(word)
        told = error if isinstance(error, SignInError) else SignInError("kept_out", str(error))
        response = _unconfirmed(visit, inside(after), told) if again else _refused(visit, inside(after), told)
    else:
        # The session's cookie is Strict and would not go along on a redirect that began at another site.
        response = _opened(visit, _onward(visit, inside(arrival.after), "arrived"), token)
    response.delete_cookie(PENDING, path=SIGN_IN)
    return response


def sign_out(visit: Visit) -> Response:
    """Ends the session, here and, where one was opened there, at the identity provider."""
    leaving = ""
    if visit.actor.kind == "person" and visit.actor.credential:
        visit.ward.access.revoke(visit.actor, visit.actor.credential)
        leaving = _leaving(visit)
    # A redirect of a form may not lead to another site (form-action): a page of our own goes on.
    response = _onward(visit, leaving, "leaving") if leaving else go(f"{SIGN_IN}?out=1")
    response.delete_cookie(COOKIE, path=FRONT)
    return response


def _leaving(visit: Visit) -> str:
    flow = visit.ward.sign_in
    if flow is None or not (visit.actor.credential or "").startswith(PROVIDED):
        return ""
    try:
        return flow.leave(visit.origin + SIGN_IN)
    except SignInError:
        return ""


def sessions(visit: Visit) -> Response:
    """One's own open sessions."""
    return draw(visit, "sessions.html", sessions=visit.ward.access.sessions(visit.actor))


def end_sessions(visit: Visit) -> Response:
    """Ends one of one's own sessions, or all of them."""
    wanted = visit.form.get("session", "")
    ours = [s.id for s in visit.ward.access.sessions(visit.actor)]
    for session in ours if wanted == "all" else [s for s in ours if s == wanted]:
        visit.ward.access.revoke(visit.actor, session)
    return go(f"{SIGN_IN}?out=1" if wanted in ("all", visit.actor.credential) else SESSIONS)


def change_language(visit: Visit) -> Response:
    """Changes the language of the pages."""
    after = inside(visit.form.get("next", ""))
    signing_in = visit.form.get("back", "").startswith(SIGN_IN)
    response = go(f"{SIGN_IN}?{urlencode({'next': after})}" if signing_in else inside(visit.form.get("back", "")))
    # Lax, so that who comes back from the identity provider is spoken to in the same language.
    response.set_cookie(
        LANGUAGE_COOKIE, "zh" if visit.form.get("to") == "zh" else "en", samesite="lax", path=FRONT, max_age=_YEAR,
        secure=visit.secure, httponly=True,
    )  # fmt: skip
    return response


def nowhere(_visit: Visit) -> Response:
    """What is at a path of the console that leads to no page."""
    raise NotFoundError("no page of the console is at this address")


def _flow(visit: Visit) -> CodeFlow:
    if visit.ward.sign_in is None:
        raise NotFoundError("this ward has no identity provider to sign in at: set oidc_issuer and oidc_client_id")
    return visit.ward.sign_in


def _signed_in(visit: Visit) -> tuple[Actor | None, bool]:
    """Who is signed in on this browser already, and whether somebody was until lately."""
    if COOKIE not in visit.cookies:
        return None, False
    try:
        return visit.ward.access.identify(visit.cookies[COOKIE], used=False), False
    except UnknownCallerError:
        return None, True


def _asking(visit: Visit, after: str, *, status: int = HTTPStatus.OK, **told: Any) -> Response:
    """The page that asks who is there; `fault` and `notice` are why, `faults` what is wrong by field."""
    settings = visit.ward.settings
    demo = visit.ward.stores.access.person(_DEMO)
    values = {
        "next": after, "provider": _provider(visit), "site": "" if settings.site == "ward" else settings.site,
        "demo": _DEMO if demo and not demo.disabled else "", "idle": settings.idle_minutes,
        "hours": round(settings.session_minutes / 60, 1), "faults": {}, "fault": "", "notice": "", "person": "",
        "here": None, **told,
    }  # fmt: skip
    return draw(visit, "sign_in.html", status=status, **values)


def _refused(visit: Visit, after: str, error: SignInError) -> Response:
    status = HTTPStatus.BAD_GATEWAY if error.fault == "unreachable" else HTTPStatus.UNAUTHORIZED
    return _asking(visit, after, status=status, fault=error.fault)


def _unconfirmed(visit: Visit, after: str, error: SignInError) -> Response:
    """Says that a confirmation did not come about; the session stays what it was."""
    return draw(
        visit, "not_confirmed.html", status=HTTPStatus.FORBIDDEN, fault=error.fault, next=after,
        provider=_provider(visit),
    )  # fmt: skip


def _provider(visit: Visit) -> str:
    """What the identity provider is called on pages; empty when there is none."""
    settings = visit.ward.settings
    return "" if visit.ward.sign_in is None else settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""


def _opened(visit: Visit, response: Response, token: str) -> Response:
    response.set_cookie(COOKIE, token, httponly=True, secure=visit.secure, samesite="strict", path=FRONT)
    return response


def _onward(visit: Visit, to: str, what: str) -> Response:
    """A small page of our own that goes on by itself, or by its link."""
    response = draw(visit, "onward.html", to=to, what=what, provider=_provider(visit))
    response.headers["Refresh"] = f"0; url={to}"
    return response


def _wait(visit: Visit, seconds: int) -> str:
    """A time to wait, as people say it."""
    return visit.t("wait_seconds", n=seconds) if seconds < 90 else visit.t("wait_minutes", n=-(-seconds // 60))  # noqa: PLR2004


ROUTES: Final = (
    PageRoute(SIGN_IN, sign_in_page, public=True),
    PageRoute(SIGN_IN, sign_in, method="POST", public=True),
    PageRoute(f"{SIGN_IN}/elsewhere", sign_in_elsewhere, public=True),
    PageRoute(f"{SIGN_IN}/again", sign_in_again),
    PageRoute(BACK, come_back, public=True),
    PageRoute("/console/sign-out", sign_out, method="POST"),
    PageRoute(SESSIONS, sessions),
    PageRoute(SESSIONS, end_sessions, method="POST"),
    PageRoute("/console/language", change_language, method="POST", public=True),
)
