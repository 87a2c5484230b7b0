"""Handlers about interviews: a service that asks one question at a time."""

from http import HTTPStatus

import msgspec

from openward.domain.interview import Answered
from openward.doors.http.call import Answer, Call
from openward.harness.request import request_of


def open_interview(call: Call) -> Answer:
    """Begins an interview; what is sent is a run request."""
    request = request_of(call.body)
    if b'"language"' not in call.body:
        request = msgspec.structs.replace(request, language=call.language)
    turn = call.ward.interviews.open(call.path["service"], request, actor=call.actor, door="http")
    return Answer(turn, HTTPStatus.CREATED, {"Location": f"/v1/interviews/{turn.interview}"})


def get_interview(call: Call) -> Answer:
    """Where an interview stands."""
    return Answer(call.ward.interviews.stand(call.path["interview"], actor=call.actor, door="http"))


def answer(call: Call) -> Answer:
    """Takes an answer and asks the next question."""
    answered = call.decoded(Answered)
    return Answer(call.ward.interviews.answer(call.path["interview"], answered, actor=call.actor, door="http"))


def finish(call: Call) -> Answer:
    """Ends an interview with the answers so far."""
    return Answer(call.ward.interviews.finish(call.path["interview"], actor=call.actor, door="http"))
