"""Who a patient is, in a line: name, age and sex, as a list of people shows them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from openward.domain.resource import Stored
from openward.doors.console.visit import Visit
from openward.record.views import decode


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A patient in a line; `other` is a second name (of another language), `born` as it is recorded."""

    id: str
    name: str
    other: str = ""
    gender: str = ""
    born: str = ""
    age: int | None = None
    died: bool = False


def somebody(stored: Stored, today: date) -> Somebody:
    """Who a Patient resource is of; the age of somebody who died is the age at death."""
    view: Any = decode("Patient", stored.body)
    names = [name for n in view.name or () if (name := n.text or " ".join([*(n.given or ()), n.family or ""]).strip())]
    born, death = view.birth_date or "", view.deceased_date_time or ""
    died = bool(view.deceased_boolean or death)
    return Somebody(
        id=stored.id, name=names[0] if names else "", other=names[1] if len(names) > 1 else "",
        gender=view.gender or "", born=born, died=died, age=_age(born, death[:10] if died else today.isoformat()),
    )  # fmt: skip


def names_of(visit: Visit, patients: Iterable[str | None]) -> dict[str, Somebody]:
    """Those of these patients whom the visitor may see and the record knows."""
    if not visit.may("system/Patient.rs"):
        return {}
    today, found = visit.ward.clock.now().date(), {}
    for patient in dict.fromkeys(p for p in patients if p):
        stored = visit.ward.stores.record.read("Patient", patient)
        if stored is not None:
            found[patient] = somebody(stored, today)
    return found


def _age(born: str, until: str) -> int | None:
    """Full years, where both days are recorded."""
    try:
        first, last = date.fromisoformat(born), date.fromisoformat(until)
    except ValueError:
        return None
    years = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    return years if years >= 0 else None
