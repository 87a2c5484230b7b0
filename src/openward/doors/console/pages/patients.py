"""The patients: found by name, identifier, id or day of birth; where they lie, what is open, when they were here."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.proposal import SEVERITIES, Finding, Language
from openward.domain.resource import Page, SearchQuery, Token, Wanted
from openward.domain.run import Run
from openward.doors.console.people import Somebody, somebody
from openward.doors.console.stays import Stay, inside, stays
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.doors.proposals import proposal_of
from openward.record.folding import folded

_A_PAGE: Final = 30
_WORDS: Final = 6
_OPEN: Final = 8
_LATELY: Final = timedelta(days=30)
_IN: Final = "in"
_BORN: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One patient in the list: the worst finding that nobody decided on, in which run, and how many wait for whom.

    `waiting` is how many runs wait for each role, that of the visitor first; `tongue` the language of the finding.
    """

    person: Somebody
    stay: Stay
    worst: Finding | None = None
    run: str = ""
    tongue: Language = "en"
    waiting: tuple[tuple[str, int], ...] = ()


def patients(visit: Visit) -> Response:
    """The patients, page by page: all, or those who are in the house now."""
    wanted, stay = visit.query.get("q", "").strip()[:200], visit.query.get("stay", "")
    page, whole = _found(visit, wanted_patients(visit, wanted), only_inside=stay == _IN)
    today = visit.ward.clock.now().date()
    people = [somebody(stored, today) for stored in page.items]
    where = stays(visit.ward, [one.id for one in people], visit.language)
    kept = urlencode({key: value for key, value in (("q", wanted), ("stay", stay)) if value})
    return draw(
        visit, "patients.html", rows=[_row(visit, one, where.get(one.id, Stay())) for one in people], total=page.total,
        next=page.next, wanted=wanted, stay=stay, runs=visit.may("run.read"),
        path=f"/console/patients?{kept}" if kept else "/console/patients", later="after" in visit.query, whole=whole,
        days=_LATELY.days,
    )  # fmt: skip


def _found(visit: Visit, narrowed: dict[str, Any], *, only_inside: bool) -> tuple[Page, bool]:
    """A page of those who are wanted, and in the house if only they are; and whether all stays were looked at."""
    whole = True
    if only_inside:
        found, whole = inside(visit.ward)
        there = set(found)
        narrowed["ids"] = tuple(sorted(there & set(narrowed["ids"]) if "ids" in narrowed else there))
        if not narrowed["ids"]:
            return Page(items=(), total=0), whole
    query = SearchQuery(type="Patient", count=_A_PAGE, after=visit.query.get("after"), **narrowed)
    return visit.ward.patients(query, actor=visit.actor, door="console"), whole


def wanted_patients(visit: Visit, wanted: str) -> dict[str, Any]:
    """What is searched: this id if there is one, else a day of birth and beginnings of names, or such identifiers."""
    if not folded(wanted):
        return {}
    if visit.ward.stores.record.read("Patient", wanted) is not None:
        return {"ids": (wanted,)}
    words = wanted.split()[:_WORDS]
    born = {word: day for word in words if (day := _born(visit, word))}
    names = tuple(
        (Wanted("name", "", folded(word), "starts"), Token("identifier", "", word))
        for word in words
        if word not in born
    )
    return {"tokens": names, "dates": tuple(("eq", day) for day in born.values())}


def _born(visit: Visit, word: str) -> str:
    """A day or month of birth as ISO text, empty when the word is none; eight digits are one if no identifier is so."""
    if match := _BORN.fullmatch(word):
        year, month, day = match[1], int(match[2]), match[3]
        text = f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
        return text if _is_day(text if day else f"{text}-01") else ""
    match = _COMPACT.fullmatch(word)
    if match is None or not _is_day(text := "-".join(match.groups())):
        return ""
    query = SearchQuery(type="Patient", count=1, tokens=((Token("identifier", "", word),),))
    return "" if visit.ward.stores.record.search(query).total else text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _row(visit: Visit, person: Somebody, stay: Stay) -> Row:
    """One patient with what is open; runs are shown to those only who may read them."""
    if not visit.may("run.read"):
        return Row(person=person, stay=stay)
    since = visit.ward.clock.now() - _LATELY
    held = visit.ward.stores.runs.list(patient=person.id, undecided=True, limit=_OPEN)
    runs = [run for run in held if run.started >= since]
    worst, run = _worst(runs)
    last = max([stay.last, *(f"{run.started:%Y-%m-%d}" for run in runs)])
    stay = msgspec.structs.replace(stay, last=last)
    return Row(
        person=person, stay=stay, worst=worst, run=run.id if run else "", tongue=run.language if run else "en",
        waiting=_waiting(visit, runs),
    )  # fmt: skip


def _waiting(visit: Visit, runs: Iterable[Run]) -> tuple[tuple[str, int], ...]:
    """For how many runs each role must sign, that of the visitor first."""
    services = visit.ward.services
    signs = Counter(
        services[run.service].card.signs
        for run in runs
        if run.parent is None and run.status != "failed" and run.service in services
    )
    signs.pop("nobody", None)
    return tuple(sorted(signs.items(), key=lambda one: (one[0] != visit.actor.role, one[0])))


def _worst(runs: Iterable[Run]) -> tuple[Finding | None, Run | None]:
    """The worst finding of some runs, of equal ones that of the newest, and its run."""
    found = [(finding, run) for run in runs if (p := proposal_of(run)) for finding in p.findings]
    return min(found, key=lambda one: SEVERITIES.index(one[0].severity), default=(None, None))


ROUTES: Final = (PageRoute("/console/patients", patients),)
