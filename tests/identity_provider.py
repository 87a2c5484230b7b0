"""A small but strict OpenID provider for tests: discovery, keys, sign-in page, codes for one use, sign-out."""

import base64
import hashlib
import html
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from tests.wards import free_port, served

CLIENT, SECRET = "openward-console", "a secret: with % and +"
PERSONS = {
    "ada": {"name": "Ada Lin", "roles": ["pharmacist"]},
    "ben": {"name": "Ben Wu", "roles": ["nurse"]},
    "eve": {"name": "Eve Gast", "roles": ["visitor"]},
}


@dataclass
class Provider:
    """One provider; `twists` change the claims of its ID tokens, `says` what browsers bring back; None leaves it out.

    `asked` are the requests to its token door.
    """

    issuer: str
    secret: str | None = SECRET
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"}))
    back: str = ""
    twists: dict = field(default_factory=dict)
    says: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    down: bool = False

    def describe(self) -> dict:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout", "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        }  # fmt: skip

    def keys(self) -> dict:
        return {"keys": [self.key.as_dict(private=False)]}

    def refuses(self, asked: dict) -> str:
        """What is wrong with a request to sign in, before anybody is sent back."""
        wanted = {
            "client_id": CLIENT,
            "redirect_uri": self.back,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in wanted.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if len(asked.get(name, "")) != 43]
        return ", ".join(wrong + ["scope"] * ("openid" not in asked.get("scope", "").split()))

    def grant(self, person: str, asked: dict, authenticated: float) -> str:
        """A code for somebody who signed in, as the address that the browser is sent back to."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = (person, asked, authenticated, time.time())
        told = {"code": code, "state": asked["state"], "iss": self.issuer, **self.says}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in told.items() if v is not None})}"

    def exchange(self, form: dict, authorization: str) -> tuple[int, dict]:
        """The answer to a code (RFC 6749, 4.1.3 and 5.2; RFC 7636, 4.6)."""
        self.asked.append(form)
        if not self._knows(form, authorization):
            return 401, {"error": "invalid_client"}
        person, asked, authenticated, made = self.codes.pop(form.get("code", ""), (None, {}, 0, 0))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if person is None or time.time() - made > 60 or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if challenge.rstrip(b"=").decode() != asked["code_challenge"] or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        token = self.id_token(person, asked["nonce"], authenticated)
        return 200, {"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def _knows(self, form: dict, authorization: str) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT
        told = f"{CLIENT}:{urlencode({'': self.secret})[1:]}".encode()
        return authorization == f"Basic {base64.b64encode(told).decode()}"

    def id_token(self, person: str, nonce: str, authenticated: float) -> str:
        """An ID token, with the twists of the test; those that are None are left out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": person, "iat": now, "exp": now + 300, "nonce": nonce,
                  "auth_time": int(authenticated), **PERSONS[person], **self.twists}  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": "k1"}, {k: v for k, v in claims.items() if v is not None}, self.key)

    def app(self) -> Starlette:
        """Its web server."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery), Route("/jwks", self._jwks),
                Route("/authorize", self._authorize), Route("/authorize", self._sign_in, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]), Route("/logout", self._logout),
            ]
        )  # fmt: skip

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if wrong := self.refuses(asked):
            return HTMLResponse(f"<h1>Refused</h1>{html.escape(wrong)}", 400)
        known = request.cookies.get("provider", "")
        if known and "login" not in asked.get("prompt", ""):
            person, authenticated = known.split("|")
            return RedirectResponse(self.grant(person, asked, float(authenticated)), 303)
        return HTMLResponse(_form(asked))

    async def _sign_in(self, request: Request) -> Response:
        asked = dict(request.query_params)
        person = str((await request.form()).get("person"))
        if self.refuses(asked) or person not in PERSONS:
            told = {"error": "access_denied", "error_description": "<b>no</b>", "state": asked.get("state", "")}
            return RedirectResponse(f"{self.back}?{urlencode(told | {'iss': self.issuer})}", 303)
        now = time.time()
        answer = RedirectResponse(self.grant(person, asked, now), 303)
        answer.set_cookie("provider", f"{person}|{now}", httponly=True)
        return answer

    async def _token(self, request: Request) -> Response:
        form = {k: str(v) for k, v in (await request.form()).items()}
        status, told = self.exchange(form, request.headers.get("authorization", ""))
        return JSONResponse(told, status)

    async def _logout(self, request: Request) -> Response:
        if request.query_params.get("client_id") != CLIENT:
            return HTMLResponse("Refused", 400)
        answer = HTMLResponse("<!doctype html><title>Provider</title><h1>Signed out at the provider</h1>")
        answer.delete_cookie("provider")
        return answer

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(self.describe(), 503 if self.down else 200)

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse(self.keys())


def _form(asked: dict) -> str:
    query = html.escape(urlencode(asked))
    return (
        "<!doctype html><html lang=en><title>Provider</title><h1>Hospital ID</h1>"
        f"<form method=post action='/authorize?{query}'><label>Name <input name=person></label>"
        "<button>Let me in</button></form>"
    )


@contextmanager
def a_provider():
    """A provider on another site than the ward: by the name `localhost`."""
    port = free_port()
    provider = Provider(f"http://localhost:{port}")
    with served(None, port=port, app=provider.app()):
        yield provider
