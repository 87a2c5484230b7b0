"""Interviews: one question at a time over a service that asks, kept between answers, so that each can be gone on with.

A service can be interviewed when its input has `answers` by question id, and the body of its proposal a `question` with
an `id`, or None when there is nothing more to ask. The service stays a pure function: each answer runs it anew.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Any, Final

import msgspec

from openward.access.access import Access
from openward.domain.actor import Actor
from openward.domain.errors import AccessError, InputError, NotFoundError, RecordError, ServiceError
from openward.domain.interview import Answered, Interview, Question, Turn
from openward.domain.proposal import Language
from openward.domain.run import Door, Run, RunRequest
from openward.harness.runner import Runner
from openward.harness.service import Service
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.store import InterviewStore
from openward.trail.trail import Trail

OPEN_FOR: Final = timedelta(hours=24)
MAX_STEPS: Final = 200
# How long the last step may take before somebody else may take it (the process that took it may have died).
_ENDING: Final = timedelta(minutes=1)
_ENDED: Final = msgspec.Raw(b"null")
# What waits in an interview to which somebody was invited: that they begin.
BEGIN: Final = "begin"


class _Body(msgspec.Struct):
    question: Question | None = None


class _Proposal(msgspec.Struct):
    body: _Body


class Interviews:
    """The interviews of one ward."""

    def __init__(
        self, store: InterviewStore, runner: Runner, access: Access, trail: Trail, clock: Clock, ids: Ids
    ) -> None:
        self._store = store
        self._runner = runner
        self._access = access
        self._trail = trail
        self._clock = clock
        self._ids = ids

    def open(self, service_id: str, request: RunRequest, *, actor: Actor, door: Door) -> Turn:
        """Begins an interview.

        Raises:
            AccessError: the actor may not run this service.
            InputError: the service asks no questions, or the request cannot be read.
        """
        service = self._runner.service(service_id)
        _must_ask(service)
        now = self._clock.now()
        self._store.forget(now - OPEN_FOR)
        run = self._think(service_id, request, actor, door)
        interview = Interview(
            id=self._ids.new("interview"), service=service.id, actor=actor.id, opened=now, changed=now,
            request=msgspec.Raw(msgspec.json.encode(request)), question=_asked(run),
        )  # fmt: skip
        self._write(interview, "interview.open", run, actor, door)
        self._store.add(interview)
        return self._end(interview, actor, door) if interview.question is None else _turn(interview, run)

    def invite(self, service_id: str, request: RunRequest, *, actor: Actor, door: Door) -> Interview:
        """Prepares an interview for somebody who holds a link to it (`guest`); the request may name the patient.

        Raises:
            AccessError: the actor may not run this service.
            InputError: the service asks no questions.
            NotFoundError: the request names a patient who is not in the record.
        """
        service = self._runner.service(service_id)
        _must_ask(service)
        self._runner.admit(actor, service, request.patient)
        if request.patient is not None:
            self._runner.must_know(request.patient)
        now = self._clock.now()
        self._store.forget(now - OPEN_FOR)
        id = self._ids.new("interview")
        interview = Interview(
            id=id, service=service.id, actor=id, opened=now, changed=now,
            request=msgspec.Raw(msgspec.json.encode(request)), question=BEGIN,
        )  # fmt: skip
        self._trail.write(
            actor, "interview.invite", "create", patient=request.patient, subject=service.id, door=door,
            detail={"interview": id},
        )  # fmt: skip
        self._store.add(interview)
        return interview

    def invited(self, id: str) -> Interview | None:
        """The interview to which somebody was invited, ended or not; None when it was left for too long."""
        found = self._store.get(id)
        lives = found is not None and found.actor == found.id and found.changed >= self._clock.now() - OPEN_FOR
        return found if lives else None

    def begin(self, id: str, given: Mapping[str, Any], language: Language, *, door: Door) -> Turn:
        """Begins an interview to which somebody was invited, once, with what they say first.

        Raises:
            InputError: the service does not take it; nothing has changed then.
            NotFoundError, RecordError: there is no such invitation, or it was begun already.
        """
        found = self.invited(id)
        if found is None or found.question != BEGIN:
            raise NotFoundError("this invitation has been used, or was left for too long; ask for a new one")
        actor = guest(found)
        asked = msgspec.structs.replace(
            _request(found), input=msgspec.Raw(msgspec.json.encode(given)), language=language
        )
        run = self._think(found.service, asked, actor, door)
        begun = msgspec.structs.replace(
            found, request=msgspec.Raw(msgspec.json.encode(asked)), step=1, question=_asked(run),
            changed=self._clock.now(),
        )  # fmt: skip
        self._write(begun, "interview.open", run, actor, door)
        self._replace(begun, 0)
        return self._end(begun, actor, door) if begun.question is None else _turn(begun, run)

    def stand(self, id: str, *, actor: Actor, door: Door) -> Turn:
        """Where an interview stands, to go on with it.

        Raises:
            NotFoundError: there is no such interview of this actor, it has ended, or it was left for too long.
        """
        interview = self._get(id, actor)
        run = self._think(interview.service, _request(interview), actor, door)
        self._write(interview, "interview.read", run, actor, door)
        return _turn(interview, run)

    def last(self, id: str, *, actor: Actor, door: Door) -> Turn:
        """The question that was answered last, asked once more, so that its answer can be corrected.

        Raises:
            InputError: nothing was answered yet.
            NotFoundError: there is no such interview of this actor, it has ended, or it was left for too long.
        """
        interview = self._get(id, actor)
        answers = answers_of(interview)
        if not answers:
            raise InputError("nothing was answered yet; answer the question that waits")
        answers.popitem()
        run = self._think(interview.service, _with_answers(interview, answers), actor, door)
        self._write(interview, "interview.read", run, actor, door)
        return _turn(msgspec.structs.replace(interview, question=_asked(run)), run)

    def answer(self, id: str, answered: Answered, *, actor: Actor, door: Door) -> Turn:
        """Takes an answer and asks the next question; at the end the run is kept, as any run is.

        Raises:
            InputError: another question was asked, the answer is a number beyond all counting (nan, inf), or the
                service does not take it; nothing has changed then.
            RecordError: somebody else answered in the meantime.
        """
        interview = self._get(id, actor)
        answers = answers_of(interview)
        if answered.question != interview.question and answered.question not in answers:
            msg = f"the question that waits is '{interview.question}'; answer it, or correct one that was answered"
            raise InputError(msg)
        if isinstance(answered.value, float) and not isfinite(answered.value):
            raise InputError("this is no number that can be counted with; answer with digits, or with 'unknown'")
        if interview.step >= MAX_STEPS:
            msg = f"the interview has taken {MAX_STEPS} answers; finish it and open a new one"
            raise InputError(msg)
        request = _with_answers(interview, answers | {answered.question: answered.value})
        run = self._think(interview.service, request, actor, door)
        after = msgspec.structs.replace(
            interview, request=msgspec.Raw(msgspec.json.encode(request)), step=interview.step + 1,
            question=_asked(run), changed=self._clock.now(),
        )  # fmt: skip
        self._write(after, "interview.answer", run, actor, door)
        self._replace(after, interview.step)
        return self._end(after, actor, door) if after.question is None else _turn(after, run)

    def finish(self, id: str, *, actor: Actor, door: Door) -> Turn:
        """Ends an interview with the answers so far; what was not asked stands in the proposal."""
        return self._end(self._get(id, actor), actor, door)

    def _end(self, interview: Interview, actor: Actor, door: Door) -> Turn:
        # Whoever takes the last step first runs the service; the others are told before they have run anything.
        taken = msgspec.structs.replace(interview, question=None, changed=self._clock.now(), step=interview.step + 1)
        self._replace(taken, interview.step)
        run = self._runner.run(interview.service, _request(interview), actor=actor, door=door)
        ended = msgspec.structs.replace(taken, request=_ENDED, run=run.id, step=taken.step + 1)
        self._replace(ended, taken.step)
        return _turn(ended, run)

    def _replace(self, interview: Interview, step: int) -> None:
        if not self._store.replace(interview, step):
            msg = (
                "the interview was answered by somebody else in the meantime; look where it stands and go on from there"
            )
            raise RecordError(msg)

    def _get(self, id: str, actor: Actor) -> Interview:
        found = self._store.get(id)
        if found is None or not self._may(found, actor) or found.changed < self._clock.now() - OPEN_FOR:
            hours = OPEN_FOR // timedelta(hours=1)
            msg = f"there is no such interview of yours, or it was left for more than {hours} hours; open a new one"
            raise NotFoundError(msg)
        if found.run is not None:
            msg = f"the interview has ended; its run is {found.run}"
            raise NotFoundError(msg)
        if found.question is None and found.changed > self._clock.now() - _ENDING:
            msg = "the interview is being finished; look again in a moment"
            raise RecordError(msg)
        return found

    def _may(self, interview: Interview, actor: Actor) -> bool:
        """Who opened it, and who may read all runs."""
        if interview.actor == actor.id:
            return True
        try:
            self._access.require(actor, "run.read")
        except AccessError:
            return False
        return True

    def _think(self, service: str, request: RunRequest, actor: Actor, door: Door) -> Run:
        run = self._runner.think(service, request, actor=actor, door=door)
        if run.proposal is None:
            why = run.failure.message if run.failure else "it was held back"
            msg = f"the service '{service}' gave no answer: {why}"
            raise ServiceError(msg)
        return run

    def _write(self, interview: Interview, what: str, run: Run, actor: Actor, door: Door) -> None:
        self._trail.write(
            actor, what, "execute", patient=run.patient, subject=interview.service, door=door,
            detail={"interview": interview.id, "step": interview.step},
        )  # fmt: skip


def guest(interview: Interview) -> Actor:
    """Who holds the link to an interview: they may do nothing but go on with it, for the patient that it names."""
    scope = f"service/{interview.service}.run"
    patient = _request(interview).patient if interview.run is None else None
    return Actor(id=interview.id, kind="service", role="patient", scopes=frozenset({scope}), patient=patient)


def answers_of(interview: Interview) -> dict[str, Any]:
    """What was answered so far, by question, in the order in which it was; nothing of an interview that has ended."""
    if interview.run is not None:
        return {}
    return msgspec.json.decode(_request(interview).input, type=dict[str, Any]).get("answers") or {}


def asks(service: Service) -> bool:
    """Whether a service can be interviewed."""
    return "answers" in service.reads.__struct_fields__ and "question" in service.body.__struct_fields__


def _must_ask(service: Service) -> None:
    if not asks(service):
        msg = f"the service '{service.id}' asks no questions; run it with `openward run {service.id}`"
        raise InputError(msg)


def _request(interview: Interview) -> RunRequest:
    return msgspec.json.decode(interview.request, type=RunRequest)


def _with_answers(interview: Interview, answers: Mapping[str, Any]) -> RunRequest:
    request = _request(interview)
    given = msgspec.json.decode(request.input, type=dict[str, Any]) | {"answers": answers}
    return msgspec.structs.replace(request, input=msgspec.Raw(msgspec.json.encode(given)))


def question_of(run: Run) -> Question | None:
    """The question that a run's proposal asks."""
    return None if run.proposal is None else msgspec.json.decode(run.proposal, type=_Proposal).body.question


def _asked(run: Run) -> str | None:
    question = question_of(run)
    return question.id if question else None


def _turn(interview: Interview, run: Run) -> Turn:
    return Turn(
        interview=interview.id, service=interview.service, step=interview.step, question=interview.question,
        ended=interview.run is not None, run=run,
    )  # fmt: skip
