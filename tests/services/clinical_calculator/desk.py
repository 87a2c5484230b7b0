"""A desk to calculate at."""

from tests.services.desk import NOW, observation, patient, propose_by, stored

from openward.services.clinical_calculator import SERVICE

__all__ = ["NOW", "observation", "patient", "propose", "result", "stored"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def result(calculator, *resources, **inputs):
    return propose({"calculator": calculator, "inputs": inputs}, *resources).body.calculation
