"""Journals of agents: the steps of a run, sealed; approvals of calls; what a conversation remembers."""

from datetime import datetime
from typing import Literal

import msgspec

JournalState = Literal["running", "waiting", "ended"]


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """The journal of one run of an agent.

    `key` is the key of its words, itself wrapped with the ward's: without it nobody can read them. `turn` counts who
    took the run over: whoever holds an older turn can write no more.
    """

    run: str
    service: str
    version: str
    actor: str
    opened: datetime
    expires: datetime
    key: bytes
    turn: int = 1
    state: JournalState = "running"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened in a run, by its name in the run (`reply-1`, `result-3`); `body` is sealed."""

    run: str
    name: str
    body: bytes


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A person's yes to one call of one run with exactly the arguments of this digest, once, until it expires."""

    run: str
    call: int
    digest: str
    person: str
    at: datetime
    expires: datetime


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent remembers of one conversation with one actor about one patient.

    `id` is a pseudonym of all four, `conversation` and `actor` are pseudonyms too; `body` is sealed with `key`.
    """

    id: str
    conversation: str
    actor: str
    expires: datetime
    key: bytes
    body: bytes
