"""A small laboratory to read reports at."""

from tests.services.desk import NOW, patient, propose_by, stored
from tests.services.desk import observation as any_observation

from openward.services.lab_report import SERVICE

__all__ = ["NOW", "codes", "observation", "panel", "patient", "propose", "result", "stored"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def result(name, value=None, unit=None, low=None, high=None, **more):
    given = {"name": name, "value": value, "unit": unit, "low": low, "high": high, **more}
    return {key: word for key, word in given.items() if word is not None}


def observation(loinc, value, unit, at, *, id, low=None, high=None):
    laboratory = [{"coding": [{"code": "laboratory"}]}]
    return any_observation(loinc, value, unit, id=id, at=at, low=low, high=high, category=laboratory)


def panel(*results, **person):
    return propose({"results": list(results), **person})


def codes(proposal):
    return {f.code.code for f in proposal.findings}
