"""A desk to triage at."""

from tests.services.desk import NOW, propose_by, stored

from openward.services.triage import SERVICE

__all__ = ["NOW", "propose", "rules_of", "stored", "told"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def told(complaint, **given):
    """The body for one complaint."""
    return propose({"complaint": complaint} | given).body


def rules_of(body):
    return {rule.rule for rule in body.rules}
