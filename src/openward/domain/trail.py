"""What happened, as the trail keeps it."""

from datetime import datetime
from typing import Literal

import msgspec

from openward.domain.errors import TrailError

Action = Literal["create", "read", "update", "delete", "execute"]
EventOutcome = Literal["success", "refused", "failure"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened.

    `what` is a dotted word (`chart.read`, `service.run`, `decision.accept`, `token.create`, `access.denied`); `patient`
    and `subject` are pseudonyms or ids that name no person; `detail` holds counts and codes, never clinical content.
    """

    at: datetime
    actor: str
    role: str
    what: str
    action: Action
    outcome: EventOutcome = "success"
    patient: str | None = None
    subject: str | None = None
    run: str | None = None
    door: str | None = None
    detail: dict[str, str | int] = {}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event at its place in the chain: `hash` = SHA-256 over the previous hash and the event's canonical bytes."""

    seq: int
    event: msgspec.Raw
    previous: str
    hash: str


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed Merkle root (RFC 9162) over the first `size` entries.

    `head` is the hash of the last of them and `peaks` are the roots of the tree's perfect subtrees, largest first: who
    trusts the signature can go on from here without reading what is before. Older checkpoints have neither.
    """

    size: int
    root: str
    at: datetime
    key: str
    signature: str
    head: str | msgspec.UnsetType = msgspec.UNSET
    peaks: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class NewerCheckpoint(Checkpoint, frozen=True, kw_only=True):
    """A checkpoint that says more than this version of OpenWard can read, so its signature cannot be judged here."""


def checkpoint_of(body: bytes) -> Checkpoint:
    """The checkpoint that JSON holds.

    Raises:
        TrailError: it cannot be read.
    """
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        newer = bool(members.keys() - set(Checkpoint.__struct_fields__))
        return msgspec.json.decode(body, type=NewerCheckpoint if newer else Checkpoint)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = "a checkpoint of the trail cannot be read: it was changed, or a newer version of OpenWard wrote it"
        raise TrailError(msg) from error
