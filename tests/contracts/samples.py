"""Small things to keep, with as much said as a test needs."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

from openward.domain.access import Person, TokenRecord
from openward.domain.resource import Incoming, Token, Unreadable
from openward.domain.run import Cost, Decision, Feedback, Run, Showing
from openward.domain.usage import Account, Hold, Reservation, Settlement

NOW = datetime(2026, 1, 15, 9, 30, 0, 123456, tzinfo=UTC)
LATER = datetime(2026, 1, 16, 9, 30, tzinfo=UTC)


def resource(id: str, text: str = "{}", **more: Any) -> Incoming:
    body = text.encode()
    more = {"type": "Observation", "digest": hashlib.sha256(body).hexdigest(), **more}
    return Incoming(id=id, body=body, **more)


def code(code: str, system: str = "http://loinc.org", param: str = "code") -> Token:
    return Token(param, system, code)


def unreadable(id: str, **more: Any) -> Unreadable:
    more = {"source": f"file.ndjson:{id}", "reason": "no JSON", "body": b"\x00\xff{", "received": NOW, **more}
    return Unreadable(id=id, **more)


def run(id: str = "run-1", **more: Any) -> Run:
    facts = {
        "site": "main",
        "service": "prescription-review",
        "service_version": "1.0.0",
        "status": "proposed",
        "door": "python",
        "actor": "ada",
        "started": NOW,
        "cost": Cost(seconds=0.25, unit="review"),
        "input_digest": "0" * 64,
    }
    return Run(id=id, **(facts | more))


def showing(id: str = "showing-1", run: str = "run-1", **more: Any) -> Showing:
    return Showing(id=id, run=run, person="ada", digest="d", shown=NOW, expires=LATER, **more)


def decision(id: str = "decision-1", run: str = "run-1", showing: str = "showing-1", **more: Any) -> Decision:
    facts = {"choice": "accept", "reason": "agreed", "person": "ada", "role": "pharmacist", "decided": NOW}
    return Decision(id=id, run=run, showing=showing, digest="d", **(facts | more))


def feedback(id: str = "feedback-1", run: str = "run-1", **more: Any) -> Feedback:
    return Feedback(id=id, run=run, finding="ddi-1", outcome="overridden", actor="ada", at=NOW, **more)


def person(id: str = "ada", **more: Any) -> Person:
    return Person(id=id, name="Ada", role="pharmacist", hash="scrypt$…", created=NOW, **more)


def credential(id: str = "token-1", **more: Any) -> TokenRecord:
    facts = {"kind": "api", "role": "service", "scopes": ("system/Patient.rs",), "hash": "h"}
    return TokenRecord(id=id, created=NOW, expires=LATER, **(facts | more))


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def hold(key: str = "department:icu", **more: Any) -> Hold:
    return Hold(key=key, **({"window": "2026-01", "money": 1000, "tokens": 5000} | more))


def reservation(id: str = "call-1", **more: Any) -> Reservation:
    facts = {"at": NOW, "expires": LATER, "model": "m", "money": 300, "tokens": 1000, "holds": (hold(),)}
    return Reservation(id=id, account=Account(department="icu"), **(facts | more))


def settlement(reservation: str = "call-1", **more: Any) -> Settlement:
    facts = {"outcome": "answered", "money": 120, "tokens": 400}
    return Settlement(reservation=reservation, at=LATER, **(facts | more))
