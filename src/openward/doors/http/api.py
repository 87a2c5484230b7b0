"""The table of the API: every path, who may call it, what goes in and what comes out. OpenAPI is made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from openward.domain.interview import Answered, Turn
from openward.domain.journal import Approval
from openward.domain.run import Decision, Feedback, Run, RunRequest
from openward.doors.http import agents, interviews, people, runs, services, trail
from openward.doors.http.call import Handler, endpoint_of
from openward.record.chart import Chart
from openward.ward import Ward


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation; `query` maps parameter names to what they mean, `scope` says what the caller's token needs.

    One that answers with server-sent events too has, in place of a handler, an `endpoint` made for a ward, and the
    types of its `events` by name.
    """

    method: str
    path: str
    handler: Handler | None = None
    summary: str
    id: str
    answer: Any
    scope: str
    body: Any = None
    status: int = 200
    query: tuple[tuple[str, str, str], ...] = ()
    public: bool = False
    example: Any = None
    endpoint: Callable[[Ward], Callable[[Request], Any]] | None = None
    events: Mapping[str, Any] = field(default_factory=dict)

    def at(self, ward: Ward) -> Callable[[Request], Any]:
        """Its endpoint in a ward."""
        if self.endpoint is not None:
            return self.endpoint(ward)
        assert self.handler is not None
        return endpoint_of(ward, self.handler, public=self.public)


_PAGE = (("limit", "integer", "How many, at most 500."),)
_RUN_PAGE = (*_PAGE, ("before", "string", "Go on before this run (the `next` of the last page)."))

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="GET", path="/v1/services", handler=services.list_services, id="listServices",
        summary="The clinical services of this ward", answer=services.Services, scope="any credential",
    ),
    Operation(
        method="GET", path="/v1/services/{service}", handler=services.get_service, id="getService",
        summary="One service: its card and the JSON Schema of its input and proposal",
        answer=services.ServiceDetail, scope="any credential",
    ),
    Operation(
        method="POST", path="/v1/services/{service}/run", handler=services.run_service, id="runService",
        summary="Run a service", body=RunRequest, answer=Run, scope="service/{service}.run",
        example={"patient": "demo-0001", "input": {}},
    ),
    Operation(
        method="POST", path="/v1/agents/{agent}/ask", endpoint=agents.ask_agent, id="askAgent", events=agents.EVENTS,
        summary="Ask an agent: its run, or what happens meanwhile as server-sent events (Accept: text/event-stream)",
        body=RunRequest, answer=Run, scope="service/{agent}.run",
        example={"patient": "demo-0001", "input": {"messages": [{"role": "user", "text": "What matters today?"}]}},
    ),
    Operation(
        method="POST", path="/v1/services/{service}/interviews", handler=interviews.open_interview, id="openInterview",
        summary="Begin an interview with a service that asks; the next question stands in the proposal",
        body=RunRequest, answer=Turn, scope="service/{service}.run", status=201,
        example={"input": {"complaint": "chest pain since this morning"}},
    ),
    Operation(
        method="GET", path="/v1/interviews/{interview}", handler=interviews.get_interview, id="getInterview",
        summary="Where an interview stands, to go on with it within a day", answer=Turn, scope="service/{service}.run",
    ),
    Operation(
        method="POST", path="/v1/interviews/{interview}/answers", handler=interviews.answer, id="answerInterview",
        summary="Answer the question that waits, or correct an earlier answer", body=Answered, answer=Turn,
        scope="service/{service}.run", example={"question": "id of the question", "value": "yes"},
    ),
    Operation(
        method="POST", path="/v1/interviews/{interview}/finish", handler=interviews.finish, id="finishInterview",
        summary="End an interview with the answers so far and keep its run", answer=Turn,
        scope="service/{service}.run",
    ),
    Operation(
        method="GET", path="/v1/runs", handler=runs.list_runs, id="listRuns", summary="Runs, newest first",
        answer=runs.Runs, scope="run.read",
        query=(*_RUN_PAGE, ("service", "string", "This service."), ("status", "string", "proposed, held, failed.")),
    ),
    Operation(
        method="GET", path="/v1/runs/{run}", handler=runs.get_run, id="getRun",
        summary="One run, whole, with its decision and feedback", answer=runs.RunDetail, scope="run.read",
    ),
    Operation(
        method="GET", path="/v1/agents/unfinished", handler=agents.list_unfinished, id="listUnfinished",
        summary="Runs of agents that wait for an approval or were cut off", answer=agents.Unended, scope="run.read",
    ),
    Operation(
        method="GET", path="/v1/runs/{run}/pending", handler=agents.list_pending, id="listPending",
        summary="The calls of an agent's run that wait for a person, with their arguments", answer=agents.Waiting,
        scope="run.decide",
    ),
    Operation(
        method="POST", path="/v1/runs/{run}/approvals", handler=agents.approve, id="approveCall",
        summary="Let an agent make one call with exactly these arguments, once; a person's session is needed",
        body=agents.ApprovalRequest, answer=Approval, scope="run.decide", status=201,
        example={"step": 1, "digest": "64 hex digits", "passphrase": "…"},
    ),
    Operation(
        method="POST", path="/v1/runs/{run}/resume", handler=agents.resume, id="resumeRun",
        summary="Go on with a run of an agent where it was; only who began it can", answer=Run,
        scope="service/{agent}.run",
    ),
    Operation(
        method="GET", path="/v1/queue", handler=runs.queue, id="getQueue",
        summary="Runs that wait for the signature of the person who calls", answer=runs.Runs, scope="run.decide",
        query=_RUN_PAGE,
    ),
    Operation(
        method="POST", path="/v1/runs/{run}/showing", handler=runs.show, id="showRun",
        summary="Be shown the exact bytes to decide on", answer=runs.Shown, scope="run.decide", status=201,
    ),
    Operation(
        method="POST", path="/v1/runs/{run}/decision", handler=runs.decide, id="decideRun",
        summary="Accept, amend or reject what was shown; a person's session and passphrase are needed",
        body=runs.DecisionRequest, answer=Decision, scope="run.decide", status=201,
        example={"showing": "showing-…", "digest": "64 hex digits", "choice": "reject", "reason": "tolerated before",
                 "passphrase": "…"},
    ),
    Operation(
        method="POST", path="/v1/runs/{run}/feedback", handler=runs.give_feedback, id="giveFeedback",
        summary="Say what became of one finding", body=runs.FeedbackRequest, answer=Feedback, scope="feedback.write",
        status=201, example={"finding": "id of the finding", "outcome": "overridden", "comment": "it is needed"},
    ),
    Operation(
        method="GET", path="/v1/patients/{patient}/chart", handler=services.get_chart, id="getChart",
        summary="A patient's chart", answer=Chart, scope="system/Patient.rs",
    ),
    Operation(
        method="POST", path="/v1/sessions", handler=people.sign_in, id="signIn", summary="Open a person's session",
        body=people.SignIn, answer=people.SessionToken, scope="none", status=201, public=True,
        example={"person": "person-…", "passphrase": "…"},
    ),
    Operation(
        method="DELETE", path="/v1/sessions/current", handler=people.sign_out, id="signOut",
        summary="End the session of the person who calls", answer=None, scope="any credential", status=204,
    ),
    Operation(
        method="GET", path="/v1/trail", handler=trail.list_entries, id="listTrail", summary="Entries of the trail",
        answer=trail.Entries, scope="trail.read",
        query=(*_PAGE, ("after", "integer", "Go on after this entry."), ("patient", "string", "Only this patient.")),
    ),
    Operation(
        method="GET", path="/v1/trail/verification", handler=trail.verify, id="verifyTrail",
        summary="Recompute the chain and every signed checkpoint; nothing is written", answer=trail.Verification,
        scope="trail.read",
    ),
    Operation(
        method="POST", path="/v1/trail/verification", handler=trail.attest, id="attestTrail",
        summary="Recompute the chain and, where it is whole, sign a checkpoint over entries that none covered yet",
        answer=trail.Verification, scope="trail.read",
    ),
)  # fmt: skip
