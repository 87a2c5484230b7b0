"""A desk to differentiate at."""

from tests.services.desk import NOW, propose_by, stored

from openward.services.differential_diagnosis import SERVICE

__all__ = ["NOW", "ids", "propose", "said", "stored"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def said(proposal, state):
    return {u.finding for u in proposal.body.understood if u.state == state}


def ids(proposal):
    return [c.id for c in proposal.body.candidates]
