"""Handlers about sessions."""

from datetime import datetime
from http import HTTPStatus

import msgspec

from openward.domain.actor import Role
from openward.doors.http.call import Answer, Call


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's id and passphrase."""

    person: str
    passphrase: str


class SessionToken(msgspec.Struct, frozen=True, kw_only=True):
    """A session's token, shown this once."""

    token: str
    role: Role
    expires: datetime


def sign_in(call: Call) -> Answer:
    """Opens a session."""
    asked = call.decoded(SignIn)
    record, token = call.ward.access.sign_in(asked.person, asked.passphrase)
    return Answer(SessionToken(token=token, role=record.role, expires=record.expires), HTTPStatus.CREATED)


def sign_out(call: Call) -> Answer:
    """Ends the caller's session."""
    if call.actor.credential is not None:
        call.ward.access.revoke(call.actor, call.actor.credential)
    return Answer(None, HTTPStatus.NO_CONTENT)
