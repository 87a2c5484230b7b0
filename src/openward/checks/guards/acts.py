"""Acts that stay with persons: no agent prescribes, orders, signs or deletes; what is sent waits for a person."""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args

from openward.checks.guards.patterns import patterns
from openward.checks.guards.stop import Stop, held, refused
from openward.domain.actor import Role
from openward.domain.card import Risk

GUARD: Final = "forbidden-act"
Act = Literal["prescribe", "order", "sign", "delete", "administer", "pay", "send", "book", "change"]
_CAREGIVERS: Final[frozenset[Role]] = frozenset({"clinician", "pharmacist", "nurse"})
# Who may have an act done after approving its very arguments; for an act that is not here, nobody.
_MAY: Final[dict[Act, frozenset[Role]]] = {
    "send": _CAREGIVERS,
    "book": _CAREGIVERS | {"patient"},
    "change": _CAREGIVERS,
}
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# FHIR resources that are acts by themselves unless they are only proposed.
_RESOURCES: Final[dict[str, Act]] = {
    "MedicationRequest": "prescribe", "ServiceRequest": "order", "DeviceRequest": "order", "NutritionOrder": "order",
    "MedicationAdministration": "administer", "MedicationDispense": "administer", "Claim": "pay",
    "Communication": "send", "Appointment": "book",
}  # fmt: skip
_DEEPEST: Final = 16


def acts_of(tool: str, description: str, arguments: object, *, writes: bool) -> tuple[Act, ...]:
    """The acts that a tool's name, or else its description, says, and those of FHIR resources in its arguments.

    A tool that is not declared to change anything is judged by its name, unless the name begins with a word of reading.
    """
    said = _CAMEL.sub(" ", tool).replace("_", " ").lower()
    only_reads = not writes and patterns("acts")["reads"].search(said) is not None
    named = [] if only_reads else _named(said) or (_named(description.lower()) if writes else [])
    return tuple(dict.fromkeys((*named, *_resources(arguments, _DEEPEST))))


def forbidden_acts(acts: tuple[Act, ...], *, role: Role, risk: Risk, approved: bool) -> tuple[Stop, ...]:
    """Refuses acts that nobody may have done for them; holds the others until their arguments are approved."""
    return tuple(stop for act in acts or ("change",) for stop in _judged(act, role, risk, approved=approved))


def _named(text: str) -> list[Act]:
    return [act for act in get_args(Act) if patterns("acts")[act].search(text)]


def _judged(act: Act, role: Role, risk: Risk, *, approved: bool) -> Iterator[Stop]:
    may: frozenset[Role] = _MAY.get(act, frozenset())
    if not may:
        yield refused(GUARD, f"no agent may {act}: that is the act of a person")
    elif role not in may:
        yield refused(GUARD, f"the role '{role}' may not {act} through an agent")
    elif risk == "informs":
        yield refused(GUARD, f"an agent whose risk is 'informs' may not {act} anything")
    elif not approved:
        yield held(GUARD, f"to {act} waits for a person's approval of exactly these arguments")


def _resources(value: Any, depth: int) -> Iterator[Act]:
    if not depth:
        return
    if isinstance(value, dict):
        kind = value.get("resourceType")
        if isinstance(kind, str) and kind in _RESOURCES and value.get("intent") != "proposal":
            yield _RESOURCES[kind]
        value = list(value.values())
    if isinstance(value, list):
        for held_value in value:
            yield from _resources(held_value, depth - 1)
