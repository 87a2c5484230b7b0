"""A call at this door: who asks for what, what goes out, and the trail that is written before it does."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openward.domain.actor import Actor
from openward.domain.errors import InputError
from openward.domain.resource import Stored
from openward.doors.fhir.bundles import Bundle, Entry, Link, found
from openward.doors.fhir.shaping import PAGE, Cut, count_of
from openward.ward import Ward

DOOR: Final = "fhir"
_DIGITS: Final = 9


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call: the ward, who calls, the address of this door, path and search parameters, three headers."""

    ward: Ward
    actor: Actor
    base: str
    path: Mapping[str, str]
    parameters: tuple[tuple[str, str], ...] = ()
    strict: bool = False
    if_none_match: str = ""
    if_modified_since: str = ""

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand once; the last wins."""
        return next((value for key, value in reversed(self.parameters) if key == name), None)

    def count(self) -> int:
        """How many resources a page may hold."""
        return count_of(self.one("_count") or str(PAGE)) or 1

    def allow(self, type: str, letter: str) -> None:
        """Lets the caller pass who may read (`r`) or search (`s`) a type."""
        self.ward.access.require(self.actor, f"system/{type}.{letter}")

    def seen(self, what: str, type: str, resources: Iterable[Stored]) -> None:
        """Writes each patient of whom something is about to be shown to the trail; nobody is an entry too."""
        counts: dict[str | None, int] = dict(Counter(stored.patient for stored in resources)) or {None: 0}
        self.write(what, type, counts)

    def write(self, what: str, type: str, counts: Mapping[str | None, int]) -> None:
        """Writes to the trail how many resources of each patient are about to be shown."""
        patients: dict[str | None, dict[str, str | int]] = {
            patient: {"type": type, "resources": count} for patient, count in counts.items()
        }
        self.ward.trail.write_each(self.actor, what, "read", patients=patients, door=DOOR)

    def entries(self, resources: Iterable[Stored], cut: Cut, *, mode: str = "match") -> tuple[Entry, ...]:
        """Resources as they go out in a Bundle."""
        rewrite = self.ward.record.rewrite
        return tuple(found(self.base, stored, cut.of(stored, rewrite(stored)), mode) for stored in resources)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes out."""

    body: bytes
    headers: Mapping[str, str]
    status: int = 200


Handler = Callable[[Call], Answer]


def answer(bundle: Bundle) -> Answer:
    """A Bundle as it goes out."""
    return Answer(body=bundle.written(), headers={})


def links(own: str, following: str | None) -> tuple[Link, ...]:
    """The links of a page."""
    return (Link("self", own), *([Link("next", following)] if following else []))


def with_query(url: str, query: str) -> str:
    """An address with a query string, if there is one."""
    return f"{url}?{query}" if query else url


def number(text: str) -> int | None:
    """A number that this door may have written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def wrong_cursor(name: str) -> InputError:
    """What to say of a page that cannot be found again."""
    return InputError(f"'{name}' is not one that this door gave; begin at the first page")
