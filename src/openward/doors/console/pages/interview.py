"""An interview that a patient fills on a phone: a link with a word of its own, one question at a time, what to do."""

import contextlib
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from starlette.responses import Response

from openward.access.links import link_word, named_by
from openward.domain.errors import InputError, NotFoundError, RecordError
from openward.domain.interview import Answered, Interview, Turn
from openward.domain.run import RunRequest
from openward.doors.console.people import names_of
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.proposals import body_of
from openward.doors.qr import svg
from openward.harness.interviews import BEGIN, answers_of, guest, question_of

_PURPOSE: Final = "interview"
_OLDEST: Final = 130


def invite(visit: Visit) -> Response:
    """Makes a link for a patient, to be shown as a picture or handed on."""
    site, request = visit.site, RunRequest(patient=visit.form.get("patient") or None, language=visit.language)
    held = visit.ward.interviews.invite(visit.path["service"], request, actor=visit.actor, door="console")
    link = f"{site}/i/{link_word(_PURPOSE, held.id, visit.ward.signer)}"
    return draw(
        visit, "invited.html", link=link, picture=svg(link), patient=request.patient, title=_title(visit),
        who=names_of(visit, [request.patient]).get(request.patient or ""), only_here=_only_here(site),
    )  # fmt: skip


def without_form(visit: Visit) -> Response:
    """Who comes to the page of a link by its address, or changes the language there, makes a new one."""
    return go(f"/console/services/{quote(visit.path['service'], safe='')}")


def stand(visit: Visit) -> Response:
    """Where the interview stands: its beginning, a question, or its end."""
    held = _held(visit)
    if held.question == BEGIN:
        return _beginning(visit, held)
    if held.run is not None:
        return _ended(visit, held)
    answers, interviews = answers_of(held), visit.ward.interviews
    if visit.query.get("back") and answers:
        turn = interviews.last(held.id, actor=guest(held), door="console")
        if turn.question in answers:
            return _asked(visit, turn, len(answers), was=answers[turn.question])
    return _asked(visit, interviews.stand(held.id, actor=guest(held), door="console"), len(answers) + 1)


def go_on(visit: Visit) -> Response:
    """Takes what was said and asks the next question."""
    held, interviews = _held(visit), visit.ward.interviews
    try:
        if held.question == BEGIN:
            interviews.begin(held.id, _first(visit.form), visit.language, door="console")
        elif visit.form.get("finish"):
            interviews.finish(held.id, actor=guest(held), door="console")
        elif held.question is not None:
            interviews.answer(held.id, _answer(visit.form, held), actor=guest(held), door="console")
    except InputError as error:
        if held.question == BEGIN:
            return _beginning(visit, held, why=str(error))
        if visit.form.get("kind") == "number" and not visit.form.get("finish"):
            return _asked_again(visit, held)
        raise
    except RecordError:
        pass  # a doubled press of a key: the page shows where the interview stands now
    return go(visit.here)


def _title(visit: Visit) -> str:
    return visit.ward.service(visit.path["service"]).card.title.in_(visit.language)


def _only_here(site: str) -> bool:
    """Whether an address is one that no other machine can open."""
    host = urlsplit(site).hostname or ""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _held(visit: Visit) -> Interview:
    held = visit.ward.interviews.invited(named_by(_PURPOSE, visit.path["word"], visit.ward.signer))
    if held is None:
        raise NotFoundError(visit.t("link_gone"))
    return held


def _beginning(visit: Visit, held: Interview, why: str = "") -> Response:
    """The first page; age and sex are asked only of who has no chart here."""
    known = msgspec.json.decode(held.request, type=RunRequest).patient is not None
    return draw(visit, "interview_begin.html", why=why, known=known)


def _asked(visit: Visit, turn: Turn, number: int, was: str | float | None = None, *, refused: bool = False) -> Response:
    """A question; `was` is its answer, where the question is asked once more to correct it."""
    chosen = {True: "yes", False: "no"}[was] if isinstance(was, bool) else was
    return draw(
        visit, "interview_question.html", question=question_of(turn.run), number=number, was=chosen, refused=refused,
    )  # fmt: skip


def _asked_again(visit: Visit, held: Interview) -> Response:
    """The question whose answer is no number that counts: the one that waits, or the last one that was corrected."""
    interviews, answers, me = visit.ward.interviews, answers_of(held), guest(held)
    if visit.form.get("question") in answers:
        turn = interviews.last(held.id, actor=me, door="console")
        return _asked(visit, turn, len(answers), was=answers.get(turn.question or ""), refused=True)
    return _asked(visit, interviews.stand(held.id, actor=me, door="console"), len(answers) + 1, refused=True)


def _ended(visit: Visit, held: Interview) -> Response:
    run = visit.ward.stores.runs.get(held.run or "")
    return draw(visit, "interview_end.html", body=body_of(run) if run else {})


def _first(form: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"complaint": form.get("complaint", "").strip()}
    if not given["complaint"]:
        raise InputError("…")
    if form.get("sex") in {"female", "male"}:
        given["sex"] = form["sex"]
    with contextlib.suppress(ValueError):
        age = float(form.get("age", ""))
        if 0 <= age <= _OLDEST:
            given["age"] = {"value": age, "unit": "a"}
    return given


def _answer(form: Any, held: Interview) -> Answered:
    value: bool | float | str = form.get("value", "unknown").strip() or "unknown"
    if value in {"yes", "no"}:
        value = value == "yes"
    elif form.get("kind") == "number":
        with contextlib.suppress(ValueError):
            value = float(str(value))
    return Answered(question=form.get("question") or str(held.question), value=value)


ROUTES: Final = (
    PageRoute("/console/interviews/{service}", invite, method="POST"),
    PageRoute("/console/interviews/{service}", without_form),
    PageRoute("/i/{word}", stand, public=True),
    PageRoute("/i/{word}", go_on, method="POST", public=True),
)
