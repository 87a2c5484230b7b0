"""The patients: found by name, identifier, id or day of birth; where they lie, what is open, when they were here."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.proposal import Finding, Language
from openward.domain.resource import Page, SearchQuery, Token, Wanted
from openward.domain.run import Outline, Run
from openward.doors.console.concerns import reviewed, worst
from openward.doors.console.pages.medication import SERVICE as REVIEW
from openward.doors.console.people import Somebody, somebody
from openward.doors.console.standing import LATELY, Standing, standing
from openward.doors.console.stays import Stay, inside, stays
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.record.folding import folded

_A_PAGE: Final = 30
_WORDS: Final = 6
_DRAFTS: Final = 2000
_IN: Final = "in"
_BORN: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One patient in the list: the worst finding that nobody decided on, in which run, and how many wait for whom.

    `waiting` is how many runs wait for each role, that of the visitor first; `tongue` the language of the finding;
    `looked` says that some service did look at this patient, `drafts` how many drafted orders no review looked at.
    """

    person: Somebody
    stay: Stay
    worst: Finding | None = None
    run: str = ""
    tongue: Language = "en"
    waiting: tuple[tuple[str, int], ...] = ()
    looked: bool = False
    drafts: int = 0


class _Known(msgspec.Struct, frozen=True):
    """The runs of one patient, without proposals, and which of them speak."""

    outlines: tuple[Outline, ...]
    stands: Standing


def patients(visit: Visit) -> Response:
    """The patients, page by page: all, or those who are in the house now."""
    wanted, stay = visit.query.get("q", "").strip()[:200], visit.query.get("stay", "")
    page, whole = _found(visit, wanted_patients(visit, wanted), only_inside=stay == _IN)
    today = visit.ward.clock.now().date()
    people = [somebody(stored, today) for stored in page.items]
    where = stays(visit.ward, [one.id for one in people], visit.language)
    rows = _rows(visit, [(one, where.get(one.id, Stay())) for one in people])
    kept = urlencode({key: value for key, value in (("q", wanted), ("stay", stay)) if value})
    return draw(
        visit, "patients.html", rows=rows, total=page.total,
        next=page.next, wanted=wanted, stay=stay, runs=visit.may("run.read"),
        path=f"/console/patients?{kept}" if kept else "/console/patients", later="after" in visit.query, whole=whole,
        days=LATELY.days,
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


def _rows(visit: Visit, people: Sequence[tuple[Somebody, Stay]]) -> list[Row]:
    """The patients with what is open; runs are shown to those only who may read them."""
    if not visit.may("run.read"):
        return [Row(person=person, stay=stay) for person, stay in people]
    runs, now = visit.ward.stores.runs, visit.ward.clock.now()
    known = [_Known(held := runs.outlines(person.id), standing(held, now)) for person, _ in people]
    voices = (voice for one in known for voice in one.stands.voices)
    spoken = runs.several([voice.run.id for voice in voices if voice.open or voice.run.service == REVIEW])
    by_patient: dict[str | None, list[Run]] = {}
    for run in spoken:
        by_patient.setdefault(run.patient, []).append(run)
    left = _unreviewed(visit, [person.id for person, _ in people], reviewed(spoken))
    return [
        _row(visit, Row(person=person, stay=stay, drafts=left[person.id]), one, by_patient.get(person.id, ()))
        for (person, stay), one in zip(people, known, strict=True)
    ]


def _unreviewed(visit: Visit, people: Sequence[str], seen: frozenset[str]) -> Counter[str | None]:
    """How many drafted orders of each patient no review that speaks has looked at; none where nobody could review."""
    if not people or REVIEW not in visit.ward.services:
        return Counter()
    query = SearchQuery(
        type="MedicationRequest", patients=tuple(people), tokens=((Token("status", "", "draft"),),), count=_DRAFTS
    )
    found = visit.ward.stores.record.search(query).items
    return Counter(one.patient for one in found if f"{one.type}/{one.id}" not in seen)


def _row(visit: Visit, row: Row, known: _Known, spoken: Iterable[Run]) -> Row:
    """One patient with what is open."""
    own = [one.run for one in known.outlines if one.run.parent is None and one.run.status != "failed"]
    found = worst(known.stands, spoken)
    last = max([row.stay.last, *(f"{run.started:%Y-%m-%d}" for run in own)])
    row = msgspec.structs.replace(
        row, looked=bool(own), waiting=_waiting(visit, known.outlines, visit.ward.clock.now()),
        stay=msgspec.structs.replace(row.stay, last=last),
    )  # fmt: skip
    if found is None:
        return row
    finding, run = found
    return msgspec.structs.replace(row, worst=finding, run=run.id, tongue=run.language)


def _waiting(visit: Visit, outlines: Iterable[Outline], now: datetime) -> tuple[tuple[str, int], ...]:
    """For how many late runs each role must sign, that of the visitor first."""
    services = visit.ward.services
    signs = Counter(
        services[one.run.service].card.signs
        for one in outlines
        if one.choice is None and one.run.parent is None and one.run.status != "failed"
        and one.run.service in services and now - one.run.started < LATELY
    )  # fmt: skip
    signs.pop("nobody", None)
    return tuple(sorted(signs.items(), key=lambda one: (one[0] != visit.actor.role, one[0])))


ROUTES: Final = (PageRoute("/console/patients", patients),)
