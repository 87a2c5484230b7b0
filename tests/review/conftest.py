import hashlib
from dataclasses import dataclass

import msgspec
import pytest

from openward.access.access import HOUSE, Access
from openward.access.passphrase import Cost
from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, memory_stores
from openward.domain.actor import Actor
from openward.domain.card import Card
from openward.domain.errors import NotFoundError
from openward.domain.run import Cost as RunCost
from openward.domain.run import Run
from openward.domain.text import Text
from openward.ports.store import Stores
from openward.review.desk import Desk
from openward.trail.chain import read_event
from openward.trail.trail import Trail

PHRASE = "seven grey herons over the weir"
TEXT = Text("x", "x")


class Body(msgspec.Struct, frozen=True):
    """What the service of these tests proposes."""

    dose: float
    unit: str
    notes: tuple[str, ...] = ()


PROPOSAL = b'{"summary":"s","body":{"dose":5.0,"unit":"mg","notes":["a","b"]},"findings":[]}'


def card(id, signs):
    return Card(
        id=id, version="1.0.0", title=TEXT, intended_use=TEXT, not_for=TEXT, population=TEXT, audience=("pharmacist",),
        kind="engine", risk="drives", reads=("Patient",), signs=signs, unit="review", owner="us", without_model=TEXT,
    )  # fmt: skip


CARDS = {"review": card("review", "pharmacist"), "triage": card("triage", "nurse"), "report": card("report", "nobody")}


def card_of(id):
    if id not in CARDS:
        raise NotFoundError("there is no such service")
    return CARDS[id]


def body_of(_service, content):
    return msgspec.json.decode(content, type=Body)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@dataclass
class Office:
    """Everything around a desk."""

    stores: Stores
    clock: FixedClock
    trail: Trail
    access: Access
    desk: Desk

    def run(self, id="run-1", *, service="review", status="proposed", proposal=PROPOSAL, digest=None):
        """A run that waits."""
        made = Run(
            id=id, site="s", service=service, service_version="1.0.0", status=status, door="http", actor="token-1",
            started=self.clock.now(), cost=RunCost(seconds=0.1, unit="review"), input_digest="ab" * 32,
            patient="zhang-1", proposal=None if proposal is None else msgspec.Raw(proposal),
            proposal_digest=digest or (None if proposal is None else sha256(proposal)),
        )  # fmt: skip
        self.stores.runs.add(made)
        return made

    def person(self, id, role) -> Actor:
        """A person in a session."""
        if self.stores.access.person(id) is None:
            self.access.add_person(HOUSE, id=id, name=id.title(), role=role, passphrase=PHRASE)
        return self.access.identify(self.access.sign_in(id, PHRASE)[1])

    def decide(self, actor, showing, run_id="run-1", **changes):
        """A decision as a person would hand it in."""
        form = {"showing": showing.id, "digest": showing.digest, "choice": "accept", "passphrase": PHRASE}
        return self.desk.decide(run_id, actor=actor, **(form | changes))

    def events(self):
        return [read_event(entry) for entry in self.trail.entries(limit=10_000)]

    def last(self):
        return self.events()[-1]


def office_over(stores) -> Office:
    clock, ids, signer = FixedClock(), CountingIds(), MemorySigner()
    trail = Trail(stores.trail, signer, clock, runs=stores.runs)
    access = Access(stores.access, trail, clock, ids, cost=Cost(ln=4, r=1, p=1))
    desk = Desk(stores.runs, access, trail, signer, clock, ids, card_of, body_of=body_of)
    return Office(stores, clock, trail, access, desk)


@pytest.fixture
def office():
    return office_over(memory_stores())


@pytest.fixture
def ada(office):
    return office.person("ada", "pharmacist")
