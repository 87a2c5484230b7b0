"""The card of one service, whole, in people's words: what it is for, who signs, how it is known to work, examples."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import OpenWardError
from openward.domain.proposal import Language
from openward.domain.study import Endpoint
from openward.doors.console.tiles import initials, use
from openward.doors.console.visit import ROOMS, PageRoute, Visit, draw
from openward.doors.outline import Block, outline
from openward.harness.interviews import asks

_COUNTED: Final = 5000
_DAYS: Final = 30
_EXAMPLES: Final = 4


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One worked example: what goes in, and what must come out."""

    title: str
    language: str
    given: tuple[Block, ...]
    expected: tuple[Block, ...]
    said: tuple[str, ...] = ()
    record: int = 0


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What a study asks of a service: the words of its acceptance limit, and the share in percent."""

    question: str
    source: str
    key: str
    share: str


def service(visit: Visit) -> Response:
    """The card of a service; one that is out of order is answered with why."""
    try:
        found = visit.ward.service(visit.path["id"])
    except OpenWardError as error:
        why = str(error) if visit.path["id"] in visit.ward.services.faults else ""
        return draw(visit, "no_service.html", status=error.status, why=why if visit.may("admin") else "", id=bool(why))
    card, now = found.card, visit.ward.clock.now()
    counted = visit.ward.stores.runs.marks(_COUNTED)
    marks = [mark for mark in counted if mark.service == card.id]
    since = counted[-1].started if len(counted) == _COUNTED else None
    cases = sorted((found.folder / "cases").glob("*.json"))
    examples = sorted(_examples(cases, visit.language), key=lambda one: one.language != visit.language)
    return draw(
        visit, "service.html", card=card, letters=initials(card.title.in_(visit.language)), days=_DAYS,
        use=use(marks, now, _DAYS, signed=card.signs != "nobody", since=since),
        limits=[_limit(e) for e in found.study.endpoints],
        checks=[_check(visit, check.__name__) for check in found.checks], study=found.study,
        examples=examples[:_EXAMPLES], more=max(0, len(cases) - _EXAMPLES), cases=len(cases),
        room=next((room for room in ROOMS if room.scope == f"service/{card.id}.run"), None),
        runs=visit.may(f"service/{card.id}.run"), invites=asks(found) and card.subject != "patient",
        worded=lambda key, plain: visit.t(key) if visit.has(key) else plain,
    )  # fmt: skip


def _limit(endpoint: Endpoint) -> Limit:
    key = "card_most" if endpoint.counts == "wrong" else "card_least"
    return Limit(question=endpoint.question, source=endpoint.source, key=key, share=f"{100 * endpoint.accept:g}")


def _check(visit: Visit, name: str) -> str:
    """A check in words; one of a stranger's service by its name."""
    key = f"check_{name}"
    return visit.t(key) if visit.has(key) else name.replace("_", " ").capitalize()


def _examples(cases: list[Path], language: Language) -> Iterator[Example]:
    """The examples that can be read; a case is a test, not a page, and may hold what no page shows."""
    for path in cases:
        case: dict[str, Any] = msgspec.json.decode(path.read_bytes())
        request: dict[str, Any] = case.get("request", {})
        told: dict[str, Any] = dict(request.get("input", {}))
        messages = told.pop("messages", ())
        yield Example(
            title=case.get("title", path.stem), language=request.get("language", "en"),
            said=tuple(message.get("text", "") for message in messages if isinstance(message, dict)),
            given=tuple(outline(told, language)), expected=tuple(outline(case.get("expect", {}), language)),
            record=len((request.get("bundle") or {}).get("entry", ())),
        )  # fmt: skip


ROUTES: Final = (PageRoute("/console/services/{id}", service),)
