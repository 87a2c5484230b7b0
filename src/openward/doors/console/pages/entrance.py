"""Coming in and going out: sign-in, sign-out, the language of the pages."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from openward.domain.errors import AccessError
from openward.doors.console.visit import COOKIE, LANGUAGE_COOKIE, SIGN_IN, PageRoute, Visit, draw, go, inside


def sign_in_page(visit: Visit) -> Response:
    """Asks who is there."""
    return draw(visit, "sign_in.html", wrong=False, next=inside(visit.query.get("next", "")))


def sign_in(visit: Visit) -> Response:
    """Opens a session by passphrase, or takes an API token for looking around."""
    token, after = visit.form.get("token", "").strip(), inside(visit.form.get("next", ""))
    try:
        if token:
            visit.ward.access.identify(token)
        else:
            _, token = visit.ward.access.sign_in(visit.form.get("person", "").strip(), visit.form.get("passphrase", ""))
    except AccessError:
        return draw(visit, "sign_in.html", status=HTTPStatus.UNAUTHORIZED, wrong=True, next=after)
    response = go(after)
    response.set_cookie(COOKIE, token, httponly=True, secure=visit.secure, samesite="strict", path="/console")
    return response


def sign_out(visit: Visit) -> Response:
    """Ends the session."""
    if visit.actor.kind == "person" and visit.actor.credential:
        visit.ward.access.revoke(visit.actor, visit.actor.credential)
    response = go("/console/sign-in")
    response.delete_cookie(COOKIE, path="/console")
    return response


def change_language(visit: Visit) -> Response:
    """Changes the language of the pages."""
    after = inside(visit.form.get("next", ""))
    signing_in = visit.form.get("back") == SIGN_IN
    response = go(f"{SIGN_IN}?{urlencode({'next': after})}" if signing_in else inside(visit.form.get("back", "")))
    response.set_cookie(
        LANGUAGE_COOKIE, "zh" if visit.form.get("to") == "zh" else "en", samesite="strict", path="/console"
    )
    return response


ROUTES: Final = (
    PageRoute("/console/sign-in", sign_in_page, public=True),
    PageRoute("/console/sign-in", sign_in, method="POST", public=True),
    PageRoute("/console/sign-out", sign_out, method="POST"),
    PageRoute("/console/language", change_language, method="POST", public=True),
)
